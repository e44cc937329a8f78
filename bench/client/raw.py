"""What boto3 and aioboto3 are asked: parameters in DynamoDB's JSON."""

from __future__ import annotations

from functools import cache
from typing import Any

from ..values import make_values, sort_key
from .names import (
    IN_A_TRANSACTION,
    NEW_AGE,
    NEW_NAME,
    ONE,
    PARTITION_100,
    READ_TOGETHER,
    TABLE,
    WRITTEN_TOGETHER,
)
from .wire_items import item_to_json

KEY = {"pk": {"S": PARTITION_100}, "sk": {"S": ONE}}
UPDATE: dict[str, Any] = {
    "TableName": TABLE,
    "Key": KEY,
    "UpdateExpression": "SET #n = :n, #a = :a",
    "ExpressionAttributeNames": {"#n": "name", "#a": "age"},
    "ExpressionAttributeValues": {":n": {"S": NEW_NAME}, ":a": {"N": str(NEW_AGE)}},
}


def query_of(partition: str) -> dict[str, Any]:
    """A whole partition."""
    return {
        "TableName": TABLE,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": partition}},
    }


@cache
def items() -> list[dict[str, Any]]:
    """What is written: the first alone, all in a batch."""
    return [item_to_json(make_values(number)) for number in range(WRITTEN_TOGETHER)]


def batch_write() -> dict[str, Any]:
    """A batch of puts."""
    return {TABLE: [{"PutRequest": {"Item": item}} for item in items()]}


@cache
def _keys() -> list[dict[str, Any]]:
    numbers = range(READ_TOGETHER)
    return [{"pk": {"S": PARTITION_100}, "sk": {"S": sort_key(number)}} for number in numbers]


def batch_get() -> dict[str, Any]:
    """A batch of reads."""
    return {TABLE: {"Keys": _keys()}}


def transaction() -> list[dict[str, Any]]:
    """A transaction of puts."""
    return [{"Put": {"TableName": TABLE, "Item": item}} for item in items()[:IN_A_TRANSACTION]]

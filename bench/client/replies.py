"""The canned replies of the server: DynamoDB's JSON of items that `values.py` makes.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from ..values import make_values
from .names import ONE, PARTITION_100, PARTITION_1000, READ_TOGETHER, TABLE
from .wire_items import item_to_json

UNKNOWN = "unknown"
CAPACITY = " and capacity"
"""What the name of a reply ends in that tells, because it was asked, what was consumed."""


def make_bodies() -> dict[str, Any]:
    """The body of each reply, by the name that `name_of` gives."""
    one = next(item for item in _items(PARTITION_100, 100) if item["sk"]["S"] == ONE)
    together = _items(PARTITION_100, READ_TOGETHER)
    return {
        "GetItem": {"Item": one},
        "PutItem": {},
        "UpdateItem": {},
        "UpdateItem ALL_NEW": {"Attributes": one},
        "Query 100": _page(PARTITION_100, 100),
        "Query 1000": _page(PARTITION_1000, 1000),
        "BatchWriteItem": {"UnprocessedItems": {}},
        "BatchGetItem": {"Responses": {TABLE: together}, "UnprocessedKeys": {}},
        "TransactWriteItems": {},
    }


def _items(partition: str, count: int) -> list[dict[str, Any]]:
    return [item_to_json(make_values(number, partition)) for number in range(count)]


def _page(partition: str, count: int) -> dict[str, Any]:
    return {"Items": _items(partition, count), "Count": count, "ScannedCount": count}


def name_of(target: str, body: bytes) -> str:
    """Which reply a request gets. target: its operation; body: its parameters."""
    name = target
    if target == "Query":
        name = "Query 1000" if PARTITION_1000.encode() in body else "Query 100"
    elif target == "UpdateItem" and b'"ALL_NEW"' in body:
        name = "UpdateItem ALL_NEW"
    return name + CAPACITY if b'"ReturnConsumedCapacity"' in body else name


def make_replies() -> dict[str, bytes]:
    """Complete replies by name, with the checksum that DynamoDB sends; UNKNOWN for all others."""
    error = {"__type": "com.amazon.coral.validate#ValidationException", "message": "not canned"}
    bodies = make_bodies()
    bodies |= {name + CAPACITY: _with_capacity(name, body) for name, body in bodies.items()}
    replies = {name: _reply("200 OK", body) for name, body in bodies.items()}
    return {**replies, UNKNOWN: _reply("400 Bad Request", error)}


def _with_capacity(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Calls of several items tell it for each table."""
    consumed = {"TableName": TABLE, "CapacityUnits": 10.5}
    is_many = name.startswith(("Batch", "Transact"))
    return {**body, "ConsumedCapacity": [consumed] if is_many else consumed}


def _reply(status: str, body: Any) -> bytes:
    content = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {status}\r\n"
        "Server: Server\r\n"
        "Date: Thu, 20 Nov 2025 10:00:00 GMT\r\n"
        "Content-Type: application/x-amz-json-1.0\r\n"
        f"Content-Length: {len(content)}\r\n"
        "Connection: keep-alive\r\n"
        "x-amzn-RequestId: J8K3M5N7P9Q1R3S5T7U9V1W3X5VV4KQNSO5AEMVJF66Q9ASUAAJG\r\n"
        f"x-amz-crc32: {zlib.crc32(content)}\r\n\r\n"
    )
    return head.encode() + content

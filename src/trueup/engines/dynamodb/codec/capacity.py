"""Consumed capacity: each request asks for it, each reply holds it.

In units as DynamoDB counts them: a read unit is a strongly consistent read of up to 4 KB, a write
unit a write of up to 1 KB; indexes and transactions cost more units.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/provisioned-capacity-mode.html
"""

from __future__ import annotations

from typing import Any, Final

from ..wire.http.reply import Reply
from .values import NotDynamoDB, decode_body, reading

ACTIONS: Final = frozenset(
    {"GetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem"}
    | {"BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems"}
)
"""Requests that consume capacity; those about tables do not."""

ASKED: Final = {"ReturnConsumedCapacity": "TOTAL"}


def units_of(consumed: Any) -> float | None:
    """The units in a reply's `ConsumedCapacity`, of all its tables; None if it has none."""
    if not consumed:
        return None
    with reading():
        tables = consumed if isinstance(consumed, list) else [consumed]
        return float(sum(table.get("CapacityUnits", 0) for table in tables))


def measure(reply: Reply) -> float | None:
    """The units of an undecoded reply; None if it reports no units or an error."""
    if reply.status != 200:
        return None
    try:
        return units_of(decode_body(reply.body).get("ConsumedCapacity"))
    except NotDynamoDB:
        return None  # the decoder of the reply reports it

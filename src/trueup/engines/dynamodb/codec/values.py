"""DynamoDB's JSON on the wire. The only module that imports orjson."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....expressions.values import Item
from ....model.outside.attribute_values import (
    UNREADABLE,
    JsonItem,
    JsonValue,
    read_item,
    read_value,
)
from ..wire.extra import missing_extra

try:
    import orjson
except ImportError as missing:
    raise missing_extra("orjson") from missing


class NotDynamoDB(Exception):
    """A reply that DynamoDB cannot have sent: a signal to `requests/replies.py`, which raises an
    error without the reply's contents."""


class reading:  # noqa: N801  # reads as a statement: with reading():
    """A block that reads a reply: any failure is the reply's fault, and becomes NotDynamoDB.
    Models are not made in such a block, as errors of their validators are their author's.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, UNREADABLE):
            raise NotDynamoDB


def from_json(value: JsonValue) -> Any:
    """The plain value of one attribute. Raises NotDynamoDB if it is no value."""
    with reading():
        return read_value(value)


def item_from_json(item: JsonItem) -> Item:
    """The plain values of an item. Raises NotDynamoDB if it is no item."""
    with reading():
        return read_item(item)


def item_in(reply: Mapping[str, Any], name: str) -> Item | None:
    """The plain values of the item under a name of a reply, or of a part of it; None if absent."""
    item = reply.get(name)
    return None if item is None else item_from_json(item)


def encode_body(body: Any) -> bytes:
    """The JSON of a request.

    Raises:
        ValueError: a text holds half of a surrogate pair, or lists and maps nest too deep for
            JSON; the caller knows which item it was.
    """
    try:
        return orjson.dumps(body)
    except orjson.JSONEncodeError as error:
        raise ValueError(str(error)) from None


def embedded(encoded: bytes) -> Any:
    """Already encoded JSON, as a part of a body."""
    return orjson.Fragment(encoded)


def decode_body(body: bytes) -> dict[str, Any]:
    """The JSON of a reply.

    Raises:
        NotDynamoDB: the body is no JSON object.
    """
    with reading():
        decoded = orjson.loads(body or b"{}")
        if type(decoded) is not dict:
            raise TypeError
        return decoded

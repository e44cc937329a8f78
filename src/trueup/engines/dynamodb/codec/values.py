"""Plain values as DynamoDB's JSON and back: `{"S": "text"}`, `{"N": "1"}`.

The only module that imports orjson.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, TypeAlias

from ....errors import ErrorCode, InvalidCall, Place
from ....expressions.values import MAX_DIGITS, Item, Kind, PlainValue, exact_number, set_kind
from ..wire.extra import missing_extra

try:
    import orjson
except ImportError as missing:
    raise missing_extra("orjson") from missing

JsonValue: TypeAlias = dict[str, Any]
JsonItem: TypeAlias = dict[str, JsonValue]


def to_json(value: PlainValue) -> JsonValue:
    """A plain value with the letters of its type; sets are sorted, so that texts are stable."""
    kind = type(value)
    if kind is str:
        return {"S": value}
    if kind is bool:
        return {"BOOL": value}
    if kind is int or kind is Decimal:
        return {"N": str(value)}
    if value is None:
        return {"NULL": True}
    if isinstance(value, dict):
        return {"M": item_to_json(value)}
    if isinstance(value, list):
        return {"L": [to_json(element) for element in value]}
    if isinstance(value, bytes):
        return {"B": b64encode(value).decode()}
    if isinstance(value, set | frozenset) and value:
        return _set_to_json(value)
    raise InvalidCall(
        f"a {kind.__name__} of this content cannot be stored",
        where=Place("dynamodb"),
        fix="give text, bytes, bool, None, int, Decimal, or lists, maps and filled sets of them",
        code=ErrorCode.WRONG_TYPE,
    )


def _set_to_json(values: set[Any] | frozenset[Any]) -> JsonValue:
    kind = set_kind(values)
    if kind is Kind.SS:
        return {"SS": sorted(values)}
    if kind is Kind.BS:
        return {"BS": [b64encode(value).decode() for value in sorted(values)]}
    if kind is Kind.NS:
        return {"NS": [str(value) for value in sorted(values)]}
    raise InvalidCall(
        "a set mixes types",
        where=Place("dynamodb"),
        fix="give a set of text, of numbers or of bytes",
        code=ErrorCode.WRONG_TYPE,
    )


def item_to_json(item: Mapping[str, PlainValue]) -> JsonItem:
    """An item in DynamoDB's JSON. Most attributes are text, which is encoded without a call."""
    return {
        name: {"S": value} if type(value) is str else to_json(value) for name, value in item.items()
    }


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
        if isinstance(error, _FAILURES):
            raise NotDynamoDB


_FAILURES = (
    *(ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
    InvalidCall,  # a number out of DynamoDB's range
)


def read_number(text: str) -> int | Decimal:
    """A number in its plain form: an int if it is whole; all digits, up to 38, are kept."""
    if len(text) <= MAX_DIGITS and text.removeprefix("-").isdecimal():
        return int(text)
    return exact_number(Decimal(text))


def _read_list(values: Any) -> PlainValue:
    return [_read(value) for value in _of_type(list, values)]


def _read_map(values: JsonItem) -> PlainValue:
    return {name: _read(value) for name, value in values.items()}


def _read_null(value: Any) -> None:
    if value is not True:
        raise ValueError


def _read_bytes(text: str) -> bytes:
    return b64decode(text, validate=True)


def _of_type(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "S": partial(_of_type, str),
    "N": read_number,
    "BOOL": partial(_of_type, bool),
    "NULL": _read_null,
    "B": _read_bytes,
    "L": _read_list,
    "M": _read_map,
    "SS": lambda texts: {_of_type(str, text) for text in _of_type(list, texts)},
    "NS": lambda texts: set(map(read_number, _of_type(list, texts))),
    "BS": lambda texts: set(map(_read_bytes, _of_type(list, texts))),
}


def _read(value: JsonValue) -> Any:
    ((kind, content),) = value.items()
    return _READERS[kind](content)


def from_json(value: JsonValue) -> Any:
    """The plain value of one attribute. Raises NotDynamoDB if it is no value."""
    with reading():
        return _read(value)


def item_from_json(item: JsonItem) -> Item:
    """The plain values of an item. Raises NotDynamoDB if it is no item."""
    with reading():
        return {name: _read(value) for name, value in item.items()}


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
        decoded: dict[str, Any] = _of_type(dict, orjson.loads(body or b"{}"))
        return decoded

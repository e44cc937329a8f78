"""Plain values in DynamoDB's JSON, and back: `{"S": "text"}`, `{"N": "1"}`.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, TypeAlias

from ...errors import ErrorCode, InvalidCall, Place
from ...expressions.values import MAX_DIGITS, Item, Kind, PlainValue, exact_number, set_kind

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


UNREADABLE = (
    *(ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
    InvalidCall,  # a number out of DynamoDB's range
)
"""What reading raises for what is no value in this form."""


def read_number(text: str) -> int | Decimal:
    """A number in its plain form: an int if it is whole; all digits, up to 38, are kept."""
    if len(text) <= MAX_DIGITS and text.removeprefix("-").isdecimal():
        return int(text)
    return exact_number(Decimal(text))


def _read_list(values: Any) -> PlainValue:
    return [read_value(value) for value in _of_type(list, values)]


def _read_map(values: JsonItem) -> PlainValue:
    return {name: read_value(value) for name, value in values.items()}


def _read_null(value: Any) -> None:
    if value is not True:
        raise ValueError


def _read_bytes(given: str | bytes) -> bytes:
    """Bytes, which JSON has in base64, and boto3's client as they are."""
    return given if isinstance(given, bytes) else b64decode(given, validate=True)


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


def read_value(value: JsonValue) -> Any:
    """The plain value of one attribute. Raises one of `UNREADABLE` if it is no value."""
    ((kind, content),) = value.items()
    return _READERS[kind](content)


def read_item(item: JsonItem) -> Item:
    """The plain values of an item. Raises one of `UNREADABLE` if it is no item."""
    return {name: read_value(value) for name, value in item.items()}

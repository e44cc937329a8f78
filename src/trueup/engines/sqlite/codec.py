"""An item as JSON text in which numbers, bytes and sets survive.

Text, booleans, null, lists and maps are plain JSON. Numbers are JSON numbers if every reader keeps
them (integers, and numbers of at most 15 digits), else `{"$n": "…"}`; bytes are
`{"$b": "base64"}`; sets are `{"$ss": […]}`, `{"$ns": […]}`, `{"$bs": […]}` with their elements in
order. A map key that starts with `$` gets a second `$`. `adr/0003-sqlite-json-form.md` says why.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any

import pydantic_core

from ...errors import ErrorCode, InvalidCall, NeedsOperator, Place
from ...expressions.values import Kind, set_kind
from .numbers import canonical_text, check_finite, normalised

EXACT_FLOAT_DIGITS = 15
"""Decimal digits that survive a binary float (DBL_DIG of IEEE 754 doubles)."""

_WHERE = Place("sqlite")
_FLOAT_DIGITS = Context(prec=EXACT_FLOAT_DIGITS)
_DIGITS_THAT_COUNT = frozenset("123456789")
_JSON_TYPES = frozenset({str, int, bool, type(None)})


def to_json(item: dict[str, Any]) -> str:
    """The JSON text of an item; equal items with equal key order give equal bytes.

    item: values are str, bytes, bool, None, int, Decimal, and lists, maps and sets of them;
        the caller has checked them (depth, text without surrogates, no cycles).

    Raises:
        InvalidCall: a value of another type, a set of mixed types, NaN or infinity.
    """
    text = _encode(_plain(item))
    # A key needs its second `$` only if the text has `"$`; most items have no such key.
    if '"$' in text and _has_dollar_key(item):
        return _encode(_plain(_escape(item)))
    return text


def from_json(text: str, where: Place = _WHERE) -> dict[str, Any]:
    """The item that `to_json` wrote: integers as int, other numbers as Decimal, sets as set.

    Raises:
        NeedsOperator: the text is not in this form; `where` names the row.
    """
    try:
        item = _decode_tagged(text) if '"$' in text else _decode(text)
    except (ValueError, TypeError, ArithmeticError, RecursionError):
        item = None  # JSON's own error holds the text
    if type(item) is not dict:
        raise _unreadable(where)
    return item


def value_from_json(text: str) -> Any:
    """The plain value of any JSON text, also of one that others wrote, with keys like our tags.

    Raises ValueError.
    """
    try:
        return _decode_tagged(text) if '"$' in text else _decode(text)
    except (ValueError, TypeError, ArithmeticError):
        return _decode(text)


def has_tags(text: str) -> bool:
    """Whether the text may hold tagged values or doubled keys; other texts are plain JSON."""
    return '"$' in text


def _plain(value: Any) -> Any:
    """The same value in JSON's types, so that Rust can write it."""
    kind = type(value)
    if kind is dict:
        plain = value.copy()
        for key, inner in value.items():
            if type(inner) not in _JSON_TYPES:
                plain[key] = _plain(inner)
        return plain
    if kind is list:
        return [inner if type(inner) in _JSON_TYPES else _plain(inner) for inner in value]
    return _json_number(value) if kind is Decimal else _tag(value)


def _tag(value: object) -> Any:
    """The tagged form of a value that JSON does not know."""
    if isinstance(value, Decimal):
        return _json_number(value)
    if isinstance(value, bytes):
        return {"$b": b64encode(value).decode()}
    if isinstance(value, set | frozenset):
        return _plain(_json_set(value))
    if isinstance(value, str):
        return str(value)
    raise InvalidCall(
        f"a value of type {type(value).__name__} cannot be stored",
        where=_WHERE,
        fix="give text, bytes, bool, None, int, Decimal, or lists, maps and sets of them",
        code=ErrorCode.WRONG_TYPE,
    )


def _json_number(number: Decimal) -> int | float | dict[str, str]:
    text = str(number)
    if (
        len(text) <= EXACT_FLOAT_DIGITS + 1  # and the point
        and text[-1] in _DIGITS_THAT_COUNT
        and "." in text
        and "E" not in text
    ):  # like most numbers, it has a fraction and few digits
        return float(text)
    check_finite(number)
    if number == number.to_integral_value():
        return int(number)
    if _FLOAT_DIGITS.plus(number) == number:
        nearest = float(number)
        if Decimal(repr(nearest)) == number:
            return nearest
    return {"$n": canonical_text(number)}


def _json_set(values: set[Any] | frozenset[Any]) -> dict[str, list[Any]]:
    kind = set_kind(values)
    if kind is Kind.SS or not values:
        return {"$ss": sorted(values)}
    if kind is Kind.BS:
        return {"$bs": [b64encode(value).decode() for value in sorted(values)]}
    if kind is Kind.NS:
        return {"$ns": sorted(values)}
    raise InvalidCall(
        "a set mixes types",
        where=_WHERE,
        fix="give a set of text, of numbers or of bytes",
        code=ErrorCode.WRONG_TYPE,
    )


def _has_dollar_key(value: object) -> bool:
    if isinstance(value, dict):
        return any(key[:1] == "$" or _has_dollar_key(inner) for key, inner in value.items())
    return isinstance(value, list) and any(map(_has_dollar_key, value))


def _escape(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            "$" + key if key[:1] == "$" else key: _escape(inner) for key, inner in value.items()
        }
    return [_escape(inner) for inner in value] if isinstance(value, list) else value


def _encode(value: dict[str, Any]) -> str:
    try:
        return pydantic_core.to_json(value).decode()
    except ValueError:  # nested too deep, or text with half of a surrogate pair
        return _encode_any(value)


# It reads back as the same values.
_encode_any = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":")
).encode


def _untag(read: dict[str, Any]) -> Any:
    """Turn a JSON object back into its value; the objects inside it are values already."""
    for key in read:
        if key[:1] == "$":
            break
    else:
        return read
    if len(read) == 1 and key[:2] != "$$":
        return _READERS[key](read[key])
    return {_unescape(key): value for key, value in read.items()}


def _unescape(key: str) -> str:
    if key[:1] == "$" and key[:2] != "$$":
        raise ValueError("a tag with other keys")
    return key[1:] if key[:1] == "$" else key


def _read_bytes(text: str) -> bytes:
    return b64decode(text, validate=True)


def _read_tagged_number(text: str) -> int | Decimal:
    if not isinstance(text, str):
        raise TypeError("a number tag without text")
    return _read_decimal(text)


def _read_decimal(text: str) -> int | Decimal:
    """A number from its digits, never through a binary float."""
    number = normalised(Decimal(text))
    if not number.is_finite():
        raise ValueError("NaN or infinity")
    return int(number) if number == number.to_integral_value() else number


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


class _Readers(dict[str, Callable[[Any], Any]]):
    def __missing__(self, tag: str) -> Callable[[Any], Any]:
        raise ValueError("an unknown tag")


_READERS = _Readers(
    {
        "$n": _read_tagged_number,
        "$b": _read_bytes,
        "$ss": set,
        "$ns": set,
        "$bs": lambda texts: set(map(_read_bytes, texts)),
    }
)
_decode = json.JSONDecoder(parse_float=_read_decimal, parse_constant=_refuse_constant).decode
_decode_tagged = json.JSONDecoder(
    parse_float=_read_decimal, parse_constant=_refuse_constant, object_hook=_untag
).decode


def _unreadable(where: Place) -> NeedsOperator:
    return NeedsOperator(
        "a stored item is not in Trueup's JSON form",
        where=where,
        fix="restore the row from a copy, or rewrite its `item` column in the documented form",
        code=ErrorCode.UNREADABLE_ITEM,
    )

"""Values inside of JSON: numbers exactly, bytes and sets tagged.

Text, numbers, booleans, null, lists and maps are plain JSON, so that SQL can use them; `jsonb`
keeps every digit of a number. Bytes are `{"$b": "base64"}`. Sets are `{"$ss": […]}`,
`{"$ns": […]}`, `{"$bs": […]}` with their elements in order. A map key that starts with `$` gets a
second `$`.

Source: https://www.postgresql.org/docs/15/datatype-json.html
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ....errors import ErrorCode, InvalidCall, NeedsOperator, Place
from ....expressions.values import Kind, exact_number, set_kind

_WHERE = Place("postgres")
_text: Callable[[str], str] = json.encoder.encode_basestring
_NUL = "\\u0000"


def to_json(value: Any) -> str:
    """The JSON text of a plain value.

    Raises:
        InvalidCall: a value that is not plain, a set of mixed kinds, NaN, or text with NUL.
    """
    text = _json(value)
    if _NUL in text and _holds_nul(value):
        raise refused_nul()
    return text


def from_json(text: str, where: Place = _WHERE) -> Any:
    """The value that `to_json` wrote: integers as int, other numbers as Decimal, sets as set.

    Raises:
        NeedsOperator: the text is not in this form; `where` names the table.
    """
    try:
        return _decode_tagged(text) if has_tags(text) else _decode(text)
    except (ValueError, TypeError, ArithmeticError, RecursionError):
        pass  # JSON's own error holds the text
    raise NeedsOperator(
        "a stored value is not in Trueup's JSON form",
        where=where,
        fix="restore the row from a copy, or rewrite the value in the documented form",
        code=ErrorCode.UNREADABLE_ITEM,
    )


def plain_json(text: str) -> Any:
    """The value of a JSON text whose keys are no tags. Raises ValueError."""
    return _decode(text)


def has_tags(text: str) -> bool:
    """Whether the text may hold tagged values or doubled keys; other texts are plain JSON."""
    return "$" in text and '"$' in text  # Python finds a single character ten times faster


def refused_nul() -> InvalidCall:
    """The error for text with a character that PostgreSQL stores nowhere.

    Source: https://www.postgresql.org/docs/15/datatype-character.html
    """
    return InvalidCall(
        "a text holds the character NUL, which PostgreSQL does not store",
        where=_WHERE,
        fix="remove it, or store the text as bytes",
        code=ErrorCode.INVALID_TEXT,
    )


def escaped(key: str) -> str:
    """A map's key, as it stands in JSON."""
    return "$" + key if key[:1] == "$" else key


def number_text(number: int | Decimal) -> str:
    """A number for JSON, and for a parameter of type numeric; both read an exponent."""
    if isinstance(number, Decimal) and not number.is_finite():
        raise InvalidCall(
            "a number is NaN or infinite",
            where=_WHERE,
            fix="leave the attribute out",
            code=ErrorCode.INVALID_NUMBER,
        )
    return str(number)


def _json(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case int() | Decimal():
            return number_text(value)
        case bytes():
            return f'{{"$b":"{b64encode(value).decode()}"}}'
        case dict():
            pairs = [f"{_text(escaped(key))}:{_json(inner)}" for key, inner in value.items()]
            return f"{{{','.join(pairs)}}}"
        case list():
            return f"[{','.join(map(_json, value))}]"
        case set() | frozenset():
            return _set_json(value)
        case _:
            raise _unstorable(f"a value of type {type(value).__name__} cannot be stored")


def _set_json(value: set[Any] | frozenset[Any]) -> str:
    kind = set_kind(value) if value else Kind.SS
    if kind is None:
        raise _unstorable("a set mixes types")
    elements = sorted(value)
    if kind is Kind.BS:
        elements = [b64encode(element).decode() for element in elements]
    return f'{{"${kind.value.lower()}":{_json(elements)}}}'


def _unstorable(what: str) -> InvalidCall:
    return InvalidCall(
        what,
        where=_WHERE,
        fix="give text, bytes, bool, None, int, Decimal, or lists, maps and sets of them",
        code=ErrorCode.WRONG_TYPE,
    )


def _holds_nul(value: Any) -> bool:
    match value:
        case str():
            return "\0" in value
        case dict():
            return any("\0" in key or _holds_nul(inner) for key, inner in value.items())
        case list() | set() | frozenset():
            return any(map(_holds_nul, value))
        case _:
            return False


def _untag(read: dict[str, Any]) -> Any:
    """Turn a JSON object back into its value; the objects inside it are values already."""
    if not any(key[:1] == "$" for key in read):
        return read
    [first, *others] = read
    if not others and first[:2] != "$$":
        return _READERS[first](read[first])
    return {_unescape(key): value for key, value in read.items()}


def _unescape(key: str) -> str:
    if key[:1] == "$" and key[:2] != "$$":
        raise ValueError("a tag with other keys")
    return key[1:] if key[:1] == "$" else key


def _read_bytes(text: str) -> bytes:
    return b64decode(text, validate=True)


def _read_number(text: str) -> int | Decimal:
    """A number from its digits, never through a binary float."""
    try:
        return exact_number(Decimal(text))
    except InvalidCall:
        raise ValueError("a number of too many digits") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


class _Readers(dict[str, Callable[[Any], Any]]):
    def __missing__(self, tag: str) -> Callable[[Any], Any]:
        raise ValueError("an unknown tag")


_READERS = _Readers(
    {
        "$b": _read_bytes,
        "$ss": set,
        "$ns": set,
        "$bs": lambda texts: set(map(_read_bytes, texts)),
    }
)
_decode = json.JSONDecoder(parse_float=_read_number, parse_constant=_refuse_constant).decode
_decode_tagged = json.JSONDecoder(
    parse_float=_read_number, parse_constant=_refuse_constant, object_hook=_untag
).decode

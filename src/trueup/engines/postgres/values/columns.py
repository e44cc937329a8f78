"""Between plain values and columns: what a column can hold, and how it is written and read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ....errors import ErrorCode, NeedsOperator, Place
from ....expressions.values import exact_number
from .codec import from_json, number_text, refused_nul, to_json
from .names import quote
from .types import Column, ColumnType, Form, Translation

_LENGTHS = {Form.INSTANT: len("YYYY-MM-DDTHH:MM:SS.ffffffZ"), Form.SECONDS: 20}
_DIGITS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def holds_exactly(type_: ColumnType, value: Any) -> bool:
    """Whether a column of this type holds a plain value, so that it reads back the same."""
    return holder(type_)(value)


def holder(type_: ColumnType) -> Callable[[Any], bool]:
    """What says whether a column of this type holds a plain value: see `holds_exactly`."""
    if type_.translation is not None:
        encode = type_.translation.encode
        return lambda value: encode(value) is not None
    one = _HOLDS[type_.element or type_.form]
    fits = _within(type_, one) if type_.is_limited else one
    if type_.element is None:
        return fits
    kinds = list if type_.form is Form.ARRAY else (set, frozenset)
    return lambda value: isinstance(value, kinds) and all(map(fits, value))


def _within(type_: ColumnType, holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: holds(value) and type_.has_room(value)


def translation(type_: ColumnType) -> Translation:
    """The translation of a type of the form OTHER."""
    assert type_.translation is not None
    return type_.translation


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_real(value: int | Decimal) -> bool:
    """Whether a number is that of a float."""
    try:
        return exact_number(float(value)) == value
    except (OverflowError, ValueError):
        return False


def is_instant(form: Form, text: str) -> bool:
    """Whether a text is an instant as the codec of models writes it, the only one for its time."""
    if len(text) != _LENGTHS[form] or not _DIGITS.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text[:-1])
    except ValueError:
        return False
    return True


def _is_date(text: str) -> bool:
    try:
        return _DATE.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


_HOLDS: dict[Form, Callable[[Any], bool]] = {
    Form.TEXT: _is_text,
    Form.NUMBER: _is_number,
    Form.INTEGER: lambda value: isinstance(value, int) and not isinstance(value, bool),
    Form.REAL: lambda value: _is_number(value) and _is_real(value),
    Form.BOOLEAN: lambda value: isinstance(value, bool),
    Form.BYTES: lambda value: isinstance(value, bytes),
    Form.INSTANT: lambda value: isinstance(value, str) and is_instant(Form.INSTANT, value),
    Form.SECONDS: lambda value: isinstance(value, str) and is_instant(Form.SECONDS, value),
    Form.DATE: lambda value: isinstance(value, str) and _is_date(value),
    Form.UUID: lambda value: isinstance(value, str) and _UUID.fullmatch(value) is not None,
    Form.JSON: lambda _: True,
}
"""What columns hold; arrays hold arrays of none of these."""


def parameter(type_: ColumnType, value: Any) -> Any:
    """The parameter for a plain value that the type holds. Raises InvalidCall for NUL in text."""
    write = writer(type_)
    return value if write is None else write(value)


def writer(type_: ColumnType) -> Callable[[Any], Any] | None:
    """What makes the parameter for a value that the type holds; None if the value is that."""
    if type_.translation is not None:
        return type_.translation.encode
    return _PARAMETERS.get(type_.form)


def text_parameter(value: str) -> str:
    """The parameter for a text. Raises InvalidCall for NUL."""
    if "\0" in value:
        raise refused_nul()
    return value


def _element_text(value: Any) -> str:
    return text_parameter(value) if isinstance(value, str) else number_text(value)


_PARAMETERS: dict[Form, Callable[[Any], Any]] = {
    Form.TEXT: text_parameter,
    Form.NUMBER: number_text,
    Form.INTEGER: number_text,
    Form.REAL: number_text,
    Form.JSON: to_json,
    Form.ARRAY: lambda value: list(map(_element_text, value)),
    Form.SET: lambda value: list(map(_element_text, sorted(value))),
}
"""What writes a value; others are written as they are."""


def shown(column: Column, prefix: str = "") -> str:
    """The expression that reads a column, exactly."""
    return column.type.read.format(prefix + quote(column.name))


_READERS: dict[Form, Callable[[Any], Any]] = {
    Form.NUMBER: exact_number,
    Form.REAL: exact_number,
    Form.JSON: from_json,
}


def reader(type_: ColumnType) -> Callable[[Any], Any] | None:
    """What turns a read value, never None, into a plain value; None for nothing."""
    if type_.translation is not None:
        return type_.translation.decode
    if type_.element is None:
        return _READERS.get(type_.form)
    is_text = type_.element in (Form.TEXT, Form.UUID, Form.DATE)
    read: Callable[[str], Any] = str if is_text else (lambda text: exact_number(Decimal(text)))
    collect: Callable[[Any], Any] = list if type_.form is Form.ARRAY else set
    return lambda texts: collect(map(read, _texts(texts)))


def _texts(found: list[Any]) -> list[str]:
    """The elements of an array; other programs may have stored NULL, or arrays in it."""
    if all(isinstance(one, str) for one in found):
        return found
    raise NeedsOperator(
        "a stored array holds NULL or arrays, where its field has none",
        where=Place("postgres"),
        fix="take them out of the array, or give the field another type",
        code=ErrorCode.UNREADABLE_ITEM,
    )

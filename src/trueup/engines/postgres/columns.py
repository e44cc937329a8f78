"""Between plain values and columns: what a column can hold, and how it is written and read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ...expressions.values import exact_number
from .codec import from_json, number_text, refused_nul, to_json
from .names import quote
from .types import Column, ColumnType, Form, Translation

_LENGTHS = {Form.INSTANT: len("YYYY-MM-DDTHH:MM:SS.ffffffZ"), Form.SECONDS: 20}
_DIGITS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def holds_exactly(type_: ColumnType, value: Any) -> bool:
    """Whether a column of this type holds a plain value, so that it reads back the same."""
    match type_.form:
        case Form.ARRAY:
            return isinstance(value, list) and _holds_all(type_, value)
        case Form.SET:
            return isinstance(value, set | frozenset) and _holds_all(type_, list(value))
        case Form.OTHER:
            return translation(type_).encode(value) is not None
        case form:
            return _holds(form, value) and (not _is_number(value) or type_.has_room(value))


def translation(type_: ColumnType) -> Translation:
    """The translation of a type of the form OTHER."""
    assert type_.translation is not None
    return type_.translation


def _holds_all(type_: ColumnType, values: list[Any]) -> bool:
    assert type_.element is not None
    return all(
        _holds(type_.element, value) and (not _is_number(value) or type_.has_room(value))
        for value in values
    )


def _holds(form: Form, value: Any) -> bool:
    match form:
        case Form.TEXT:
            return isinstance(value, str)
        case Form.NUMBER:
            return _is_number(value)
        case Form.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case Form.REAL:
            return _is_number(value) and _is_real(value)
        case Form.BOOLEAN:
            return isinstance(value, bool)
        case Form.BYTES:
            return isinstance(value, bytes)
        case Form.INSTANT | Form.SECONDS:
            return isinstance(value, str) and is_instant(form, value)
        case Form.DATE:
            return isinstance(value, str) and _is_date(value)
        case Form.UUID:
            return isinstance(value, str) and _UUID.fullmatch(value) is not None
        case Form.JSON:
            return True
        case Form.ARRAY | Form.SET | Form.OTHER:
            return False  # arrays hold none of them


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


def parameter(type_: ColumnType, value: Any) -> Any:
    """The parameter for a plain value that the type holds. Raises InvalidCall for NUL in text."""
    match type_.form:
        case Form.TEXT:
            return text_parameter(value)
        case Form.NUMBER | Form.INTEGER | Form.REAL:
            return number_text(value)
        case Form.JSON:
            return to_json(value)
        case Form.ARRAY:
            return list(map(_element_text, value))
        case Form.SET:
            return list(map(_element_text, sorted(value)))
        case Form.OTHER:
            return translation(type_).encode(value)
        case Form.BOOLEAN | Form.BYTES | Form.INSTANT | Form.SECONDS | Form.DATE | Form.UUID:
            return value


def text_parameter(value: str) -> str:
    """The parameter for a text. Raises InvalidCall for NUL."""
    if "\0" in value:
        raise refused_nul()
    return value


def _element_text(value: Any) -> str:
    return text_parameter(value) if isinstance(value, str) else number_text(value)


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
    return lambda texts: collect(map(read, texts))

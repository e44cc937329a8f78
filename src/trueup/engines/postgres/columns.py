"""Between plain values and columns: what a column can hold, and how it is written and read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from ...expressions.values import exact_number
from .codec import from_json, number_text, refused_nul, to_json
from .layout import Column, Form
from .names import quote

_FRACTION = ".ffffff"
_LENGTHS = {Form.INSTANT: len("YYYY-MM-DDTHH:MM:SS.ffffffZ"), Form.SECONDS: 20}
_DIGITS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", re.ASCII)
_SHOWN = {
    Form.INSTANT: """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    Form.SECONDS: """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""",
    Form.JSON: "{}::text",
}
_CASTS = {
    Form.TEXT: "text",
    Form.NUMBER: "numeric",
    Form.BOOLEAN: "boolean",
    Form.BYTES: "bytea",
    Form.INSTANT: "timestamptz",
    Form.SECONDS: "timestamptz",
    Form.JSON: "jsonb",
}


_READERS: dict[Form, Callable[[Any], Any]] = {
    Form.NUMBER: exact_number,
    Form.JSON: from_json,
}


def holds_exactly(form: Form, value: Any) -> bool:
    """Whether a column of this form holds a plain value, so that it reads back the same."""
    match form:
        case Form.TEXT:
            return isinstance(value, str)
        case Form.NUMBER:
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        case Form.BOOLEAN:
            return isinstance(value, bool)
        case Form.BYTES:
            return isinstance(value, bytes)
        case Form.INSTANT | Form.SECONDS:
            return isinstance(value, str) and is_instant(form, value)
        case Form.JSON:
            return True


def is_instant(form: Form, text: str) -> bool:
    """Whether a text is an instant as the codec of models writes it, the only one for its time."""
    if len(text) != _LENGTHS[form] or not _DIGITS.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text[:-1])
    except ValueError:
        return False
    return True


def parameter(form: Form, value: Any) -> Any:
    """The parameter for a plain value that the form holds. Raises InvalidCall for NUL in text."""
    match form:
        case Form.TEXT:
            if "\0" in value:
                raise refused_nul()
            return value
        case Form.NUMBER:
            return number_text(value)
        case Form.JSON:
            return to_json(value)
        case Form.BOOLEAN | Form.BYTES | Form.INSTANT | Form.SECONDS:
            return value


def cast(form: Form) -> str:
    """The type of a parameter, as in `$1::text`: it makes the server read it as meant."""
    return _CASTS[form]


def shown(column: Column, prefix: str = "") -> str:
    """The expression that reads a column, exactly."""
    return _SHOWN.get(column.form, "{}").format(prefix + quote(column.name))


def reader(form: Form) -> Callable[[Any], Any] | None:
    """What turns a read value, never None, into a plain value; None for nothing."""
    return _READERS.get(form)

"""Types of columns: how plain values are written into them, and read from them, exactly."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any

from ...._dataclass import dataclass


class Form(Enum):
    """The form in which a column holds plain values; the type that has it without constraints."""

    TEXT = "text"
    NUMBER = "numeric"
    INTEGER = "bigint"
    REAL = "double precision"
    BOOLEAN = "boolean"
    BYTES = "bytea"
    INSTANT = "timestamp with time zone"
    SECONDS = "timestamp(0) with time zone"
    DATE = "date"
    UUID = "uuid"
    ARRAY = "text[]"
    SET = "a set, as text[]"
    JSON = "jsonb"
    OTHER = "a type with a translation of its own"


@dataclass(frozen=True, slots=True)
class Translation:
    """Between plain values and those of a type that PostgreSQL alone has.

    encode: the parameter for a plain value; None if the type does not hold it. decode: the plain
        value of what is read.
    """

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class ColumnType:
    """The type of a column.

    form: of its plain values. name: as PostgreSQL prints it. collation: of text.
    write: the expression that makes the value of a parameter, `{}`. read: the one that reads the
        column, `{}`, in a form that loses nothing.
    element: the form of an array's elements.
    lowest, highest: of a whole number. places: the digits after a number's point; None for any.
    is_other_text: whether it is another type than text, whose order is its own.
    translation: of the form OTHER.
    """

    form: Form
    name: str
    collation: str = ""
    write: str = "{}"
    read: str = "{}"
    element: Form | None = None
    lowest: int | None = None
    highest: int | None = None
    places: int | None = None
    is_other_text: bool = False
    translation: Translation | None = None

    @property
    def definition(self) -> str:
        """The type in a definition of a column."""
        return f'{self.name} COLLATE "{self.collation}"' if self.collation else self.name

    @property
    def is_limited(self) -> bool:
        """Whether it has limits for numbers."""
        return not (self.lowest is self.highest is self.places is None)

    def has_room(self, number: int | Decimal) -> bool:
        """Whether a number is within the limits, so that the server does not round it."""
        if self.lowest is not None and number < self.lowest:
            return False
        if self.highest is not None and number > self.highest:
            return False
        if self.places is None or not isinstance(number, Decimal):
            return True
        exponent = number.as_tuple().exponent
        return isinstance(exponent, int) and -exponent <= self.places


@dataclass(frozen=True, slots=True)
class Column:
    """The column of an attribute. is_key: whether it belongs to the primary key.

    is_nullable: whether a row may lack it. is_null: whether NULL is the value None, not absence.
    given: SQL of the value that the database gives if a write does not; empty for none.
    is_generated: whether only the database writes it.
    is_strict: whether a value that it does not hold is refused, instead of kept beside it.
    """

    attribute: str
    name: str
    type: ColumnType
    is_key: bool = False
    is_nullable: bool = True
    is_null: bool = False
    given: str = ""
    is_generated: bool = False
    is_strict: bool = False

    @property
    def form(self) -> Form:
        """The form of its plain values."""
        return self.type.form

    def placed(self, place: str) -> str:
        """The expression for a parameter at a place, such as `$1`, that the column could hold."""
        return self.type.write.format(place)


def _shown(first: str, last: str, text: str) -> str:
    """What reads a time: the text that the model has, or PostgreSQL's own of a time that Python has
    not. `to_char` makes NULL of infinity, and drops that a year is before our time."""
    return f"CASE WHEN {{0}} BETWEEN '{first}' AND '{last}' THEN {text} ELSE {{0}}::text END"


def _instant(fraction: str) -> str:
    text = f"""to_char({{0}} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS{fraction}"Z"')"""
    return _shown("0001-01-01 00:00Z", "9999-12-31 23:59:59.999999Z", text)


PLAIN: dict[Form, ColumnType] = {
    Form.TEXT: ColumnType(Form.TEXT, "text", "C", write="{}::text"),
    Form.NUMBER: ColumnType(Form.NUMBER, "numeric", write="{}::numeric"),
    Form.REAL: ColumnType(Form.REAL, "double precision", write="{}::float8"),
    Form.BOOLEAN: ColumnType(Form.BOOLEAN, "boolean", write="{}::boolean"),
    Form.BYTES: ColumnType(Form.BYTES, "bytea", write="{}::bytea"),
    Form.INSTANT: ColumnType(
        Form.INSTANT,
        "timestamp with time zone",
        write="{}::timestamptz",
        read=_instant(".US"),
    ),
    Form.SECONDS: ColumnType(
        Form.SECONDS,
        "timestamp(0) with time zone",
        write="{}::timestamptz",
        read=_instant(""),
    ),
    Form.DATE: ColumnType(
        Form.DATE,
        "date",
        write="{}::date",
        read=_shown("0001-01-01", "9999-12-31", "to_char({0}, 'YYYY-MM-DD')"),
    ),
    Form.UUID: ColumnType(Form.UUID, "uuid", write="{}::uuid", read="{}::text"),
    Form.JSON: ColumnType(Form.JSON, "jsonb", write="{}::jsonb", read="{}::text"),
}
"""The types without constraints. Text has the order of its bytes, as keys have."""

_WHOLE_BITS = {"smallint": 16, "integer": 32, "bigint": 64}


def whole(name: str) -> ColumnType:
    """The type of whole numbers with this name: smallint, integer or bigint."""
    most = 1 << (_WHOLE_BITS[name] - 1)
    return ColumnType(Form.INTEGER, name, write="{}::" + name, lowest=-most, highest=most - 1)


def is_whole(name: str) -> bool:
    """Whether a type of SQL has whole numbers only."""
    return name in _WHOLE_BITS


def array_of(element: ColumnType, form: Form) -> ColumnType:
    """The type of arrays of another type; they travel as arrays of texts."""
    name = f"{element.name}[]"
    return ColumnType(
        form,
        name,
        element.collation,
        write=f"{{}}::text[]::{name}",
        read="{}::text[]",
        element=element.form,
        lowest=element.lowest,
        highest=element.highest,
    )


def other_text(name: str, collation: str = "") -> ColumnType:
    """A type whose values are written and read in the server's text form, such as an enum."""
    return ColumnType(
        Form.TEXT,
        name,
        collation,
        write=f"{{}}::text::{name}",
        read="{}::text",
        is_other_text=True,
    )

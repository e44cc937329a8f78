"""Values for the columns of a shadow: NULLs, the ends of ranges, and ordinary ones, by a seed.

Texts are in the form in which PostgreSQL reads them; SQLite's are made by `sqlite/catalogue.py`.
Source: https://www.postgresql.org/docs/15/datatype.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from ..port import Column, MigrationDatabase, Shape, Text

ROWS = 1_000
"""The least rows of a table in a proof."""

_CHUNK = 100
_MOST_ROUNDS = 60
_NULL_EVERY = 11
_MOST_TEXT = 40
_INTEGERS = {"int2": 15, "int4": 31, "int8": 63, "integer": 63}
_FIRST_DAY = date(2000, 1, 1)
_NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)


def _integer(bits: int) -> tuple[str, ...]:
    return (str(-(2**bits)), str(2**bits - 1), "0", "-1", "1")


_ENDS: Final[Mapping[str, tuple[str, ...]]] = {
    **{name: _integer(bits) for name, bits in _INTEGERS.items()},
    "numeric": ("0", "-1", "0.5", "12345678.125"),
    "float4": ("0", "-0", "1e37", "-1e37", "NaN", "Infinity"),
    "float8": ("0", "-0", "1e308", "-1e308", "NaN", "-Infinity"),
    "real": ("0.0", "1e308", "-1e308", "0.1"),
    "text": ("", "'", "日本語", "a\nb", "\\", "é", " ", "%_"),
    "date": ("0001-01-01", "9999-12-31", "infinity", "-infinity"),
    "timestamp": ("0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "infinity"),
    "timestamptz": ("0001-01-01 00:00:00+00", "9999-12-31 23:59:59.999999+00", "-infinity"),
    "time": ("00:00:00", "23:59:59.999999", "24:00:00"),
    "interval": ("0", "-1 day", "178000000 years", "1 mon 1 day 01:00:00"),
    "json": ("null", "{}", "[]", '"x"', '{"a": {"b": [1, null]}}'),
    "bytea": ("\\x", "\\x00ff"),
    "bool": ("true", "false"),
    "uuid": ("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    "blob": ("X''", "X'00ff'"),
}
_LIKE = {
    "varchar": "text", "bpchar": "text", "citext": "text", "name": "text", "jsonb": "json",
    "timetz": "time", "xml": "xml",
}  # fmt: skip

_NUMBER = re.compile(r"[-+]?\.?\d")
_DAY = re.compile(r"\d{4}-")
_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    **dict.fromkeys((*_INTEGERS, "numeric", "float4", "float8", "real"), _NUMBER),
    **dict.fromkeys(("date", "timestamp", "timestamptz"), _DAY),
    "uuid": re.compile(r"[0-9a-f]{8}-", re.IGNORECASE),
}
"""How a literal of these types begins; those of other types may be any text."""

_ORDINARY: Final[Mapping[str, Callable[[int, Random], str]]] = {
    "int2": lambda n, _: str(n % 30_000 + 2),
    "int4": lambda n, _: str(n + 2),
    "int8": lambda n, _: str(n + 2),
    "integer": lambda n, _: str(n + 2),
    "numeric": lambda n, _: str(n + 2),
    "float4": lambda n, _: f"{n}.5",
    "float8": lambda n, _: f"{n}.5",
    "real": lambda n, _: f"{n}.5",
    "money": lambda n, _: f"{n}.50",
    "text": lambda n, _: f"text {n}",
    "char": lambda n, _: chr(97 + n % 26),
    "bool": lambda _, random: random.choice(("true", "false")),
    "uuid": lambda _, random: str(UUID(int=random.getrandbits(128), version=4)),
    "date": lambda n, _: str(_FIRST_DAY + timedelta(days=n)),
    "timestamp": lambda n, _: str((_NOON + timedelta(seconds=n * 61)).replace(tzinfo=None)),
    "timestamptz": lambda n, _: str(_NOON + timedelta(seconds=n * 61)),
    "time": lambda n, _: f"{n % 24:02d}:{n // 24 % 60:02d}:00",
    "interval": lambda n, _: f"{n} seconds",
    "json": lambda n, _: json.dumps({"n": n}),
    "bytea": lambda n, _: f"\\x{n:08x}",
    "blob": lambda n, _: f"X'{n:08x}'",
    "xml": lambda n, _: f"<a>{n}</a>",
    "inet": lambda n, _: f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}",
    "cidr": lambda n, _: f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}/32",
    "macaddr": lambda n, _: f"08:00:2b:{n >> 16 & 255:02x}:{n >> 8 & 255:02x}:{n & 255:02x}",
    "point": lambda n, _: f"({n},{n % 90})",
    "geography": lambda n, _: f"SRID=4326;POINT({n % 180} {n % 90})",
    "geometry": lambda n, _: f"SRID=4326;POINT({n % 180} {n % 90})",
    "tsvector": lambda n, _: f"'word{n}'",
    "bit": lambda *_: "1",
    "varbit": lambda n, _: f"{n:b}",
    "oid": lambda n, _: str(n),
    "int4range": lambda n, _: f"[{n},{n + 1})",
    "int8range": lambda n, _: f"[{n},{n + 1})",
    "numrange": lambda n, _: f"[{n},{n + 1})",
    "daterange": lambda n, _: f"[{_FIRST_DAY + timedelta(days=n)},"
    f"{_FIRST_DAY + timedelta(days=n + 1)})",
    "tsrange": lambda n, _: f"[2020-01-01 00:00, 2020-01-01 00:00:{n % 60:02d}.{n:06d}1)",
    "tstzrange": lambda n, _: f"[{_NOON + timedelta(hours=n)},{_NOON + timedelta(hours=n + 1)})",
    "hstore": lambda n, _: f'"n"=>"{n}"',
}  # fmt: skip
"""The n-th ordinary value of a type; those of a column are all different where that can be."""


def load(database: MigrationDatabase, shape: Shape, start: int = 0) -> int:
    """Put rows into a table until it has ROWS or somewhat more, or no more fit: how many were put.

    start: the number of the first, so that later rows are others. Rows point to rows that are
        there.
    """
    columns = [one for one in shape.columns if not (one.is_made or one.has_default)]
    parents = [
        (one.columns, _parents(database, one.table, one.targets)) for one in shape.references
    ]
    random, put, failed = Random(start), 0, 0
    maker = _Maker(columns, parents, random)
    for round_number in range(_MOST_ROUNDS):
        first = start + round_number * _CHUNK
        numbers = range(first, first + _CHUNK)
        rows = [maker.row(number, is_first=round_number == 0) for number in numbers]
        added = database.insert(shape, [one.name for one in columns], rows)
        put, failed = put + added, 0 if added else failed + 1
        if put >= ROWS or failed > 5:
            break
        if round_number == 0:
            maker.add_own(database, shape)
    return put


def _parents(
    database: MigrationDatabase, table: str, targets: Sequence[str]
) -> Sequence[Sequence[Text]]:
    return database.contents(table, targets)


class _Maker:
    """Makes rows for the columns of a table."""

    def __init__(
        self,
        columns: Sequence[Column],
        parents: Sequence[tuple[Sequence[str], Sequence[Sequence[Text]]]],
        random: Random,
    ) -> None:
        self._columns = columns
        self._parents = list(parents)
        self._random = random

    def add_own(self, database: MigrationDatabase, shape: Shape) -> None:
        """Let later rows point to earlier ones of the table itself."""
        self._parents = [
            (names, found or _parents(database, one.table, one.targets))
            for (names, found), one in zip(self._parents, shape.references, strict=True)
        ]

    def row(self, number: int, *, is_first: bool) -> list[Text]:
        """The row of a number. is_first: it has the ends of ranges, one column after the other."""
        pointing = dict(self._pointing(number))
        return [
            pointing[column.name]
            if column.name in pointing
            else self._value(column, number, place, is_first=is_first)
            for place, column in enumerate(self._columns)
        ]

    def _pointing(self, number: int) -> Iterator[tuple[str, Text]]:
        """References of a row, each to any row; unique ones to one row after the other."""
        nullable = {one.name for one in self._columns if one.is_nullable}
        unique = {one.name for one in self._columns if one.is_unique}
        for names, found in self._parents:
            is_null = nullable.issuperset(names) and self._random.randrange(_NULL_EVERY) == 0
            if not found or is_null:
                yield from dict.fromkeys(names).items()
            elif unique.intersection(names):
                yield from zip(names, found[number % len(found)], strict=True)
            else:
                yield from zip(names, self._random.choice(found), strict=True)

    def _value(self, column: Column, number: int, place: int, *, is_first: bool) -> Text:
        ends = ends_of(column)
        if is_first and number % _CHUNK // 2 < len(ends) and number % 2 == place % 2:
            return ends[number % _CHUNK // 2]
        if column.is_nullable and (number + place) % _NULL_EVERY == 0:
            return None
        if column.labels:
            return _as_array(column, self._random.choice(column.labels))
        literals = [text for text in column.literals if _may_be_of(column, text)]
        if literals and (self._random.randrange(4) or not is_first):
            return self._near(column, literals)
        return ordinary(column, number, self._random)

    def _near(self, column: Column, literals: Sequence[str]) -> str:
        """A value that checks name, or one beside it."""
        text = self._random.choice(literals)
        number = text.lstrip("-").replace(".", "", 1).isdigit()
        if number and column.base not in ("text", "varchar", "bpchar", "citext"):
            step = self._random.choice((0, 0, 1, -1, self._random.randrange(1_000)))
            text = str(int(float(text)) + step)
        return _as_array(column, text)


def _may_be_of(column: Column, literal: str) -> bool:
    """Whether a literal may be a value of a column: a check has those of several columns."""
    base = column.base.lstrip("_")
    form = _FORMS.get(_LIKE.get(base, base))
    return form is None or form.match(literal) is not None


def ends_of(column: Column) -> list[str]:
    """The ends of a column's range; every one once, and nothing that its type does not hold."""
    base = column.base.lstrip("_")
    if column.labels or column.literals:
        return []
    found = list(_ENDS.get(_LIKE.get(base, base), ()))
    if _LIKE.get(base, base) == "text":
        found = [text[: column.length or None] for text in found]
        found.append("x" * (column.length or 300))
    if base == "numeric" and column.precision:
        nines = "9" * (column.precision - column.scale)
        found = [f"{sign}{nines or 0}{'.' * bool(column.scale)}{'9' * column.scale}"
                 for sign in ("", "-")]  # fmt: skip
    return list(dict.fromkeys(_as_array(column, text) for text in found))


def ordinary(column: Column, number: int, random: Random) -> Text:
    """The ordinary value of a number; None for a type that none is known for."""
    base = column.base.lstrip("_")
    make = _ORDINARY.get(_LIKE.get(base, base))
    if make is None:
        return None
    text = make(number, random)
    if column.length and _LIKE.get(base, base) == "text":
        text = str(number) if column.length < _MOST_TEXT else text
        text = text[-column.length :]
    if base == "numeric" and column.precision:
        text = str(number % 10 ** (column.precision - column.scale))
    if base in ("bit", "varbit") and column.length:
        text = f"{number:b}"[-column.length :].rjust(column.length, "0")
    return _as_array(column, text)


def _as_array(column: Column, text: str) -> str:
    """The text; of an array the array with it as the only element."""
    if not column.is_array:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'{{"{escaped}"}}'

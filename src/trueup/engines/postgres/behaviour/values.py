"""Values that columns are tried with: of each type some, and those around declared limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ....model.translation.constraints import Constraints
from ..values.names import literal
from .live import LiveColumn

RARE = 20
"""How many of the generated rows have the first of a few values, so that asking for it is
selective."""

_WHOLE = ("smallint", "integer", "bigint")
_PARTIAL = ("numeric", "real", "double precision")
_TEXTS = ("text", "character varying", "character", "citext")
_NUMBER = re.compile(r"(?<![\w'.])-?\d+(?:\.\d+)?(?![\w'])")
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_OF_TYPE: dict[str, tuple[str, ...]] = {
    "boolean": ("false", "true"),
    "uuid": ("00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"),
    "timestamp with time zone": (
        "2026-01-02 03:04:05+00",
        "2000-01-01 00:00:00+00",
        "2030-12-31 23:59:59+00",
    ),
    "timestamp without time zone": ("2026-01-02 03:04:05", "2000-01-01 00:00:00"),
    "date": ("2026-01-02", "2000-01-01", "2030-12-31"),
    "time without time zone": ("12:00:00", "00:00:00"),
    "interval": ("1 hour", "0", "-1 day"),
    "jsonb": ("{}", "[]", '{"a": 1}', '"a"', "null"),
    "json": ("{}", "[]", '{"a": 1}'),
    "bytea": ("\\x61", "\\x"),
    "inet": ("192.0.2.1", "2001:db8::1"),
    "cidr": ("192.0.2.0/24",),
    "macaddr": ("08:00:2b:01:02:03",),
    "tsvector": ("a b",),
    "money": ("1",),
    "int4range": ("[1,5)", "[5,9)", "empty"),
    "int8range": ("[1,5)", "[5,9)", "empty"),
    "numrange": ("[1,5)", "[5,9)", "empty"),
    "daterange": ("[2026-01-01,2026-01-05)", "[2026-02-01,2026-02-05)", "empty"),
    "tstzrange": (
        "[2026-01-01 00:00+00,2026-01-05 00:00+00)",
        "[2026-02-01 00:00+00,2026-02-05 00:00+00)",
        "empty",
    ),
    "point": ("(5,52)",),
    "ltree": ("a.b",),
    "hstore": ("a=>1",),
}
"""By type. The first is an ordinary one."""

_SHAPES = {
    "Point": "POINT(5 52)",
    "LineString": "LINESTRING(5 52,6 53)",
    "Polygon": "POLYGON((5 52,6 52,6 53,5 52))",
    "MultiPoint": "MULTIPOINT(5 52,6 53)",
    "MultiLineString": "MULTILINESTRING((5 52,6 53))",
    "MultiPolygon": "MULTIPOLYGON(((5 52,6 52,6 53,5 52)))",
}
_GEOMETRY = re.compile(r"(?:geography|geometry)(?:\((\w+)(?:,(\d+))?\))?$")


def pool(
    column: LiveColumn, limits: Constraints, conditions: str, examples: tuple[str, ...]
) -> list[str]:
    """Texts of values that the type of the column has, within the limits and beyond them.

    conditions: the SQL of checks: numbers and texts in it are tried, and those beside them.
    """
    return list(dict.fromkeys(_values(column, limits, conditions, examples)))


def _values(
    column: LiveColumn, limits: Constraints, conditions: str, examples: tuple[str, ...]
) -> Iterator[str]:
    if column.base in _TEXTS:
        yield from examples
        yield from map(str, limits.choices)
        quoted = [one.replace("''", "'") for one in _QUOTED.findall(conditions)]
        yield from (one for one in quoted if len(one) < 200)
        yield from _texts(limits)
    elif column.base in (*_WHOLE, *_PARTIAL):
        yield from _numbers(column, limits, conditions)
    elif column.labels:
        yield from column.labels
    elif column.base.endswith("[]"):
        yield from _arrays(column.base, limits)
    elif shape := _GEOMETRY.search(column.type):
        kind, srid = shape.groups()
        yield f"SRID={srid or 4326};{_SHAPES.get(kind or 'Point', _SHAPES['Point'])}"
    else:
        yield from _OF_TYPE.get(column.base, ())


def _texts(limits: Constraints) -> Iterator[str]:
    shortest, longest = limits.shortest or 0, limits.longest
    if longest is not None:
        yield "a" * longest
        yield "a" * (longest + 1)
        yield "\N{GRINNING FACE}" * longest  # two units of UTF-16, four bytes, one character
    if shortest:
        yield "a" * shortest
        yield "a" * (shortest - 1)
    yield from ("a", "", "not one of these", "A b-1_é")


def _numbers(column: LiveColumn, limits: Constraints, conditions: str) -> Iterator[str]:
    step = Decimal(1) if column.base in _WHOLE else Decimal("0.01")
    bounds = [one for one in (limits.ge, limits.gt, limits.le, limits.lt) if one is not None]
    named = [Decimal(str(one)) for one in (*bounds, *limits.choices)]
    named += [Decimal(one) for one in _NUMBER.findall(conditions)]
    for number in (*named, Decimal(1), Decimal(0)):
        for tried in (number + step, number, number - step):
            if column.base not in _WHOLE or tried == tried.to_integral_value():
                yield f"{tried:f}"
    yield from ("5", "100", "-1")


def _arrays(base: str, limits: Constraints) -> Iterator[str]:
    one = "1" if base.removesuffix("[]") in (*_WHOLE, *_PARTIAL) else "a"
    for length in (limits.shortest or 1, limits.longest, 0, 1, (limits.longest or 0) + 1):
        if length is not None:
            yield "{" + ",".join([one] * length) + "}"
    if limits.shortest:
        yield "{" + ",".join([one] * (limits.shortest - 1)) + "}"


def series(column: LiveColumn, table: str, limits: Constraints) -> list[str]:
    """SQL with a value for each whole number `n`, all different where the type allows; several, of
    which the first that every check accepts is taken."""
    if column.base in _TEXTS:
        forms = ["'value ' || n", "'v' || n", "lpad(n::text, 8, '0')", "n::text"]
        return [*forms, "'v' || n || '@example.com'", "'https://example.com/' || n"]
    if column.base in (*_WHOLE, *_PARTIAL):
        least = limits.ge if limits.ge is not None else limits.gt
        first = f"{Decimal(str(least)):f} + n" if least is not None else "n"
        return [first, "n", "n / 16384.0", "-n"]
    salt = literal(f"{table}.{column.name} ")
    form = _SERIES.get(column.base)
    return [form.format(salt)] if form else []


_SERIES = {
    "uuid": "md5({} || n)::uuid",
    "boolean": f"n > {RARE}",
    "timestamp with time zone": "timestamptz '2026-01-01 00:00+00' + n * interval '1 minute'",
    "timestamp without time zone": "timestamp '2026-01-01 00:00' + n * interval '1 minute'",
    "date": "date '2026-01-01' + n",
    "jsonb": "jsonb_build_object('n', n)",
    "json": "json_build_object('n', n)",
    "bytea": "decode(lpad(to_hex(n), 8, '0'), 'hex')",
    "int4range": "int4range(n * 2, n * 2 + 1)",
    "int8range": "int8range(n * 2, n * 2 + 1)",
    "numrange": "numrange(n * 2, n * 2 + 1)",
    "daterange": "daterange(date '2026-01-01' + n * 2, date '2026-01-01' + n * 2 + 1)",
    "tstzrange": "tstzrange(timestamptz '2026-01-01' + n * interval '2 hours', "
    "timestamptz '2026-01-01' + n * interval '2 hours' + interval '1 hour')",
}

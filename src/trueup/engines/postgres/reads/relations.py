"""Containment, ranges and geometries as SQL."""

from __future__ import annotations

from typing import Any

from ....errors import unhandled
from ....expressions.condition import Includes, Intersects, Operand, Overlaps, Relation, Within
from ..tables.compile import TableSql
from ..values.column_types import is_geometry
from ..values.columns import holds_exactly, parameter
from ..values.geometries import to_text
from ..values.names import quote
from ..values.types import Column, Form
from .fragments import PLACE, Fragment, column_at, is_storable_text

_GEOMETRY = f"{PLACE}::text"


def relation_in_sql(sql: TableSql, condition: Relation) -> Fragment | None:
    """The condition in SQL; None if SQL could mean something else, or nothing."""
    column = column_at(sql, condition.path)
    if column is None:
        return None
    match condition:
        case Includes(_, part):
            return _inclusion(column, part)
        case Overlaps(_, other):
            return _overlap(column, other)
        case Within(_, centre, metres):
            return _nearness(column, centre, metres)
        case Intersects(_, other):
            return _intersection(column, other)
        case _:
            raise unhandled(condition)


def _inclusion(column: Column, part: Operand) -> Fragment | None:
    """Containment of what JSON says as it is: sets and bytes are maps there, and would include an
    empty one."""
    if not holds_exactly(column.type, part):
        return None
    if column.form not in (Form.ARRAY, Form.SET) and not (
        column.form is Form.JSON and isinstance(part, dict | list) and _is_plain(part)
    ):
        return None
    return _operation(column, "@>", part)


def _is_plain(value: Any) -> bool:
    match value:
        case dict():
            names = all(map(is_storable_text, value))
            return bool(value) and names and all(map(_is_plain, value.values()))
        case list():
            return all(map(_is_plain, value))
        case str():
            return is_storable_text(value)
        case _:
            return not isinstance(value, bytes | set | frozenset)


def _overlap(column: Column, other: Operand) -> Fragment | None:
    if column.form is not Form.OTHER or is_geometry(column.type):
        return None
    return _operation(column, "&&", other) if holds_exactly(column.type, other) else None


def _operation(column: Column, operator: str, other: Operand) -> Fragment:
    text = f"({quote(column.name)} {operator} {column.placed(PLACE)})"
    return Fragment(text, (parameter(column.type, other),), may_be_null=True)


def _nearness(column: Column, centre: Operand, metres: float) -> Fragment | None:
    """A distance on the spheroid, also from a column of type geometry, whose own distances are
    degrees. Source: https://postgis.net/docs/ST_DWithin.html"""
    text_form = to_text(centre)
    if not is_geometry(column.type) or text_form is None:
        return None
    sides = f"{geography(column)}, {_GEOMETRY}::geography, {PLACE}::float8"
    return Fragment(f"ST_DWithin({sides})", (text_form, str(float(metres))), may_be_null=True)


def geography(column: Column) -> str:
    """A column of geometries, read as places on the earth."""
    is_planar = column.type.name.startswith("geometry")
    return f"({quote(column.name)}::geography)" if is_planar else quote(column.name)


def _intersection(column: Column, other: Operand) -> Fragment | None:
    """On the sphere for a geography, in the plane of degrees for a geometry."""
    text_form = to_text(other)
    if not is_geometry(column.type) or text_form is None:
        return None
    kind = column.type.name.partition("(")[0]
    text = f"ST_Intersects({quote(column.name)}, {_GEOMETRY}::{kind})"
    return Fragment(text, (text_form,), may_be_null=True)

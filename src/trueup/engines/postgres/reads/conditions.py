"""Filters as SQL, as far as SQL means the same as `expressions/evaluate.py`.

Every fragment is true of a row if and only if the condition is true of its item; else it is false,
or NULL, which does not hinder an index. A value whose column holds its kind stands in the column,
any other one in the column for the rest; so a comparison with a value that the column could hold
is decided by the column. An instant is compared by its text, wherever it stands.

What is no such condition is left to the client, which evaluates the whole filter on each row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ....errors import UnsupportedByEngine, unhandled
from ....expressions.condition import (
    And,
    BeginsWith,
    Between,
    Comparison,
    Condition,
    Contains,
    Exists,
    HasType,
    In,
    Includes,
    Intersects,
    Missing,
    Not,
    Op,
    Operand,
    Or,
    Overlaps,
    Within,
    undecided,
)
from ....expressions.path import Path
from ..tables.compile import TableSql
from ..tables.layout import MORE
from ..values.codec import escaped
from ..values.columns import holds_exactly, parameter, shown
from ..values.names import literal, quote
from ..values.types import PLAIN, Column, Form
from .fragments import PLACE, Fragment, column_at, is_storable_text
from .relations import relation_in_sql

_INSTANTS = (Form.INSTANT, Form.SECONDS)
_TEXTS = (Form.TEXT, Form.DATE, Form.UUID, *_INSTANTS)
"""Forms whose plain values are texts."""
_ORDERED = (*_TEXTS, Form.NUMBER, Form.INTEGER, Form.BYTES)
"""Forms whose order in SQL is that of their plain values."""


def parts_in_sql(sql: TableSql, condition: Condition) -> list[Fragment]:
    """The parts of a filter that SQL decides; the filter is false of a row if one of them is."""
    parts = condition.parts if isinstance(condition, And) else (condition,)
    return [found for part in parts if (found := in_sql(sql, part)) is not None]


def in_sql(sql: TableSql, condition: Condition) -> Fragment | None:
    """The whole condition in SQL; None if SQL could mean something else."""
    match condition:
        case And(parts):
            return _joined(" AND ", [in_sql(sql, part) for part in parts])
        case Or(parts):
            return _joined(" OR ", [in_sql(sql, part) for part in parts])
        case Not(part):
            inner = in_sql(sql, part)
            return None if inner is None else Fragment(f"(NOT {inner.never_null})", inner.values)
        case Comparison(op, left, right):
            return _comparison(sql, op, left, right)
        case Between(operand, low, high):
            ends = (_comparison(sql, Op.GE, operand, low), _comparison(sql, Op.LE, operand, high))
            return _joined(" AND ", ends)
        case In(operand, values):
            return _joined(" OR ", [_comparison(sql, Op.EQ, operand, one) for one in values])
        case BeginsWith(path, prefix):
            return _beginning(sql, path, prefix)
        case Exists(path):
            return _presence(sql, path)
        case Missing(path):
            there = _presence(sql, path)
            return None if there is None else Fragment(f"(NOT {there.text})")
        case Includes() | Overlaps() | Within() | Intersects():
            return relation_in_sql(sql, condition)
        case Contains() | HasType():
            return None
        case _:
            raise unhandled(condition)


def left_to_client(sql: TableSql, condition: Condition) -> Condition | None:
    """The part of a filter that is evaluated once more on each item: all but what SQL alone
    evaluates.

    Raises UnsupportedByEngine if SQL has to decide what it does not fully know.
    """
    parts = condition.parts if isinstance(condition, And) else (condition,)
    left = tuple(part for part in parts if not _is_left_to_sql(sql, part))
    return And(left) if left else None


def _is_left_to_sql(sql: TableSql, part: Condition) -> bool:
    found = undecided(part)
    if found is None:
        return False
    if in_sql(sql, part) is not None:
        return True
    raise UnsupportedByEngine(
        "distances and intersections are decided by PostGIS alone, which cannot decide this",
        where=replace(sql.where, attribute=str(found.path)),
        fix="declare the attribute as a geometry of trueup.geo in a table with relational=, "
        "compare it with a geometry, and put what else is asked beside it, joined by &",
    )


def _joined(word: str, parts: Sequence[Fragment | None]) -> Fragment | None:
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return None
    values = tuple(value for part in known for value in part.values)
    text = f"({word.join(part.text for part in known)})"
    return Fragment(text, values, may_be_null=any(part.may_be_null for part in known))


def _comparison(sql: TableSql, op: Op, left: Operand, right: Operand) -> Fragment | None:
    """An attribute compared with a value that its column could hold."""
    column = column_at(sql, left)
    sides = None if column is None else _sides(column, op, right)
    if sides is None:
        return None
    value, place, parameters = sides
    if op is Op.NE:
        return Fragment(f"({value} IS DISTINCT FROM {place})", parameters)
    return Fragment(f"({value} {op.value} {place})", parameters, may_be_null=True)


def _sides(column: Column, op: Op, right: Operand) -> tuple[str, str, tuple[Any, ...]] | None:
    """What is compared: the column's value, the other one, and its parameter."""
    is_equality = op in (Op.EQ, Op.NE)
    is_native = column.is_strict and (is_equality or not column.type.is_other_text)
    if is_native and column.form in _ORDERED and holds_exactly(column.type, right):
        collated = ' COLLATE "C"' if column.form is Form.TEXT and not is_equality else ""
        place = column.placed(PLACE)
        return quote(column.name) + collated, place, (parameter(column.type, right),)
    if column.is_strict and column.form in (Form.INTEGER, Form.NUMBER):
        return _as_numbers(column, right)
    if column.form in _TEXTS:
        if not is_storable_text(right):
            return None
        return _value(column), f"{PLACE}::text", (right,)
    if column.form not in (*_ORDERED, Form.BOOLEAN) or not holds_exactly(column.type, right):
        return None
    if not is_equality and column.form is Form.BOOLEAN:
        return None
    return quote(column.name), column.placed(PLACE), (parameter(column.type, right),)


def _as_numbers(column: Column, right: Operand) -> tuple[str, str, tuple[Any, ...]] | None:
    """A number that is none of the column's, such as 1.5 for whole numbers."""
    number = PLAIN[Form.NUMBER]
    if not holds_exactly(number, right):
        return None
    place = number.write.format(PLACE)
    return f"{quote(column.name)}::numeric", place, (parameter(number, right),)


def _beginning(sql: TableSql, path: Path, prefix: Operand) -> Fragment | None:
    column = column_at(sql, path)
    if column is None or column.form not in _TEXTS or not is_storable_text(prefix):
        return None
    return Fragment(f"starts_with({_value(column)}, {PLACE}::text)", (prefix,), may_be_null=True)


def _presence(sql: TableSql, path: Path) -> Fragment | None:
    """Whether an attribute is there and not NULL."""
    column = column_at(sql, path)
    if column is None:
        return None
    name = quote(column.name)
    if column.form is Form.JSON:
        there = f"coalesce(jsonb_typeof({name}), 'null') <> 'null'"
    else:
        there = f"{name} IS NOT NULL"
    if column.is_key or column.is_strict:
        return Fragment(f"({there})")
    return Fragment(f"({there} OR coalesce(jsonb_typeof({_elsewhere(column)}), 'null') <> 'null')")


def _value(column: Column) -> str:
    """The text that a column is compared by: of an instant as the model writes it, or the other
    text in its place."""
    if column.form is Form.TEXT and not column.type.is_other_text:
        return quote(column.name)
    if column.is_key or column.is_strict:
        return f'({shown(column)}) COLLATE "C"'
    other = _elsewhere(column)
    text = f"CASE WHEN jsonb_typeof({other}) = 'string' THEN {other} #>> '{{}}' END"
    return f'coalesce({shown(column)}, {text}) COLLATE "C"'


def _elsewhere(column: Column) -> str:
    """A value that its column does not hold, as JSON."""
    return f"({quote(MORE.name)} -> {literal(escaped(column.attribute))})"

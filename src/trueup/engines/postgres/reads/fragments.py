"""Fragment: a condition in SQL with its parameters, and what all conditions are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...._dataclass import dataclass
from ....expressions.condition import Operand
from ....expressions.path import Path
from ....expressions.values import is_text
from ..tables.compile import TableSql
from ..values.types import Column

PLACE = "\0"
"""Stands for a parameter; no name and no literal in SQL has it."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A condition in SQL. values: its parameters, in order.

    may_be_null: whether it may be NULL of rows of which the condition is false.
    """

    text: str
    values: tuple[Any, ...] = ()
    may_be_null: bool = False

    @property
    def never_null(self) -> str:
        """The condition as true or false, so that `NOT` may stand before it."""
        return f"({self.text} IS TRUE)" if self.may_be_null else self.text

    def placed(self, place: Callable[[Any], str]) -> str:
        """The SQL. place: gives the placeholder of a parameter."""
        first, *others = self.text.split(PLACE)
        pairs = zip(self.values, others, strict=True)
        return first + "".join(f"{place(value)}{text}" for value, text in pairs)


def column_at(sql: TableSql, operand: Operand) -> Column | None:
    """The column of an attribute; None for a part of one, and for what is no path."""
    if not isinstance(operand, Path) or len(operand.segments) != 1:
        return None
    return sql.by_attribute.get(str(operand.segments[0]))


def is_storable_text(value: Operand) -> bool:
    """Whether a value is a text that PostgreSQL can hold."""
    return isinstance(value, str) and "\0" not in value and is_text(value)

"""CHECK constraints from what the model checks: bounds, lengths, patterns and choices."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ....model.declarations.relational import Relational
from ....model.description.tables import Attribute, TableDescription
from ....model.translation.constraints import Constraints
from ..values.names import literal, quote
from ..values.types import Column, Form
from .constraints import Naming
from .patterns import pattern_in_sql


def checks_of(table: TableDescription, settings: Relational, naming: Naming) -> dict[str, str]:
    """A constraint for each field whose values are limited beyond its type, by name."""
    found = {}
    for attribute in table.attributes:
        column = naming.column[attribute.name]
        if column.is_generated or attribute.name in settings.enums:
            continue
        conditions = " AND ".join(_conditions(attribute, column))
        if conditions:
            found[naming.made((attribute.name,), "check")] = f"CHECK ({conditions})"
    return found


def _conditions(attribute: Attribute, column: Column) -> Iterator[str]:
    name, limits = quote(column.name), attribute.constraints
    if column.form in (Form.NUMBER, Form.INTEGER, Form.REAL):
        yield from _bounds(name, limits)
    elif column.form is Form.TEXT and not column.type.is_other_text:
        yield from _lengths(f"char_length({name})", limits, is_typed="varying" in column.type.name)
        pattern = pattern_in_sql(limits.pattern) if limits.pattern else None
        if pattern:
            yield f"{name} ~ {literal(pattern)}"
    elif column.form in (Form.ARRAY, Form.SET):
        yield from _lengths(f"cardinality({name})", limits)
    if limits.choices and not column.type.is_other_text:
        choices = [literal(one) if isinstance(one, str) else str(one) for one in limits.choices]
        yield f"{name} IN ({', '.join(choices)})"


def _bounds(name: str, limits: Constraints) -> Iterator[str]:
    pairs = ((">=", limits.ge), (">", limits.gt), ("<=", limits.le), ("<", limits.lt))
    for operator, bound in pairs:
        if bound is not None:
            yield f"{name} {operator} {Decimal(str(bound)):f}"


def _lengths(length: str, limits: Constraints, *, is_typed: bool = False) -> Iterator[str]:
    """is_typed: whether the type has the longest length already."""
    if limits.shortest:
        yield f"{length} >= {limits.shortest:d}"
    if limits.longest is not None and not is_typed:
        yield f"{length} <= {limits.longest:d}"

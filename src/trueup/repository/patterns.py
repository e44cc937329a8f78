"""From the name of an access pattern and the values given to the query that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import Code, RequestError
from ..expressions import And, Comparison, Condition, Op, Path
from ..model.declarations.patterns import AccessPattern
from ..operations.plans.context import Access
from ..operations.plans.reads import (Question, plan_query)
from .options import QueryOptions


def plan_pattern(
    access: Access, name: str, given: Sequence[Any], options: QueryOptions
) -> Question:
    """The question that answers a declared access pattern."""
    pattern = _find_pattern(access, name)
    partition, sort = _partition_of(access, pattern, given)
    fixed = QueryOptions(index=pattern.index, order=pattern.order)
    if sort is not None:
        fixed["sort"] = sort
    fixed.update(options)
    return plan_query(access, partition, **fixed)


def _find_pattern(access: Access, name: str) -> AccessPattern:
    """The declared pattern. Raises RequestError naming those there are."""
    pattern = access.table.patterns.get(name)
    if pattern is None:
        known = ", ".join(access.table.patterns) or "none"
        raise RequestError(
            f"there is no access pattern {name!r}",
            code=Code.INVALID_OPTION,
            where=access.where,
            fix=f"the patterns of this table are: {known}",
        )
    return pattern


def _partition_of(
    access: Access, pattern: AccessPattern, given: Sequence[Any]
) -> tuple[Any, Condition | None]:
    """The partition values, and the equality on leading sort attributes, of what was given."""
    index = access.table.index(pattern.index)
    keys = index.partition if index else (access.table.partition,)
    names = pattern.given or tuple(key.name for key in keys)
    if len(given) == 1 and isinstance(given[0], dict):
        return given[0], None
    if len(given) != len(names):
        raise RequestError(
            f"the pattern {pattern.name!r} was given {len(given)} values; it is asked by "
            f"{', '.join(names)}",
            code=Code.INVALID_OPTION,
            where=access.where,
            fix="give one value for each",
        )
    values = dict(zip(names, given, strict=True))
    partition = tuple(values.pop(key.name) for key in keys)
    equal: list[Condition] = [
        Comparison(Op.EQ, Path(access.table.model, (name,)), value)
        for name, value in values.items()
    ]
    sort = None if not equal else equal[0] if len(equal) == 1 else And(tuple(equal))
    return partition, sort

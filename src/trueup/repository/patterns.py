"""Access patterns: from a name and values to the query that answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ErrorCode, InvalidCall
from ..model.declarations.patterns import AccessPattern
from ..model.keys.sort_values import parts_of_key
from ..operations.plans.context import TableContext
from ..operations.plans.reads import ReadPlan, plan_query
from .options import QueryOptions


def plan_pattern(
    context: TableContext, name: str, given: Sequence[Any], options: QueryOptions
) -> ReadPlan:
    """The query that answers a declared access pattern."""
    pattern = _find_pattern(context, name)
    partition, sort = _partition_of(context, pattern, given)
    fixed = QueryOptions(index=pattern.index, order=pattern.order)
    if sort:
        fixed["sort"] = sort
    fixed.update(options)
    return plan_query(context, partition, **fixed)


def _find_pattern(context: TableContext, name: str) -> AccessPattern:
    """The declared pattern. Raises InvalidCall, which names the declared patterns."""
    pattern = context.table.patterns.get(str(name))
    if pattern is None:
        known = ", ".join(context.table.patterns) or "none"
        raise InvalidCall(
            f"there is no access pattern {name!r}",
            code=ErrorCode.INVALID_OPTION,
            where=context.where,
            fix=f"the patterns of this table are: {known}",
        )
    return pattern


def _partition_of(
    context: TableContext, pattern: AccessPattern, given: Sequence[Any]
) -> tuple[Any, Mapping[str, Any]]:
    """The values of the partition, and those of the first sort attributes or parts, by name."""
    index = context.table.index(pattern.index)
    keys = index.partition if index else (context.table.partition,)
    names = pattern.given or tuple(key.name for key in keys)
    if len(given) == 1 and isinstance(given[0], dict):
        return given[0], {}
    if len(given) != len(names):
        raise InvalidCall(
            f"the pattern {pattern.name!r} was given {len(given)} values; it is asked by "
            f"{', '.join(names)}",
            code=ErrorCode.INVALID_OPTION,
            where=context.where,
            fix="give one value for each",
        )
    values = dict(zip(names, given, strict=True))
    of_partition = {key.name for key in keys} | {
        part for key in keys for part in parts_of_key(context.table, key)
    }
    named = {name: values.pop(name) for name in names if name in of_partition}
    is_whole = list(named) == [key.name for key in keys]
    return tuple(named.values()) if is_whole else named, values

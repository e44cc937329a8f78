"""Sort conditions: the conditions on the sort key that a query's `sort=` may hold.

A sort key of several attributes takes equality on the leading attributes and a range on the next.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from .._dataclass import dataclass
from ..errors import NOWHERE, ErrorCode, InvalidCall, Place
from .condition import (
    And,
    BeginsWith,
    Between,
    Comparison,
    Condition,
    Op,
    Size,
    as_condition,
    paths,
)
from .path import Path


class SortOp(StrEnum):
    """A comparison of a sort key attribute in a query."""

    EQ = "="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    BETWEEN = "between"
    BEGINS_WITH = "begins_with"


@dataclass(frozen=True, slots=True)
class SortCondition:
    """A condition on one sort key attribute.

    values: two for `between` (low, high; both included), else a single value.
    """

    path: Path
    op: SortOp
    values: tuple[object, ...]

    @property
    def condition(self) -> Condition:
        """The condition that it was taken from."""
        if self.op is SortOp.BETWEEN:
            low, high = self.values
            return Between(self.path, low, high)
        (value,) = self.values
        if self.op is SortOp.BEGINS_WITH:
            return BeginsWith(self.path, value)
        return Comparison(Op(self.op.value), self.path, value)


def as_sort_conditions(
    condition: Condition | bool, sort_paths: Sequence[Path]
) -> tuple[SortCondition, ...]:
    """The condition as one sort condition per attribute, in the order of the key.

    sort_paths: the paths of the sort key's attributes, in the order of the key.

    Raises:
        InvalidCall: (invalid-expression) a query cannot answer the condition from the sort key
            alone; (not-a-condition) the condition is a bool.
    """
    by_path: dict[Path, SortCondition] = {}
    for part in _conjuncts(as_condition(condition)):
        sort_condition = _sort_condition(part, sort_paths)
        if sort_condition.path in by_path:
            raise _refused("two conditions on one sort attribute", sort_condition.path, sort_paths)
        by_path[sort_condition.path] = sort_condition
    ordered = tuple(by_path[path] for path in sort_paths if path in by_path)
    _check_order(ordered, sort_paths)
    return ordered


def _conjuncts(condition: Condition) -> list[Condition]:
    if isinstance(condition, And):
        return [leaf for part in condition.parts for leaf in _conjuncts(part)]
    return [condition]


def _sort_condition(part: Condition, sort_paths: Sequence[Path]) -> SortCondition:
    match part:
        case Comparison(op, Path() as path, value) if op is not Op.NE:
            sort_condition = SortCondition(path, SortOp(op.value), (value,))
        case Between(Path() as path, low, high):
            sort_condition = SortCondition(path, SortOp.BETWEEN, (low, high))
        case BeginsWith(path, prefix):
            sort_condition = SortCondition(path, SortOp.BEGINS_WITH, (prefix,))
        case _:
            what = "a condition that no key answers"
            raise _refused(what, next(paths(part), None), sort_paths)
    if sort_condition.path not in sort_paths:
        raise _refused("a condition on another attribute", sort_condition.path, sort_paths)
    if any(isinstance(value, Path | Size) for value in sort_condition.values):
        raise _refused("a comparison of two attributes", sort_condition.path, sort_paths)
    return sort_condition


def _check_order(ordered: tuple[SortCondition, ...], sort_paths: Sequence[Path]) -> None:
    """Refuse a gap in the key's attributes, and a range on any but the last attribute named."""
    for position, condition in enumerate(ordered):
        if condition.path != sort_paths[position]:
            raise _refused(
                "a sort attribute without equality on those before it", condition.path, sort_paths
            )
        if condition.op is not SortOp.EQ and position < len(ordered) - 1:
            raise _refused(
                "a range that is followed by another sort attribute", condition.path, sort_paths
            )


def _refused(what: str, path: Path | None, sort_paths: Sequence[Path]) -> InvalidCall:
    names = ", ".join(map(str, sort_paths)) or "none, the key has no sort attribute"
    return InvalidCall(
        f"sort= holds {what}",
        where=Place(attribute=str(path)) if path else NOWHERE,
        fix=f"give = < <= > >= between or begins_with on the sort key ({names}), equality first; "
        "put other conditions into filter=",
        code=ErrorCode.INVALID_EXPRESSION,
    )

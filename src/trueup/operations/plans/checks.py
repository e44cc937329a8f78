"""Checks of calls before anything is sent; the target's limits hold on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...errors import NOWHERE, ErrorCode, InvalidCall, Place, UnsupportedByEngine
from ...expressions.condition import Condition, In, Size, children, operands, paths
from ...expressions.key_condition import SortCondition, SortOp
from ...expressions.path import Path
from ...expressions.update import Append, Assign, AssignIfMissing, Change
from ...model.description.tables import TableDescription
from ..engine import Rules
from .item_checks import check_name, check_value


def check_actions(rules: Rules, count: int) -> None:
    """Refuse a transaction of more actions than the target takes."""
    limit = rules.limits.transaction_actions
    if limit is not None and count > limit:
        raise InvalidCall(
            f"the transaction has {count} actions; {rules.whose} takes at most {limit}",
            code=ErrorCode.TOO_MANY_ACTIONS,
            where=Place(rules.engine),
            fix="split it if it need not be atomic; Trueup never splits a transaction silently",
        )


def check_condition(rules: Rules, table: TableDescription, condition: Condition) -> None:
    """Refuse a condition or a value that the target does not support, or an `is_in` of too many
    values."""
    for part in children(condition):
        check_condition(rules, table, part)
    _check_said(rules, table, type(condition), rules.capabilities.conditions)
    read = next(paths(condition), None)
    where = Place(rules.engine, table=table.name, attribute=str(read or ""))
    for operand in operands(condition):
        _check_operand(rules, where, operand)
    limit = rules.limits.in_values
    if limit is not None and isinstance(condition, In) and len(condition.values) > limit:
        raise InvalidCall(
            f"is_in() has {len(condition.values)} values; {rules.whose} takes at most {limit}",
            code=ErrorCode.INVALID_EXPRESSION,
            where=where,
            fix="split the condition",
        )


def check_changes(rules: Rules, table: TableDescription, changes: Sequence[Change]) -> None:
    """Refuse a change or a value that the target does not support."""
    for change in changes:
        _check_said(rules, table, type(change), rules.capabilities.changes)
        try:
            _check_operand(rules, NOWHERE, change.path)
            if isinstance(change, Assign | AssignIfMissing):
                check_value(rules, NOWHERE, change.value)
            elif isinstance(change, Append):
                check_value(rules, NOWHERE, [*change.values])
        except InvalidCall as error:
            error.locate(Place(rules.engine, table=table.name, attribute=str(change.path)))
            raise


def _check_operand(rules: Rules, where: Place, operand: object) -> None:
    """Refuse a literal or a path that the target does not support."""
    if isinstance(operand, Path | Size):
        path = operand.path if isinstance(operand, Size) else operand
        for segment in path.segments:
            if isinstance(segment, str):
                check_name(rules, where, segment)
    else:
        check_value(rules, where, operand)


def check_sort(rules: Rules, table: TableDescription, sort: Sequence[SortCondition]) -> None:
    """Refuse a condition on a sort key that the target does not support."""
    for condition in sort:
        _check_said(rules, table, condition.op, rules.capabilities.sort_operators)


def _check_said(
    rules: Rules, table: TableDescription, said: type | SortOp, known: frozenset[Any]
) -> None:
    if said not in known:
        name = said.value if isinstance(said, SortOp) else said.__name__
        raise UnsupportedByEngine(
            f"{rules.whose} has no {name} in an expression",
            where=Place(rules.engine, table=table.name),
            fix="say it with other conditions or changes, or decide in the program",
        )

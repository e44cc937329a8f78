"""Guards as condition expressions.

An expired item counts as absent although it is stored. The client decides whether the guard
accepts an absent item; DynamoDB decides the rest:

    guard accepts absence: expired OR guard      guard refuses absence: NOT expired AND guard

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
"""

from __future__ import annotations

from ....expressions.condition import And, Comparison, Condition, Not, Op
from ....expressions.path import Path
from ....model.description.tables import TableDescription
from ....operations.actions import Check, Expect, Guard, Update, Write
from ....operations.guards import accepts
from .expressions import Clause, Parameters, all_of, any_of, clause_of, leaf, negated


def expired_condition(table: TableDescription, now_epoch_s: int | None) -> Condition | None:
    """The condition that an item has expired; None if items do not expire or expiry is ignored.

    It is false for an item without an expiry, or with an expiry that is no number.
    """
    if table.expires is None or now_epoch_s is None:
        return None
    return Comparison(Op.LE, Path(None, (table.expires.attribute,)), now_epoch_s)


def alive_condition(table: TableDescription, now_epoch_s: int | None) -> Condition | None:
    """The condition that an item has not expired, for filters."""
    expired = expired_condition(table, now_epoch_s)
    return None if expired is None else Not(expired)


def narrowed(first: Condition | None, second: Condition | None) -> Condition | None:
    """The conjunction of the conditions that are not None."""
    if first is None or second is None:
        return second if first is None else first
    return And((first, second))


def guard_text(action: Write | Check, parameters: Parameters) -> str | None:
    """The condition expression of a write; None if the write is unconditional."""
    table, guard = action.table, action.guard
    clauses = _stored_clauses(table, guard, parameters)
    expired = expired_condition(table, guard.now_epoch_s)
    if expired is None or not (clauses or isinstance(action, Update)):
        return all_of(*clauses).text if clauses else None
    is_expired = clause_of(expired, parameters)
    # An update never changes an expired item: another request replaces it.
    if not isinstance(action, Update) and accepts(action, None):
        return any_of(is_expired, all_of(*clauses)).text
    return all_of(negated(is_expired), *clauses).text


def _stored_clauses(table: TableDescription, guard: Guard, parameters: Parameters) -> list[Clause]:
    """The guard's clauses about the stored item, expired or not."""
    clauses = []
    if guard.expect is not Expect.ANYTHING:
        function = "not_exists" if guard.expect is Expect.NOTHING else "exists"
        clauses.append(leaf(f"attribute_{function}({parameters.name(table.partition.attribute)})"))
    if guard.version is not None and table.version is not None:
        name = parameters.name(table.version.attribute)
        same = leaf(f"{name} = {parameters.value(guard.version)}")
        # 0 is the version of an item never stored, or stored before the table had versions.
        never = leaf(f"attribute_not_exists({name})")
        clauses.append(same if guard.version else any_of(never, same))
    if guard.condition is not None:
        clauses.append(clause_of(guard.condition, parameters))
    return clauses

"""Write sets: up to a hundred actions that happen together or not at all."""

from __future__ import annotations

from ..errors import Code, RequestError
from .engine import Rules
from .limits import check_actions
from .requests import Check, Put, TransactWrite, Write


def key_of(action: Write | Check) -> tuple[object, ...]:
    """The table and primary key an action is about."""
    if isinstance(action, Put):
        return action.table.name, *(action.item[one.wire] for one in action.table.key)
    return action.table.name, *action.key


def plan_transaction(rules: Rules, actions: list[Write | Check]) -> TransactWrite:
    """The write set. Raises RequestError for too many actions, or two on one item.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    """
    check_actions(rules, len(actions))
    seen: dict[tuple[object, ...], int] = {}
    for position, action in enumerate(actions):
        other = seen.setdefault(key_of(action), position)
        if other != position:
            raise RequestError(
                f"actions {other} and {position} of a transaction are about the same item",
                code=Code.DUPLICATE_ACTION,
                where=f"{rules.engine}, table {action.table.name}",
                fix="join them into one action, for example an update with only_if",
            )
    return TransactWrite(tuple(actions))

"""Write sets: up to a hundred actions that happen together or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import ErrorCode, InvalidCall, Place, UnsupportedByEngine
from ..actions import Check, Get, Key, TransactGet, TransactWrite, Update, Write
from ..engine import Rules
from .checks import check_actions


def plan_transaction(rules: Rules, actions: list[Write | Check]) -> TransactWrite:
    """The write set.

    Raises InvalidCall for too many actions, or two on one item; UnsupportedByEngine where an
    action asks for an item that the target does not give back.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    """
    check_actions(rules, len(actions))
    _check_images(rules, actions)
    seen: dict[tuple[str, Key], int] = {}
    for position, action in enumerate(actions):
        other = seen.setdefault((action.table.name, action.key), position)
        if other != position:
            raise InvalidCall(
                f"actions {other} and {position} of a transaction are about the same item",
                code=ErrorCode.DUPLICATE_ACTION,
                where=Place(rules.engine, table=action.table.name),
                fix="join them into one action, for example an update with only_if",
            )
    return TransactWrite(tuple(actions))


def plan_transact_get(rules: Rules, gets: Sequence[Get]) -> TransactGet:
    """The read of several items as of one instant.

    Raises InvalidCall for none, or for more than the target takes.
    """
    check_actions(rules, len(gets))
    if not gets:
        raise InvalidCall(
            "a read of no items was asked for",
            code=ErrorCode.INVALID_OPTION,
            where=Place(rules.engine),
            fix="give at least one (table, key)",
        )
    return TransactGet(tuple(gets))


def _check_images(rules: Rules, actions: Sequence[Write | Check]) -> None:
    """Refuse to promise images that the target's transactions do not give."""
    if rules.capabilities.images_in_transactions:
        return
    for position, action in enumerate(actions):
        if isinstance(action, Check) or action.returning is None:
            continue
        if action.returning == "old" or isinstance(action, Update):
            raise UnsupportedByEngine(
                f"action {position} of a transaction asks for the {action.returning} item, which "
                f"{rules.whose} does not give back",
                where=Place(rules.engine, table=action.table.name),
                fix="read the item after the transaction, or write it outside of one",
            )

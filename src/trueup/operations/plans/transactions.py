"""Plans of transactions: actions that happen together or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...errors import ErrorCode, InvalidCall, Place, UnsupportedByEngine
from ...expressions.values import Item, item_size_bytes
from ..actions import Check, Get, Key, Put, TransactGet, TransactWrite, Update, Write, table_names
from ..engine import Limits, Rules
from .checks import check_actions


def plan_transaction(rules: Rules, actions: list[Write | Check]) -> TransactWrite:
    """The transaction.

    Raises InvalidCall for too many actions, for two on one item, or if they are too large
    together; UnsupportedByEngine if an action asks for an item that the target does not return.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    """
    check_actions(rules, len(actions))
    _check_images(rules, actions)
    _check_different(
        rules, actions, "join them into one action, for example an update with only_if"
    )
    if _may_be_too_large(rules.limits, len(actions)):
        check_together(rules, map(_item_or_key, actions), table_names(actions))
    return TransactWrite(tuple(actions))


def _may_be_too_large(limits: Limits, count: int) -> bool:
    """Whether so many items can exceed the target's limit: each engine refuses a single item that
    is too large."""
    if limits.transaction_bytes is None or limits.item_bytes is None:
        return True
    return count * limits.item_bytes > limits.transaction_bytes


def plan_transact_get(rules: Rules, gets: Sequence[Get]) -> TransactGet:
    """The read of several items as of one instant.

    Raises InvalidCall for no items, for a repeated item, or for more than the target takes.
    """
    check_actions(rules, len(gets))
    _check_different(rules, gets, "ask for each item once")
    if not gets:
        raise InvalidCall(
            "a read of no items was asked for",
            code=ErrorCode.INVALID_OPTION,
            where=Place(rules.engine),
            fix="give at least one (table, key)",
        )
    return TransactGet(tuple(gets))


def check_together(rules: Rules, items: Iterable[Item], tables: str) -> None:
    """Refuse items that are together too large for a transaction of the target."""
    limit = rules.limits.transaction_bytes
    if limit is not None and sum(map(item_size_bytes, items)) > limit:
        raise InvalidCall(
            f"the items of the transaction are larger together than the {limit} bytes of "
            f"{rules.whose}",
            code=ErrorCode.TRANSACTION_TOO_LARGE,
            where=Place(rules.engine, table=tables),
            fix="split it if it need not be atomic; Trueup never splits a transaction silently",
        )


def _item_or_key(action: Write | Check) -> Item:
    if isinstance(action, Put):
        return action.item
    pairs = zip(action.table.key, action.key, strict=True)
    return {attribute.attribute: value for attribute, value in pairs}


def _check_different(rules: Rules, actions: Sequence[Write | Check | Get], fix: str) -> None:
    """Refuse two actions on one item."""
    seen: dict[tuple[str, Key], int] = {}
    for position, action in enumerate(actions):
        other = seen.setdefault((action.table.name, action.key), position)
        if other != position:
            raise InvalidCall(
                f"actions {other} and {position} of a transaction are about the same item",
                code=ErrorCode.DUPLICATE_ACTION,
                where=Place(rules.engine, table=action.table.name),
                fix=fix,
            )


def _check_images(rules: Rules, actions: Sequence[Write | Check]) -> None:
    """Refuse to return images that the target's transactions do not have."""
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

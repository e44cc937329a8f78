"""Guards: the check whether a write may happen, and its errors."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import (
    AlreadyExists,
    ConditionFailed,
    ErrorCode,
    NotFound,
    Place,
    TransactionCancelled,
    TrueupError,
    VersionConflict,
)
from ..expressions import And, Condition, paths
from ..expressions.evaluate import holds
from ..expressions.values import Item
from ..model.description.tables import TableDescription
from .actions import Check, Expect, Guard, Write


def alive(table: TableDescription, item: Item | None, now_epoch_s: int | None) -> Item | None:
    """The item, or None if it has expired and so counts as absent."""
    if item is None or table.expires is None or now_epoch_s is None:
        return item
    return None if has_expired(item.get(table.expires.attribute), now_epoch_s) else item


def has_expired(expires_at_epoch_s: object, now_epoch_s: int) -> bool:
    """Whether an expiry is at or before now. An expiry that is no number never passes, as on
    DynamoDB.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
    """
    return isinstance(expires_at_epoch_s, int) and expires_at_epoch_s <= now_epoch_s


def accepts(action: Write | Check, stored: Item | None) -> bool:
    """Whether the guard accepts the write for the stored item (None: absent or expired)."""
    return _refusal(action.table, action.guard, stored) is None


def refusal(engine: str, action: Write | Check, stored: Item | None) -> TrueupError | None:
    """The guard's error for the stored item (None: absent or expired); None accepts the write."""
    error = _refusal(action.table, action.guard, stored)
    if error is not None:
        key = action.table.key_text(action.key)
        error.locate(Place(engine, table=action.table.name, key=key))
    return error


def _refusal(table: TableDescription, guard: Guard, stored: Item | None) -> TrueupError | None:
    if guard.expect is Expect.NOTHING and stored is not None:
        return AlreadyExists(
            "an item with this key is already stored",
            fix="use put to replace it, or update to change it",
        )
    if guard.expect is Expect.SOMETHING and stored is None:
        return NotFound(
            "no item with this key is stored",
            fix="use create, or update_or_create if it may be missing",
        )
    if guard.version is not None and _stored_version(table, stored) != guard.version:
        return VersionConflict(
            "the stored version is not the one this write is based on",
            fix="read the item again, apply the change to it, and write that",
        )
    if guard.condition is not None and not holds(guard.condition, stored):
        if _is_of_another_entity(table, guard.condition, stored):
            return ConditionFailed(
                "the stored item is of another entity than the one that is written",
                fix="use the repository of its own entity, or the one of the whole table",
            )
        return ConditionFailed(
            "the condition on the stored item is false",
            code=ErrorCode.CONDITION_FAILED,
            fix="read the item and decide again",
        )
    return None


def _is_of_another_entity(
    table: TableDescription, condition: Condition, stored: Item | None
) -> bool:
    """Whether the false part of a condition is the part about the entity, which comes first."""
    first = condition.parts[0] if isinstance(condition, And) else condition
    about = {path.segments for path in paths(first)}
    return (table.discriminator,) in about and not holds(first, stored)


def _stored_version(table: TableDescription, stored: Item | None) -> object:
    """The stored version; 0 if the item was never stored, or before the table had versions."""
    if stored is None or table.version is None:
        return 0
    return stored.get(table.version.attribute, 0)


def cancelled(
    reasons: Sequence[TrueupError | None], where: Place, native: str = ""
) -> TransactionCancelled:
    """The error of a cancelled transaction. reasons: one per action, None if it was not refused."""
    refused = [
        f"{position} ({reason.code.value})" for position, reason in enumerate(reasons) if reason
    ]
    return TransactionCancelled(
        f"the transaction wrote nothing, because of action {', '.join(refused)}",
        where=where,
        native=native,
        fix="look at `reasons`, which has one entry for each action",
        reasons=reasons,
    )

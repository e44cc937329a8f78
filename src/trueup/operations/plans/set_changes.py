"""Changes of sets whose absence means something else than an empty set.

Such a set (in a list or map, or a field that may be None) is stored as an empty list when it has no
elements. DynamoDB can neither add to that nor leave it behind when the last element is removed, so
these changes are decided here, and written on the condition that what was read still stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import reduce
from operator import and_
from typing import Any

from ...errors import ConditionFailed, ErrorCode, InvalidCall
from ...expressions import AddToSet, Assign, Change, Condition, RemoveFromSet
from ...expressions.condition import Comparison, Op
from ...expressions.evaluate import find
from ...expressions.values import Item
from ...model.translation.annotations import bare
from ..actions import Get, Update, WriteResult
from ..operation import Operation, send
from .context import TableContext

_ATTEMPTS = 8

SetChange = AddToSet | RemoveFromSet


def perform_update(
    context: TableContext, action: Update, changes: Sequence[Change]
) -> Operation[WriteResult[Any]]:
    """Perform an update. changes: as the caller wrote them, in the order of the action's."""
    bound = zip(changes, action.changes, strict=False)
    kept = [one for given, one in bound if isinstance(one, SetChange) and _is_kept(context, given)]
    if not any(isinstance(change, RemoveFromSet) for change in kept):
        try:
            return (yield from _send(context, action))
        except InvalidCall as error:
            if not kept or error.code is not ErrorCode.INVALID_UPDATE:
                raise
    return (yield from _update_as_read(context, action, kept))


def refuse_removals(context: TableContext, changes: Sequence[Change]) -> None:
    """Refuse in a transaction, which cannot read, to take elements out of such sets: the set would
    be gone with its last element, and in a list those behind would move up. Raises InvalidCall."""
    for change in changes:
        if isinstance(change, RemoveFromSet) and _is_kept(context, change):
            raise InvalidCall(
                "a transaction takes elements out of a set that must stay when it is empty",
                code=ErrorCode.INVALID_UPDATE,
                where=replace(context.where, attribute=str(change.path)),
                fix="assign the whole set, or update the item outside of the transaction",
            )


def _send(context: TableContext, action: Update) -> Operation[WriteResult[Any]]:
    result: WriteResult[Any] = yield from send(context.engine.compile(action))
    return result


def _is_kept(context: TableContext, change: Change) -> bool:
    """Whether an empty set is stored there, as an empty list."""
    target = context.binder.target(change.path)
    is_field = target.field is not None and not target.field.optional
    return not is_field and bare(target.annotation).is_a(AbstractSet)


def _update_as_read(
    context: TableContext, action: Update, kept: Sequence[Change]
) -> Operation[WriteResult[Any]]:
    read: Item | None = None
    failed: ConditionFailed | None = None
    for _ in range(_ATTEMPTS):
        before, read = read, (yield from _read(context, action))
        if failed and _parts(kept, read) == _parts(kept, before):
            raise failed  # by the caller's own condition
        try:
            return (yield from _send(context, _decided(action, kept, read)))
        except ConditionFailed as error:
            failed = error
    assert failed is not None
    raise failed


def _read(context: TableContext, action: Update) -> Operation[Item]:
    get = Get(
        context.table, action.key, consistent=True, now_epoch_s=action.guard.now_epoch_s or None
    )
    model = yield from send(context.engine.compile(get))
    return {} if model is None else context.codec.encode(model)


def _parts(kept: Sequence[Change], item: Item | None) -> list[Any]:
    return [find(change.path, item or {}) for change in kept]


def _decided(action: Update, kept: Sequence[Change], item: Item) -> Update:
    """The update with each set that is there assigned, as long as it is what was read."""
    changes: list[Change] = []
    conditions: list[Condition] = []
    for change in action.changes:
        old = find(change.path, item)
        if not isinstance(change, SetChange) or change not in kept or not _is_set(old):
            changes.append(change)
            continue
        values: frozenset[Any] = frozenset(change.values)
        elements: frozenset[Any] = frozenset(old)  # type: ignore[arg-type]  # a set, or an empty list
        after = elements | values if isinstance(change, AddToSet) else elements - values
        changes.append(Assign(change.path, after or []))
        conditions.append(Comparison(Op.EQ, change.path, old))
    given = action.guard.condition
    conditions += [] if given is None else [given]
    condition = reduce(and_, conditions) if conditions else None
    guard = replace(action.guard, condition=condition)
    return replace(action, changes=tuple(changes), guard=guard)


def _is_set(found: object) -> bool:
    return found == [] or isinstance(found, AbstractSet)

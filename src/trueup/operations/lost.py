"""Writes that are sent again because their reply was lost: was the first attempt applied?

The first attempt may have been applied, so the second attempt may find its result:

    accepted                                        nothing more changes; the old item is unknown
    refused, and the stored item equals the write   the first attempt was applied
    refused, and the stored item rules that out     the refusal is the answer

The stored item does not tell if others may have written the same values or on top of them, or if a
change is relative.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from ..errors import OutcomeUnknown, Place
from ..expressions.evaluate import apply
from ..expressions.values import Item
from ..model.translation.codec import TableCodec
from .actions import Delete, Expect, Put, Update, Write, WriteResult
from .guards import has_expired


class Written(Protocol):
    """The table that was written: its codec, and the place of errors about it."""

    @property
    def codec(self) -> TableCodec:
        """Between items and models."""
        ...

    @property
    def where(self) -> Place:
        """The table, in errors."""
        ...


def may_be_resent(action: Write) -> bool:
    """Whether a second execution fails or changes nothing more."""
    return not _is_relative(action) or action.guard.version is not None


def _is_relative(action: Write) -> bool:
    return isinstance(action, Update) and any(change.is_relative for change in action.changes)


def after_success(
    table: Written, action: Write, image: Item | None, written: WriteResult[Any]
) -> WriteResult[Any]:
    """The result of both attempts; the second was accepted and gave `written`.

    image: the item in the second reply. Raises OutcomeUnknown if the caller wants the old item and
    the image is, or could be, what the first attempt wrote.
    """
    if not _is_done(action, image):
        return written
    _check_old_is_known(table, action)
    is_known = action.guard.expect is not Expect.ANYTHING
    return written if is_known else replace(written, existed=None)


def after_refusal(table: Written, action: Write, stored: Item | None) -> WriteResult[Any] | None:
    """The result of the first attempt if it caused the refusal of the second; None if others
    caused it. Raises OutcomeUnknown if the stored item does not tell.
    """
    if _had_expired(action, stored):
        return None
    if not _is_done(action, stored):
        _check_is_ruled_out(table, action, stored)
        return None
    is_update = isinstance(action, Update)
    if _is_relative(action) or (is_update and action.guard.version is None):
        raise OutcomeUnknown(
            "the reply was lost; this write, or one of others that did the same, was applied",
            where=table.where,
            fix="read the item, then decide whether to write again",
        )
    _check_old_is_known(table, action)
    existed = action.guard.implies_existed
    if action.returning != "new" or stored is None:
        return WriteResult(existed)
    return WriteResult(existed, new=table.codec.decode(stored))


def _is_done(action: Write, stored: Item | None) -> bool:
    """Whether the stored item is the write's result, leaving relative changes aside."""
    if isinstance(action, Put):
        return stored == action.item
    if isinstance(action, Delete):
        return stored is None
    absolute = tuple(change for change in action.changes if not change.is_relative)
    return stored is not None and (not absolute or apply(absolute, stored) == stored)


def _had_expired(action: Write, stored: Item | None) -> bool:
    """Whether an update met an item that had expired before the call: an update never changes an
    expired item and, unless it assigns an expiry, never leaves one."""
    expires = action.table.expires
    if not isinstance(action, Update) or stored is None or expires is None:
        return False
    if any(change.path.segments[0] == expires.attribute for change in action.changes):
        return False
    return has_expired(stored.get(expires.attribute), action.guard.now_epoch_s)


def _check_is_ruled_out(table: Written, action: Write, stored: Item | None) -> None:
    """Raise OutcomeUnknown if others may have overwritten or removed the result of the first
    attempt: a conflict would make the caller do the same change twice."""
    version = action.table.version
    based_on = _version_before(action)
    if version is None or based_on is None:
        return
    if not _is_ruled_out(action, based_on, (stored or {}).get(version.attribute, 0)):
        raise OutcomeUnknown(
            "the reply was lost, and others have written since, perhaps after this write",
            where=table.where,
            fix="read the item, then decide whether to write again",
        )


def _is_ruled_out(action: Write, based_on: int, found: object) -> bool:
    """Whether a stored version cannot follow the write's. found: whatever others stored."""
    if not isinstance(found, int):
        return False
    return found >= based_on if isinstance(action, Delete) else 0 <= found - based_on <= 1


def _version_before(action: Write) -> int | None:
    """The version that a write is based on, if any."""
    if not isinstance(action, Put) or action.table.version is None:
        return action.guard.version
    version = action.item[action.table.version.attribute]
    assert isinstance(version, int)
    return version - 1


def _check_old_is_known(table: Written, action: Write) -> None:
    if action.returning == "old":
        raise OutcomeUnknown(
            "the reply was lost; the write is applied, but what it replaced is not known",
            where=table.where,
            fix="go on without the old item, which is gone",
        )

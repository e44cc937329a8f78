"""What callers see of items that fit no model: nothing, or the item as it is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..model.declarations.base import Model
from ..model.translation.decode import OnUnreadable, Unreadable
from .actions import Page


def without_unreadable(page: Page, unreadable: OnUnreadable) -> Page:
    """The page without items that are left out."""
    kept = [offset for offset, item in enumerate(page.items) if not _is_left_out(item, unreadable)]
    if len(kept) == len(page.items):
        return page
    items = [page.items[offset] for offset in kept]
    return replace(page, items=items, position=lambda offset: page.position(kept[offset]))


def _is_left_out(item: Any, unreadable: OnUnreadable | None) -> bool:
    return isinstance(item, Unreadable) and (item.is_left_out or unreadable != "raw")


def only_entity(
    item: Any, unreadable: OnUnreadable | None, model: type[Model], entity: type[Model] | None
) -> Any:
    """An item that was read by its key; None if it is left out, or of another entity than that of
    the repository. model: of the table."""
    if isinstance(item, Unreadable):
        return None if _is_left_out(item, unreadable) else item
    if entity is not None and isinstance(item, model):
        return item if isinstance(item, entity) else None
    return item

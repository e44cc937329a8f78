"""Decode rows to models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...expressions.values import Item
from ...model.translation.decode import decode_item
from ...operations.actions import View
from .compile import TableSql


class ItemDecoder:
    """Decodes the items of one view of a table."""

    def __init__(self, sql: TableSql, view: View) -> None:
        self.sql = sql
        self._view = view

    def row(self, row: Sequence[Any]) -> Any:
        """The model of one row."""
        return self.item(self.sql.item(row))

    def item(self, item: Item) -> Any:
        """The model of one item."""
        view = self._view
        if view.as_stored:
            return item
        if view.model is None:
            return self.sql.codec.decode(item)
        attributes = view.attributes or frozenset()
        narrowed = {name: value for name, value in item.items() if name in attributes}
        return decode_item(view.model, narrowed, self.sql.codec.where)

"""Decode rows to models: as JSON where that gives the same values, else column by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....expressions.values import Item
from ....operations.actions import WHOLE, View
from ..tables.compile import TableSql
from .json_rows import json_rows


class ItemDecoder:
    """Reads the rows of one view of a table. selected: what a SELECT names to read them."""

    def __init__(self, sql: TableSql, view: View) -> None:
        self.sql = sql
        self._view = view
        self._json = json_rows(sql) if view == WHOLE else None
        self.selected = self._json.selected if self._json else sql.selected
        self.select = f"SELECT {self.selected} FROM {sql.quoted} WHERE {sql.match_key}"

    def stored(self, row: Sequence[Any]) -> Item:
        """The item of a row, in plain values."""
        return self._json.item(row) if self._json else self.sql.item(row)

    def models(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """The models of several rows, in order."""
        if self._json:
            return self._json.models(rows)
        return [self.item(self.sql.item(row)) for row in rows]

    def item(self, item: Item) -> Any:
        """The model of one item."""
        if self._view.as_stored:
            return item
        return self.sql.codec.read(item, self._view.unreadable, self._view.part)

"""Queries and scans as SQL: one page of an index or of the primary key, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from ...errors import unhandled
from ...expressions.evaluate import holds
from ...expressions.key_condition import SortCondition, SortOp
from ...expressions.values import exact_number
from ...operations.actions import (
    PAGE_ITEMS,
    Count,
    Counted,
    Page,
    Position,
    Query,
    Scan,
    index_name,
)
from ...operations.operation import Request
from ...schema.tables import AttributeSchema
from .codec import from_json
from .compile import TableSql, ordered_value
from .decoder import ItemDecoder
from .layout import file_index_name, order_column, quote, row_number
from .payload import Select


class PageQuery:
    """One page as a SELECT: its columns, its conditions and the position of each row."""

    def __init__(self, sql: TableSql, action: Query | Scan) -> None:
        self._sql = sql
        self.action = action
        index = sql.index(action.index)
        self._index = index
        found = (*index.attributes, *sql.schema.key) if index else sql.schema.key
        columns = tuple(dict.fromkeys(found))
        self.columns: tuple[AttributeSchema, ...] = columns
        fixed = len(index.partition) if index else 1
        self._fixed = columns[:fixed] if isinstance(action, Query) else ()
        self._order = tuple(column for column in columns if column not in self._fixed)
        self.size = action.page_size or PAGE_ITEMS
        self._conditions: list[str] = []
        self._parameters: list[Any] = []

    def select(self) -> Select:
        """The SELECT of one page."""
        self._collect()
        names = ", ".join(self._sql.column(column.name) for column in self.columns)
        ascending = not isinstance(self.action, Query) or self.action.ascending
        direction = "" if ascending else " DESC"
        order = ", ".join(f"{self._name(column)}{direction}" for column in self._order)
        ordered = f" ORDER BY {order}" if order else ""
        text = f"SELECT {names}, {self._sql.item} FROM {self._source()}{ordered} LIMIT ?"
        return Select(text, (*self._parameters, self.size))

    def count(self) -> Select:
        """The SELECT that counts all pages at once."""
        self._collect()
        return Select(f"SELECT count(*) FROM {self._source()}", tuple(self._parameters))

    def _source(self) -> str:
        """The table, the index to use and the conditions. SQLite may use no other index, nor scan
        instead."""
        named = ""
        if self._index is not None:
            named = f" INDEXED BY {quote(file_index_name(self._sql.schema, self._index))}"
        where = f" WHERE {' AND '.join(self._conditions)}" if self._conditions else ""
        return f"{self._sql.quoted}{named}{where}"

    def _collect(self) -> None:
        action = self.action
        if isinstance(action, Query):
            for column, value in zip(self._fixed, action.partition, strict=True):
                self._add(f"{self._name(column)} = ?", ordered_value(column, value))
            self._add_sort(action.sort)
        elif action.segments > 1:
            self._add(f"{row_number(self._sql.schema)} % ? = ?", action.segments, action.segment)
        self._add_present()
        if action.start is not None:
            self._add_start(action.start)
        if action.now_epoch_s is not None and self._sql.is_alive:
            self._add(self._sql.is_alive, action.now_epoch_s)

    def _name(self, column: AttributeSchema) -> str:
        return self._sql.column(order_column(column))

    def _add(self, condition: str, *parameters: Any) -> None:
        self._conditions.append(condition)
        self._parameters += parameters

    def _add_present(self) -> None:
        """Exclude NULL from the index's columns, else SQLite cannot use the sparse index."""
        if self._index is not None:
            for column in self._index.attributes:
                if column not in self._sql.schema.key and column not in self._fixed:
                    self._add(f"{self._name(column)} IS NOT NULL")

    def _add_sort(self, conditions: Sequence[SortCondition]) -> None:
        by_name = {column.name: column for column in self.columns}
        for condition in conditions:
            column = by_name[str(condition.path.segments[0])]
            name = self._name(column)
            values = [ordered_value(column, value) for value in condition.values]
            match condition.op:
                case SortOp.BETWEEN:
                    self._add(f"{name} BETWEEN ? AND ?", *values)
                case SortOp.BEGINS_WITH:
                    self._add_prefix(name, values[0])
                case SortOp.EQ | SortOp.LT | SortOp.LE | SortOp.GT | SortOp.GE:
                    self._add(f"{name} {condition.op.value} ?", *values)
                case _:
                    raise unhandled(condition.op)

    def _add_prefix(self, name: str, prefix: str | bytes) -> None:
        """Add a range, which the index serves; LIKE would not use it, and has wildcards."""
        self._add(f"{name} >= ?", prefix)
        end = following(prefix)
        if end is not None:
            self._add(f"{name} < ?", end)

    def _add_start(self, start: Position) -> None:
        """Add the condition for rows after a position, in the direction of the query."""
        values = dict(zip(self.columns, start, strict=True))
        if not self._order:
            self._add("0")  # only one item has this key, and it was consumed
            return
        ascending = not isinstance(self.action, Query) or self.action.ascending
        names = ", ".join(map(self._name, self._order))
        places = ", ".join("?" * len(self._order))
        self._add(
            f"({names}) {'>' if ascending else '<'} ({places})",
            *(ordered_value(column, values[column]) for column in self._order),
        )

    def position(self, row: Sequence[Any]) -> Position:
        """The position of a row of this page."""
        return tuple(
            exact_number(Decimal(value)) if column.kind == "N" else value
            for column, value in zip(self.columns, row, strict=False)
        )


def following(prefix: str | bytes) -> str | bytes | None:
    """The least value after all that begin with `prefix`; None if there is none."""
    if isinstance(prefix, bytes):
        trimmed = prefix.rstrip(b"\xff")
        return trimmed[:-1] + bytes([trimmed[-1] + 1]) if trimmed else None
    text = prefix.rstrip(chr(0x10FFFF))
    if not text:
        return None
    last = ord(text[-1]) + 1
    return text[:-1] + chr(0xE000 if last == 0xD800 else last)  # no text has a surrogate


def page_request(sql: TableSql, decoder: ItemDecoder, action: Query | Scan) -> Request[Page]:
    """The request of one page."""
    query = PageQuery(sql, action)
    name = type(action).__name__

    def decode(rows: list[tuple[Any, ...]]) -> Page:
        following_page = query.position(rows[-1]) if len(rows) == query.size else None
        if action.filter is None:
            items: Sequence[Any] = decoder.texts([row[-1] for row in rows])
            return Page(items, _positions(query, rows), following_page)
        kept, items = _filtered(rows, query, decoder)
        return Page(items, _positions(query, kept), following_page)

    return Request(name, action.table.name, query.select(), decode, index=index_name(action))


def _positions(query: PageQuery, rows: Sequence[Sequence[Any]]) -> Callable[[int], Position]:
    return lambda offset: query.position(rows[offset])


def _filtered(
    rows: list[tuple[Any, ...]], query: PageQuery, decoder: ItemDecoder
) -> tuple[list[tuple[Any, ...]], list[Any]]:
    """The rows whose items pass the filter, and their models."""
    condition = query.action.filter
    assert condition is not None
    kept, models = [], []
    for row in rows:
        item = from_json(row[-1], decoder.where)
        if holds(condition, item):
            kept.append(row)
            models.append(decoder.item(item))
    return kept, models


def count_request(sql: TableSql, decoder: ItemDecoder, action: Count) -> Request[Counted]:
    """The request that counts: in SQL, or page by page if a filter has to read each item."""
    query = PageQuery(sql, action.of)
    if action.of.filter is None:
        return Request(
            "Count",
            action.of.table.name,
            query.count(),
            lambda rows: Counted(rows[0][0], None),
            index=index_name(action.of),
        )

    def decode(rows: list[tuple[Any, ...]]) -> Counted:
        following_page = query.position(rows[-1]) if len(rows) == query.size else None
        kept, _ = _filtered(rows, query, decoder)
        return Counted(len(kept), following_page)

    index = index_name(action.of)
    return Request("Count", action.of.table.name, query.select(), decode, index=index)

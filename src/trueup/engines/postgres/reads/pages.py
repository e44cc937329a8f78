"""Queries and scans as SQL: one page of an index or of the primary key, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ....errors import unhandled
from ....expressions.evaluate import holds
from ....expressions.key_condition import SortCondition, SortOp
from ....operations.actions import (
    PAGE_ITEMS,
    Count,
    Counted,
    Lock,
    Page,
    Position,
    Query,
    Scan,
    index_name,
)
from ....operations.operation import Request, unchanged
from ..payload import Single
from ..values.codec import refused_nul
from ..values.columns import holds_exactly, parameter, shown
from ..values.names import quote
from ..values.types import Column, Form
from .conditions import in_sql, left_to_client, parts_in_sql
from .decoder import ItemDecoder

_LOCKS: dict[Lock, str] = {"wait": "", "nowait": " NOWAIT", "skip_locked": " SKIP LOCKED"}


class PageQuery:
    """One page as a SELECT: its conditions and the position of each row."""

    def __init__(self, decoder: ItemDecoder, action: Query | Scan) -> None:
        self._decoder = decoder
        self._sql = sql = decoder.sql
        self.action = action
        keys = action.table.position_keys(action.index)
        self.columns: tuple[Column, ...] = tuple(sql.by_attribute[key.attribute] for key in keys)
        fixed = len(action.index.physical_partition) if action.index else 1
        self._fixed = self.columns[:fixed] if isinstance(action, Query) else ()
        self._order = tuple(column for column in self.columns if column not in self._fixed)
        self.size = action.page_size or PAGE_ITEMS
        filter_ = action.filter
        self.left = None if filter_ is None else left_to_client(sql, filter_)
        self._conditions: list[str] = []
        self._parameters: list[Any] = []

    def select(self) -> Single:
        """The SELECT of one page."""
        self._collect()
        ascending = not isinstance(self.action, Query) or self.action.ascending
        direction = "" if ascending else " DESC"
        order = ", ".join(f"{quote(column.name)}{direction}" for column in self._order)
        ordered = f" ORDER BY {order}" if order else ""
        text = f"SELECT {self._decoder.selected} FROM {self._source()}{ordered}"
        return Single(f"{text} LIMIT {self.size:d}{self._lock()}", tuple(self._parameters))

    def _lock(self) -> str:
        lock = self.action.lock if isinstance(self.action, Query) else None
        return "" if lock is None else f" FOR UPDATE{_LOCKS[lock]}"

    def count(self) -> Single:
        """The SELECT that counts all pages at once."""
        self._collect()
        return Single(f"SELECT count(*) FROM {self._source()}", tuple(self._parameters))

    def conditions(self) -> tuple[list[str], list[Any]]:
        """The conditions in SQL of a row that is read, and their parameters."""
        self._collect()
        return self._conditions, self._parameters

    def _source(self) -> str:
        where = f" WHERE {' AND '.join(self._conditions)}" if self._conditions else ""
        return f"{self._sql.quoted}{where}"

    def _collect(self) -> None:
        action = self.action
        if isinstance(action, Query):
            for column, value in zip(self._fixed, action.partition, strict=True):
                self._compare(column, "=", value)
            self._add_sort(action.sort)
        elif action.segments > 1:
            self._add_segment(action.segment, action.segments)
        self._add_present()
        if action.start is not None:
            self._add_start(action.start)
        if action.now_epoch_s is not None and self._sql.expires:
            self._conditions.append(self._sql.expires.format(self._place(str(action.now_epoch_s))))
        if action.filter is not None:
            parts = parts_in_sql(self._sql, action.filter)
            self._conditions += [part.placed(self._place) for part in parts]

    def _place(self, value: Any) -> str:
        """The placeholder of one more parameter."""
        self._parameters.append(value)
        return f"${len(self._parameters)}"

    def _compare(self, column: Column, op: str, value: Any) -> None:
        """Compare a column with a value of its kind. A text that is no instant, such as the
        beginning of one, is compared with the text of the instants."""
        if holds_exactly(column.type, value):
            place = column.placed(self._place(parameter(column.type, value)))
            self._conditions.append(f"{quote(column.name)} {op} {place}")
        else:
            place = self._place(_text(value))
            self._conditions.append(f'{shown(column)} COLLATE "C" {op} {place}::text')

    def _add_segment(self, segment: int, segments: int) -> None:
        """Divide the rows by a digest of their partition, which stays the same."""
        first = self._sql.key[0]
        name = quote(first.name)
        text = f"encode({name}, 'hex')" if first.form is Form.BYTES else f"{name}::text"
        digest = f'hashtextextended({text} COLLATE "C", 0) & 9223372036854775807'
        self._conditions.append(f"({digest}) % {segments:d} = {segment:d}")

    def _add_present(self) -> None:
        """Exclude NULL from the index's columns: the index holds the rows that have all."""
        if self.action.index is not None:
            for key in self.action.index.attributes:
                column = self._sql.by_attribute[key.attribute]
                if not column.is_key and column not in self._fixed:
                    self._conditions.append(f"{quote(column.name)} IS NOT NULL")

    def _add_sort(self, conditions: Sequence[SortCondition]) -> None:
        for condition in conditions:
            column = self._sql.by_attribute[str(condition.path.segments[0])]
            match condition.op:
                case SortOp.BETWEEN:
                    self._compare(column, ">=", condition.values[0])
                    self._compare(column, "<=", condition.values[1])
                case SortOp.BEGINS_WITH:
                    self._add_prefix(column, condition.values[0])
                case SortOp.EQ | SortOp.LT | SortOp.LE | SortOp.GT | SortOp.GE:
                    self._compare(column, condition.op.value, condition.values[0])
                case _:
                    raise unhandled(condition.op)

    def _add_prefix(self, column: Column, prefix: Any) -> None:
        """Add a range, which the index serves."""
        self._compare(column, ">=", prefix)
        end = following(prefix)
        if end is not None:
            self._compare(column, "<", end)

    def _add_start(self, start: Position) -> None:
        """Add the condition for rows after a position, in the direction of the query."""
        values = dict(zip(self.columns, start, strict=True))
        if not self._order:
            self._conditions.append("false")  # only one item has this key, and it was consumed
            return
        ascending = not isinstance(self.action, Query) or self.action.ascending
        names = ", ".join(quote(column.name) for column in self._order)
        places = ", ".join(
            column.placed(self._place(parameter(column.type, values[column])))
            for column in self._order
        )
        self._conditions.append(f"({names}) {'>' if ascending else '<'} ({places})")

    def position(self, row: Sequence[Any]) -> Position:
        """The position of a row of this page."""
        item = self._decoder.stored(row)
        return tuple(item[column.attribute] for column in self.columns)


def _text(value: str) -> str:
    if "\0" in value:
        raise refused_nul()
    return value


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


def page_request(decoder: ItemDecoder, action: Query | Scan) -> Request[Page]:
    """The request of one page."""
    query = PageQuery(decoder, action)

    def decode(rows: list[tuple[Any, ...]]) -> Page:
        following_page = query.position(rows[-1]) if len(rows) == query.size else None
        kept, items = _filtered(rows, query, decoder)
        return Page(items, _positions(query, kept), following_page)

    return _request(type(action).__name__, query, query.select(), decode)


def _request(
    name: str, query: PageQuery, payload: Single, decode: Callable[[list[Any]], Any]
) -> Request[Any]:
    action = query.action
    return Request(
        name, action.table.name, payload, decode, after_loss=unchanged, index=index_name(action)
    )


def _positions(query: PageQuery, rows: Sequence[Sequence[Any]]) -> Callable[[int], Position]:
    return lambda offset: query.position(rows[offset])


def _filtered(
    rows: list[tuple[Any, ...]], query: PageQuery, decoder: ItemDecoder
) -> tuple[list[tuple[Any, ...]], list[Any]]:
    """The rows whose items pass the whole filter, and their models. The server looks at no more
    than what SQL decides of it."""
    condition = query.left
    if condition is None or in_sql(decoder.sql, condition) is not None:
        return rows, decoder.models(rows)
    kept, models = [], []
    for row in rows:
        item = decoder.stored(row)
        if holds(condition, item):
            kept.append(row)
            models.append(decoder.item(item))
    return kept, models


def count_request(decoder: ItemDecoder, action: Count) -> Request[Counted]:
    """The request that counts: in SQL, or page by page if the caller says how large they are, or a
    filter has to read each item."""
    query = PageQuery(decoder, action.of)
    condition = action.of.filter
    if condition is None or (
        action.of.page_size is None and in_sql(decoder.sql, condition) is not None
    ):
        return _request("Count", query, query.count(), lambda rows: Counted(rows[0][0], None))

    def decode(rows: list[tuple[Any, ...]]) -> Counted:
        following_page = query.position(rows[-1]) if len(rows) == query.size else None
        kept, _ = _filtered(rows, query, decoder)
        return Counted(len(kept), following_page)

    return _request("Count", query, query.select(), decode)

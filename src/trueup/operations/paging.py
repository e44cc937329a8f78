"""PageStream: a query or scan, page by page, with a cursor that is exact after every item.

A read of several shards keeps one page of each and merges them in order. The stream remembers the
last consumed item of each shard, so that the cursor has the position of every shard. Items with
equal sort keys come shard by shard: this order is that of the read backwards too, in whatever order
a database keeps them within a shard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from .._dataclass import dataclass
from ..errors import ErrorCode, InvalidCall
from .actions import PAGE_ITEMS, Count, Counted, Page, Position, Query, Scan, total
from .left_out import without_unreadable
from .operation import Operation, Request, gather, send
from .plans.context import TableContext
from .plans.reads import ReadPlan

PARALLEL_READS = 8
"""The number of shards, or chunks of keys, that are read side by side."""


@dataclass(slots=True)
class _Part:
    """One shard: its current page, the offset of the next item, and the last consumed position.

    number: of the shard, from 0. units: capacity units that its pages consumed so far.
    skipped: items that were left out.
    """

    action: Query | Scan
    number: int
    page: Page | None = None
    offset: int = 0
    last: tuple[Page, int] | None = None
    is_read_out: bool = False
    units: float | None = None
    skipped: int = 0

    @property
    def is_empty(self) -> bool:
        return self.page is None or self.offset >= len(self.page.items)

    def position(self) -> Position | None:
        """The position of the last consumed item, or the start of this part."""
        return self.last[0].position(self.last[1]) if self.last else self.action.start

    def head(self) -> Position:
        """The position of the next item."""
        assert self.page is not None
        return self.page.position(self.offset)

    def place(self, position: Position) -> tuple[Any, ...]:
        """What orders a position among those of all shards: its sort key, then the shard."""
        index = self.action.index
        # The first value is the shard itself.
        return (*position[1 : 1 + len(index.sort if index else ())], self.number)

    def take(self) -> Any:
        """The next item."""
        assert self.page is not None
        self.last = (self.page, self.offset)
        self.offset += 1
        return self.page.items[self.last[1]]


class PageStream:
    """The state of one streaming read. `refill` is an operation; `take` never waits."""

    def __init__(self, context: TableContext, plan: ReadPlan) -> None:
        self._context = context
        self._plan = plan
        self._parts = [_Part(action, number) for number, action in enumerate(plan.parts)]
        self._taken = 0
        self._start = self._furthest_start() if len(self._parts) > 1 else None

    @property
    def capacity_units(self) -> float | None:
        """The units that the pages read so far consumed; None if unknown."""
        return reduce(total, (part.units for part in self._parts))

    @property
    def skipped(self) -> int:
        """The items read so far that fit no model and were left out."""
        return sum(part.skipped for part in self._parts)

    @property
    def is_done(self) -> bool:
        """Whether no item is left to take: all were read, or the limit is reached."""
        return self._is_full or all(part.is_empty and part.is_read_out for part in self._parts)

    @property
    def _is_full(self) -> bool:
        return self._plan.limit is not None and self._taken >= self._plan.limit

    @property
    def needs_refill(self) -> bool:
        """Whether a page must be read before the next item can be taken."""
        return any(part.is_empty and not part.is_read_out for part in self._parts)

    def refill(self) -> Operation[None]:
        """Read the next page with items of every part that has no items left."""
        empty = [part for part in self._parts if part.is_empty and not part.is_read_out]
        if len(empty) == 1:
            yield from self._fill(empty[0])
        else:
            yield from gather([self._fill(part) for part in empty], PARALLEL_READS)

    def refill_empty(self) -> Operation[None]:
        """Read as many pages as are needed before the next item can be taken."""
        while self.needs_refill and not self.is_done:
            yield from self.refill()

    def first_request(self) -> Request[Page]:
        """The request for the first page."""
        return self._context.engine.compile(self._sized(self._parts[0].action))

    def _fill(self, part: _Part) -> Operation[None]:
        while part.is_empty and not part.is_read_out:
            action = part.action
            if part.page is not None:
                action = replace(action, start=part.page.next)
            page: Page = yield from send(self._context.engine.compile(self._sized(action)))
            kept = without_unreadable(page, action.view.unreadable)
            part.skipped += len(page.items) - len(kept.items)
            part.page, part.offset = kept, self._passed(part, kept)
            part.units = total(part.units, page.capacity_units)
            part.is_read_out = page.next is None

    def _furthest_start(self) -> tuple[Any, ...] | None:
        """The place of the last item before this read, of all shards; None if it begins anew."""
        starts = [part.place(part.action.start) for part in self._parts if part.action.start]
        return (max if self._plan.ascending else min)(starts) if starts else None

    def _passed(self, part: _Part, page: Page) -> int:
        """The number of items of a page that stand before the start of this read: they were stored
        in a shard of which nothing had been read before the cursor was made."""
        if self._start is None:
            return 0
        for offset in range(len(page.items)):
            place = part.place(page.position(offset))
            if place >= self._start if self._plan.ascending else place <= self._start:
                return offset
        return len(page.items)

    def _sized(self, action: Query | Scan) -> Query | Scan:
        """The action with a smaller page for the rest of the limit, if no filter drops items."""
        if self._plan.limit is None or action.filter is not None:
            return action
        left = self._plan.limit - self._taken
        return replace(action, page_size=min(left, action.page_size or PAGE_ITEMS))

    def take(self) -> Any:
        """The next item. Call only if neither `is_done` nor `needs_refill`."""
        self._taken += 1
        if len(self._parts) == 1:
            return self._parts[0].take()
        ready = [part for part in self._parts if not part.is_empty]
        choose = min if self._plan.ascending else max
        return choose(ready, key=lambda part: part.place(part.head())).take()

    def take_page(self) -> Sequence[Any]:
        """All items of the current page if there is one part; else the next item."""
        part = self._parts[0]
        if len(self._parts) > 1 or self._plan.limit is not None or part.page is None:
            return [self.take()]
        items = part.page.items[part.offset :]
        part.last = (part.page, len(part.page.items) - 1)
        part.offset = len(part.page.items)
        self._taken += len(items)
        return items

    def positions(self) -> list[Position | None]:
        """The position of the last taken item of each shard."""
        return [part.position() for part in self._parts]

    def heads(self) -> list[Position | None]:
        """The position of the next item of each shard, if any; after `refill_empty`."""
        return [None if part.is_empty else part.head() for part in self._parts]

    def cursor(self) -> str | None:
        """The cursor after the last taken item; None if everything was taken."""
        if all(part.is_empty and part.is_read_out for part in self._parts):
            return None
        return self._context.cursors.write(self._plan.identity, self.positions())


def count(context: TableContext, plan: ReadPlan) -> Operation[int]:
    """The number of items in all pages of all parts."""
    if any(isinstance(part, Query) and part.lock for part in plan.parts):
        raise InvalidCall(
            "a count locks no rows",
            code=ErrorCode.INVALID_OPTION,
            where=context.where,
            fix="leave lock= out, or query the items",
        )
    counts = yield from gather([_count_part(context, part) for part in plan.parts], PARALLEL_READS)
    total = sum(counts)
    return total if plan.limit is None else min(total, plan.limit)


def _count_part(context: TableContext, action: Query | Scan) -> Operation[int]:
    total = 0
    while True:
        counted: Counted = yield from send(context.engine.compile(Count(action)))
        total += counted.count
        if counted.next is None:
            return total
        action = replace(action, start=counted.next)

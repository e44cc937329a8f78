"""PageStream: a query or scan answered page by page, with a cursor that is exact after every item.

A read of several shards keeps one page of each and merges them in order. What is consumed
is remembered for each shard, so that the cursor says where every one of them goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from .._dataclass import dataclass
from .actions import PAGE_ITEMS, Count, Counted, Page, Position, Query, Scan, total
from .operation import Operation, Request, gather, send
from .plans.context import TableContext
from .plans.reads import ReadPlan

PARALLEL_READS = 8
"""Shards, or chunks of keys, that are read side by side."""


@dataclass(slots=True)
class _Part:
    """One shard: the page in hand, the offset of its next item, and the last one consumed.

    units: capacity that its pages consumed so far.
    """

    action: Query | Scan
    page: Page | None = None
    offset: int = 0
    last: tuple[Page, int] | None = None
    is_read_out: bool = False
    units: float | None = None

    @property
    def is_empty(self) -> bool:
        return self.page is None or self.offset >= len(self.page.items)

    def position(self) -> Position | None:
        """Of the last item consumed, or where this part was begun."""
        return self.last[0].position(self.last[1]) if self.last else self.action.start

    def head(self) -> Position:
        """The position of the next item."""
        assert self.page is not None
        return self.page.position(self.offset)

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
        self._parts = [_Part(action) for action in plan.parts]
        self._taken = 0

    @property
    def capacity_units(self) -> float | None:
        """What the pages read so far consumed; None where that is not known."""
        return reduce(total, (part.units for part in self._parts))

    @property
    def is_done(self) -> bool:
        """Whether there is nothing more to take: all was read, or the limit is reached."""
        return self._is_full or all(part.is_empty and part.is_read_out for part in self._parts)

    @property
    def _is_full(self) -> bool:
        return self._plan.limit is not None and self._taken >= self._plan.limit

    @property
    def needs_refill(self) -> bool:
        """Whether a page must be read before the next item is known."""
        return any(part.is_empty and not part.is_read_out for part in self._parts)

    def refill(self) -> Operation[None]:
        """Read a page of every part that has none in hand; past pages without a hit as well."""
        empty = [part for part in self._parts if part.is_empty and not part.is_read_out]
        if len(empty) == 1:
            yield from self._fill(empty[0])
        else:
            yield from gather([self._fill(part) for part in empty], PARALLEL_READS)

    def first_request(self) -> Request[Page]:
        """What the first page is asked for with."""
        return self._context.engine.compile(self._sized(self._parts[0].action))

    def _fill(self, part: _Part) -> Operation[None]:
        while part.is_empty and not part.is_read_out:
            action = part.action
            if part.page is not None:
                action = replace(action, start=part.page.next)
            page: Page = yield from send(self._context.engine.compile(self._sized(action)))
            part.page, part.offset = page, 0
            part.units = total(part.units, page.capacity_units)
            part.is_read_out = page.next is None

    def _sized(self, action: Query | Scan) -> Query | Scan:
        """Read no more than is left to return, where no filter drops any of it."""
        if self._plan.limit is None or action.filter is not None:
            return action
        left = self._plan.limit - self._taken
        return replace(action, page_size=min(left, action.page_size or PAGE_ITEMS))

    def take(self) -> Any:
        """The next item. Only when neither `is_done` nor `needs_refill`."""
        self._taken += 1
        if len(self._parts) == 1:
            return self._parts[0].take()
        ready = [part for part in self._parts if not part.is_empty]
        choose = min if self._plan.ascending else max
        # The first value is the shard itself; what follows is the order of the whole index.
        return choose(ready, key=lambda part: part.head()[1:]).take()

    def take_page(self) -> Sequence[Any]:
        """All items in hand, where there is one part; else the next one."""
        part = self._parts[0]
        if len(self._parts) > 1 or self._plan.limit is not None or part.page is None:
            return [self.take()]
        items = part.page.items[part.offset :]
        part.last = (part.page, len(part.page.items) - 1)
        part.offset = len(part.page.items)
        self._taken += len(items)
        return items

    def cursor(self) -> str | None:
        """Where the read goes on after what was taken; None once everything was."""
        if all(part.is_empty and part.is_read_out for part in self._parts):
            return None
        positions = [part.position() for part in self._parts]
        return self._context.cursors.write(self._plan.identity, positions)


def count(context: TableContext, plan: ReadPlan) -> Operation[int]:
    """How many items the read has, all pages of all parts."""
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

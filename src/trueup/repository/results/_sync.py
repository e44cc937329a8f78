# Generated from _async.py by tools/generate_sync.py. Edit that file instead.
"""Results: the items of a query or scan, while they are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from ...model.declarations.base import Model
from ...model.translation.decode import Unreadable
from ...operations import paging
from ...operations.exactly import none_found, several_found
from ...operations.pages import Page, read_page
from ...operations.plans import reads
from ...operations.plans.context import TableContext
from ...operations.runner import Runner

R = TypeVar("R", bound=Model | Unreadable)


class Results(Generic[R]):
    """The items of a query or scan, read page by page while they are consumed."""

    def __init__(
        self, runner: Runner, context: TableContext, plan: reads.ReadPlan, name: str
    ) -> None:
        self._runner = runner
        self._name = name
        self._context = context
        self._plan = plan
        self._stream = paging.PageStream(context, plan)

    def __repr__(self) -> str:
        return f"Results({self._context})"

    @property
    def cursor(self) -> str | None:
        """The cursor after the last consumed item, for `after=`; None if all were consumed."""
        return self._stream.cursor()

    @property
    def skipped(self) -> int:
        """The items of the pages read so far that fit no model, and were left out: see
        `on_unreadable` of `query`, and `unknown_entities` of the table."""
        return self._stream.skipped

    @property
    def capacity_units(self) -> float | None:
        """The units that the pages read so far consumed; None on engines that charge nothing."""
        return self._stream.capacity_units

    def __iter__(self) -> Iterator[R]:
        return self

    def __next__(self) -> R:
        stream = self._stream
        while stream.needs_refill and not stream.is_done:
            self._runner.run(stream.refill(), self._name)
        if stream.is_done:
            raise StopIteration
        item: R = stream.take()
        return item

    def all(self) -> list[R]:
        """All remaining items, in one list."""
        stream = self._stream
        found: list[R] = []
        while not stream.is_done:
            if stream.needs_refill:
                self._runner.run(stream.refill(), self._name)
            else:
                found += stream.take_page()
        return found

    def page(self, *, before: str | None = None) -> Page[R]:
        """A page of `limit` items, whatever was consumed: the first, or the one after `after=`.

        before: the `previous` of a page of the same query, for the page before it.

        Raises InvalidCall (invalid-option) for a read without a limit; CursorRefused.
        """
        reading = read_page(self._context, self._plan, before)
        return self._runner.run(reading, self._name)

    def first(self) -> R | None:
        """The next item, or None if there is none."""
        for item in self:
            return item
        return None

    def one(self) -> R:
        """The only item. Raises NotFound if there is none, InvalidCall (several-rows) if there are
        more; whether there are is read, up to the end."""
        found = self.first()
        if found is None:
            raise none_found(self._context)
        if self.first() is not None:
            raise several_found(self._context)
        return found

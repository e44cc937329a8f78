# Generated from _async.py by tools/generate_sync.py. Edit that file instead.
"""Writes of any number of items, of one table.

Items are taken from their source as they are written, a chunk of one request at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Generic, TypeVar, Unpack

from ...model.declarations.base import Model
from ...operations import batching, paging
from ...operations.actions import BatchWritten, Delete, Put
from ...operations.batch_result import BatchResult, DeletedItems, ItemOutcome, outcomes_of
from ...operations.plans import deletes, writes
from ...operations.plans.context import TableContext
from ...operations.runner import Runner
from ..options import DeleteWhereOptions

M = TypeVar("M", bound=Model)
T = TypeVar("T")


class BulkWrites(Generic[M]):
    """The calls of a repository that write many items."""

    _runner: Runner
    _context: TableContext

    def put_many(self, items: Iterable[M]) -> BatchResult[M]:
        """Store any number of items, holding a bounded number of them at a time.

        Not atomic. If some items cannot be stored, raises BatchIncomplete after all others are
        stored; its `result` keeps the failures, with their positions. `put_many_iter` yields
        outcomes instead. An error that concerns no single item is raised at once, with a note of
        how many items were written by then. So is InvalidCall for an item that is no model of this
        table.
        """
        return self._drain(items, self._plan_put, "put_many")

    def put_many_iter(self, items: Iterable[M]) -> Iterator[ItemOutcome[M]]:
        """Store any number of items and yield the outcome of each, in order."""
        chunks = self._write_chunks(items, self._plan_put, "put_many_iter")
        for first, chunk, written in chunks:
            yield from outcomes_of(first, chunk, written)

    def delete_many(self, keys: Iterable[Any]) -> BatchResult[Any]:
        """Remove any number of items by key; see `put_many`."""
        return self._drain(keys, self._plan_delete, "delete_many")

    def delete_many_iter(self, keys: Iterable[Any]) -> Iterator[ItemOutcome[Any]]:
        """Remove any number of items by key and yield the outcome of each, in order."""
        chunks = self._write_chunks(keys, self._plan_delete, "delete_many_iter")
        for first, chunk, written in chunks:
            yield from outcomes_of(first, chunk, written)

    def delete_where(
        self, partition: Any, *, limit: int, **options: Unpack[DeleteWhereOptions]
    ) -> DeletedItems:
        """Delete what a query of one partition finds, and say how many items that were.

        Not atomic. An item that others change between the read and its delete is left alone, and
        counted as skipped: if its version has changed, or, without versions, if the filter has
        become false or its keys of the index are others. Items that no model can read are deleted
        too; expired ones are left to expire.

        partition: as for `query`. limit: the most items that are deleted or skipped; the result's
            `cursor` goes on after them. After an error, call again: what is deleted stays deleted.
        options: see `DeleteWhereOptions`.
        """
        given: dict[str, Any] = {**options}
        context, result = self._context, DeletedItems()
        query = deletes.plan_delete_where(context, partition, limit, **given)
        plan = deletes.delete_of(context, given.get("index"), given.get("filter"))
        stream, limits = paging.PageStream(context, query), context.engine.rules.limits
        while not stream.is_done:
            if stream.needs_refill:
                self._runner.run(stream.refill(), "delete_where")
            elif found := deletes.take_found(stream, limits.batch_write_items):
                planned = [plan(item) for item in found]
                operation = batching.write_planned(context.engine, result.deleted, planned)
                written = self._runner.run(operation, "delete_where")
                result = deletes.counted(result, written)
        return replace(result, cursor=stream.cursor())

    def _plan_put(self, item: M) -> Put:
        return writes.plan_put(self._context, item)

    def _plan_delete(self, key: Any) -> Delete:
        return writes.plan_delete(self._context, key)

    def _write_chunks(
        self, items: Iterable[T], plan: Callable[[T], Put | Delete], name: str
    ) -> Iterator[tuple[int, list[T], BatchWritten]]:
        """Yield chunks of items with the position of their first item and their results."""
        engine, waiting, first = self._context.engine, batching.iterate(self._context, items), 0
        while chunk := batching.take_chunk(engine, waiting, first):
            operation = batching.write_chunk(engine, first, chunk, plan)
            yield first, chunk, self._runner.run(operation, name)
            first += len(chunk)

    def _drain(
        self, items: Iterable[T], plan: Callable[[T], Put | Delete], name: str
    ) -> BatchResult[T]:
        result: BatchResult[T] = BatchResult()
        try:
            for first, chunk, written in self._write_chunks(items, plan, name):
                result.add(first, chunk, written)
        except BaseException as error:
            result.note_failures(error)
            raise
        return result.checked()

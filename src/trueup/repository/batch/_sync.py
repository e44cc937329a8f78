# Generated from _async.py by tools/generate_sync.py. Edit that file instead.
"""Batch: puts and deletes in any tables, sent a request at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ...model.declarations.base import Model
from ...model.declarations.table import Table
from ...operations import batching
from ...operations.actions import Delete, Put
from ...operations.batch_result import BatchResult, note_progress
from ...operations.engine import Engine
from ...operations.plans import writes
from ...operations.plans.context import TableContext, only_value
from ...operations.plans.writes import VersionGiven
from ...operations.runner import Runner
from ..blocks import counted, outside_of_block

M = TypeVar("M", bound=Model)


class Batch:
    """Any number of puts and deletes in any tables, in a block. Not atomic: writes are independent.

    A request is sent as soon as it is full; the rest is sent when the block ends. If the block ends
    with an exception, unsent writes are dropped, and a note of the exception says how many items
    came before. If an item is written several times, the last write counts.

    result: the number of written items, and the outcome of each that was not, with its position
        among the calls.

    Raises: InvalidCall at the call, if an item or key does not fit; BatchIncomplete at the end of
    the block, if an item was not written while all others were.
    """

    def __init__(
        self, runner: Runner, engine: Engine, context: Callable[[Table[Any]], TableContext]
    ) -> None:
        self._runner = runner
        self._engine = engine
        self._context = context
        self._pending: list[tuple[Any, Put | Delete]] = []
        self._sent = 0
        self._is_open = False
        self.result: BatchResult[Any] = BatchResult()

    def __repr__(self) -> str:
        unsent = counted([write for _, write in self._pending], "unsent write", "of")
        return f"Batch({self._engine.rules.engine}, {unsent})"

    def __enter__(self) -> Batch:
        self._is_open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: object
    ) -> None:
        self._is_open = False
        if error is not None:
            note_progress(error, self.result.written + len(self.result.failures))
            self.result.note_failures(error)
            return
        while self._pending:
            self._send()
        self.result.checked()

    def put(self, table: Table[M], item: M) -> None:
        """Store an item, replacing any item with its key."""
        return self._add(item, writes.plan_put(self._context(table), item))

    def delete(self, table: Table[Any], *key: Any, version: VersionGiven = None) -> None:
        """Remove an item. A missing item is no error."""
        write = writes.plan_delete(self._context(table), key, version=version)
        return self._add(only_value(key), write)

    def _add(self, item: Any, write: Put | Delete) -> None:
        """Keep the write at the call, so that none is lost by a forgotten `await`."""
        if not self._is_open:
            raise outside_of_block("a batch", self._engine.rules.engine)
        self._pending.append((item, write))
        return self._send_full()

    def _send_full(self) -> None:
        if len(self._pending) >= self._engine.rules.limits.batch_write_items:
            self._send()

    def _send(self) -> None:
        size = self._engine.rules.limits.batch_write_items
        pending, self._pending = self._pending[:size], self._pending[size:]
        first, self._sent = self._sent, self._sent + len(pending)
        items, planned = zip(*pending, strict=True)
        operation = batching.write_planned(self._engine, first, planned)
        self.result.add(first, items, self._runner.run(operation, "batch"))

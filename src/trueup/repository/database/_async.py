"""AsyncDatabase: a layer opened on an engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar, overload

from ...model.declarations.base import Model
from ...model.declarations.table import Table
from ...operations.events import RequestEvent
from ...operations.operation import send
from ...operations.runner import AsyncRunner
from .._async import AsyncRepository
from ..batch._async import AsyncBatch
from ..write_set._async import AsyncTransaction
from .open_layer import OpenLayer
from .previews import DatabasePreview

M = TypeVar("M", bound=Model)


class AsyncDatabase:
    """The tables of a layer in one database. Close it, or use it as a context manager."""

    def __init__(self, open_layer: OpenLayer, runner: AsyncRunner) -> None:
        self._open_layer = open_layer
        self._runner = runner

    def __repr__(self) -> str:
        engine, layer = self._open_layer.engine, self._open_layer.layer
        return f"AsyncDatabase({engine.rules.engine}, {layer.name!r})"

    async def __aenter__(self) -> AsyncDatabase:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let running calls end, then give up every connection. Twice is fine."""
        await self._runner.wire.aclose()

    def subscribe(self, subscriber: Callable[[RequestEvent], None]) -> None:
        """Tell `subscriber` of each request of this database as it begins, fails, and ends.

        Everything made from this database tells it, before this call or after: repositories,
        batches, transactions, and what `within` gives.

        subscriber: called in the thread that runs the request; what it raises reaches the caller.
        """
        self._runner.subscribers.add(subscriber)

    def unsubscribe(self, subscriber: Callable[[RequestEvent], None]) -> None:
        """Tell `subscriber` no more. Raises InvalidCall if it is not subscribed."""
        self._runner.subscribers.remove(subscriber)

    @property
    def requests(self) -> DatabasePreview:
        """The exact requests these methods would send, as values; nothing is sent."""
        return DatabasePreview(self._open_layer)

    def within(self, seconds: float) -> AsyncDatabase:
        """The same database, with each call given this much time."""
        return AsyncDatabase(self._open_layer, replace(self._runner, timeout_s=seconds))

    async def create_tables(self) -> None:
        """Create the tables and indexes that are missing.

        Raises NeedsOperator (schema-mismatch) if a table is there and differs; none is made.
        """
        from ...schema.create import create_tables

        await self._runner.run(
            create_tables(self._open_layer.engine, self._open_layer.tables), "create_tables"
        )

    @overload
    def repository(self, table: Table[M]) -> AsyncRepository[M]: ...
    @overload
    def repository(self, table: Table[Any], entity: type[M]) -> AsyncRepository[M]: ...
    def repository(
        self, table: Table[Any], entity: type[Model] | None = None
    ) -> AsyncRepository[Any]:
        """Typed access to one table, or to one entity of a table that several share."""
        return AsyncRepository(self._runner, self._open_layer.context(table, entity))

    def batch(self) -> AsyncBatch:
        """Many writes, each for itself.

        `async with db.batch() as batch: await batch.put(orders, order)`
        """
        return AsyncBatch(self._runner, self._open_layer.engine, self._open_layer.context)

    def transaction(self) -> AsyncTransaction:
        """A write set: `async with db.transaction() as tx: tx.put(orders, order)`."""
        return AsyncTransaction(self._runner, self._open_layer.engine, self._open_layer.context)

    async def transact_get(self, *wanted: tuple[Table[Any], Any]) -> list[Any]:
        """Items of any tables as of one instant: `transact_get((orders, key), (users, key))`.

        The models in the order asked for, None for each that is absent.
        """
        request = self.requests.transact_get(*wanted)
        found: list[Any] = await self._runner.run(send(request), "transact_get")
        return found

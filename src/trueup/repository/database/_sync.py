# Generated from _async.py by tools/generate_sync.py. Edit that file instead.
"""Database: a layer opened on an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from inspect import iscoroutinefunction
from typing import Any, TypeVar, Unpack, overload
from uuid import UUID

from pydantic import BaseModel

from ...errors import Place, TransactionConflict
from ...model.declarations.base import Model
from ...model.declarations.table import Table
from ...operations.connections import ConnectionCounts, count_connections
from ...operations.events import RequestEvent
from ...operations.left_out import only_entity
from ...operations.operation import send
from ...operations.runner import Runner
from ...operations.sql.calls import (
    BATCH_ROWS,
    ModelReader,
    copy_out_stream,
    session_options,
    stream_requests,
)
from ...operations.sql.port import Isolation, copy_engine
from ...resilience import RetryPolicy
from .._sync import Repository
from ..attempts import Attempts
from ..batch._sync import Batch
from ..options import GetOptions
from ..session._sync import Rows, Session, SqlCalls
from ..write_set._sync import Transaction
from .open_layer import OpenLayer
from .previews import DatabasePreview
from .several import plan_tables_read

B = TypeVar("B", bound=BaseModel)
M = TypeVar("M", bound=Model)
R = TypeVar("R")


class Database(SqlCalls):
    """The tables of a layer in one database. Close it, or use it as a context manager."""

    def __init__(self, open_layer: OpenLayer, runner: Runner) -> None:
        self._open_layer = open_layer
        self._engine = open_layer.engine
        self._context = open_layer.context
        self._runner = runner

    def __repr__(self) -> str:
        engine, layer = self._open_layer.engine, self._open_layer.layer
        return f"Database({engine.rules.engine}, {layer.name!r})"

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let running calls end, then close every connection. A second call does nothing."""
        self._runner.wire.close()

    def subscribe(self, subscriber: Callable[[RequestEvent], None]) -> None:
        """Send `subscriber` the events of each request: when it begins, is retried, and ends.

        This includes everything made from this database, before or after this call: repositories,
        batches, transactions, and the results of `within`.

        subscriber: called in the thread that runs the request; its exceptions reach the caller.
        """
        self._runner.subscribers.add(subscriber)

    def unsubscribe(self, subscriber: Callable[[RequestEvent], None]) -> None:
        """Send `subscriber` no more events. Raises InvalidCall if it is not subscribed."""
        self._runner.subscribers.remove(subscriber)

    @property
    def connections(self) -> ConnectionCounts:
        """How many connections are open and idle, and how many calls wait for one, at this moment.

        Raises UnsupportedByEngine if the engine does not count them; PostgreSQL's does.
        """
        return count_connections(self._runner.wire, self._open_layer.engine.rules.engine)

    @property
    def requests(self) -> DatabasePreview:
        """The exact requests that these methods would send, as values; nothing is sent."""
        return DatabasePreview(self._open_layer)

    def within(self, seconds: float) -> Database:
        """The same database with another time limit for each call, in seconds."""
        return Database(self._open_layer, replace(self._runner, timeout_s=seconds))

    def tenant(self, tenant: str | UUID) -> Database:
        """The same database for one tenant: all that it does reads and writes this tenant's rows
        only, besides tables without tenants. Nothing is sent yet. It has the same connections:
        to close it is to close this database.

        Raises InvalidCall if this can be no tenant of the layer's tables; UnsupportedByEngine if
        the engine does not keep tenants apart. The first request raises NeedsOperator
        (row-security-off) if the program's role is shown the rows of all tenants.
        """
        layer = self._open_layer.for_tenant(tenant)
        wire = layer.wire_of_tenant(self._runner.wire)
        return Database(layer, replace(self._runner, wire=wire))

    def create_tables(self) -> None:
        """Create the missing tables and indexes.

        Raises NeedsOperator (schema-mismatch) if an existing table differs; nothing is created.
        """
        from ...schema.create import create_tables

        self._runner.run(
            create_tables(self._open_layer.engine, self._open_layer.tables), "create_tables"
        )

    @overload
    def repository(self, table: Table[M]) -> Repository[M]: ...
    @overload
    def repository(self, table: Table[Any], entity: type[M]) -> Repository[M]: ...
    def repository(self, table: Table[Any], entity: type[Model] | None = None) -> Repository[Any]:
        """Typed access to a table, or to a single entity of a shared table."""
        return Repository(self._runner, self._open_layer.context(table, entity))

    def batch(self) -> Batch:
        """A batch of independent writes.

        `with db.batch() as batch: batch.put(orders, order)`
        """
        return Batch(self._runner, self._open_layer.engine, self._open_layer.context)

    def transaction(self) -> Transaction:
        """A transaction of writes: `with db.transaction() as tx: tx.put(orders, order)`."""
        return Transaction(self._runner, self._open_layer.engine, self._open_layer.context)

    def transact_get(self, *wanted: tuple[Table[Any], Any]) -> list[Any]:
        """Items of any tables as of one instant: `transact_get((orders, key), (users, key))`.

        Returns the models in the requested order, None for absent items.
        """
        request = self.requests.transact_get(*wanted)
        found: list[Any] = self._runner.run(send(request), "transact_get")
        return [only_entity(item, None, Model, None) for item in found]

    def get_many(
        self, wanted: Iterable[tuple[Table[Any], Any]], **options: Unpack[GetOptions]
    ) -> list[Any]:
        """Items of any tables: `get_many([(orders, key), (users, key)])`, as few requests as fit.

        wanted: any number, also of the same item. Not as of one instant: see `transact_get`.
        options: see `GetOptions`.

        Returns the models in the requested order, None for absent items.
        """
        reading = plan_tables_read(self._open_layer, wanted, options).read()
        return self._runner.run(reading, "get_many")

    def session(
        self, *, isolation: Isolation = "read committed", read_only: bool = False
    ) -> Session:
        """A transaction that reads and writes: `with db.session() as session: …`.

        isolation: what it sees of others meanwhile. SQLite is always serializable.

        Raises UnsupportedByEngine if the engine, or the layer's target, has none.
        """
        options = session_options(self._engine, isolation, read_only)
        return Session(self._runner, self._engine, self._open_layer.context, options)

    def run_in_session(
        self,
        work: Callable[[Session], R],
        *,
        isolation: Isolation = "serializable",
        retries: RetryPolicy = RetryPolicy.STANDARD,
    ) -> R:
        """The result of `work(session)`, which runs anew in another session if transactions got in
        each other's way.

        work: what it does outside of the session is not undone before it runs again.
        retries: how often it runs again, and the pauses in between.

        Raises TransactionConflict if no attempt was committed, InvalidCall (wrong-type) if `work`
        is no function of this flavour.
        """
        is_async = iscoroutinefunction(self.run_in_session)
        where = Place(self._engine.rules.engine)
        again = Attempts("run_in_session", "Session", where, work, retries, is_async=is_async)
        while True:
            try:
                with self.session(isolation=isolation) as session:
                    return again.checked(work(session))
            except TransactionConflict as error:
                pause = again.after(error)
            self._runner.run(pause, "run_in_session")

    def stream(
        self, model: type[B], sql: str, /, *, batch: int = BATCH_ROWS, **parameters: Any
    ) -> Rows[B]:
        """The rows of a SELECT as models, `batch` of them in memory at a time, as of one moment.

        It has a connection of its own until its end: read it to the end, or close it. The server
        ends it if the program rests longer than the time for a call. See `fetch`.

        Raises UnsupportedByEngine behind a pooler, when it begins.
        """
        engine = self._sql_engine("stream")
        requests = stream_requests(engine, model, sql, parameters, "stream", batch)
        session = self.session(isolation="repeatable read", read_only=True)
        return Rows(session, requests, ModelReader(engine, model), batch, is_alone=True)

    def copy_out(self, table: Table[M], *, batch: int = BATCH_ROWS) -> Rows[M]:
        """All items of a table by COPY, in no particular order, `batch` of them in memory at a
        time, as of one moment. What `stream` says of its connection holds here too.

        Raises UnsupportedByEngine on engines without COPY.
        """
        engine = copy_engine(self._engine, "copy_out")
        copied = copy_out_stream(engine, self._context(table), batch)
        session = self.session(isolation="repeatable read", read_only=True)
        return Rows(session, copied.requests, copied.models, batch, is_alone=True)

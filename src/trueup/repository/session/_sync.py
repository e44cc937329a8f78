# Generated from _async.py by tools/generate_sync.py. Edit that file instead.
"""Session: an interactive transaction; SqlCalls: the SQL that a database takes too."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Generic, TypeVar, overload

from pydantic import BaseModel

from ...errors import Place, TrueupError
from ...model.declarations.base import Model
from ...model.declarations.table import Table
from ...operations.engine import Engine
from ...operations.operation import Request, send
from ...operations.plans.context import TableContext
from ...operations.runner import Runner
from ...operations.sql.calls import (
    BATCH_ROWS,
    ModelReader,
    copy_in_request,
    execute_request,
    fetch_one_request,
    fetch_request,
    stream_requests,
)
from ...operations.sql.port import (
    NotOpen,
    RowStream,
    SavepointRequests,
    SessionOptions,
    SessionWire,
    SqlEngine,
    SqlResult,
    aborted,
    copy_engine,
    session_over,
    sessions_of,
    sql_engine,
)
from .._sync import Repository

B = TypeVar("B", bound=BaseModel)
M = TypeVar("M", bound=Model)
T = TypeVar("T")


class SqlCalls:
    """SQL of the caller's own: placeholders are `:name`, and their values are named arguments."""

    _runner: Runner
    _engine: Engine
    _context: Callable[..., TableContext]

    def fetch(self, model: type[B], sql: str, /, **parameters: Any) -> list[B]:
        """The rows of a statement as models: `fetch(Order, "select … where day = :day", day=day)`.

        model: any pydantic model. Its fields are the columns, by stored name or name; a column
        named "customer.name" is in the nested model `customer`.

        Raises InvalidCall: invalid-sql for a statement that is refused, columns-differ for columns
        that are not the fields; NeedsOperator (unreadable-item) for a row that is no such model.
        """
        request = fetch_request(self._sql_engine("fetch"), model, sql, parameters)
        return self._runner.run(send(request), "fetch")

    def fetch_one(self, model: type[B], sql: str, /, **parameters: Any) -> B | None:
        """The only row of a statement as a model, or None; see `fetch`.

        Raises InvalidCall (several-rows) if there are more.
        """
        request = fetch_one_request(self._sql_engine("fetch_one"), model, sql, parameters)
        return self._runner.run(send(request), "fetch_one")

    def execute(self, sql: str, /, **parameters: Any) -> int:
        """Run a statement, and return the number of rows that it changed.

        Raises InvalidCall (invalid-sql) for a statement that is refused, such as COMMIT.
        """
        request = execute_request(self._sql_engine("execute"), sql, parameters)
        return self._runner.run(send(request), "execute")

    def copy_in(self, table: Table[M], items: Iterable[M]) -> int:
        """Store new items by COPY, all or none, and return their number. They are read while they
        are sent, so that any number needs the memory of a few.

        Raises AlreadyExists if an item is there, also one that has expired; InvalidCall for an item
        that the table refuses; UnsupportedByEngine on engines without COPY.
        """
        engine = copy_engine(self._engine, "copy_in")
        request = copy_in_request(engine, self._context(table), items)
        once = replace(self._runner, middleware=None)
        return once.run(send(request), "copy_in")

    def _sql_engine(self, what: str) -> SqlEngine:
        return sql_engine(self._engine, what)


class Session(SqlCalls):
    """A transaction that reads and writes: committed when its block ends, rolled back if the block
    raises. It has a connection of its own until then.

    An error of the database undoes the whole, unless it came from inside `savepoint()`. Writes of
    repositories are in savepoints of their own if they read first, so that a refused one (a
    condition that is false, say) undoes only itself.
    """

    def __init__(
        self,
        runner: Runner,
        engine: Engine,
        context: Callable[..., TableContext],
        options: SessionOptions,
    ) -> None:
        self._engine = engine
        self._context = context
        self._options = options
        self._opener = sessions_of(runner.wire, engine, "session")
        self._where = Place(engine.rules.engine)
        self._wire: SessionWire = NotOpen(self._where)
        self._runner = replace(runner, wire=self._wire, middleware=None)
        self._names = 0
        self._is_new = True

    def __repr__(self) -> str:
        return f"Session({self._options.isolation!r}, read_only={self._options.read_only})"

    def __enter__(self) -> Session:
        if not self._is_new:
            raise session_over(self._where)
        self._is_new = False
        deadline_s = time.monotonic() + self._runner.timeout_s
        self._wire = self._opener.session(self._options, deadline_s)
        self._runner = replace(self._runner, wire=self._wire)
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        deadline_s = time.monotonic() + self._runner.timeout_s
        self._wire.end(deadline_s, commit=error is None)

    def close(self) -> None:
        """Roll back, if the block has begun and not ended."""
        if isinstance(self._wire, NotOpen):
            return
        self._wire.end(time.monotonic() + self._runner.timeout_s, commit=False)

    @overload
    def repository(self, table: Table[M]) -> Repository[M]: ...
    @overload
    def repository(self, table: Table[Any], entity: type[M]) -> Repository[M]: ...
    def repository(self, table: Table[Any], entity: type[Model] | None = None) -> Repository[Any]:
        """Typed access to a table, inside this transaction."""
        context = replace(self._context(table, entity), in_session=True)
        return Repository(self._runner, context)

    def run(self, request: Request[T], name: str) -> T:
        """Perform a request inside this transaction. name: what events call it."""
        return self._runner.run(send(request), name)

    def savepoint(self) -> Savepoint:
        """A part of the transaction that can fail alone: `with session.savepoint(): …`."""
        self._names += 1
        requests = self._sql_engine("savepoint").savepoint(f"savepoint {self._names}")
        return Savepoint(self._runner, self._wire, self._where, requests)

    def lock(self, name: str, *, wait: bool = True) -> bool:
        """Take the lock of a name, which others who ask for it wait for until the transaction ends.

        Returns whether it was taken: without `wait`, others may hold it.

        Raises UnsupportedByEngine on SQLite, where a session that writes is alone anyway.
        """
        request = self._sql_engine("lock").lock(name, wait=wait)
        return self._runner.run(send(request), "lock")

    def stream(
        self, model: type[B], sql: str, /, *, batch: int = BATCH_ROWS, **parameters: Any
    ) -> Rows[B]:
        """The rows of a SELECT as models, `batch` of them in memory at a time; see `fetch`."""
        engine = self._sql_engine("stream")
        self._names += 1
        name = f"stream {self._names}"
        requests = stream_requests(engine, model, sql, parameters, name, batch)
        return Rows(self, requests, ModelReader(engine, model), batch)


class Savepoint:
    """A part of a session's transaction: an exception undoes it, and no more."""

    def __init__(
        self,
        runner: Runner,
        wire: SessionWire,
        where: Place,
        requests: SavepointRequests,
    ) -> None:
        self._runner = runner
        self._wire = wire
        self._where = where
        self._requests = requests

    def __enter__(self) -> None:
        self._runner.run(send(self._requests.set), "savepoint")

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        by = self._wire.aborted_by
        if error is None and not self._wire.is_aborted:
            self._runner.run(send(self._requests.release), "savepoint")
            return
        try:
            for request in self._requests.undo:
                self._runner.run(send(request), "savepoint")
        except TrueupError:
            if error is None:
                raise
        if error is None:
            raise aborted(self._where, by)


class Rows(Generic[B]):
    """The rows of a stream, read in parts while they are consumed. Read them to the end, or close
    it: `with db.stream(…) as rows:` does."""

    def __init__(
        self,
        session: Session,
        requests: RowStream,
        read: Callable[[SqlResult], list[B]],
        batch: int,
        *,
        is_alone: bool = False,
    ) -> None:
        """read: makes models of a part. is_alone: whether the session is only for this stream."""
        self._session = session
        self._requests = requests
        self._read = read
        self._batch = batch
        self._is_alone = is_alone
        self._waiting: list[B] = []
        self._state = "new"

    def __enter__(self) -> Rows[B]:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            self.close()
        else:  # the session may be undone already, and would refuse to close a cursor
            self._state = "over"
            self._leave()

    def __iter__(self) -> Iterator[B]:
        return self

    def __next__(self) -> B:
        while not self._waiting and self._state != "over":
            self._refill()
        if not self._waiting:
            raise StopIteration
        return self._waiting.pop()

    def _refill(self) -> None:
        """Read the next part; after the last, or an error, end."""
        try:
            if self._state == "new":
                self._begin()
            part = self._session.run(self._requests.more, "stream")
            self._waiting = self._read(part)[::-1]
        except BaseException:
            self._state = "over"
            self._leave()
            raise
        if len(part.rows) < self._batch:
            self._finish(is_early=False)

    def _begin(self) -> None:
        if self._is_alone:
            self._session.__enter__()
        self._state = "open"
        self._session.run(self._requests.begin, "stream")

    def close(self) -> None:
        """Give up the rest. A second call does nothing."""
        self._waiting.clear()
        self._finish(is_early=True)

    def _finish(self, *, is_early: bool) -> None:
        """End, if it has begun and not ended. A session of its own ends a cursor that was read to
        the end."""
        is_open, self._state = self._state == "open", "over"
        if is_open and self._requests.end is not None and (is_early or not self._is_alone):
            self._session.run(self._requests.end, "stream")
        self._leave()

    def _leave(self) -> None:
        """End the session, if it is only for this stream: it only reads."""
        if self._is_alone:
            self._session.close()

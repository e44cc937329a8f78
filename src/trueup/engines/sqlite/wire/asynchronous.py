"""SQL on one database, for asyncio: the blocking wire on a few threads.

SQLite has no other way to wait. Writes share one thread, in the order of their calls, so that other
threads keep reading however many writes wait for the lock.
"""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from ....errors import ErrorCode, InvalidCall, Place
from ....operations.operation import Request
from ....operations.sql.port import SessionOptions
from ..errors import deadline_exceeded
from .async_session import AsyncSqliteSession
from .blocking import Rows, SqliteWire
from .connections import Location

R = TypeVar("R")

READING_THREADS = 7
WRITING_THREADS = 1


class _Threads:
    """Those of one process. They start when a call finds none idle."""

    __slots__ = ("process", "readers", "writers")

    def __init__(self) -> None:
        self.process = os.getpid()
        self.readers = ThreadPoolExecutor(READING_THREADS, "trueup-sqlite-read")
        self.writers = ThreadPoolExecutor(WRITING_THREADS, "trueup-sqlite-write")


class AsyncSqliteWire:
    """An open database for tasks of any number of event loops, with the guarantees of `SqliteWire`.

    A cancelled call that waits for a thread never starts; a running call goes on to its end,
    commits or rolls back as a whole, and returns its connection. Threads start with the first call.
    """

    __slots__ = ("_closed", "_threads", "_wire")

    def __init__(self, wire: SqliteWire) -> None:
        """Take over an open wire; `aclose` closes it."""
        self._wire = wire
        self._closed = False
        self._threads = _Threads()

    @staticmethod
    async def open(location: Location, deadline_s: float | None = None) -> "AsyncSqliteWire":
        """Open the database without blocking the loop. Raises the errors of `SqliteWire`."""
        opener = ThreadPoolExecutor(1, "trueup-sqlite-open")
        job = opener.submit(SqliteWire, location, deadline_s)
        try:
            return AsyncSqliteWire(await asyncio.wrap_future(job))
        except asyncio.CancelledError:
            job.add_done_callback(_close_unseen)
            raise
        finally:
            opener.shutdown(wait=job.done())  # never blocks the loop

    def __repr__(self) -> str:
        return f"<AsyncSqliteWire: {self._wire}>"

    @property
    def where(self) -> Place:
        """The place of errors about the database."""
        return self._wire.where

    async def perform(self, request: Request[Any], deadline_s: float) -> Any:
        """Run the statements of a request and return the raw reply."""
        return await request.payload.on(self, deadline_s)

    async def read(
        self, sql: str, parameters: Sequence[Any] = (), deadline_s: float | None = None
    ) -> Rows:
        """All rows of one SELECT; see `SqliteWire.read`."""
        job = partial(self._wire.read, sql, parameters, deadline_s)
        return await self.run_in(self._here().readers, job, deadline_s)

    async def snapshot(
        self, work: Callable[[sqlite3.Connection], R], deadline_s: float | None = None
    ) -> R:
        """Run `work` in a thread, reading as of one moment; see `SqliteWire.snapshot`."""
        return await self.run_in(
            self._here().readers, partial(self._wire.snapshot, work, deadline_s), deadline_s
        )

    async def write(
        self, work: Callable[[sqlite3.Connection], R], deadline_s: float | None = None
    ) -> R:
        """Run `work` in a thread and a transaction; see `SqliteWire.write`."""
        return await self.run_in(
            self._here().writers, partial(self._wire.write, work, deadline_s), deadline_s
        )

    async def session(self, options: SessionOptions, deadline_s: float) -> AsyncSqliteSession:
        """A connection with a transaction of the caller's own; see `SqliteWire.session`."""
        session = AsyncSqliteSession(self.run_in, self.where)
        await session.begin(partial(self._wire.session, options, deadline_s), deadline_s)
        return session

    async def aclose(self, deadline_s: float | None = None) -> None:
        """Let earlier calls end, then close. A second call does nothing.

        If it is cancelled, closing goes on unobserved. Raises the errors of `SqliteWire.close`.
        """
        self._closed = True
        closer = ThreadPoolExecutor(1, "trueup-sqlite-close")
        job = closer.submit(self._close, self._here(), deadline_s)
        try:
            await asyncio.shield(asyncio.wrap_future(job))
        finally:
            closer.shutdown(wait=job.done())  # never blocks the loop

    def _close(self, threads: _Threads, deadline_s: float | None) -> None:
        for executor in (threads.readers, threads.writers):
            executor.shutdown(wait=True)
        self._wire.close(deadline_s)

    def _here(self) -> _Threads:
        """The threads; new ones in a process that was forked, which has none of its parent's."""
        if self._threads.process != os.getpid():
            self._threads = _Threads()
        return self._threads

    async def run_in(
        self, executor: ThreadPoolExecutor, job: Callable[[], R], deadline_s: float | None
    ) -> R:
        """The result of a job in a thread, if it starts before the deadline."""
        future = self._submit(executor, job)
        if deadline_s is None:
            return await asyncio.wrap_future(future)
        return await self._before(deadline_s, future)

    def _submit(self, executor: ThreadPoolExecutor, job: Callable[[], R]) -> "Future[R]":
        try:
            return executor.submit(job)
        except RuntimeError as error:
            if not self._closed:  # no thread could be started
                raise
            raise InvalidCall(
                "the database is closed",
                where=self.where,
                fix="open it again with trueup.connect_async(…)",
                code=ErrorCode.CLOSED,
            ) from error

    async def _before(self, deadline_s: float, future: "Future[R]") -> R:
        """The job's result; DeadlineExceeded if the job has not started by then.

        A started job bounds its own waits by the same deadline.
        """
        expired: list[bool] = []
        delay_s = max(0.0, deadline_s - time.monotonic())
        timer = asyncio.get_running_loop().call_later(
            delay_s, lambda: expired.append(True) if future.cancel() else None
        )
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if expired and not (task and task.cancelling()):
                raise deadline_exceeded(self.where) from None
            raise
        finally:
            timer.cancel()


def _close_unseen(job: "Future[SqliteWire]") -> None:
    """Close a database whose task no longer waits for it."""
    if not job.cancelled() and job.exception() is None:
        job.result().close()

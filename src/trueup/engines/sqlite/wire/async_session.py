"""A session, for asyncio: the blocking one on a thread of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol, TypeVar

from ....errors import Place, TrueupError
from ....operations.operation import Request
from ....operations.sql.port import session_over
from .session import SqliteSession

R = TypeVar("R")


class RunsIn(Protocol):
    """Runs a job in a thread; `AsyncSqliteWire.run_in`."""

    async def __call__(
        self, executor: ThreadPoolExecutor, job: Callable[[], R], deadline_s: float | None, /
    ) -> R:
        """The result of the job, if it starts before the deadline."""
        ...


class AsyncSqliteSession:
    """A wire with a connection of its own, with the guarantees of `SqliteSession`. A running call
    goes on after its task is cancelled; the end of the session waits for it."""

    __slots__ = ("_run_in", "_session", "_thread", "_where")

    def __init__(self, run_in: RunsIn, where: Place) -> None:
        self._run_in = run_in
        self._where = where
        self._session: SqliteSession | None = None
        self._thread = ThreadPoolExecutor(1, "trueup-sqlite-session")

    async def begin(self, opening: Callable[[], SqliteSession], deadline_s: float) -> None:
        """Begin. Raises the errors of `SqliteSession`."""

        def begin() -> None:
            self._session = opening()

        try:
            await self._run_in(self._thread, begin, deadline_s)
        except BaseException:
            self._thread.submit(self._give_up)
            self._thread.shutdown(wait=False)
            raise

    def _give_up(self) -> None:
        """Roll back what began after its task had been cancelled."""
        if self._session is not None:
            self._session.close()

    @property
    def aborted_by(self) -> TrueupError | None:
        """The error that has undone the transaction, if it is known."""
        return None if self._session is None else self._session.aborted_by

    @property
    def is_aborted(self) -> bool:
        """Whether SQLite has undone the transaction."""
        return self._session is not None and self._session.is_aborted

    async def perform(self, request: Request[Any], deadline_s: float) -> Any:
        """Run the statements of a request inside the transaction, and return the raw reply."""
        session = self._session
        if session is None:
            raise session_over(self._where)
        return await self._run_in(
            self._thread, partial(session.perform, request, deadline_s), deadline_s
        )

    async def end(self, deadline_s: float, *, commit: bool) -> None:
        """Commit or roll back, and give the connection back. Raises the errors of
        `SqliteSession.end`."""
        session, self._session = self._session, None
        if session is None:
            return
        try:
            await self._run_in(self._thread, partial(session.end, deadline_s, commit=commit), None)
        finally:
            self._thread.shutdown(wait=False)

    async def aclose(self) -> None:
        """Roll back, if it has not ended."""
        await self.end(0.0, commit=False)

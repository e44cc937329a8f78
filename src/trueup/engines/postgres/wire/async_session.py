"""A session, for asyncio: one connection, and the transaction that is open on it until the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from ....errors import Place, TransactionAborted, TrueupError
from ....operations.operation import Request
from ....operations.sql.port import aborted, session_over
from ..errors import Stage, deadline_exceeded
from ..payload import Begin, Rows, Statement, Steps
from .address import Address
from .connections import AwaitedConnection, end, is_aborted
from .transactions import COMMIT, ROLLBACK, begun, nested

R = TypeVar("R")


class Runs(Protocol):
    """What a session needs of the wire that it belongs to."""

    @property
    def where(self) -> Place:
        """The place of errors about the database."""
        ...

    @property
    def address(self) -> Address:
        """The server, and how it is spoken to."""
        ...

    async def run_on(
        self, connection: AwaitedConnection, statement: Statement, stage: Stage, table: str
    ) -> Rows:
        """The rows of a statement."""
        ...

    async def work_on(self, connection: AwaitedConnection, steps: Steps[R], table: str) -> R:
        """The result of the statements of a transaction."""
        ...

    async def roll_back(self, connection: AwaitedConnection, statement: Statement) -> None:
        """Undo, if the connection still stands."""
        ...


class AsyncPostgresSession:
    """A wire with a connection of its own, with the guarantees of `PostgresSession`. A call that is
    cancelled while it runs closes the connection, and the server undoes the session."""

    __slots__ = ("_aborted_by", "_begin", "_connection", "_depth", "_leased", "_turn", "_wire")

    def __init__(
        self,
        wire: Runs,
        leased: AbstractAsyncContextManager[AwaitedConnection],
        begin: Begin,
    ) -> None:
        self._wire = wire
        self._leased = leased
        self._begin = begin
        self._depth = 0
        self._turn = asyncio.Lock()
        self._aborted_by: TrueupError | None = None
        self._connection: AwaitedConnection | None = None

    async def begin(self, deadline_s: float) -> None:
        """Begin. Raises the errors of `PostgresWire`."""
        self._connection = await self._leased.__aenter__()
        try:
            self._connection.deadline_s = deadline_s
            for statement in begun(self._begin, self._connection, self._wire.address):
                await self._run(statement)
            if self._begin.first is not None:
                await self._wire.work_on(self._connection, self._begin.first(), "")
        except BaseException:
            await self.end(deadline_s, commit=False)
            raise

    @property
    def behind_pooler(self) -> bool:
        """Whether connections are shared by transactions of others."""
        return self._wire.address.behind_pooler

    @property
    def aborted_by(self) -> TrueupError | None:
        """The error that has undone the transaction, if it is known."""
        return self._aborted_by

    @property
    def is_aborted(self) -> bool:
        """Whether an error has undone the transaction, so that it can only be rolled back."""
        return self._connection is not None and is_aborted(self._connection)

    async def perform(self, request: Request[Any], deadline_s: float) -> Any:
        """Run the statements of a request inside the transaction, and return the raw reply."""
        await self._take_turn(request, deadline_s)
        try:
            return await self._perform(request, deadline_s)
        finally:
            self._turn.release()

    async def _take_turn(self, request: Request[Any], deadline_s: float) -> None:
        try:
            async with asyncio.timeout(deadline_s - time.monotonic()):
                await self._turn.acquire()
        except TimeoutError:
            pass
        else:
            return
        raise deadline_exceeded(replace(self._wire.where, table=request.table))

    async def _perform(self, request: Request[Any], deadline_s: float) -> Any:
        self._open().deadline_s = deadline_s
        if not self.is_aborted:
            self._aborted_by = None  # a savepoint has undone what failed
        try:
            return await request.payload.on(self, deadline_s, request.table)
        except TransactionAborted:
            pass
        except TrueupError as error:
            if self.is_aborted:
                self._aborted_by = error
            raise
        raise aborted(self._wire.where, self._aborted_by)

    async def single(
        self,
        statement: Statement,
        stage: Stage,  # noqa: ARG002 - nothing is committed
        deadline_s: float,  # noqa: ARG002 - it is the connection's
        table: str,
    ) -> Rows:
        """The rows of one statement."""
        return await self._run(statement, table)

    async def transact(
        self,
        work: Callable[[], Steps[R]],
        begin: Begin,  # noqa: ARG002 - the transaction has begun
        deadline_s: float,  # noqa: ARG002 - it is the connection's
        table: str,
    ) -> R:
        """The result of `work`, in a savepoint: an exception undoes what it did, and no more."""
        self._depth += 1
        around = nested(self._depth)
        try:
            await self._run(around.set, table)
            try:
                result = await self._wire.work_on(self._open(), work(), table)
            except asyncio.CancelledError:
                end(self._open())
                raise
            except BaseException:
                for statement in around.undo:
                    await self._wire.roll_back(self._open(), statement)
                raise
            await self._run(around.release, table)
            return result
        finally:
            self._depth -= 1

    async def _run(
        self, statement: Statement, table: str = "", stage: Stage = Stage.NOTHING
    ) -> Rows:
        return await self._wire.run_on(self._open(), statement, stage, table)

    def _open(self) -> AwaitedConnection:
        if self._connection is None:
            raise session_over(self._wire.where)
        return self._connection

    async def end(self, deadline_s: float, *, commit: bool) -> None:
        """Commit or roll back, and give the connection back. Raises the errors of
        `PostgresSession.end`."""
        if self._connection is None:
            return
        try:
            self._connection.deadline_s = deadline_s
            if not commit:
                await self._wire.roll_back(self._connection, ROLLBACK)
            elif self.is_aborted:
                await self._wire.roll_back(self._connection, ROLLBACK)
                raise aborted(self._wire.where, self._aborted_by)
            else:
                await self._run(COMMIT, stage=self._begin.at_commit)
        except asyncio.CancelledError:
            end(self._connection)
            raise
        finally:
            self._connection = None
            await self._leased.__aexit__(None, None, None)

    async def aclose(self) -> None:
        """Roll back, if it has not ended."""
        await self.end(0.0, commit=False)

"""SQL on one database, for asyncio."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import psycopg

from ....errors import Place, TrueupError
from ....operations.connections import ConnectionCounts
from ....operations.operation import Request
from ....operations.sql.port import SessionOptions
from ..errors import Stage, closed, deadline_exceeded, translate
from ..payload import Begin, Rows, Statement, Steps
from .address import Address
from .async_copying import copy
from .async_pool import AsyncPool
from .async_session import AsyncPostgresSession
from .connections import AwaitedConnection, end, end_if_unread
from .pipelines import run_together_async
from .results import described
from .transactions import (
    COMMIT,
    ROLLBACK,
    before_leaving,
    before_single,
    begun,
    check_parameters,
    opening,
    session_begin,
)

R = TypeVar("R")


class AsyncPostgresWire:
    """An open database for tasks of any number of event loops, with the guarantees of
    `PostgresWire`. A cancelled call closes its connection, and the server undoes its work, unless
    the commit was under way."""

    __slots__ = ("_address", "_closed", "_pools")

    def __init__(self, address: Address) -> None:
        self._address = address
        self._closed = False
        self._pools: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncPool] = WeakKeyDictionary()

    @staticmethod
    async def open(address: Address, deadline_s: float) -> AsyncPostgresWire:
        """Connect once. Raises the errors of `PostgresWire`."""
        wire = AsyncPostgresWire(address)
        async with wire._pool().connection(deadline_s):
            return wire

    def __repr__(self) -> str:
        return f"<AsyncPostgresWire {self.where}>"

    @property
    def address(self) -> Address:
        """The server, and how it is spoken to."""
        return self._address

    @property
    def behind_pooler(self) -> bool:
        """Whether connections are shared by transactions of others."""
        return self._address.behind_pooler

    @property
    def where(self) -> Place:
        """The place of errors about the database."""
        return self._address.where

    async def perform(self, request: Request[Any], deadline_s: float) -> Any:
        """Run the statements of a request and return the raw reply."""
        return await request.payload.on(self, deadline_s, request.table)

    async def single(
        self, statement: Statement, stage: Stage, deadline_s: float, table: str
    ) -> Rows:
        """The rows of one statement, which is a transaction of its own."""
        async with self._pool().connection(deadline_s) as connection:
            for first in before_single(connection, self._address):
                await self.run_on(connection, first, Stage.NOTHING, table)
            return await self.run_on(connection, statement, stage, table)

    async def transact(
        self, work: Callable[[], Steps[R]], begin: Begin, deadline_s: float, table: str
    ) -> R:
        """The result of `work`, after its transaction is committed; an exception undoes it."""
        async with self._pool().connection(deadline_s) as connection:
            return await self._transact(connection, work(), begin, table)

    async def _transact(
        self, connection: AwaitedConnection, steps: Steps[R], begin: Begin, table: str
    ) -> R:
        try:
            for first in begun(begin, connection, self._address):
                await self.run_on(connection, first, Stage.NOTHING, table)
            if begin.first is not None:
                await self.work_on(connection, begin.first(), table)
            result = await self.work_on(connection, steps, table)
            await self.run_on(connection, COMMIT, begin.at_commit, table)
        except asyncio.CancelledError:
            end(connection)
            raise
        except BaseException:
            await self.roll_back(connection)
            raise
        return result

    async def work_on(self, connection: AwaitedConnection, steps: Steps[R], table: str) -> R:
        """Run the statements of a transaction, and return its result. What fails is thrown into its
        steps, which may go on after a savepoint."""
        try:
            statement = next(steps)
            while True:
                try:
                    rows = await self.run_on(connection, statement, Stage.NOTHING, table)
                except TrueupError as error:
                    statement = steps.throw(error)
                else:
                    statement = steps.send(rows)
        except StopIteration as stop:
            result: R = stop.value
            return result
        finally:
            steps.close()

    async def at_once(
        self, statement: Statement, begin: Begin, deadline_s: float, table: str
    ) -> Rows:
        """The rows of one statement, in a transaction that is sent as a whole: one round trip."""
        async with self._pool().connection(deadline_s) as connection:
            for first in before_single(connection, self._address):
                await self.run_on(connection, first, Stage.NOTHING, table)
            before = opening(begin, connection, self._address)
            whole = replace(statement, before=before, after=(COMMIT,))
            try:
                return await self.run_on(connection, whole, begin.at_commit, table)
            except asyncio.CancelledError:
                end(connection)
                raise
            except BaseException:
                await self.roll_back(connection)
                raise

    async def session(self, options: SessionOptions, deadline_s: float) -> AsyncPostgresSession:
        """A connection with a transaction of the caller's own."""
        return await self.open_session(session_begin(options), deadline_s)

    async def open_session(self, begin: Begin, deadline_s: float) -> AsyncPostgresSession:
        """The same, with another beginning."""
        session = AsyncPostgresSession(self, self._pool().connection(deadline_s), begin)
        await session.begin(deadline_s)
        return session

    async def run_on(
        self, connection: AwaitedConnection, statement: Statement, stage: Stage, table: str
    ) -> Rows:
        """The rows of a statement on a connection."""
        if time.monotonic() >= connection.deadline_s:
            raise deadline_exceeded(replace(self.where, table=table))
        check_parameters(statement, self.where)
        if statement.left_behind:
            before_leaving(connection, statement, self.address)
        refusal: TrueupError
        try:
            return await _execute(connection, statement)
        except psycopg.Error as error:
            is_late = time.monotonic() >= connection.deadline_s
            where = replace(self.where, table=table)
            is_own = not statement.is_described
            made = statement.declares
            refusal = translate(error, where, stage, is_late=is_late, is_own=is_own, declares=made)
        raise refusal

    def _pool(self) -> AsyncPool:
        """The connections of the running event loop."""
        if self._closed:
            raise closed(self.where)
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            pool = self._pools[loop] = AsyncPool(self._address)
        return pool

    def count_connections(self) -> ConnectionCounts:
        """The present counts, of the running event loop."""
        return self._pool().counts()

    async def roll_back(
        self, connection: AwaitedConnection, statement: Statement = ROLLBACK
    ) -> None:
        """Undo, if the connection still stands; else the server undoes by itself."""
        end_if_unread(connection)
        try:
            if not connection.closed:
                await _execute(connection, statement)
        except psycopg.Error:
            end(connection)

    async def aclose(self) -> None:
        """Close the connections. May be called twice; later calls raise InvalidCall CLOSED."""
        self._closed = True
        for pool in list(self._pools.values()):
            pool.close()


async def _execute(connection: AwaitedConnection, statement: Statement) -> Rows:
    if statement.many:
        parameters = [statement.parameters or (), *statement.many]
        await connection.cursor().executemany(statement.sql.encode(), parameters)
        return []
    if statement.copies is not None:
        return await copy(connection, statement.sql, statement.copies)
    if statement.before:
        cursor = await run_together_async(connection, statement)
    else:
        cursor = await connection.execute(statement.sql.encode(), statement.parameters or None)
    if statement.is_described:
        return described(cursor)
    # `cursor.description` would make an object for each column.
    return await cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []

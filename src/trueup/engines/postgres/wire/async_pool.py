"""The open connections of one database, shared by the tasks of one event loop."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ....operations.connections import ConnectionCounts
from ..errors import closed, deadline_exceeded
from .address import Address
from .connections import AwaitedConnection, end, is_at_rest, is_doubtful, is_good, rest
from .opening import answers_async, open_async_connection


class AsyncPool:
    """Idle connections, the last used first. No other thread may call it."""

    __slots__ = ("_callers", "_closed", "_idle", "_lost_at_s", "_opened", "_room", "address")

    def __init__(self, address: Address) -> None:
        self.address = address
        self._callers = self._opened = 0
        self._closed = False
        self._lost_at_s = 0.0
        self._idle: deque[AwaitedConnection] = deque()
        self._room = asyncio.Semaphore(address.most_connections)

    def __del__(self) -> None:
        """Close the connections of a database that was not closed."""
        self.close()

    @asynccontextmanager
    async def connection(self, deadline_s: float) -> AsyncIterator[AwaitedConnection]:
        """A connection for one call. Raises the errors of `Pool.run`."""
        self._callers += 1
        try:
            await self._enter(deadline_s)
            try:
                connection = await self._taken(deadline_s)
                try:
                    connection.deadline_s = deadline_s
                    yield connection
                finally:
                    self._give(connection)
            finally:
                self._room.release()
        finally:
            self._callers -= 1

    async def _enter(self, deadline_s: float) -> None:
        """Wait until a connection may be used."""
        if not self._room.locked():
            await self._room.acquire()  # does not wait
            return
        try:
            async with asyncio.timeout(deadline_s - time.monotonic()):
                await self._room.acquire()
        except TimeoutError:
            pass
        else:
            return
        raise deadline_exceeded(self.address.where)

    async def _taken(self, deadline_s: float) -> AwaitedConnection:
        """An idle connection that is still good, or a new one."""
        if self._closed:
            raise closed(self.address.where)
        while self._idle:
            connection = self._idle.pop()
            if is_good(connection) and await self._is_trusted(connection, deadline_s):
                return connection
            end(connection)
        connection = await open_async_connection(self.address, deadline_s)
        self._opened += 1
        return connection

    async def _is_trusted(self, connection: AwaitedConnection, deadline_s: float) -> bool:
        if not is_doubtful(connection, self._lost_at_s) or await answers_async(
            connection, deadline_s
        ):
            return True
        self._end_idle()  # the others rested longer
        return False

    def _give(self, connection: AwaitedConnection) -> None:
        """Take back a connection, or close it if it cannot serve another call."""
        if self._closed or not is_at_rest(connection):
            if connection.is_lost:
                self._lost_at_s = time.monotonic()
            end(connection)
            return
        rest(connection)
        self._idle.append(connection)

    def counts(self) -> ConnectionCounts:
        """How many connections there are, and callers."""
        idle, most = len(self._idle), self.address.most_connections
        return ConnectionCounts(
            most=most,
            open=min(most, idle + self._callers),
            idle=idle,
            waiting=max(0, self._callers - most),
            opened=self._opened,
        )

    def close(self) -> None:
        """Close idle connections; those in use are closed after their call."""
        self._closed = True
        self._end_idle()

    def _end_idle(self) -> None:
        while self._idle:
            end(self._idle.pop())

"""The open connections of one database, shared by the tasks of one event loop."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..errors import closed, deadline_exceeded
from .connections import (
    Address,
    AwaitedConnection,
    end,
    is_at_rest,
    is_good,
    open_async_connection,
)
from .pool import MOST


class AsyncPool:
    """Idle connections, the last used first. No other thread may call it."""

    __slots__ = ("_closed", "_idle", "_room", "address")

    def __init__(self, address: Address, most: int = MOST) -> None:
        self.address = address
        self._closed = False
        self._idle: deque[AwaitedConnection] = deque()
        self._room = asyncio.Semaphore(most)

    def __del__(self) -> None:
        """Close the connections of a database that was not closed."""
        self.close()

    @asynccontextmanager
    async def connection(self, deadline_s: float) -> AsyncIterator[AwaitedConnection]:
        """A connection for one call. Raises the errors of `Pool.run`."""
        await self._enter(deadline_s)
        try:
            if self._closed:
                raise closed(self.address.where)
            connection = self._take() or await open_async_connection(self.address, deadline_s)
            try:
                connection.deadline_s = deadline_s
                yield connection
            finally:
                self._give(connection)
        finally:
            self._room.release()

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

    def _take(self) -> AwaitedConnection | None:
        """An idle connection that is still good, or None."""
        while self._idle:
            connection = self._idle.pop()
            if is_good(connection):
                return connection
            end(connection)
        return None

    def _give(self, connection: AwaitedConnection) -> None:
        """Take back a connection, or close it if it cannot serve another call."""
        if self._closed or not is_at_rest(connection):
            end(connection)
            return
        connection.idle_since_s = time.monotonic()
        self._idle.append(connection)

    def close(self) -> None:
        """Close idle connections; those in use are closed after their call."""
        self._closed = True
        while self._idle:
            end(self._idle.pop())

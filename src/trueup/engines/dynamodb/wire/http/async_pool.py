"""The open connections of one event loop: idle ones, and who may use how many."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from .....errors import Place
from ..errors import timed_out
from .async_connection import AsyncConnection
from .pool import LONGEST_IDLE_S


class AsyncPool:
    """Connections of one loop; its tasks share them. Nothing here is called from other threads.

    closed: connections that come back are closed.
    """

    __slots__ = ("_idle", "_room", "closed", "loop")

    def __init__(self, loop: asyncio.AbstractEventLoop, most: int) -> None:
        self.loop = loop
        self.closed = False
        self._room = asyncio.Semaphore(most)
        self._idle: deque[AsyncConnection] = deque()

    async def enter(self, deadline_s: float, where: Place) -> None:
        """Wait until a connection may be used; call `leave` after it.

        Raises:
            TimedOut: not before the deadline.
        """
        if not self._room.locked():
            await self._room.acquire()  # does not wait
            return
        try:
            async with asyncio.timeout(deadline_s - time.monotonic()):
                await self._room.acquire()
        except TimeoutError as error:
            raise timed_out(sent=False, where=where) from error

    def leave(self) -> None:
        """Let the next one in."""
        self._room.release()

    def take(self) -> AsyncConnection | None:
        """An idle connection that is still good, or None. The loop has seen what was closed."""
        now_s = time.monotonic()
        while self._idle:
            connection = self._idle.pop()
            if connection.is_at_rest and now_s - connection.idle_since_s < LONGEST_IDLE_S:
                return connection
            connection.close()
        return None

    def give(self, connection: AsyncConnection) -> None:
        """Take back a connection, or close it where its reply was not read to the end."""
        if self.closed or not connection.is_at_rest:
            connection.close()
            return
        connection.idle_since_s = time.monotonic()
        self._idle.append(connection)
        oldest = self._idle[0]
        if connection.idle_since_s - oldest.idle_since_s >= LONGEST_IDLE_S:
            self._idle.popleft().close()

    def close(self) -> list[AsyncConnection]:
        """Close idle connections, and return them; those in use are closed after their call."""
        self.closed = True
        ending = list(self._idle)
        self._idle.clear()
        for connection in ending:
            connection.close()
        return ending

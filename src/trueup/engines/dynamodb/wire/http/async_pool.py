"""The open connections of one event loop, and the queue for them."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

from ..aws.endpoint import Endpoint
from ..errors import timed_out
from .async_connection import AsyncConnection, open_async_connection
from .connection import Timeouts
from .pool import LONGEST_IDLE_S
from .reply import Reply
from .tls import Trust


class AsyncPool:
    """The connections of one loop, shared by its tasks. No other thread may call it.

    most: the number of connections in use at a time.
    """

    __slots__ = ("_closed", "_endpoint", "_idle", "_most", "_room", "_timeouts", "_trust")

    def __init__(self, endpoint: Endpoint, trust: Trust, timeouts: Timeouts, most: int) -> None:
        self._endpoint = endpoint
        self._trust = trust
        self._timeouts = timeouts
        self._most = most
        self._closed = False
        self._room = asyncio.Semaphore(most)
        self._idle: deque[AsyncConnection] = deque()

    def __repr__(self) -> str:
        idle, most = len(self._idle), self._most
        return f"<AsyncPool {self._endpoint.url}: {idle} idle, {most} at most>"

    async def exchange(
        self, request: Callable[[], bytes], deadline_s: float, body_bytes: int
    ) -> Reply:
        """The reply to a request, which is signed at the last moment, as the wait may be long.

        body_bytes: the most that the body of the reply may have.

        Raises:
            TransportError, NeedsOperator: as `AsyncConnection.exchange` and
                `open_async_connection`.
        """
        await self._enter(deadline_s)
        try:
            return await self._exchange(request, deadline_s, body_bytes)
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
        except TimeoutError as error:
            raise timed_out(sent=False, where=self._endpoint.where) from error

    async def _exchange(
        self, request: Callable[[], bytes], deadline_s: float, body_bytes: int
    ) -> Reply:
        connection = self._take() or await open_async_connection(
            self._endpoint, self._trust, self._timeouts, deadline_s
        )
        try:
            data = request()
            if time.monotonic() >= deadline_s:
                raise timed_out(sent=False, where=self._endpoint.where)
            return await connection.exchange(data, deadline_s, body_bytes)
        finally:
            self._give(connection)

    def _take(self) -> AsyncConnection | None:
        """An idle connection that is still good, or None. The loop has noticed those closed."""
        now_s = time.monotonic()
        while self._idle:
            connection = self._idle.pop()
            if connection.is_at_rest and now_s - connection.idle_since_s < LONGEST_IDLE_S:
                return connection
            connection.close()
        return None

    def _give(self, connection: AsyncConnection) -> None:
        """Take back a connection, or close it if its reply was not read to the end."""
        if self._closed or not connection.is_at_rest:
            connection.close()
            return
        connection.idle_since_s = time.monotonic()
        self._idle.append(connection)
        oldest = self._idle[0]
        if connection.idle_since_s - oldest.idle_since_s >= LONGEST_IDLE_S:
            self._idle.popleft().close()

    def close(self) -> list[AsyncConnection]:
        """Close idle connections, and return them; those in use are closed after their call."""
        self._closed = True
        ending = list(self._idle)
        self._idle.clear()
        for connection in ending:
            connection.close()
        return ending

"""The open connections of one endpoint, for threads, and the queue for them."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable

from ....turns import Turns
from ..aws.endpoint import Endpoint
from ..errors import timed_out
from .connection import Connection, Timeouts, open_connection
from .reply import Reply
from .tls import Trust

LONGEST_IDLE_S = 60.0
"""The longest idle time of a used connection: a NAT gateway forgets connections after 350 s.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html"""


class Pool:
    """Idle connections, the last used first. An interrupt drops a connection, which closes it.

    most: the number of connections in use at a time.
    """

    __slots__ = (
        "_closed",
        "_endpoint",
        "_idle",
        "_most",
        "_process_id",
        "_timeouts",
        "_trust",
        "_turns",
    )

    def __init__(self, endpoint: Endpoint, trust: Trust, timeouts: Timeouts, most: int) -> None:
        self._endpoint = endpoint
        self._trust = trust
        self._timeouts = timeouts
        self._most = most
        self._closed = False
        self._restart()

    def __repr__(self) -> str:
        idle, most = len(self._idle), self._most
        return (
            f"<Pool {self._endpoint.url}: {self.count_calls()} calls, {idle} idle, {most} at most>"
        )

    def count_calls(self) -> int:
        """The number of calls that use a connection or wait for one."""
        return len(self._turns)

    def exchange(self, request: Callable[[], bytes], deadline_s: float, body_bytes: int) -> Reply:
        """The reply to a request, which is signed at the last moment, as the wait may be long.

        body_bytes: the most that the body of the reply may have.

        A forked child shares its parent's sockets: it drops them, and opens its own.

        Raises:
            TransportError, NeedsOperator: as `Connection.exchange` and `open_connection`.
        """
        if self._process_id != os.getpid():
            self._restart()
        return self._turns.run(
            lambda: self._exchange(request, deadline_s, body_bytes),
            deadline_s,
            lambda: timed_out(sent=False, where=self._endpoint.where),
        )

    def close(self) -> None:
        """Close idle connections, and those in use after their call."""
        self._closed = True
        self._close_idle()

    def _exchange(self, request: Callable[[], bytes], deadline_s: float, body_bytes: int) -> Reply:
        connection = self._take() or open_connection(
            self._endpoint, self._trust, self._timeouts, deadline_s
        )
        try:
            data = request()
            if time.monotonic() >= deadline_s:
                raise timed_out(sent=False, where=self._endpoint.where)
            return connection.exchange(data, deadline_s, body_bytes)
        finally:
            self._give(connection)

    def _take(self) -> Connection | None:
        """An idle connection that is still good, or None."""
        now_s = time.monotonic()
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if now_s - connection.idle_since_s < LONGEST_IDLE_S and connection.is_silent():
                return connection
            connection.close()

    def _give(self, connection: Connection) -> None:
        """Take back a connection, or close it if its reply was not read to the end."""
        if not connection.is_at_rest:
            connection.close()
            return
        connection.idle_since_s = time.monotonic()
        self._idle.append(connection)
        if self._closed:
            self._close_idle()
        elif len(self._idle) > 1:
            self._close_oldest(connection.idle_since_s)

    def _restart(self) -> None:
        self._process_id = os.getpid()
        self._idle: deque[Connection] = deque()
        self._turns = Turns(self._most)

    def _close_idle(self) -> None:
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return
            connection.close()

    def _close_oldest(self, now_s: float) -> None:
        """Close one idle connection per call after a burst."""
        try:
            oldest = self._idle.popleft()
        except IndexError:
            return
        if now_s - oldest.idle_since_s < LONGEST_IDLE_S:
            self._idle.appendleft(oldest)
        else:
            oldest.close()

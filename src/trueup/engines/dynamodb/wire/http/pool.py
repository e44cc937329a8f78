"""The open connections of one endpoint, for threads: idle ones, and who may use how many."""

from __future__ import annotations

import os
import time
from collections import deque

from .....errors import Place
from ....turns import Turns
from ..errors import closed
from .connection import Connection

LONGEST_IDLE_S = 60.0
"""Older connections may have been forgotten on the way: a NAT gateway does so after 350 s.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html"""


class Pool:
    """Idle connections, the last used first. An interrupt anywhere drops one, which closes it.

    turns: the queue for connections; whoever uses one has its turn. most: how many at a time.
    """

    __slots__ = ("_idle", "_process_id", "closed", "most", "turns")

    def __init__(self, most: int) -> None:
        self.most = most
        self.closed = False
        self._restart()

    def __repr__(self) -> str:
        state = "closed" if self.closed else "open"
        return f"<{state}, idle: {len(self._idle)}, calls: {len(self.turns)}, most: {self.most}>"

    def check_usable(self, where: Place) -> None:
        """Raises InvalidCall CLOSED after `close`.

        A forked child shares its parent's sockets: it lets go of them, and opens its own.
        """
        if self._process_id != os.getpid():
            self._restart()
        if self.closed:
            raise closed(where)

    def take(self) -> Connection | None:
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

    def give(self, connection: Connection) -> None:
        """Take back a connection, or close it where its reply was not read to the end."""
        if not connection.is_at_rest:
            connection.close()
            return
        connection.idle_since_s = time.monotonic()
        self._idle.append(connection)
        if self.closed:
            self._close_idle()
        elif len(self._idle) > 1:
            self._close_oldest(connection.idle_since_s)

    def close(self) -> None:
        """Close idle connections; those in use are closed when they come back."""
        self.closed = True
        self._close_idle()

    def _restart(self) -> None:
        self._process_id = os.getpid()
        self._idle: deque[Connection] = deque()
        self.turns = Turns(self.most)

    def _close_idle(self) -> None:
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return
            connection.close()

    def _close_oldest(self, now_s: float) -> None:
        """After a burst, connections that nobody needs any more go, one with each call."""
        try:
            oldest = self._idle.popleft()
        except IndexError:
            return
        if now_s - oldest.idle_since_s < LONGEST_IDLE_S:
            self._idle.appendleft(oldest)
        else:
            oldest.close()

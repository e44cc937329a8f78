"""The open connections of one endpoint, for threads: idle ones, and who may use how many.

A lease is a place in a queue; the first `most` of the queue hold a connection each. Its owner has
it before it queues, so that leaving is right wherever the owner was interrupted:

    lease = SimpleQueue()
    try:
        leases.enter(lease, deadline)
        ...
    finally:
        leases.leave(lease)

CPython looks for interrupts after a call into C, never before it: a `leave` that starts its block
has happened when the interrupt is seen. It wakes nobody: the next is called by `wake_next`, and
looks by itself, every 50 ms, where an interrupt kept that from happening.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeAlias

from .....errors import Place
from ..errors import closed
from .connection import Connection

LONGEST_IDLE_S = 60.0
"""Older connections may have been forgotten on the way: a NAT gateway does so after 350 s.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html"""

_LOOK_AGAIN_S = 0.05

Lease: TypeAlias = "SimpleQueue[None]"
"""A place in the queue is the mailbox that its owner waits at."""


class Leases:
    """The queue for connections.

    leave: gives up the lease, or the place in the queue; ValueError where it has none.
    """

    __slots__ = ("_most", "_queue", "leave")

    def __init__(self, most: int) -> None:
        self._most = most
        self._queue: deque[Lease] = deque()
        self.leave: Callable[[Lease], None] = self._queue.remove

    def enter(self, lease: Lease, deadline: float) -> bool:
        """Queue, and wait until a connection may be used; False if not before the deadline."""
        self._queue.append(lease)
        return len(self._queue) <= self._most or self._wait(lease, deadline)

    def wake_next(self) -> None:
        """Tell the last of those who may go on; telling it twice does no harm."""
        if len(self._queue) < self._most:
            return
        try:
            self._queue[self._most - 1].put(None)
        except IndexError:
            return  # somebody has left meanwhile

    def _wait(self, lease: Lease, deadline: float) -> bool:
        while self._queue.index(lease) >= self._most:
            remaining_s = deadline - time.monotonic()
            if remaining_s <= 0:
                return False
            try:
                lease.get(timeout=min(remaining_s, _LOOK_AGAIN_S))
            except Empty:
                continue
        return True


class Pool:
    """Idle connections, the last used first. An interrupt anywhere drops one, which closes it."""

    __slots__ = ("_idle", "_process_id", "closed", "leases", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self.closed = False
        self._restart()

    def idle_count(self) -> int:
        """How many connections wait for a request."""
        return len(self._idle)

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
        self.leases = Leases(self.most)

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

"""The open connections of one database, shared by the threads of a process.

A call that finds no idle connection opens one itself, so that what stands in its way is an error of
this call at once; callers beyond the most connections wait in order.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from ....errors import TrueupError
from ....operations.connections import ConnectionCounts, Numbers
from ...turns import Turns
from ..errors import closed, deadline_exceeded
from .address import Address
from .connections import BlockingConnection, end, is_at_rest, is_doubtful, is_good, rest
from .copying import check_room
from .opening import answers, open_connection

R = TypeVar("R")


class Pool:
    """Idle connections, the last used first.

    Callers pop a connection and append it again. An interrupt in between drops the connection,
    which closes it: no count can go wrong.
    """

    __slots__ = (
        "__weakref__",
        "_closed",
        "_idle",
        "_lost_at_s",
        "_opened",
        "_process",
        "_turns",
        "address",
    )

    def __init__(self, address: Address) -> None:
        self.address = address
        self._closed = False
        self._lost_at_s = 0.0
        self._idle: deque[BlockingConnection] = deque()
        self._opened = Numbers()
        self._turns = Turns(address.most_connections)
        self._process = os.getpid()

    def __del__(self) -> None:
        """Close the connections of a database that was not closed."""
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self._closed else "open"
        return f"<Pool {self.address.where}: {state}, {len(self._idle)} idle>"

    def run(self, work: Callable[[BlockingConnection], R], deadline_s: float) -> R:
        """Run `work` with a connection of its own meanwhile, and return its result.

        Raises:
            DeadlineExceeded: others used all connections until the deadline.
            InvalidCall: the database was closed.
            TrueupError: no connection could be made.
        """
        self._look_for_fork()
        check_room(self.address)
        return self._turns.run(lambda: self._run(work, deadline_s), deadline_s, self._too_late)

    @contextmanager
    def connection(self, deadline_s: float) -> Iterator[BlockingConnection]:
        """A connection for several calls. Raises the errors of `run`."""
        self._look_for_fork()
        check_room(self.address)
        with self._turns.taken(deadline_s, self._too_late):
            connection = self._lease(deadline_s)
            try:
                yield connection
            finally:
                self._give(connection)

    def _look_for_fork(self) -> None:
        if self._process != os.getpid():  # forked: the callers in the queue are not here
            self._process, self._turns = os.getpid(), Turns(self.address.most_connections)

    def _run(self, work: Callable[[BlockingConnection], R], deadline_s: float) -> R:
        connection = self._lease(deadline_s)
        try:
            return work(connection)
        finally:
            self._give(connection)

    def _lease(self, deadline_s: float) -> BlockingConnection:
        """A connection that others do not use meanwhile."""
        if self._closed:
            raise closed(self.address.where)
        connection = self._take(deadline_s) or self._open(deadline_s)
        connection.deadline_s = deadline_s
        return connection

    def _too_late(self) -> TrueupError:
        return deadline_exceeded(self.address.where)

    def _open(self, deadline_s: float) -> BlockingConnection:
        connection = open_connection(self.address, deadline_s)
        self._opened.next()
        return connection

    def _take(self, deadline_s: float) -> BlockingConnection | None:
        """An idle connection that is still good, or None."""
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if is_good(connection):
                    if not is_doubtful(connection, self._lost_at_s) or answers(
                        connection, deadline_s
                    ):
                        return connection
                    self._end_idle()  # the others rested longer
                end(connection)
        return None

    def _give(self, connection: BlockingConnection) -> None:
        """Take back a connection, or close it if it cannot serve another call."""
        if self._closed or not is_at_rest(connection):
            if connection.is_lost:
                self._lost_at_s = time.monotonic()
            end(connection)
            return
        rest(connection)
        self._idle.append(connection)
        if self._closed:
            self.close()

    def counts(self) -> ConnectionCounts:
        """How many connections there are, and callers."""
        callers, most = len(self._turns), self.address.most_connections
        idle = len(self._idle)
        return ConnectionCounts(
            most=most,
            open=min(most, idle + callers),  # a call leaves after its connection rests
            idle=idle,
            waiting=max(0, callers - most),
            opened=self._opened.last,
        )

    def close(self) -> None:
        """Close idle connections; those in use are closed after their call."""
        self._closed = True
        self._end_idle()

    def _end_idle(self) -> None:
        with suppress(IndexError):
            while True:
                end(self._idle.pop())

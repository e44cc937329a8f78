"""The open connections of one database: one that writes, a few that read.

A database in memory lives in its one connection, which then reads too.
"""

import os
import sqlite3
import time
import weakref
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from ....errors import ErrorCode, InvalidCall, RetryableError, Unavailable
from ...turns import Turns
from ..errors import deadline_exceeded, translate
from .connections import Location, open_reader, open_writer
from .transaction import LONGEST_WAIT_S

R = TypeVar("R")

READERS_KEPT = 8
"""Idle reading connections kept open; more are opened under load, and closed after it."""


class Pool:
    """Open connections, and the queue for the one that writes.

    readers: idle reading connections, the last used first; callers pop one, and append it again.
        An interrupt between the two drops it, which closes it: there is no count to go wrong.
    turns: the queue for `writer`; whoever uses it has its turn.
    """

    __slots__ = ("__weakref__", "_forked", "closed", "location", "readers", "turns", "writer")

    def __init__(self, location: Location, deadline_s: float | None = None) -> None:
        self.location = location
        self.closed = False
        self._forked = False
        self.readers: deque[sqlite3.Connection] = deque()
        self.turns = Turns()
        self.writer = open_writer(location, deadline_s)
        _forget_after_fork(self)

    def __repr__(self) -> str:
        state = "closed" if self.closed else "open"
        writes, readers = len(self.turns), len(self.readers)
        return f"<Pool {self.location.where}: {state}, {writes} writes, {readers} idle readers>"

    def in_turn(self, work: Callable[[sqlite3.Connection], R], deadline_s: float | None) -> R:
        """What `work` does with the writing connection, alone.

        Raises:
            RetryableError: others used it until the deadline.
            InvalidCall: the database was closed.
        """

        def use_writer() -> R:
            self.check_open()
            return work(self.writer)

        end_s = time.monotonic() + LONGEST_WAIT_S if deadline_s is None else deadline_s
        return self.turns.run(use_writer, end_s, lambda: self._too_late(deadline_s))

    def new_reader(self) -> sqlite3.Connection:
        """One more reading connection; give it back with `keep`."""
        self.check_open()
        return open_reader(self.location)

    def keep(self, reader: sqlite3.Connection) -> None:
        """Take back a connection that `new_reader` opened, or close it if enough are idle."""
        if self.closed or len(self.readers) >= READERS_KEPT:
            reader.close()
        else:
            self.readers.append(reader)

    def close_readers(self) -> None:
        """Close every idle reader; those in use come here after their call."""
        while True:
            try:
                reader = self.readers.pop()
            except IndexError:
                return
            reader.close()

    def close(self) -> None:
        """Move the log's pages into the file, and close it. Caller has its turn.

        Raises:
            NeedsOperator: the last pages could not be moved; they stay, safe, in the log.
        """
        self.closed = True
        self.close_readers()
        try:
            if not self.location.read_only:
                # Passive never waits for other processes; the last to close does the rest.
                self.writer.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.Error as error:
            raise translate(error, self.location.where) from error
        finally:
            self.writer.close()

    def check_open(self) -> None:
        """Raises InvalidCall CLOSED after `close`, and in a process forked after opening."""
        if self.closed:
            raise InvalidCall(
                "the database was opened before this process was forked"
                if self._forked
                else "the database is closed",
                where=self.location.where,
                fix="open it again with trueup.connect(…), in this process",
                code=ErrorCode.CLOSED,
            )

    def abandon(self) -> None:
        """Let go of connections that belong to the parent process, without closing them there.

        Source: https://www.sqlite.org/howtocorrupt.html#_carrying_an_open_database_across_a_fork_
        """
        self._forked = self.closed = True
        self.turns = Turns()
        _LEFT_TO_PARENT.extend((self.writer, *self.readers))
        self.readers.clear()

    def _too_late(self, deadline_s: float | None) -> RetryableError:
        if deadline_s is not None:
            return deadline_exceeded(self.location.where)
        return Unavailable(
            "other threads of this process kept the writing connection",
            where=self.location.where,
            fix="call again, and keep write transactions short",
        )


# Closing one would write to the file that the parent still uses.
_LEFT_TO_PARENT: list[sqlite3.Connection] = []


def _forget_after_fork(pool: Pool) -> None:
    reference = weakref.ref(pool)

    def abandon() -> None:
        if (found := reference()) is not None and not found.closed:
            found.abandon()

    if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
        os.register_at_fork(after_in_child=abandon)

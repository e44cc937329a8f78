"""The open connections of one database: a writer and a few readers.

A database in memory lives in a single connection, which then reads too. Connections to a file are
opened on demand, also after a fork: see `forks.py`.
"""

import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TypeVar
from weakref import WeakSet

from ....errors import ErrorCode, InvalidCall, RetryableError, Unavailable
from ...turns import Turns
from ..errors import deadline_exceeded, translate
from . import forks
from .connections import Connection, Location, has_changed, open_reader, open_writer
from .transaction import LONGEST_WAIT_S

R = TypeVar("R")

READERS_KEPT = 8
"""The idle readers kept open; more are opened under load, and closed after it."""

_LOOK_AGAIN_S = 0.001


class _Use:
    """A call that writes, or opens a connection. It ends with its frame, also if interrupted."""

    __slots__ = ("__weakref__",)


class Pool:
    """Open connections, and the queue for the writer.

    readers: idle reading connections, the last used first; callers pop a connection and append it
        again. An interrupt in between drops the connection, which closes it: no count can go wrong.
    standing: idle readers of a file that is read as it stands; each use checks that it still does.
    turns: the queue for the writing connection; a caller uses it only in its turn.
    in_use: the uses that a fork waits for: open readers, and uses of the writer.
    is_leaving: closed, or about to fork; a call that ends closes its reader.
    """

    __slots__ = (
        "__weakref__",
        "_forked",
        "_writer",
        "closed",
        "in_use",
        "is_leaving",
        "location",
        "readers",
        "standing",
        "turns",
    )

    def __init__(self, location: Location, deadline_s: float | None = None) -> None:
        self.location = location
        self.closed = self.is_leaving = self._forked = False
        self.readers: deque[Connection] = deque()
        self.in_use: WeakSet[Connection | _Use] = WeakSet()
        self.turns = Turns()
        self._writer: Connection | None = None
        forks.track(self)
        self.standing: deque[Connection] = deque()
        if location.read_only:
            self.keep(self.new_reader(deadline_s))
        else:
            self.in_turn(lambda: self.writer(deadline_s), deadline_s)
            self.location = replace(location, create=False)

    def __del__(self) -> None:
        """Close an unclosed database: connections refer to themselves and would stay open."""
        if not self.closed:
            self.close_readers()
            if self._writer is not None:
                self._writer.close()

    def __repr__(self) -> str:
        state = "closed" if self.closed else "open"
        writes, readers = len(self.turns), len(self.readers)
        return f"<Pool {self.location.where}: {state}, {writes} writes, {readers} idle readers>"

    def in_turn(self, work: Callable[[], R], deadline_s: float | None) -> R:
        """Run `work`, which alone may use the writing connection meanwhile, and return its result.

        Raises:
            RetryableError: others used the connection until the deadline.
            InvalidCall: the database was closed.
        """
        end_s = time.monotonic() + LONGEST_WAIT_S if deadline_s is None else deadline_s
        forks.notice()
        return self.turns.run(
            lambda: self._outside_forks(work, end_s), end_s, lambda: self._too_late(deadline_s)
        )

    @contextmanager
    def writing(self, deadline_s: float) -> Iterator[Connection]:
        """The writing connection for several calls. Raises the errors of `in_turn`."""
        forks.notice()
        with (
            self.turns.taken(deadline_s, lambda: self._too_late(deadline_s)),
            self._use(deadline_s),
        ):
            writer = self.writer(deadline_s)
            try:
                yield writer
            finally:
                writer.rollback()

    @contextmanager
    def reading(self, deadline_s: float) -> Iterator[Connection]:
        """A reading connection for several calls; in memory the only one."""
        if self.location.path is None:
            with self.writing(deadline_s) as writer:
                yield writer
            return
        reader = self._idle_reader() or self.new_reader(deadline_s)
        try:
            yield reader
        finally:
            reader.rollback()
            self.keep(reader)

    def _idle_reader(self) -> Connection | None:
        try:
            return self.readers.pop()
        except IndexError:
            return None

    @contextmanager
    def _use(self, end_s: float) -> Iterator[None]:
        """A block that no fork interrupts; see `_outside_forks`."""
        use = _Use()
        while True:
            self.in_use.add(use)
            if not forks.is_pending():
                break
            self.in_use.discard(use)
            if time.monotonic() >= end_s:
                raise deadline_exceeded(self.location.where)
            time.sleep(_LOOK_AGAIN_S)
        try:
            self.check_open()
            yield
        finally:
            self.in_use.discard(use)

    def writer(self, deadline_s: float | None) -> Connection:
        """The writing connection, opened on demand. The caller has its turn."""
        if self._writer is None:
            self._writer = open_writer(self.location, deadline_s)
        return self._writer

    def new_reader(self, deadline_s: float | None = None) -> Connection:
        """A new reading connection; the caller returns it with `keep`."""
        while self.standing:
            with suppress(IndexError):
                reader = self.standing.pop()
                if not has_changed(reader, self.location):
                    return reader
                self._close_reader(reader)
        forks.notice()
        end_s = time.monotonic() + LONGEST_WAIT_S if deadline_s is None else deadline_s
        return self._outside_forks(lambda: self._open_reader(deadline_s), end_s)

    def keep(self, reader: Connection) -> None:
        """Take back a connection that `new_reader` opened, or close it if enough are idle."""
        idle = self.standing if reader.still else self.readers
        if self.is_leaving or len(idle) >= READERS_KEPT:
            self._close_reader(reader)
        else:
            idle.append(reader)

    def close_readers(self) -> None:
        """Close every idle reader; readers in use are closed after their call."""
        for idle in (self.readers, self.standing):
            with suppress(IndexError):
                while True:
                    self._close_reader(idle.pop())

    def close(self) -> None:
        """Move the log's pages into the file, and close it. The caller has its turn.

        Raises:
            NeedsOperator: the last pages could not be moved; they stay safe in the log.
        """
        self.closed = self.is_leaving = True
        self.close_readers()
        if self._writer is None:
            return
        try:
            # Passive never waits for other processes; the last process to close does the rest.
            self._writer.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.Error as error:
            raise translate(error, self.location.where) from error
        finally:
            self._writer.close()

    def check_open(self) -> None:
        """Raises InvalidCall CLOSED after `close`.

        In a forked process, a database in memory is closed, and a file may be refused.
        """
        if self._forked and self.location.path:
            raise forks.refusal(self.location.where)
        if self.closed:
            raise InvalidCall(
                "the database was opened before this process was forked"
                if self._forked
                else "the database is closed",
                where=self.location.where,
                fix="open it again with trueup.connect(…), in this process",
                code=ErrorCode.CLOSED,
            )

    def rest(self) -> bool:
        """Close idle connections; return whether none is in use any more."""
        self.is_leaving = True
        self.close_readers()
        if len(self.in_use):
            return False
        if self.location.path and self._writer is not None and not self.closed:
            self._writer.close()
            self._writer = None
        return True

    def wake(self) -> None:
        """Let calls go on after a fork; the next calls open connections."""
        self.is_leaving = self.closed

    def start_anew(self, *, rested: bool) -> None:
        """Go on in the child, or drop connections that belong to the parent.

        rested: whether no connection was in use at the fork.
        """
        is_in_use = len(self.in_use) > 0 and not rested
        self.turns = Turns()
        left = [one for one in (self._writer, *self.readers, *self.standing) if one is not None]
        if not self.closed and (is_in_use or left):
            self._forked = self.closed = True
            forks.leave_open(left)
            self.readers.clear()
            self.standing.clear()
        self.in_use = WeakSet()
        self.wake()

    def _open_reader(self, deadline_s: float | None) -> Connection:
        reader = open_reader(self.location, deadline_s)
        self.in_use.add(reader)
        return reader

    def _close_reader(self, reader: Connection) -> None:
        reader.close()
        self.in_use.discard(reader)

    def _outside_forks(self, work: Callable[[], R], end_s: float) -> R:
        """Run `work` when no other thread is about to fork; a later fork waits for it.

        A call counts as in use before it looks for forks, and a fork is pending before it looks for
        uses, so that neither can miss the other.
        """
        while True:
            use = _Use()
            self.in_use.add(use)
            try:
                if not forks.is_pending():
                    self.check_open()
                    return work()
            finally:
                self.in_use.discard(use)
            if time.monotonic() >= end_s:
                raise deadline_exceeded(self.location.where)
            time.sleep(_LOOK_AGAIN_S)

    def _too_late(self, deadline_s: float | None) -> RetryableError:
        if deadline_s is not None:
            return deadline_exceeded(self.location.where)
        return Unavailable(
            "other threads of this process kept the writing connection",
            where=self.location.where,
            fix="call again, and keep write transactions short",
        )

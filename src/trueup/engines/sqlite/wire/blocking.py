"""SQL on one database, for callers that block."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ....errors import Place, TrueupError
from ....operations.operation import Request
from ....operations.sql.port import SessionOptions
from ..errors import deadline_exceeded, is_locked, read_only, translate
from .connections import Location, has_changed
from .pool import Pool
from .session import SqliteSession
from .transaction import LONGEST_WAIT_S, transact, until

R = TypeVar("R")
Rows = list[tuple[Any, ...]]


class SqliteWire:
    """An open database; any number of threads may share it.

    Readers never wait for the writer (except in memory, which has a single connection). Writes run
    one after the other, in the order of their calls. An exception at any moment, KeyboardInterrupt
    included, leaves no transaction open and no caller waiting for a lost lock.

    Deadlines are instants of `time.monotonic`. They bound the waits for others, not the work; a
    call without a deadline waits at most 30 seconds.
    """

    __slots__ = ("_give", "_pool", "_take", "where")

    def __init__(self, location: Location, deadline_s: float | None = None) -> None:
        """Open the database; a missing file is created.

        Raises:
            NeedsOperator: the file cannot be opened, is damaged, or belongs to another application.
            RetryableError: others held its lock until the deadline.
        """
        self._pool = Pool(location, deadline_s)
        self.where: Place = location.where
        """The place of errors about the database."""
        self._take = self._pool.readers.pop
        self._give = self._pool.readers.append

    def __repr__(self) -> str:
        return f"<SqliteWire: {self._pool}>"

    def perform(self, request: Request[Any], deadline_s: float) -> Any:
        """Run the statements of a request and return the raw reply."""
        return request.payload.on(self, deadline_s)

    def read(
        self, sql: str, parameters: Sequence[Any] = (), deadline_s: float | None = None
    ) -> Rows:
        """All rows of one SELECT, which sees every commit acknowledged before.

        Raises:
            RetryableError: the file was locked until the deadline, for example for recovery.
            TrueupError: SQLite's errors, translated; CLOSED after `close`.
        """
        # Every line here counts: it is the whole cost of a typed get over plain sqlite3.
        try:
            reader = self._take()
        except IndexError:
            return self._read_apart(sql, parameters, deadline_s)
        try:
            if reader.in_transaction:  # as in `_fetch`, without the call
                reader.rollback()
            return reader.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            return self._read_again(error, reader, sql, parameters, deadline_s)
        finally:
            self._give(reader)
            if self._pool.is_leaving:
                self._pool.close_readers()

    def snapshot(
        self, work: Callable[[sqlite3.Connection], R], deadline_s: float | None = None
    ) -> R:
        """Run `work`, whose SELECTs all see the database as of one moment, and return its result.

        work: may read, not write; it may run twice if the file was locked at its start.

        Raises: the errors of `read` and of `work`.
        """
        return self._with_reader(lambda reader: _frozen(reader, work), deadline_s)

    def write(self, work: Callable[[sqlite3.Connection], R], deadline_s: float | None = None) -> R:
        """Run `work`, and return its result after its writes are committed and on the disk.

        work: runs once, alone, inside BEGIN IMMEDIATE … COMMIT; an exception undoes everything.

        Raises:
            RetryableError: the lock was not free before the deadline; nothing was applied.
            TrueupError: SQLite's errors, translated; CLOSED after `close`.
        """
        if self._pool.location.read_only:
            self._pool.check_open()
            raise read_only(self.where)
        return self._in_turn(
            lambda writer: transact(writer, work, deadline_s, self.where), deadline_s
        )

    def session(self, options: SessionOptions, deadline_s: float) -> SqliteSession:
        """A connection with a transaction of the caller's own; one that writes holds up all other
        writers until its end.

        Raises the errors of `write`.
        """
        if self._pool.location.read_only and not options.read_only:
            self._pool.check_open()
            raise read_only(self.where)
        leased = (
            self._pool.reading(deadline_s) if options.read_only else self._pool.writing(deadline_s)
        )
        return SqliteSession(leased, options, deadline_s, self.where)

    def close(self, deadline_s: float | None = None) -> None:
        """Wait for the running write, move the log into the file, close. May be called twice.

        Reads in other threads end normally; later calls raise InvalidCall CLOSED.

        Raises:
            RetryableError: a write ran until the deadline; the database is still open.
        """
        if not self._pool.closed:
            self._pool.in_turn(self._pool.close, deadline_s)

    def _in_turn(self, work: Callable[[sqlite3.Connection], R], deadline_s: float | None) -> R:
        """Run `work` with the writing connection, alone."""
        try:
            return self._pool.in_turn(lambda: work(self._pool.writer(deadline_s)), deadline_s)
        except sqlite3.Error as error:
            raise translate(error, self.where) from error

    def _with_reader(self, work: Callable[[sqlite3.Connection], R], deadline_s: float | None) -> R:
        """Run `work` with a reading connection, again while the file is locked or has changed."""
        if self._pool.location.path is None:
            return self._in_turn(work, deadline_s)
        end_s = time.monotonic() + LONGEST_WAIT_S if deadline_s is None else deadline_s
        while True:
            try:
                reader = self._take()
            except IndexError:
                reader = self._pool.new_reader(deadline_s)
            try:
                result = self._translated(reader, work, deadline_s)
                if not has_changed(reader, self._pool.location):
                    return result
            except TrueupError:
                if not has_changed(reader, self._pool.location):
                    raise
            finally:
                self._pool.keep(reader)
            if time.monotonic() >= end_s:
                raise deadline_exceeded(self.where)

    def _translated(
        self,
        reader: sqlite3.Connection,
        work: Callable[[sqlite3.Connection], R],
        deadline_s: float | None,
    ) -> R:
        try:
            return until(deadline_s, self.where, lambda: work(reader))
        except sqlite3.Error as error:
            raise translate(error, self.where) from error

    def _read_apart(self, sql: str, parameters: Sequence[Any], deadline_s: float | None) -> Rows:
        """`read` if no reader is idle: with a new connection, or in memory with the only one."""
        return self._with_reader(lambda reader: _fetch(reader, sql, parameters), deadline_s)

    def _read_again(
        self,
        error: sqlite3.Error,
        reader: sqlite3.Connection,
        sql: str,
        parameters: Sequence[Any],
        deadline_s: float | None,
    ) -> Rows:
        if not is_locked(error):
            raise translate(error, self.where) from error
        return self._translated(reader, lambda reader: _fetch(reader, sql, parameters), deadline_s)


def _fetch(reader: sqlite3.Connection, sql: str, parameters: Sequence[Any]) -> Rows:
    # An interrupted call may have left its transaction open, with an old view of the file.
    if reader.in_transaction:
        reader.rollback()
    return reader.execute(sql, parameters).fetchall()


def _frozen(reader: sqlite3.Connection, work: Callable[[sqlite3.Connection], R]) -> R:
    """Run `work` inside a transaction that only reads."""
    reader.rollback()
    try:
        reader.execute("BEGIN")
        return work(reader)
    finally:
        reader.rollback()

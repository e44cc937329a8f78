"""A session: one connection, and the transaction that is open on it until the end."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from ....errors import ErrorCode, NeedsOperator, Place, TrueupError
from ....operations.operation import Request
from ....operations.sql.port import SessionOptions, aborted, session_over
from ...turns import Turns
from ..errors import deadline_exceeded, translate
from .connections import Connection
from .transaction import until

R = TypeVar("R")


class SqliteSession:
    """A wire with a connection of its own, from BEGIN to COMMIT. Requests of several threads take
    turns. One that is dropped without its end is rolled back."""

    __slots__ = (
        "_aborted_by",
        "_connection",
        "_cursors",
        "_depth",
        "_leased",
        "_options",
        "_turns",
        "where",
    )

    def __init__(
        self,
        leased: AbstractContextManager[Connection],
        options: SessionOptions,
        deadline_s: float,
        where: Place,
    ) -> None:
        """Begin. Raises the errors of `SqliteWire.write`."""
        self.where = where
        self._leased = leased
        self._options = options
        self._depth = 0
        self._turns = Turns()
        self._cursors: list[sqlite3.Cursor] = []
        self._aborted_by: TrueupError | None = None
        self._connection: Connection | None = leased.__enter__()
        try:
            self._begin(self._connection, deadline_s)
        except BaseException:
            self.end(deadline_s, commit=False)
            raise

    def _begin(self, connection: Connection, deadline_s: float) -> None:
        connection.rollback()
        sql = "BEGIN" if self._options.read_only else "BEGIN IMMEDIATE"
        try:
            until(deadline_s, self.where, lambda: connection.execute(sql))
        except sqlite3.Error as error:
            raise translate(error, self.where) from error

    @property
    def aborted_by(self) -> TrueupError | None:
        """The error that has undone the transaction, if it is known."""
        return self._aborted_by

    @property
    def is_aborted(self) -> bool:
        """Whether SQLite has undone the transaction, as it does when the disk is full."""
        return self._connection is not None and not self._connection.in_transaction

    def perform(self, request: Request[Any], deadline_s: float) -> Any:
        """Run the statements of a request inside the transaction, and return the raw reply."""
        return self._turns.run(
            lambda: self._perform(request, deadline_s),
            deadline_s,
            lambda: deadline_exceeded(self.where),
        )

    def _perform(self, request: Request[Any], deadline_s: float) -> Any:
        self._open()
        if self.is_aborted:
            raise aborted(self.where, self._aborted_by)
        try:
            return request.payload.on(self, deadline_s)
        except TrueupError as error:
            if self.is_aborted and self._aborted_by is None:
                self._aborted_by = error
            raise

    def read(self, sql: str, parameters: Any = (), deadline_s: float | None = None) -> Any:
        """All rows of one SELECT."""
        return self.inside(lambda open_: open_.execute(sql, parameters).fetchall(), deadline_s)

    def snapshot(
        self, work: Callable[[sqlite3.Connection], R], deadline_s: float | None = None
    ) -> R:
        """Run `work`, which reads, and return its result."""
        return self.inside(work, deadline_s)

    def write(self, work: Callable[[sqlite3.Connection], R], deadline_s: float | None = None) -> R:
        """Run `work` in a savepoint: an exception undoes what it did, and no more."""
        if self._options.read_only:
            raise NeedsOperator(
                "the session was opened for reading only",
                where=self.where,
                code=ErrorCode.READ_ONLY,
                fix="open it without read_only=True",
            )
        return self.inside(lambda connection: self._nested(connection, work), deadline_s)

    def inside(
        self,
        work: Callable[[sqlite3.Connection], R],
        deadline_s: float | None = None,  # noqa: ARG002 - nothing is waited for in here
    ) -> R:
        """Run `work` as it is, and return its result. A cursor that it returns is closed with the
        session, if it is still open: it would keep the connection in the past."""
        connection = self._open()
        try:
            result = work(connection)
        except sqlite3.Error as error:
            raise translate(error, self.where) from error
        if isinstance(result, sqlite3.Cursor):
            self._cursors.append(result)
        return result

    def _nested(self, connection: sqlite3.Connection, work: Callable[[Any], R]) -> R:
        self._depth += 1
        name = f'"trueup:{self._depth:d}"'
        try:
            connection.execute(f"SAVEPOINT {name}")
            try:
                result = work(connection)
            except BaseException:
                if connection.in_transaction:
                    connection.execute(f"ROLLBACK TO {name}")
                    connection.execute(f"RELEASE {name}")
                raise
            connection.execute(f"RELEASE {name}")
            return result
        finally:
            self._depth -= 1

    def _open(self) -> Connection:
        if self._connection is None:
            raise session_over(self.where)
        return self._connection

    def end(self, deadline_s: float, *, commit: bool) -> None:
        """Commit or roll back, and give the connection back. Without effect after the first.

        Raises:
            TransactionAborted: SQLite had undone the transaction that was to be committed.
            RetryableError: others held the lock of the file until the deadline.
        """
        connection = self._connection
        if connection is None:
            return
        try:
            if commit and self.is_aborted:
                raise aborted(self.where, self._aborted_by)
            if commit:
                until(deadline_s, self.where, lambda: connection.execute("COMMIT"))
        except sqlite3.Error as error:
            raise translate(error, self.where) from error
        finally:
            self._connection = None
            for cursor in self._cursors:
                cursor.close()
            self._leased.__exit__(None, None, None)  # rolls back what is left

    def close(self) -> None:
        """Roll back, if it has not ended."""
        self.end(0.0, commit=False)

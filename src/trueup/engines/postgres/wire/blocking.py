"""SQL on one database, for callers that block."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import psycopg

from ....errors import Place, TrueupError
from ....operations.connections import ConnectionCounts
from ....operations.operation import Request
from ....operations.sql.port import SessionOptions
from ..errors import Stage, deadline_exceeded, translate
from ..payload import Begin, Rows, Statement, Steps
from .address import Address
from .connections import BlockingConnection, end, end_if_unread
from .copying import copy
from .pipelines import run_together
from .pool import Pool
from .results import described
from .session import PostgresSession
from .transactions import (
    COMMIT,
    ROLLBACK,
    before_leaving,
    before_single,
    begun,
    check_parameters,
    opening,
    session_begin,
)

R = TypeVar("R")


class PostgresWire:
    """An open database; any number of threads may share it.

    An exception at any moment, KeyboardInterrupt included, leaves no transaction open: a
    connection whose replies were not read to the end is closed, never used again.
    """

    __slots__ = ("_pool",)

    def __init__(self, address: Address, deadline_s: float) -> None:
        """Connect once, so that a wrong address or user is an error here.

        Raises:
            NeedsOperator: the user, the database or the certificate is refused.
            RetryableError: the server does not answer.
        """
        self._pool = Pool(address)
        self._pool.run(lambda _: None, deadline_s)

    def __repr__(self) -> str:
        return f"<PostgresWire: {self._pool}>"

    @property
    def address(self) -> Address:
        """The server, and how it is spoken to."""
        return self._pool.address

    @property
    def behind_pooler(self) -> bool:
        """Whether connections are shared by transactions of others."""
        return self._pool.address.behind_pooler

    @property
    def where(self) -> Place:
        """The place of errors about the database."""
        return self._pool.address.where

    def perform(self, request: Request[Any], deadline_s: float) -> Any:
        """Run the statements of a request and return the raw reply."""
        return request.payload.on(self, deadline_s, request.table)

    def single(self, statement: Statement, stage: Stage, deadline_s: float, table: str) -> Rows:
        """The rows of one statement, which is a transaction of its own."""

        def work(connection: BlockingConnection) -> Rows:
            for first in before_single(connection, self._pool.address):
                self.run_on(connection, first, Stage.NOTHING, table)
            return self.run_on(connection, statement, stage, table)

        return self._pool.run(work, deadline_s)

    def transact(
        self, work: Callable[[], Steps[R]], begin: Begin, deadline_s: float, table: str
    ) -> R:
        """The result of `work`, after its transaction is committed; an exception undoes it."""
        return self._pool.run(
            lambda connection: self._transact(connection, work(), begin, table), deadline_s
        )

    def _transact(
        self, connection: BlockingConnection, steps: Steps[R], begin: Begin, table: str
    ) -> R:
        try:
            for first in begun(begin, connection, self._pool.address):
                self.run_on(connection, first, Stage.NOTHING, table)
            if begin.first is not None:
                self.work_on(connection, begin.first(), table)
            result = self.work_on(connection, steps, table)
            self.run_on(connection, COMMIT, begin.at_commit, table)
        except BaseException:
            self.roll_back(connection)
            raise
        return result

    def work_on(self, connection: BlockingConnection, steps: Steps[R], table: str) -> R:
        """Run the statements of a transaction, and return its result. What fails is thrown into its
        steps, which may go on after a savepoint."""
        try:
            statement = next(steps)
            while True:
                try:
                    rows = self.run_on(connection, statement, Stage.NOTHING, table)
                except TrueupError as error:
                    statement = steps.throw(error)
                else:
                    statement = steps.send(rows)
        except StopIteration as stop:
            result: R = stop.value
            return result
        finally:
            steps.close()

    def at_once(self, statement: Statement, begin: Begin, deadline_s: float, table: str) -> Rows:
        """The rows of one statement, in a transaction that is sent as a whole: one round trip."""

        def work(connection: BlockingConnection) -> Rows:
            address = self._pool.address
            for first in before_single(connection, address):
                self.run_on(connection, first, Stage.NOTHING, table)
            before = opening(begin, connection, address)
            whole = replace(statement, before=before, after=(COMMIT,))
            try:
                return self.run_on(connection, whole, begin.at_commit, table)
            except BaseException:
                self.roll_back(connection)
                raise

        return self._pool.run(work, deadline_s)

    def session(self, options: SessionOptions, deadline_s: float) -> PostgresSession:
        """A connection with a transaction of the caller's own."""
        return self.open_session(session_begin(options), deadline_s)

    def open_session(self, begin: Begin, deadline_s: float) -> PostgresSession:
        """The same, with another beginning."""
        return PostgresSession(self, self._pool.connection(deadline_s), begin, deadline_s)

    def run_on(
        self, connection: BlockingConnection, statement: Statement, stage: Stage, table: str
    ) -> Rows:
        """The rows of a statement on a connection."""
        if time.monotonic() >= connection.deadline_s:
            raise deadline_exceeded(replace(self.where, table=table))
        check_parameters(statement, self.where)
        if statement.left_behind:
            before_leaving(connection, statement, self.address)
        refusal: TrueupError
        try:
            return _execute(connection, statement)
        except psycopg.Error as error:
            is_late = time.monotonic() >= connection.deadline_s
            where = replace(self.where, table=table)
            is_own = not statement.is_described
            made = statement.declares
            refusal = translate(error, where, stage, is_late=is_late, is_own=is_own, declares=made)
        raise refusal

    def count_connections(self) -> ConnectionCounts:
        """The present counts."""
        return self._pool.counts()

    def roll_back(self, connection: BlockingConnection, statement: Statement = ROLLBACK) -> None:
        """Undo, if the connection still stands; else the server undoes by itself."""
        end_if_unread(connection)
        try:
            if not connection.closed:
                _execute(connection, statement)
        except psycopg.Error:
            end(connection)

    def close(self) -> None:
        """Close the connections. May be called twice; later calls raise InvalidCall CLOSED."""
        self._pool.close()


def _execute(connection: BlockingConnection, statement: Statement) -> Rows:
    if statement.many:
        parameters = [statement.parameters or (), *statement.many]
        connection.cursor().executemany(statement.sql.encode(), parameters)
        return []
    if statement.copies is not None:
        return copy(connection, statement.sql, statement.copies)
    if statement.before:
        cursor = run_together(connection, statement)
    else:
        cursor = connection.execute(statement.sql.encode(), statement.parameters or None)
    if statement.is_described:
        return described(cursor)
    # `cursor.description` would make an object for each column.
    return cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []

"""A session: one connection, and the transaction that is open on it until the end."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from ....errors import Place, TransactionAborted, TrueupError
from ....operations.operation import Request
from ....operations.sql.port import aborted, session_over
from ...turns import Turns
from ..errors import Stage, deadline_exceeded
from ..payload import Begin, Rows, Statement, Steps
from .address import Address
from .connections import BlockingConnection, is_aborted
from .copying import check_session
from .transactions import COMMIT, ROLLBACK, begun, nested

R = TypeVar("R")


class Runs(Protocol):
    """What a session needs of the wire that it belongs to."""

    @property
    def where(self) -> Place:
        """The place of errors about the database."""
        ...

    @property
    def address(self) -> Address:
        """The server, and how it is spoken to."""
        ...

    def run_on(
        self, connection: BlockingConnection, statement: Statement, stage: Stage, table: str
    ) -> Rows:
        """The rows of a statement."""
        ...

    def work_on(self, connection: BlockingConnection, steps: Steps[R], table: str) -> R:
        """The result of the statements of a transaction."""
        ...

    def roll_back(self, connection: BlockingConnection, statement: Statement) -> None:
        """Undo, if the connection still stands."""
        ...


class PostgresSession:
    """A wire with a connection of its own, from BEGIN to COMMIT. Requests of several threads take
    turns. One that is dropped without its end closes the connection, and the server undoes."""

    __slots__ = ("_aborted_by", "_begin", "_connection", "_depth", "_leased", "_turns", "_wire")

    def __init__(
        self,
        wire: Runs,
        leased: AbstractContextManager[BlockingConnection],
        begin: Begin,
        deadline_s: float,
    ) -> None:
        """Begin. Raises the errors of `PostgresWire`."""
        self._wire = wire
        self._leased = leased
        self._begin = begin
        self._depth = 0
        self._turns = Turns()
        self._aborted_by: TrueupError | None = None
        self._connection: BlockingConnection | None = leased.__enter__()
        try:
            self._connection.deadline_s = deadline_s
            for statement in begun(begin, self._connection, self._wire.address):
                self._run(statement)
            if begin.first is not None:
                self._wire.work_on(self._connection, begin.first(), "")
        except BaseException:
            self.end(deadline_s, commit=False)
            raise

    @property
    def behind_pooler(self) -> bool:
        """Whether connections are shared by transactions of others."""
        return self._wire.address.behind_pooler

    @property
    def aborted_by(self) -> TrueupError | None:
        """The error that has undone the transaction, if it is known."""
        return self._aborted_by

    @property
    def is_aborted(self) -> bool:
        """Whether an error has undone the transaction, so that it can only be rolled back."""
        return self._connection is not None and is_aborted(self._connection)

    def perform(self, request: Request[Any], deadline_s: float) -> Any:
        """Run the statements of a request inside the transaction, and return the raw reply."""
        check_session(self._connection, self._where)
        return self._turns.run(
            lambda: self._perform(request, deadline_s), deadline_s, lambda: self._too_late(request)
        )

    def _perform(self, request: Request[Any], deadline_s: float) -> Any:
        self._open().deadline_s = deadline_s
        if not self.is_aborted:
            self._aborted_by = None  # a savepoint has undone what failed
        try:
            return request.payload.on(self, deadline_s, request.table)
        except TransactionAborted:
            pass
        except TrueupError as error:
            if self.is_aborted:
                self._aborted_by = error
            raise
        raise aborted(self._wire.where, self._aborted_by)

    def single(self, statement: Statement, stage: Stage, deadline_s: float, table: str) -> Rows:  # noqa: ARG002
        """The rows of one statement."""
        return self._run(statement, table)

    def transact(
        self,
        work: Callable[[], Steps[R]],
        begin: Begin,  # noqa: ARG002 - the transaction has begun
        deadline_s: float,  # noqa: ARG002 - it is the connection's
        table: str,
    ) -> R:
        """The result of `work`, in a savepoint: an exception undoes what it did, and no more."""
        self._depth += 1
        around = nested(self._depth)
        try:
            self._run(around.set, table)
            try:
                result = self._wire.work_on(self._open(), work(), table)
            except BaseException:
                self._undo(around.undo)
                raise
            self._run(around.release, table)
            return result
        finally:
            self._depth -= 1

    def _undo(self, statements: tuple[Statement, ...]) -> None:
        for statement in statements:
            self._wire.roll_back(self._open(), statement)

    def _run(self, statement: Statement, table: str = "", stage: Stage = Stage.NOTHING) -> Rows:
        return self._wire.run_on(self._open(), statement, stage, table)

    def _open(self) -> BlockingConnection:
        connection = self._connection
        if connection is None or connection.process != os.getpid():
            raise session_over(self._wire.where)
        return connection

    def _too_late(self, request: Request[Any]) -> TrueupError:
        return deadline_exceeded(replace(self._where, table=request.table))

    @property
    def _where(self) -> Place:
        return self._wire.where

    def end(self, deadline_s: float, *, commit: bool) -> None:
        """Commit or roll back, and give the connection back. Without effect after the first.

        Raises:
            TransactionAborted: an error had undone the transaction that was to be committed.
            TransactionConflict: the same, where another transaction stood in the way.
            OutcomeUnknown: the reply to the COMMIT was lost.
        """
        if self._connection is None:
            return
        try:
            self._connection.deadline_s = deadline_s
            if not commit:
                self._wire.roll_back(self._connection, ROLLBACK)
            elif self.is_aborted:
                self._wire.roll_back(self._connection, ROLLBACK)
                raise aborted(self._where, self._aborted_by)
            else:
                self._run(COMMIT, stage=self._begin.at_commit)
        finally:
            self._connection = None
            self._leased.__exit__(None, None, None)

    def close(self) -> None:
        """Roll back, if it has not ended."""
        self.end(0.0, commit=False)

"""Payloads of requests to SQLite. Each shows its statements and runs itself on a wire."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

from ..._dataclass import dataclass
from ...operations.operation import Shown

Parameters: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL and its parameters; None if they depend on what the transaction reads."""

    sql: str
    parameters: Parameters | None = ()


class WithStatements(Protocol):
    """A payload that knows its statements."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The SQL that runs."""
        ...


class ShownAsSql:
    """Shows a payload by its statements."""

    __slots__ = ()

    @property
    def shown(self: WithStatements) -> Shown:
        """Each statement, with its parameters as a comment."""
        return Shown("sql", "\n".join(map(_shown, self.statements)))


class Connectable(Protocol):
    """The methods that both wires offer; those of the asynchronous wire return awaitables."""

    def read(self, sql: str, parameters: Parameters, deadline_s: float | None) -> Any:
        """All rows of one SELECT."""

    def snapshot(self, work: Callable[[sqlite3.Connection], Any], deadline_s: float | None) -> Any:
        """Run `work`, which reads as of one moment, and return its result."""

    def write(self, work: Callable[[sqlite3.Connection], Any], deadline_s: float | None) -> Any:
        """Run `work` in a transaction, and return its result after the commit."""

    def inside(self, work: Callable[[sqlite3.Connection], Any], deadline_s: float | None) -> Any:
        """Run `work` as it is, in the transaction of a session; only sessions offer this."""


@dataclass(frozen=True, slots=True)
class Select(ShownAsSql):
    """One SELECT; the reply is its rows."""

    sql: str
    parameters: Parameters

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The SQL that runs."""
        return (Statement(self.sql, self.parameters),)

    def on(self, wire: Connectable, deadline_s: float) -> Any:
        """Run on a wire."""
        return wire.read(self.sql, self.parameters, deadline_s)


@dataclass(frozen=True, slots=True)
class SelectEach(ShownAsSql):
    """One SELECT for each of several parameter sets, as of one moment; the reply is the first
    row of each, or None."""

    selects: tuple[Statement, ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The SQL that runs."""
        return (Statement("BEGIN"), *self.selects, Statement("ROLLBACK"))

    def on(self, wire: Connectable, deadline_s: float) -> Any:
        """Run on a wire."""
        return wire.snapshot(self._rows, deadline_s)

    def _rows(self, connection: sqlite3.Connection) -> list[Any]:
        return [_run(connection, select).fetchone() for select in self.selects]


@dataclass(frozen=True, slots=True)
class SelectAll(ShownAsSql):
    """Several SELECTs as of one moment; the reply has the rows of each.

    then: gives further SELECTs when these have been read.
    """

    selects: tuple[Statement, ...]
    then: Callable[[Sequence[Any]], Sequence[Statement]] | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The SQL that runs."""
        return (Statement("BEGIN"), *self.selects, Statement("ROLLBACK"))

    def on(self, wire: Connectable, deadline_s: float) -> Any:
        """Run on a wire."""
        return wire.snapshot(self._rows, deadline_s)

    def _rows(self, connection: sqlite3.Connection) -> list[Any]:
        replies = [_run(connection, select).fetchall() for select in self.selects]
        others = self.then(replies) if self.then else ()
        return [*replies, *(_run(connection, select).fetchall() for select in others)]


@dataclass(frozen=True, slots=True)
class Script(ShownAsSql):
    """Statements inside BEGIN IMMEDIATE … COMMIT, exactly as shown.

    unless: a SELECT that runs first; if it finds a row, nothing else runs. The reply says whether
        the rest ran.
    """

    body: tuple[Statement, ...]
    unless: Statement | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The SQL that runs."""
        first = () if self.unless is None else (self.unless,)
        return (Statement("BEGIN IMMEDIATE"), *first, *self.body, Statement("COMMIT"))

    def on(self, wire: Connectable, deadline_s: float) -> Any:
        """Run on a wire."""
        return wire.write(self._run, deadline_s)

    def _run(self, connection: sqlite3.Connection) -> bool:
        if self.unless is not None and _run(connection, self.unless).fetchone():
            return False
        for statement in self.body:
            _run(connection, statement)
        return True


@dataclass(frozen=True, slots=True)
class Transaction(ShownAsSql):
    """Work inside BEGIN IMMEDIATE … COMMIT; an exception undoes it.

    body: returns the statements of the work, as far as they are known beforehand; called only on
        demand, as a batch has hundreds.
    """

    body: Callable[[], tuple[Statement, ...]]
    work: Callable[[sqlite3.Connection], Any]

    def __repr__(self) -> str:
        return f"Transaction(statements={self.statements!r})"

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The SQL that runs."""
        return (Statement("BEGIN IMMEDIATE"), *self.body(), Statement("COMMIT"))

    def on(self, wire: Connectable, deadline_s: float) -> Any:
        """Run on a wire."""
        return wire.write(self.work, deadline_s)


@dataclass(frozen=True, slots=True)
class Snapshot(ShownAsSql):
    """A statement that only reads, whose result `work` makes."""

    statement: Statement
    work: Callable[[sqlite3.Connection], Any]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The SQL that runs."""
        return (self.statement,)

    def on(self, wire: Connectable, deadline_s: float) -> Any:
        """Run on a wire."""
        return wire.snapshot(self.work, deadline_s)


@dataclass(frozen=True, slots=True)
class Inside(ShownAsSql):
    """Work in the transaction of a session."""

    statement: Statement
    work: Callable[[sqlite3.Connection], Any]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The SQL that runs."""
        return (self.statement,)

    def on(self, wire: Connectable, deadline_s: float) -> Any:
        """Run on a wire."""
        return wire.inside(self.work, deadline_s)


def _shown(statement: Statement) -> str:
    if statement.parameters is None:
        return f"{statement.sql};\n-- parameters depend on what is read"
    values = ", ".join(map(repr, statement.parameters))
    return f"{statement.sql};" + (f"\n-- parameters: {values}" if values else "")


def _run(connection: sqlite3.Connection, statement: Statement) -> sqlite3.Cursor:
    return connection.execute(statement.sql, statement.parameters or ())

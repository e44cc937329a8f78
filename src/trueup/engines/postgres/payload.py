"""Payloads of requests to PostgreSQL: one statement, or a transaction of several.

A transaction is a generator of statements, which is sent the rows of each: both wires run it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

from ..._dataclass import dataclass
from ...errors import Place, UnsupportedByEngine
from ...operations.operation import Shown
from .ddl.declared_sql import Declares
from .errors import Stage

R = TypeVar("R")

Parameters: TypeAlias = tuple[Any, ...]
Rows: TypeAlias = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class CopyIn:
    """COPY … FROM STDIN: the rows are read while they are sent; the reply counts them."""

    rows: Iterator[Parameters]


@dataclass(frozen=True, slots=True)
class CopyOut:
    """COPY … TO STDOUT begins; only `TakeRows` may follow. types: the numbers of the columns'."""

    types: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TakeRows:
    """The next rows that are copied out; fewer than `most` are the last."""

    most: int


Copies: TypeAlias = CopyIn | CopyOut | TakeRows


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL and its parameters; None if they depend on what the transaction reads.

    many: parameters of further executions of the same SQL, which return no rows.
    before, after: what is sent together with it, in one round trip.
    copies: what a COPY does with the statement.
    is_described: whether the reply is `Described`. left_behind: the names of what it may leave on
        its connection.
    declares: what it makes of a declaration.
    """

    sql: str
    parameters: Parameters | None = ()
    many: tuple[Parameters, ...] = ()
    before: tuple[Statement, ...] = ()
    after: tuple[Statement, ...] = ()
    copies: Copies | None = None
    is_described: bool = False
    left_behind: tuple[str, ...] = ()
    declares: Declares | None = None


class Described(list[tuple[Any, ...]]):
    """Rows, with what the server says of them. columns: their names, and the numbers of their
    types. changed: the rows that the statement changed."""

    __slots__ = ("changed", "columns")

    def __init__(
        self, rows: Rows, columns: Sequence[tuple[str, int]] = (), changed: int = 0
    ) -> None:
        super().__init__(rows)
        self.columns = tuple(columns)
        self.changed = changed


Steps: TypeAlias = Generator[Statement, Rows, R]
"""The statements of a transaction, and its result."""


def ask(statement: Statement) -> Steps[Rows]:
    """The rows of one statement."""
    return (yield statement)


class WithStatements(Protocol):
    """A payload that knows its statements."""

    @property
    def tenant(self) -> Statement | None:
        """The statement that sets the tenant of its transaction; None if it is nobody's."""
        ...

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The SQL that runs."""
        ...


class ShownAsSql:
    """Shows a payload by its statements."""

    __slots__ = ()

    @property
    def shown(self: WithStatements) -> Shown:
        """Each statement, with its parameters as a comment; that of a tenant is a transaction."""
        statements = self.statements
        if self.tenant is not None:
            if statements[0].sql.startswith("BEGIN"):
                begin, *rest = statements
            else:
                begin, rest = WRITES.statement, [*statements, Statement("COMMIT")]
            statements = (begin, self.tenant, *rest)
        return Shown("sql", "\n".join(map(_shown, statements)))


class Connectable(Protocol):
    """The methods that both wires offer; those of the asynchronous wire return awaitables."""

    @property
    def behind_pooler(self) -> bool:
        """Whether connections are shared by transactions of others."""
        ...

    def single(self, statement: Statement, stage: Stage, deadline_s: float, table: str) -> Any:
        """The rows of one statement, which is a transaction of its own."""
        ...

    def transact(
        self, work: Callable[[], Steps[Any]], begin: Begin, deadline_s: float, table: str
    ) -> Any:
        """The result of a transaction."""
        ...


@dataclass(frozen=True, slots=True)
class Single(ShownAsSql):
    """One statement; the reply is its rows. stage: what it changes if its reply is lost.

    statement: the statement, if it has more to say than its text and its parameters.
    tenant: the statement that sets the tenant before it, if there is one; the wire sends it.
    """

    sql: str
    parameters: Parameters
    stage: Stage = Stage.NOTHING
    statement: Statement | None = None
    tenant: Statement | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The SQL that runs."""
        return (self.statement or Statement(self.sql, self.parameters),)

    def on(self, wire: Connectable, deadline_s: float, table: str) -> Any:
        """Run on a wire."""
        return wire.single(self.statements[0], self.stage, deadline_s, table)


@dataclass(frozen=True, slots=True)
class Declare(ShownAsSql):
    """The statement that opens a cursor on the server."""

    sql: str
    parameters: Parameters
    left_behind: tuple[str, ...] = ()
    tenant: Statement | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The SQL that runs."""
        left = self.left_behind
        return (Statement(self.sql, self.parameters, is_described=True, left_behind=left),)

    def on(self, wire: Connectable, deadline_s: float, table: str) -> Any:
        """Run on a wire. Raises UnsupportedByEngine behind a pooler."""
        if wire.behind_pooler:
            raise UnsupportedByEngine(
                "behind a pooler there are no cursors on the server, which stream() reads",
                where=Place("postgres"),
                fix="connect to the server itself to stream, or fetch in parts by key",
            )
        return wire.single(self.statements[0], Stage.NOTHING, deadline_s, table)


@dataclass(frozen=True, slots=True)
class Begin:
    """The beginning of a transaction. at_commit: what a lost reply to its end leaves open.

    settings: statements that set what holds until its end, and return nothing of use.
    first: the steps before all others, if any.
    """

    statement: Statement
    at_commit: Stage
    settings: tuple[Statement, ...] = ()
    first: Callable[[], Steps[None]] | None = None


READS = Begin(Statement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"), Stage.NOTHING)
"""Every statement sees the database as of the first."""

WRITES = Begin(Statement("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"), Stage.PERHAPS)
"""Every statement sees what others have committed by then, also after it waited for a lock."""

MAKES = Begin(Statement("BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE"), Stage.NOTHING)
"""Every statement sees the database as of the first, and what is made is undone."""


@dataclass(frozen=True, slots=True)
class SelectEach(ShownAsSql):
    """Several SELECTs as of one moment; the reply has the rows of each.

    then: gives further SELECTs when these have been read. tenant: as that of `Single`.
    """

    selects: tuple[Statement, ...]
    then: Callable[[Sequence[Rows]], Sequence[Statement]] | None = None
    tenant: Statement | None = None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The SQL that runs."""
        return (READS.statement, *self.selects, Statement("COMMIT"))

    def on(self, wire: Connectable, deadline_s: float, table: str) -> Any:
        """Run on a wire."""
        return wire.transact(self._rows, READS, deadline_s, table)

    def _rows(self) -> Steps[list[Rows]]:
        replies: list[Rows] = []
        for select in self.selects:
            replies.append((yield select))
        for select in self.then(replies) if self.then else ():
            replies.append((yield select))
        return replies


@dataclass(frozen=True, slots=True)
class Transaction(ShownAsSql):
    """Work in a transaction, which writes unless it begins otherwise; an exception undoes it.

    body: returns the statements of the work, as far as they are known beforehand; called only on
        demand, as a batch has hundreds.
    tenant: as that of `Single`. begin: how it begins.
    """

    body: Callable[[], tuple[Statement, ...]]
    work: Callable[[], Steps[Any]]
    tenant: Statement | None = None
    begin: Begin = WRITES

    def __repr__(self) -> str:
        return f"Transaction(statements={self.statements!r})"

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The SQL that runs."""
        return (self.begin.statement, *self.body(), Statement("COMMIT"))

    def on(self, wire: Connectable, deadline_s: float, table: str) -> Any:
        """Run on a wire."""
        return wire.transact(self.work, self.begin, deadline_s, table)


def _shown(statement: Statement) -> str:
    if statement.parameters is None:
        return f"{statement.sql};\n-- parameters depend on what is read"
    values = ", ".join(map(repr, statement.parameters))
    return f"{statement.sql};" + (f"\n-- parameters: {values}" if values else "")

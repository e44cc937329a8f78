"""The port of an engine that takes SQL, and of a wire that has sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal, Protocol, TypeAlias, TypeGuard, TypeVar

from ..._dataclass import dataclass
from ...errors import (
    ErrorCode,
    InvalidCall,
    Place,
    TransactionAborted,
    TransactionConflict,
    TrueupError,
    UnsupportedByEngine,
)
from ...expressions.values import Item
from ..engine import Engine
from ..operation import Request
from ..run import AsyncWire, Wire
from .slots import Slot
from .text import Dialect, SqlText, parse_sql, refused_sql

R = TypeVar("R")
Isolation: TypeAlias = Literal["read committed", "repeatable read", "serializable"]


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of a result, by the database's description of it.

    read: turns a value, never None, into a plain value; None for nothing. Raises ValueError.
    """

    name: str
    read: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class SqlResult:
    """What a statement answered. count: the rows that it changed."""

    columns: tuple[ResultColumn, ...]
    rows: Sequence[Sequence[Any]]
    count: int


@dataclass(frozen=True, slots=True)
class BoundSql:
    """A statement and the values of its placeholders, in the order of their numbers."""

    text: SqlText
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How a session's transaction begins."""

    isolation: Isolation = "read committed"
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class SavepointRequests:
    """The requests of a savepoint. undo: the last of them forgets it."""

    set: Request[None]
    undo: tuple[Request[None], ...]
    release: Request[None]


@dataclass(frozen=True, slots=True)
class RowStream:
    """The requests of a result that is read in parts, inside a transaction.

    more: the next rows; fewer than were asked for are the last.
    end: None if nothing is left to end after the last row.
    """

    begin: Request[None]
    more: Request[SqlResult]
    end: Request[None] | None


@dataclass(frozen=True, slots=True)
class CopyStream:
    """The items of a table, copied out. models: of the rows of a reply, without expired items."""

    requests: RowStream
    models: Callable[[SqlResult], list[Any]]


class SqlEngine(Engine, Protocol):
    """An engine that takes SQL of the caller's own."""

    dialect: Dialect

    def sql_value(self, value: Any, slot: Slot) -> Any:
        """The parameter for a Python value, never None. slot: where its placeholder stands.

        Raises InvalidCall.
        """
        ...

    @staticmethod
    def read_json(text: str) -> Any:
        """The plain value of a JSON text. Raises ValueError or NeedsOperator."""
        ...

    def run_sql(self, sql: BoundSql, decode: Callable[[SqlResult], R]) -> Request[R]:
        """The request that runs a statement. If `decode` fails, what it changed is undone, unless
        the statement itself cannot run in a transaction."""
        ...

    def execute_sql(self, sql: BoundSql) -> Request[int]:
        """The request that runs a statement for what it changes; the reply counts its rows."""
        ...

    def stream_sql(self, sql: BoundSql, name: str, rows: int) -> RowStream:
        """The requests that read a result in parts of so many rows. name: of a cursor."""
        ...

    def savepoint(self, name: str) -> SavepointRequests:
        """The requests of a savepoint."""
        ...

    def lock(self, name: str, *, wait: bool) -> Request[bool]:
        """The request for a lock that others of the same name wait for, until the transaction ends.

        Raises UnsupportedByEngine.
        """
        ...


class CopyEngine(SqlEngine, Protocol):
    """An engine that takes and gives the items of a table in one statement."""

    def copy_in(self, table: str, items: Iterator[Item]) -> Request[int]:
        """The request that stores new items, all or none; the reply counts them. It cannot be
        sent again: the items are read while they are sent."""
        ...

    def copy_out(self, table: str, now_epoch_s: int | None, rows: int) -> CopyStream:
        """The requests that read all items, in parts of so many rows, inside a transaction."""
        ...


class SessionWire(Wire, Protocol):
    """One connection, and the transaction that is open on it."""

    @property
    def is_aborted(self) -> bool:
        """Whether an error has undone the transaction, so that it can only be rolled back."""
        ...

    @property
    def aborted_by(self) -> TrueupError | None:
        """The error that has undone the transaction, if it is known."""
        ...

    def end(self, deadline_s: float, *, commit: bool) -> None:
        """Commit or roll back, and give the connection back. Without effect after the first.

        Raises the error that aborted the transaction, if it was to be committed.
        """
        ...


class AsyncSessionWire(AsyncWire, Protocol):
    """The same, for asyncio."""

    @property
    def is_aborted(self) -> bool:
        """Whether an error has undone the transaction, so that it can only be rolled back."""
        ...

    @property
    def aborted_by(self) -> TrueupError | None:
        """The error that has undone the transaction, if it is known."""
        ...

    async def end(self, deadline_s: float, *, commit: bool) -> None:
        """Commit or roll back, and give the connection back; see `SessionWire`."""
        ...


class Sessions(Protocol):
    """A wire that opens sessions; that of an asynchronous wire is awaited."""

    def session(self, options: SessionOptions, deadline_s: float) -> Any:
        """A `SessionWire` or an `AsyncSessionWire`, whose transaction has begun."""
        ...


# `isinstance` of a protocol looks at every member, at each call.


def _takes_sql(engine: Engine) -> TypeGuard[SqlEngine]:
    return hasattr(engine, "run_sql")


def _copies(engine: Engine) -> TypeGuard[CopyEngine]:
    return hasattr(engine, "copy_in")


def _has_sessions(wire: object) -> TypeGuard[Sessions]:
    return hasattr(wire, "session")


def sql_engine(engine: Engine, what: str) -> SqlEngine:
    """The engine as one that takes SQL. what: the method that was called, for errors.

    Raises UnsupportedByEngine if the engine, or the layer's target, takes none.
    """
    if engine.rules.capabilities.sql and _takes_sql(engine):
        return engine
    raise no_sql(engine, what)


def copy_engine(engine: Engine, what: str) -> CopyEngine:
    """The engine as one that copies. what: the method that was called, for errors.

    Raises UnsupportedByEngine if the engine, or the layer's target, does not.
    """
    if engine.rules.capabilities.copy and _copies(engine):
        return engine
    is_target = _copies(engine)
    raise UnsupportedByEngine(
        f"{engine.rules.whose if is_target else engine.rules.engine} has no {what}()",
        where=Place(engine.rules.engine),
        fix="store items with repository.put_many, and read them with repository.scan",
    )


def sessions_of(wire: object, engine: Engine, what: str) -> Sessions:
    """The wire as one that opens sessions. Raises UnsupportedByEngine."""
    sql_engine(engine, what)
    if _has_sessions(wire):
        return wire
    raise no_sql(engine, what)


class NotOpen:
    """The wire of a session outside of its block: it refuses everything."""

    is_aborted = False
    aborted_by = None

    def __init__(self, where: Place) -> None:
        self._where = where

    def perform(self, request: Request[Any], deadline_s: float) -> Any:  # noqa: ARG002
        """Raises InvalidCall (closed)."""
        raise session_over(self._where)

    def end(self, deadline_s: float, *, commit: bool) -> Any:
        """Never called: nothing has begun."""

    def close(self) -> None:
        """Nothing is open."""

    async def aclose(self) -> None:
        """Nothing is open."""


def no_sql(engine: Engine, what: str) -> UnsupportedByEngine:
    """The error for a call that needs SQL on an engine, or for a target, without it."""
    is_target = _takes_sql(engine)
    whose = engine.rules.whose if is_target else engine.rules.engine
    return UnsupportedByEngine(
        f"{whose} has no {what}()",
        where=Place(engine.rules.engine),
        fix="write together with db.transaction(), and read with repositories, get_many and "
        "transact_get",
    )


def aborted(where: Place, by: TrueupError | None) -> TrueupError:
    """The error for a session that went on after an error had undone its transaction. by: that
    error; a conflict of transactions is told as it is, as it calls for another attempt."""
    if isinstance(by, TransactionConflict):
        return by
    refusal = TransactionAborted(
        "an error undid the session's transaction; nothing that it did is stored",
        where=where,
        native="" if by is None else by.code.value,
        fix="let the error leave the block of the session, or give what may fail a block of its "
        "own: with session.savepoint()",
    )
    refusal.__cause__ = by
    return refusal


def session_over(where: Place) -> InvalidCall:
    """The error for a call on a session that is not open."""
    return InvalidCall(
        "the session is used outside of its block",
        code=ErrorCode.CLOSED,
        where=where,
        fix="open it with `with db.session() as session:`, and use it inside, in one process",
    )


def bind_sql(engine: SqlEngine, text: str, given: Mapping[str, Any]) -> BoundSql:
    """A statement with its values.

    Raises InvalidCall (invalid-sql) if a placeholder has no value, or a value no placeholder.
    """
    name = engine.rules.engine
    if not isinstance(text, str):
        raise refused_sql(name, "it is no text", 'call it as db.fetch(Order, "select …", a=1)')
    parsed = parse_sql(text, engine.dialect)
    missing = [name for name in parsed.names if name not in given]
    known = frozenset(parsed.names)
    unused = [name for name in given if name not in known]
    if missing:
        what = f"no value is given for :{', :'.join(missing)}"
        raise refused_sql(name, what, f"pass {missing[0]}=… to the call")
    if unused:
        what = f"it has no placeholder :{', :'.join(unused)}"
        raise refused_sql(name, what, "leave the value out, or use it in the text")
    values = (
        None if given[name] is None else engine.sql_value(given[name], slot)
        for name, slot in zip(parsed.names, parsed.slots, strict=True)
    )
    with suppress(RecursionError):
        return BoundSql(parsed, tuple(values))
    raise InvalidCall(
        "a value is nested too deeply",
        code=ErrorCode.TOO_DEEP,
        where=Place(name),
        fix="nest lists and maps less deeply",
    )

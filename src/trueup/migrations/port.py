"""The port of a database that migrations run on: one connection, and what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from enum import Enum
from typing import Any, Protocol, TypeAlias

from .._dataclass import dataclass
from ..errors import Place
from .sections import Statement
from .statements import Dialect

Row: TypeAlias = tuple[Any, ...]
Text: TypeAlias = str | None
"""A value as text; None is NULL."""


class OutsideOnly(Exception):
    """The server refuses a statement in a transaction, and did nothing."""


class Outcome(Enum):
    """What became of a statement that was begun outside of a transaction, by a run that is gone.

    DONE: all of it. NOTHING: it can be begun anew. UNKNOWN: nobody can tell.
    """

    DONE = "done"
    NOTHING = "nothing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Column:
    """A column, as rows are made for it.

    type: in the engine's words. base: of an array its elements' type, of a domain the type below.
    labels: of an enumeration. length: the most characters, 0 for any. literals: those that checks
        name for it. is_made: the database gives the value.
    """

    name: str
    type: str
    base: str
    is_nullable: bool
    has_default: bool = False
    is_made: bool = False
    is_array: bool = False
    length: int = 0
    precision: int = 0
    scale: int = 0
    labels: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    is_unique: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: its columns, and those of the table it points to."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A table that rows are made for. name: as SQL names it."""

    name: str
    columns: tuple[Column, ...]
    references: tuple[Reference, ...] = ()

    @property
    def label(self) -> str:
        """The name for people, without quotes."""
        return self.name.replace('"', "")


@dataclass(frozen=True, slots=True)
class OtherHistory:
    """What another tool has noted. head: its last version, of each branch; empty if it has none.
    unfinished: what it has begun and not brought to an end, in words."""

    tool: str
    head: str
    unfinished: str = ""


class MigrationDatabase(Protocol):
    """One connection to a database.

    major: of the server, which proofs are for. history: the table of the history, as SQL names it.
    """

    dialect: Dialect
    major: str
    where: Place
    history: str

    def query(self, sql: str) -> Sequence[Row]:
        """The rows of a query of ours."""
        ...

    def run(self, statement: Statement | str) -> None:
        """One statement of a file. Raises OutsideOnly, if it is in a transaction that it must not
        be in, and the engine's errors, translated."""

    def ask(self, sql: str, values: Mapping[str, Any]) -> tuple[Sequence[Mapping[str, Any]], int]:
        """A statement of a Python step, with the values of its placeholders, `:name`: its rows by
        column, and how many rows it changed. Raises InvalidCall, and the engine's errors."""
        ...

    def begin(self) -> None:
        """Begin a transaction that writes; its statements wait shortly for locks."""

    def commit(self) -> None:
        """End the transaction, and keep what it did."""

    def rollback(self) -> None:
        """Undo the transaction, if there is one."""

    def lock(self, timeout_s: float) -> AbstractContextManager[None]:
        """A block in which no other runner changes the database. Raises Blocked (locked)."""
        ...

    def outcome(self, statement: Statement) -> Outcome:
        """What became of a statement outside of a transaction; its remains are cleared away."""
        ...

    def reset(self) -> None:
        """Undo what a file has set on the connection."""

    def has_history(self) -> bool:
        """Whether the table of the history is there."""
        ...

    def has_table(self, name: str) -> bool:
        """Whether a table is there. name: as SQL names it."""
        ...

    def user(self) -> str:
        """The role of the connection."""
        ...

    def objects(self) -> Mapping[str, str]:
        """What the schema has: the definition of each object by its name. Objects of extensions,
        owners and the history are left out, and so is the order of columns."""
        ...

    def shapes(self) -> Sequence[Shape]:
        """The tables, those that others point to first."""
        ...

    def insert(self, shape: Shape, columns: Sequence[str], rows: Sequence[Sequence[Text]]) -> int:
        """Put rows, each by itself if they do not all fit: how many were put."""
        ...

    def contents(self, table: str, columns: Sequence[str]) -> Sequence[Sequence[Text]]:
        """The rows of a table as text."""
        ...

    def key_after(self, table: str, column: str, key: str, size: int) -> str:
        """The last of the next `size` values of a column after a key, as a literal of SQL; empty if
        there is none. key: empty for the beginning."""
        ...

    def shadow(self) -> AbstractContextManager[MigrationDatabase]:
        """An empty database of the same server, which is gone after the block."""
        ...

    def others(self) -> Iterator[OtherHistory]:
        """The histories of other tools."""
        ...

    def close(self) -> None:
        """End the connection."""


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def named(identifier: str) -> str:
    """A name in SQL."""
    return '"' + identifier.replace('"', '""') + '"'

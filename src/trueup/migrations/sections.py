"""The parts of a file of migrations, as values."""

from __future__ import annotations

from pathlib import Path

from .._dataclass import dataclass
from ..errors import DeclarationError, ErrorCode, Place

BATCH = ":batch"
"""Stands in a statement that runs in batches, for the condition of one."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows that a statement is given at a time: those of a table, in order of a column."""

    table: str
    column: str
    size: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. line: of the file. batch: None if it runs once. function: of Python, which is
    called in the place of SQL."""

    sql: str
    line: int
    batch: Batch | None = None
    function: str = ""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the rows of a table fulfil before the migration, as a condition in SQL."""

    table: str
    condition: str


@dataclass(frozen=True, slots=True)
class Squashed:
    """A file that another one stands for."""

    name: str
    checksum: str


@dataclass(frozen=True, slots=True)
class Section:
    """What goes one way. in_transaction: all of it in one, with its row in the history.

    loses: what is lost by it, as its author says; empty if nothing is.
    """

    statements: tuple[Statement, ...] = ()
    in_transaction: bool = True
    loses: tuple[str, ...] = ()
    expects: tuple[Expectation, ...] = ()


def invalid(path: Path, line: int, what: str, fix: str) -> DeclarationError:
    """The error for a file that cannot be used. line: 0 for the whole file."""
    place = f"{path.parent.name}/{path.name}"
    return DeclarationError(
        f"the migration cannot be used: {what}",
        where=Place(note=f"{place}:{line}" if line else place),
        fix=fix,
        code=ErrorCode.MIGRATION_INVALID,
    )

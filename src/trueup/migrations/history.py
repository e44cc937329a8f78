"""The history: a row for each migration that a database has, chained so that an edit shows.

(no row) ── up in a transaction ──────────────────────────► applied ── down ──► (no row)
    │  up by steps                                             │  down by steps
    └────► applying, statements 0, 1, 2 … ── the last ──►──────┤
                                              (no row) ◄── the last ── undoing, 0, 1, 2 …
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from enum import StrEnum
from typing import Any

from .._dataclass import dataclass
from ..errors import Blocked, ErrorCode
from .files import Migration, chained
from .port import MigrationDatabase, literal

TABLE = "trueup_migrations"
REPEATABLES = "trueup_repeatables"
SHADOW_MARK = "trueup_shadow"
OWN = (TABLE, REPEATABLES, SHADOW_MARK)
"""Tables of ours, which are no part of the schema."""


class State(StrEnum):
    """How far a migration is. BASELINE: it was there before the history, and never ran here."""

    APPLIED = "applied"
    APPLYING = "applying"
    UNDOING = "undoing"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the history.

    position: in the order in which they ran. chain: the hash of this row and of all before it.
    statements: how many of the present direction are done. is_outside: the next one was begun
        outside of a transaction. cursor: the last key of its batches, as SQL. rows: of the batches.
    at, by: when it was applied (ISO 8601, UTC), and by whom. note: what was out of the ordinary.
    """

    position: int
    version: int
    name: str
    checksum: str
    chain: str
    state: State
    statements: int = 0
    is_outside: bool = False
    cursor: str = ""
    rows: int = 0
    duration_ms: int = 0
    at: str = ""
    by: str = ""
    note: str = ""


_COLUMNS = tuple(one.name for one in fields(Record))
_TYPES = {
    "position": "bigint PRIMARY KEY",
    "version": "bigint NOT NULL UNIQUE",
    **dict.fromkeys(("statements", "is_outside", "rows", "duration_ms"), "bigint NOT NULL"),
}


def create_history(database: MigrationDatabase) -> None:
    """Make the table, if it is not there; the caller holds the lock."""
    if database.has_history():
        return
    columns = ", ".join(f'"{name}" {_TYPES.get(name, "text NOT NULL")}' for name in _COLUMNS)
    database.begin()
    database.run(f"CREATE TABLE IF NOT EXISTS {database.history} ({columns})")
    database.commit()


def read_history(database: MigrationDatabase) -> list[Record]:
    """The rows in the order in which they ran; none if there is no history yet."""
    if not database.has_history():
        return []
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    rows = database.query(f'SELECT {columns} FROM {database.history} ORDER BY "position"')
    return [_read(dict(zip(_COLUMNS, row, strict=True))) for row in rows]


def _read(row: dict[str, Any]) -> Record:
    state, outside = State(row["state"]), bool(row["is_outside"])
    return Record(**(row | {"state": state, "is_outside": outside}))


def find_record(database: MigrationDatabase, version: int) -> Record | None:
    """The row of a version."""
    return next((one for one in read_history(database) if one.version == version), None)


def next_record(history: Sequence[Record], migration: Migration, state: State) -> Record:
    """The row for a migration that follows those of the history."""
    last = history[-1] if history else None
    return Record(
        position=last.position + 1 if last else 1,
        version=migration.version,
        name=migration.name,
        checksum=migration.checksum,
        chain=chained(last.chain if last else "", migration.name, migration.checksum),
        state=state,
    )


def put(database: MigrationDatabase, record: Record) -> None:
    """Write a new row, in the caller's transaction."""
    values = ", ".join(_value(getattr(record, name)) for name in _COLUMNS)
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    database.run(f"INSERT INTO {database.history} ({columns}) VALUES ({values})")


def change(database: MigrationDatabase, before: Record, **changed: Any) -> Record:
    """Change a row, in the caller's transaction; the row as it is then.

    Raises Blocked (locked) if it is no longer what the caller has seen.
    """
    seen = find_record(database, before.version)
    if seen != before:
        raise Blocked(
            f"another run changes {before.name} at the same time",
            where=database.where,
            fix="run the command again, when the other has ended",
            code=ErrorCode.LOCKED,
        )
    pairs = ", ".join(f'"{name}" = {_value(value)}' for name, value in changed.items())
    database.run(f'UPDATE {database.history} SET {pairs} WHERE "version" = {before.version:d}')
    return replace(before, **changed)


def remove(database: MigrationDatabase, record: Record) -> None:
    """Forget a row, in the caller's transaction."""
    database.run(f'DELETE FROM {database.history} WHERE "version" = {record.version:d}')


def chain_again(database: MigrationDatabase, history: Sequence[Record]) -> None:
    """Compute the chain of all rows anew, in the caller's transaction."""
    before = ""
    for record in history:
        chain = chained(before, record.name, record.checksum)
        if chain != record.chain:
            change(database, record, chain=chain)
        before = chain


def broken_at(history: Sequence[Record]) -> Record | None:
    """The first row that its chain does not fit: somebody has changed it, or one before it."""
    before = ""
    for record in history:
        if record.chain != chained(before, record.name, record.checksum):
            return record
        before = record.chain
    return None


def _value(value: Any) -> str:
    return literal(value) if isinstance(value, str) else str(int(value))

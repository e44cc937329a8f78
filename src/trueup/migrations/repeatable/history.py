"""What a database has of repeatable files: each text that ran, and what it made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from ..._dataclass import dataclass
from ..history import REPEATABLES, TABLE
from ..port import MigrationDatabase, literal


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that ran. number: in the order in which they ran. position: of the last row of the
    history then. makes: JSON of the objects that it made or changed, with a hash of each."""

    number: int
    position: int
    name: str
    checksum: str
    text: str
    makes: str
    duration_ms: int
    at: str
    by: str

    @property
    def made(self) -> Mapping[str, str]:
        """A hash for each object that it made."""
        found: Mapping[str, str] = json.loads(self.makes)
        return found


_COLUMNS = tuple(one.name for one in fields(Kept))
_NUMBERS = frozenset({"number", "position", "duration_ms"})


def table_of(database: MigrationDatabase) -> str:
    """The table, beside that of the history."""
    return database.history.replace(TABLE, REPEATABLES)


def create_kept(database: MigrationDatabase) -> None:
    """Make the table, if it is not there; the caller holds the lock."""
    if is_there(database):
        return
    columns = ", ".join(
        f'"{name}" {"bigint" if name in _NUMBERS else "text"} NOT NULL' for name in _COLUMNS
    )
    database.begin()
    database.run(f"CREATE TABLE IF NOT EXISTS {table_of(database)} ({columns})")
    database.commit()


def is_there(database: MigrationDatabase) -> bool:
    """Whether the table is there."""
    return database.has_table(table_of(database))


def read_kept(database: MigrationDatabase) -> list[Kept]:
    """The texts in the order in which they ran."""
    if not is_there(database):
        return []
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    rows = database.query(f'SELECT {columns} FROM {table_of(database)} ORDER BY "number"')
    return [Kept(**dict(zip(_COLUMNS, row, strict=True))) for row in rows]


def newest(kept: Sequence[Kept]) -> dict[str, Kept]:
    """The last text of each name."""
    return {one.name: one for one in kept}


def put_kept(database: MigrationDatabase, kept: Kept) -> None:
    """Write a row, in the caller's transaction, in the place of that of the same moment."""
    forget(database, kept.name, kept.position)
    values = ", ".join(_value(getattr(kept, name)) for name in _COLUMNS)
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    database.run(f"INSERT INTO {table_of(database)} ({columns}) VALUES ({values})")


def forget(database: MigrationDatabase, name: str, position: int) -> None:
    """Remove the texts of a name that ran at a position or later, in the caller's transaction."""
    database.run(
        f'DELETE FROM {table_of(database)} WHERE "name" = {literal(name)}'
        f' AND "position" >= {position:d}'
    )


def _value(value: Any) -> str:
    return literal(value) if isinstance(value, str) else str(int(value))

"""What the writes leave in a file of SQLite: its header, its statements, its rows, cursors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import trueup
from tests.golden.stored_models import NOON, Narrow, Wide, kept, layer, newer_kept, newer_layer
from tests.golden.stored_reads import CURSORS
from tests.golden.stored_writes import WRITES
from trueup import Database, Layer

SETTINGS: dict[str, Any] = {
    "clock": NOON.timestamp,
    "table_names": "golden-{table}",
    "cursor_key": b"golden",
}


def write_rows() -> dict[str, str]:
    """The file after every write, as texts: its schema, its rows, and cursors of its contents."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "stored.db"
        with _opened(file, layer) as db:
            db.create_tables()
            for case in WRITES:
                case.call(case.on(db))
            cursors = "\n".join(_cursors(db))
        write_unknown_attributes(file)
        with closing(sqlite3.connect(file)) as connection:
            schema = "\n".join(_schema(connection))
            rows = "\n".join(_rows(connection))
    return {"schema": schema, "rows": rows, "cursors": cursors}


def _opened(file: Path, of: Layer) -> Database:
    return trueup.connect(f"sqlite:///{file}", of, **SETTINGS)


def write_unknown_attributes(file: Path) -> Narrow:
    """Write an item with attributes that its reader does not know, and change it; what was read."""
    nested = {"a": [None, b"\x01", {1, 2}], "$n": "1"}
    stored = Wide(id="kept", nested=nested, newer=NOON.isoformat(), newest={Decimal(2), Decimal(1)})
    with _opened(file, newer_layer) as db:
        db.create_tables()
        db.repository(newer_kept).put(stored)
    with _opened(file, layer) as db:
        read = db.repository(kept).get("kept")
        assert read is not None
        db.repository(kept).put(read.model_copy(update={"id": "copied", "text": "older"}))
    return read


def read_cursors() -> dict[str, str]:
    """A cursor of each read that has a golden one, taken from a database in memory."""
    with trueup.connect("sqlite://", layer, **SETTINGS) as db:
        db.create_tables()
        for case in WRITES:
            case.call(case.on(db))
        return dict(line.split(": ", 1) for line in _cursors(db))


def _cursors(db: Database) -> Iterator[str]:
    for name, case in CURSORS.items():
        results = case.call(case.on(db))
        results.all()
        yield f"{name}: {results.cursor}"


def _schema(connection: sqlite3.Connection) -> Iterator[str]:
    for stamp in ("application_id", "user_version", "encoding", "journal_mode"):
        yield f"{stamp} = {connection.execute(f'PRAGMA {stamp}').fetchone()[0]}"
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master"):
        yield f"\n## {kind} {name}\n{sql}"


def _rows(connection: sqlite3.Connection) -> Iterator[str]:
    tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
    for (table,) in connection.execute(tables).fetchall():
        cursor = connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid')
        columns = [column[0] for column in cursor.description]
        for number, row in enumerate(cursor):
            yield f"\n## {table} {number}"
            for column, value in zip(columns, row, strict=True):
                yield f"{column} = {type(value).__name__} {value!a}"

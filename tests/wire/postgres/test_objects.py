"""SQL of one's own beside the tables: which tables it means, and what is made once for several."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import Field

import trueup
from trueup import Database, Layer, Model, Relational, Table
from trueup.relational import SqlObject, TouchOnUpdate


class Note(Model):
    """A row with a list."""

    id: UUID = Field(default_factory=uuid4)
    readers: list[UUID] = []
    changed_at: datetime | None = None


def declare(name: str, *objects: SqlObject) -> Table[Note]:
    return Table(
        name,
        Note,
        partition="id",
        relational=Relational(
            types={"readers": "jsonb"},
            defaults={"changed_at": "now()"},
            triggers=[TouchOnUpdate("changed_at")],
            objects=objects,
        ),
    )


@pytest.fixture
def notes(prefix: str) -> Table[Note]:
    statement = f"CREATE OR REPLACE VIEW \"{prefix}view\" AS SELECT '{{}}', id FROM {{notes}}"
    return declare("notes", SqlObject("view", f"{prefix}view", statement))


@pytest.fixture
def notes_db(
    postgres_url: str, prefix: str, notes: Table[Note], other: psycopg.Connection[Any]
) -> Iterator[Database]:
    layer = Layer("notes", target="postgres", tables=[notes, declare("more")])
    with trueup.connect(postgres_url, layer, table_names=f"{prefix}{{table}}") as opened:
        opened.create_tables()
        yield opened
    other.execute(f'DROP VIEW "{prefix}view"'.encode())


def test_statement_means_the_table_by_the_name_that_it_has(
    notes_db: Database, notes: Table[Note], prefix: str, other: psycopg.Connection[Any]
) -> None:
    note = Note()
    notes_db.repository(notes).put(note)
    rows = other.execute(f'SELECT * FROM "{prefix}view"'.encode())
    assert rows.fetchall() == [("{}", note.id)]


def test_function_that_tables_share_is_made_once(notes_db: Database) -> None:
    payload: Any = notes_db.requests.create_tables().payload
    made = [
        one.sql for one in payload.statements if one.sql.startswith("CREATE OR REPLACE FUNCTION")
    ]
    assert len(made) == 1


def test_list_that_is_declared_as_json_is_json(
    notes_db: Database, notes: Table[Note], prefix: str, other: psycopg.Connection[Any]
) -> None:
    note = Note(readers=[uuid4(), uuid4()])
    repo = notes_db.repository(notes)
    repo.put(note)
    [(stored,)] = other.execute(f'SELECT readers FROM "{prefix}notes"'.encode()).fetchall()
    assert stored == [str(reader) for reader in note.readers]
    found = repo.get(note.id)
    assert found is not None
    assert found.readers == note.readers

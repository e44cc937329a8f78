"""Many rows that go in as one JSON text stand in the columns as those that go in one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import trueup
from tests.wire.postgres.test_json_rows import (
    COLUMN_VALUES,
    EVERY,
    EXAMPLE,
    VALUES,
    Columns,
    Every,
)
from trueup import Database, Layer, Model, Relational, Table
from trueup.engines.postgres.tables.json_batch import MOST_CHARACTERS


class Blob(Model):
    id: bytes
    data: bytes
    more: set[bytes]


class Job(Model):
    id: str
    number: int | None = None
    text: str = ""


COLUMNS = Table(
    "Columns",
    Columns,
    partition="id",
    sort="number",
    relational=Relational(types={"small": "smallint"}, enums={"color": "json_batch_color"}),
)
BLOBS = Table("Blobs", Blob, partition="id")
JOBS = Table("Jobs", Job, partition="id", relational=Relational(identity=["number"]))
LAYER = Layer("batch", target="postgres", tables=[EVERY, COLUMNS, BLOBS, JOBS])


@pytest.fixture
def db(postgres_url: str, prefix: str) -> Iterator[Database]:
    with trueup.connect(postgres_url, LAYER, table_names=f"{prefix}{{table}}") as opened:
        opened.create_tables()
        yield opened


def stored(other: psycopg.Connection[Any], prefix: str, table: Table[Any]) -> list[Any]:
    """The rows as another program sees them."""
    text = f'SELECT row::text FROM "{prefix}{table.name}" AS row ORDER BY 1'
    return other.execute(text.encode()).fetchall()


def assert_same(
    db: Database,
    prefix: str,
    other: psycopg.Connection[Any],
    table: Table[Any],
    items: Sequence[Model],
) -> None:
    repo = db.repository(table)
    found = []
    for write in (repo.put_many, lambda some: [repo.put(one) for one in some]):
        other.execute(f'DELETE FROM "{prefix}{table.name}"'.encode())
        write(items)
        found.append(stored(other, prefix, table))
    assert found[0] == found[1] != []


fixed = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)


@fixed
@given(st.lists(st.fixed_dictionaries(VALUES), min_size=2, max_size=4))
def test_rows_of_any_items(
    db: Database, prefix: str, other: psycopg.Connection[Any], values: list[dict[str, Any]]
) -> None:
    items = [Every(id=f"{at % 3}", **one) for at, one in enumerate(values)]
    assert_same(db, prefix, other, EVERY, items)


@fixed
@given(st.lists(st.fixed_dictionaries(COLUMN_VALUES), min_size=2, max_size=4))
def test_rows_of_columns(
    db: Database, prefix: str, other: psycopg.Connection[Any], values: list[dict[str, Any]]
) -> None:
    items = [Columns(id=f"{at % 3}", **one) for at, one in enumerate(values)]
    assert_same(db, prefix, other, COLUMNS, items)


@fixed
@given(st.lists(st.binary(max_size=4), min_size=2, max_size=4))
def test_rows_of_bytes(
    db: Database, prefix: str, other: psycopg.Connection[Any], values: list[bytes]
) -> None:
    blobs = [Blob(id=bytes([at % 3, 92]), data=one, more={one}) for at, one in enumerate(values)]
    assert_same(db, prefix, other, BLOBS, blobs)


def test_all_rows_of_a_table_go_in_one_statement(db: Database) -> None:
    request = db.repository(EVERY).requests.put_many([EXAMPLE, example(2)])
    [_, insert, _] = request.payload.statements
    assert "FROM json_to_recordset($1::json)" in insert.sql
    assert len(insert.parameters) == 1


def test_of_items_with_one_key_the_last_counts(db: Database) -> None:
    repo = db.repository(EVERY)
    items = [example(1, text="a"), example(2), example(1, text="b")]
    assert repo.put_many(items).written == 3
    assert sorted(one.text for one in repo.scan()) == ["b", "t"]


def test_rows_that_are_too_much_for_one_text_go_in_one_by_one(db: Database) -> None:
    repo = db.repository(EVERY)
    items = [example(number, text="x" * (MOST_CHARACTERS // 2)) for number in range(3)]
    assert repo.put_many(items).written == 3
    [_, insert, _] = repo.requests.put_many(items).payload.statements
    assert "json_to_recordset" not in insert.sql
    assert len(insert.many) == 2
    assert [len(one.text) for one in repo.query("a")] == [MOST_CHARACTERS // 2] * 3


def test_what_the_database_gives_is_written_row_by_row(db: Database) -> None:
    repo = db.repository(JOBS)
    repo.put_many([Job(id="a"), Job(id="b")])
    numbers = sorted(one.number or 0 for one in repo.scan())
    assert numbers == [1, 2]
    repo.put_many([Job(id="a", text="new"), Job(id="b", text="new")])
    assert sorted((one.number or 0, one.text) for one in repo.scan()) == [(1, "new"), (2, "new")]


def example(number: int, text: str = "t") -> Every:
    return EXAMPLE.model_copy(update={"number": number, "text": text})

"""Streams hold a page at a time, whatever they stream."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.performance.streams import MANY, Row, layer, rows
from trueup import connect

STREAMS = Path(__file__).with_name("streams.py")
ROWS = 1_000_000
MOST_BYTES = 100_000_000

FILL = """
INSERT INTO "Rows" ("group", "name", "kind", "item")
WITH RECURSIVE counted (number) AS (
    SELECT 0 UNION ALL SELECT number + 1 FROM counted LIMIT ?
)
SELECT 'g', printf('%07d', number), 'k',
    printf('{"group":"g","name":"%07d","kind":"k"}', number)
FROM counted
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a million small rows, each as a repository would have written it."""
    found = tmp_path_factory.mktemp("million") / "data.db"
    with connect(f"sqlite:///{found}", layer) as db:
        db.create_tables()
        db.repository(rows).put(Row(group="g", name="0000000", kind="k"))
    with closing(sqlite3.connect(found)) as plain:
        plain.execute("PRAGMA synchronous = OFF")
        written = plain.execute('DELETE FROM "Rows" RETURNING *').fetchall()
        plain.execute(FILL, (ROWS,))
        first = plain.execute('SELECT * FROM "Rows" ORDER BY "name" LIMIT 1').fetchall()
        assert first == written
        plain.commit()
    return found


def streamed(role: str, path: Path) -> tuple[int, int]:
    """How many items a process streamed, and the most bytes it had in memory."""
    paths = os.pathsep.join([*filter(None, sys.path), os.getcwd()])
    output = subprocess.check_output(
        [sys.executable, STREAMS, role, path],
        env={**os.environ, "PYTHONPATH": paths},
        text=True,
        timeout=300,
    )
    count, size_bytes = map(int, output.split())
    return count, size_bytes


@pytest.mark.parametrize(
    ("role", "count"),
    [("query", ROWS), ("query_index", MANY), ("scan", ROWS), ("scan_segments", ROWS)],
)
def test_reading_a_million_rows_takes_little_memory(role: str, count: int, path: Path) -> None:
    found, size_bytes = streamed(role, path)
    assert found == count
    assert size_bytes < MOST_BYTES


def test_writing_from_a_generator_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    with connect(f"sqlite:///{path}", layer) as db:
        db.create_tables()
    written, size_bytes = streamed("put_many", path)
    assert written == MANY
    assert size_bytes < MOST_BYTES


def test_a_batch_takes_no_more_items_than_its_window() -> None:
    """What was taken from the generator and not yet answered is bounded, and taken in order."""
    taken = 0
    most = 0

    def some() -> Iterator[Row]:
        nonlocal taken
        for taken in range(1, 20_001):
            yield Row(group="g", name=f"{taken:07}", kind="k")

    with connect("sqlite://", layer) as db:
        db.create_tables()
        for answered, outcome in enumerate(db.repository(rows).put_many_iter(some())):
            most = max(most, taken - answered)
            assert outcome.is_written
            assert outcome.position == answered
    assert taken == 20_000
    assert most <= 4_000

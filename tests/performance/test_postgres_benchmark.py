"""The benchmark of PostgreSQL compares like with like, and its page says what was measured."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bench.postgres.goals import GOALS, Judged, cheaper_peers, judge
from bench.postgres.measure import measure
from bench.postgres.names import CALLS, LIBRARIES
from bench.postgres.place import Where, open_place
from bench.postgres.report import Missing, find_versions, render_page
from bench.postgres.rows import PEERS_TABLE, TENANT_100
from bench.postgres.sides import Side, Unequal, check, open_sides

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"
INSTALLED = ["trueup", "psycopg_validate", "psycopg_class_row"]
"""The libraries that need nothing else than development does."""


@pytest.fixture(scope="module")
def results() -> Any:
    return json.loads((PUBLISHED / "postgres.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def where() -> Iterator[Where]:
    with open_place() as found:
        yield found


@pytest.fixture(scope="module")
def sides(where: Where) -> Iterator[list[Side]]:
    with open_sides(where, INSTALLED) as opened:
        yield opened


def test_page_is_made_from_the_json(results: Any) -> None:
    assert render_page(results) == (PUBLISHED / "postgres.md").read_text(encoding="utf-8")


def test_every_operation_of_every_library_is_published(results: Any) -> None:
    published = {(row["operation"], row["library"]) for row in results["rows"]}
    assert published == {(operation, library) for operation in CALLS for library in LIBRARIES}


def test_every_goal_is_judged(results: Any) -> None:
    assert [judged.operation for judged in judge(results["rows"])] == list(GOALS)


@pytest.mark.parametrize(("ratio", "said"), [(1.15, "met"), (1.151, "not met")])
def test_a_goal_is_met_up_to_its_limit(ratio: float, said: str) -> None:
    assert Judged("get", GOALS["get"], ratio).verdict == said


def test_a_peer_that_takes_no_more_is_named() -> None:
    costs = {"trueup": 10.0, "psycopg_validate": 11.0, "asyncpg": 10.0}
    rows = [
        {"operation": "get", "library": library, "us_median": cost}
        for library, cost in costs.items()
    ]
    assert cheaper_peers(rows) == [("get", "asyncpg")]


def test_a_missing_library_is_named_with_what_to_do() -> None:
    with pytest.raises(Missing, match="no-such-thing; run `make bench`"):
        find_versions({"trueup": ("trueup", "no-such-thing")})


@pytest.mark.parametrize("operation", CALLS)
def test_every_operation_is_measured(sides: list[Side], where: Where, operation: str) -> None:
    rows = [asdict(row) for row in measure(sides, operation, where, rounds=1)]
    assert [row["library"] for row in rows] == INSTALLED
    assert all(0 < row["us_min"] <= row["us_median"] for row in rows)


def test_a_library_that_reads_other_values_is_refused(sides: list[Side], where: Where) -> None:
    check_reads = sides[1]
    with psycopg.connect(where.psycopg_text) as connection:
        connection.execute(
            f"UPDATE {PEERS_TABLE} SET age = 0 WHERE tenant = %s".encode(), (TENANT_100,)
        )
    with pytest.raises(Unequal, match="psycopg_validate reads other rows of tenant-100"):
        check(check_reads)

"""The benchmark of diffs compares what is equal, and its page says what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.schema.measure import SIZES, measure
from bench.schema.report import render_page
from trueup.testing.postgres import PostgresServer

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"


def test_page_is_made_from_the_json() -> None:
    results = json.loads((PUBLISHED / "schema.json").read_text(encoding="utf-8"))
    assert render_page(results) == (PUBLISHED / "schema.md").read_text(encoding="utf-8")
    assert {row["tables"] for row in results["rows"]} == set(SIZES)


def test_each_way_is_measured(postgres_server: PostgresServer | None) -> None:
    if postgres_server is None:
        pytest.skip("it makes databases: unset POSTGRES_URL")
    rows = measure(postgres_server, 2, 1)
    assert [row.way for row in rows] == ["by hand", "with a lock file", "without"]
    assert all(row.ms > 0 for row in rows)

"""The benchmark compares like with like, and its page says what was measured."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.sqlite.goals import GOALS, verdict
from bench.sqlite.measure import MEASUREMENTS, measure
from bench.sqlite.pair import Pair, Unequal, check_settings, check_values, open_pair
from bench.sqlite.report import render_page
from bench.values import make_values

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "docs" / "benchmarks"


def test_page_is_made_from_the_json() -> None:
    results = json.loads((PUBLISHED / "sqlite.json").read_text(encoding="utf-8"))
    assert render_page(results) == (PUBLISHED / "sqlite.md").read_text(encoding="utf-8")


def test_every_operation_is_published() -> None:
    results = json.loads((PUBLISHED / "sqlite.json").read_text(encoding="utf-8"))
    published = [row["operation"] for row in results["rows"]]
    assert published == [what.operation for what in MEASUREMENTS]


def test_every_operation_has_a_goal() -> None:
    assert [what.operation for what in MEASUREMENTS] == list(GOALS)


@pytest.mark.parametrize(("ratio", "said"), [(1.4, "met"), (1.41, "missed")])
def test_a_goal_is_met_up_to_its_limit(ratio: float, said: str) -> None:
    assert verdict(ratio, GOALS["put"]) == said


def test_quick_run_writes_both_files(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "sqlite", "--quick", "--output", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    results = json.loads((tmp_path / "sqlite.json").read_text(encoding="utf-8"))
    assert render_page(results) == (tmp_path / "sqlite.md").read_text(encoding="utf-8")


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with open_pair(tmp_path) as opened:
        yield opened


def test_both_sides_store_what_the_other_reads(pair: Pair) -> None:
    for what in MEASUREMENTS:
        measure(pair, what, rounds=1)
    check_values(pair.trueup, pair.raw)


def test_sides_that_read_different_values_are_refused(pair: Pair) -> None:
    pair.raw.put({**make_values(1), "age": 100})
    with pytest.raises(Unequal, match="different values"):
        check_values(pair.trueup, pair.raw)


def test_a_side_that_does_not_sync_alike_is_refused(pair: Pair, tmp_path: Path) -> None:
    pair.raw.connection.execute("PRAGMA journal_mode = DELETE")
    with pytest.raises(Unequal, match="journal_mode"):
        check_settings(pair.raw, tmp_path)

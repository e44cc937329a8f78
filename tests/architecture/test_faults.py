"""Every fault of `tests/faults.toml` is kept away by a test, and marks name no other."""

from __future__ import annotations

import tomllib
from functools import cache

from tests.architecture.sources import ROOT
from tools._marks import find_claims, find_test_files

FAULTS = tomllib.loads((ROOT / "tests" / "faults.toml").read_text(encoding="utf-8"))


@cache
def read_marks() -> dict[str, list[str]]:
    """The tests that carry the mark of each fault."""
    tests: dict[str, list[str]] = {}
    for path in find_test_files(ROOT):
        for claim in find_claims(path, ROOT, "fault"):
            for id in claim.ids:
                tests.setdefault(id, []).append(claim.node_id)
    return tests


def test_each_fault_has_a_test() -> None:
    without = FAULTS.keys() - read_marks().keys()
    assert without == set(), "no test carries the marks of these faults"


def test_marks_name_faults_of_the_list() -> None:
    unknown = read_marks().keys() - FAULTS.keys()
    assert unknown == set(), {id: read_marks()[id] for id in unknown}


def test_ids_count_up_without_a_gap() -> None:
    assert list(FAULTS) == [f"F{number}" for number in range(1, len(FAULTS) + 1)]

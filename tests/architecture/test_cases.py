"""Marks name cases of `tests/cases.toml`."""

from __future__ import annotations

import tomllib
from functools import cache

from tests.architecture.sources import ROOT
from tools._marks import find_claims, find_test_files

CASES = tomllib.loads((ROOT / "tests" / "cases.toml").read_text(encoding="utf-8"))


@cache
def read_marks() -> dict[str, list[str]]:
    """The tests that carry the mark of each case."""
    tests: dict[str, list[str]] = {}
    for path in find_test_files(ROOT):
        for claim in find_claims(path, ROOT, "case"):
            for id in claim.ids:
                tests.setdefault(id, []).append(claim.node_id)
    return tests


def test_marks_name_cases_of_the_list() -> None:
    unknown = read_marks().keys() - CASES.keys()
    assert unknown == set(), {id: read_marks()[id] for id in unknown}

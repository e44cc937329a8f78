"""The page of changes of relational tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres_changes.cases import CASES
from tools.changes_page import TOOLS, WORDS, read_results, run


def test_page_has_a_row_for_each_change_that_is_tested(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    assert run(tmp_path, check=True) != []
    assert run(tmp_path, check=False) == run(tmp_path, check=True) == []
    text = (tmp_path / "docs" / "changes.md").read_text(encoding="utf-8")
    assert sum(f"| {case.name} | ✓ |" in text for case in CASES) == len(CASES) >= 120
    assert len({(case.group, case.name) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("tool", TOOLS)
def test_results_of_another_tool_are_of_changes_that_there_are(tool: str) -> None:
    results = read_results()[tool]["changes"]
    assert results.keys() <= {f"{case.group}: {case.name}" for case in CASES}
    assert {result.partition(":")[0] for result in results.values()} <= WORDS.keys()
    assert len(results) >= 120

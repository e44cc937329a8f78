"""The guide to one's own engine: its files, taken from the page and run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "guides" / "own_engine.md"
FILE = re.compile(r"```\w+\n# file: (\S+)\n(.*?)```", re.DOTALL)
ENTRY = re.compile(r"```toml\n(\[\[deviation\]\].*?)```", re.DOTALL)
# A few behaviours: the whole suite runs in tests/contract.
SOME = "test_actions_are or test_create or test_item_of or test_cursor_is_none"


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    for name, text in FILE.findall(PAGE.read_text(encoding="utf-8")):
        (pytester.path / name).write_text(text, encoding="utf-8")
    return pytester


def test_files_of_the_guide_run_the_suite_in_both_flavours(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess("-k", SOME, "-v", "-p", "no:cacheprovider")
    counted = result.parseoutcomes()
    assert set(counted) == {"passed", "deselected"}
    assert counted["passed"] >= 10
    module = "test_contract.py::test_create_and_put"
    result.stdout.fnmatch_lines(
        [
            "test_audit.py::test_actions_are_listed PASSED*",
            f"{module}::test_create_*sync*PASSED*",
            f"{module}::test_create_*async*PASSED*",
        ]
    )


def test_entry_of_the_guide_that_does_not_fail_is_an_error(project: pytest.Pytester) -> None:
    [entry] = ENTRY.findall(PAGE.read_text(encoding="utf-8"))
    (project.path / "deviations.toml").write_text(entry, encoding="utf-8")
    result = project.runpytest_subprocess("-k", "test_item_of_one_byte", "-p", "no:cacheprovider")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*XPASS(strict)*its items may be of any size*"])

"""The page of cases, written for small projects of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.cases_page import run

MARKED = 'import pytest\n\n@pytest.mark.case("S2")\ndef test_one(): ...\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "cases.toml").write_text('S1 = "a | b"\nS2 = "two"\n', encoding="utf-8")
    return tmp_path


def write_test(project: Path, source: str) -> None:
    (project / "tests" / "test_a.py").write_text(source, encoding="utf-8")


def test_page_names_the_tests_of_a_case_and_those_that_lack_one(project: Path) -> None:
    write_test(project, MARKED)
    assert run(project, check=False) == []
    lines = (project / "docs" / "cases.md").read_text(encoding="utf-8").splitlines()
    assert "| S2 | two | `tests/test_a.py::test_one` |" in lines
    assert r"| S1 | a \| b | open |" in lines
    assert "1 of 2 have a test." in lines


def test_check_finds_a_page_that_is_out_of_date(project: Path) -> None:
    assert run(project, check=False) == []
    assert run(project, check=True) == []
    write_test(project, MARKED)
    assert run(project, check=True) == ["out of date: docs/cases.md; run `make generate`"]


def test_an_unknown_case_is_an_error(project: Path) -> None:
    write_test(project, MARKED.replace("S2", "S9"))
    assert run(project, check=False) == ["tests/test_a.py::test_one: unknown case S9"]


def test_a_case_that_is_no_literal_is_an_error(project: Path) -> None:
    write_test(project, MARKED.replace('"S2"', "CASE"))
    assert run(project, check=False) == ["tests/test_a.py:3: `case` takes literal ids"]

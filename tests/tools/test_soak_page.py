"""The page of the last soak, for a small project of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools._soak import digests, marked, problems, read_report, render_page

REPORT = """\
<testsuites><testsuite timestamp="2026-11-27T18:00:00" time="90.0">
<testcase classname="tests.kills.test_killed" name="test_one[before 1]" />
<testcase classname="tests.kills.test_killed" name="test_one[after 1]">{}</testcase>
<testcase classname="tests.kills.test_killed" name="test_two" />
</testsuite></testsuites>
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for package in ("model", "schema"):
        folder = tmp_path / "src" / "trueup" / package
        folder.mkdir(parents=True)
        (folder / "one.py").write_text("x = 1\n", encoding="utf-8")
    return tmp_path


def page_of(project: Path, inside: str = "") -> str:
    return render_page(read_report(REPORT.format(inside)), "abc123", digests(project))


def test_page_counts_the_cases_of_each_test(project: Path) -> None:
    lines = page_of(project).splitlines()
    assert "| abc123 | 2026-11-27 | 1.5 min | 3 | 0 |" in lines
    assert "| `tests.kills.test_killed.test_one` | 2 | 0 |" in lines
    assert "| `tests.kills.test_killed.test_two` | 1 | 0 |" in lines


def test_page_of_this_state_is_good_for_a_release(project: Path) -> None:
    page = page_of(project)
    assert list(problems(page, project)) == []
    assert marked(page, project) == page


def test_page_says_that_it_is_out_of_date(project: Path) -> None:
    page = page_of(project)
    (project / "src" / "trueup" / "schema" / "one.py").write_text("x = 2\n", encoding="utf-8")
    assert list(problems(page, project)) == ["docs/soak.md is out of date: schema; run `make soak`"]
    assert "This is out of date: since then changed `schema`." in marked(page, project)


@pytest.mark.parametrize("inside", ["<failure />", "<error />"])
def test_a_soak_that_failed_is_no_soak(project: Path, inside: str) -> None:
    page = page_of(project, inside)
    assert list(problems(page, project)) == ["docs/soak.md tells of 3 cases, of which 1 failed"]

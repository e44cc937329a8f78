"""The changelog, from fragments."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.build_changelog import run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "changes"
    folder.mkdir()
    (folder / "README.md").write_text("how to\n", encoding="utf-8")
    (folder / "10-later.md").write_text("Later.\n", encoding="utf-8")
    (folder / "3-first.md").write_text("First,\nin two lines.\n", encoding="utf-8")
    return tmp_path


def read_changelog(project: Path) -> str:
    return (project / "CHANGELOG.md").read_text(encoding="utf-8")


def test_fragments_become_bullets_by_number(project: Path) -> None:
    assert run(project, check=False) == []
    assert read_changelog(project).endswith("\n\n- First,\n  in two lines.\n- Later.\n")


def test_released_versions_are_kept(project: Path) -> None:
    released = "## 0.1.0\n\n- Began.\n"
    (project / "CHANGELOG.md").write_text(f"# Old top\n\n{released}", encoding="utf-8")
    run(project, check=False)
    assert read_changelog(project).endswith(f"- Later.\n\n{released}")
    assert "Old top" not in read_changelog(project)


def test_a_second_run_changes_nothing(project: Path) -> None:
    run(project, check=False)
    assert run(project, check=True) == []


def test_check_names_a_stale_changelog(project: Path) -> None:
    assert run(project, check=True) == ["out of date: CHANGELOG.md; run `make generate`"]


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("notes.md", "x", "notes.md: a fragment is named <number>-<slug>.md"),
        ("4-empty.md", " \n", "4-empty.md: a fragment says what changed"),
    ],
)
def test_a_wrong_fragment_is_a_problem(project: Path, name: str, text: str, problem: str) -> None:
    (project / "changes" / name).write_text(text, encoding="utf-8")
    assert run(project, check=False) == [problem]

"""The commands on PostgreSQL: tables are created, compared, shown; no table is changed yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

TABLES = """
from datetime import datetime
from trueup import Index, Layer, Model, Table

class Dish(Model):
    kitchen: str
    name: str
    course: str = "main"
    since: datetime | None = None

dishes = Table(
    "Dishes", Dish, partition="kitchen", sort="name",
    indexes=[Index("ByCourse", partition="course", sort="name")],
)
layer = Layer("kitchen", target="postgres", tables=[dishes])
"""


@pytest.fixture
def project(
    tmp_path: Path, postgres_url: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> Path:
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.trueup]\nlayer = "kitchens:layer"\nurl = "{postgres_url}"\n', encoding="utf-8"
    )
    monkeypatch.setenv("TRUEUP_NAMES", f"{prefix}{{table}}")
    monkeypatch.setenv("TRUEUP_STATE_TABLE", f"{prefix}state")
    (tmp_path / "kitchens.py").write_text(TABLES, encoding="utf-8")
    return tmp_path


def run(project: Path, *command: str) -> tuple[int, str]:
    """The exit code of a command, and what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "trueup", *command],
        cwd=project,
        env={**os.environ, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_tables_are_planned_created_and_verified(project: Path) -> None:
    assert run(project, "plan")[0] == 2
    code, text = run(project, "apply", "--auto-approve")
    assert (code, "Applied, in 1 step" in text) == (0, True)
    code, text = run(project, "verify")
    assert (code, "12 of 12 facts agree" in text) == (0, True)
    assert run(project, "plan")[0] == 0
    assert run(project, "query", "Dishes", "kitchen=roof", "--count")[0] == 0


def test_change_of_a_table_is_refused_and_named(project: Path) -> None:
    assert run(project, "apply", "--auto-approve")[0] == 0
    wider = TABLES.replace("    course:", "    price: int = 0\n    course:")
    (project / "kitchens.py").write_text(wider, encoding="utf-8")
    code, text = run(project, "plan")
    assert code == 2
    assert "this engine cannot make the change" in text
    code, text = run(project, "apply", "--auto-approve")
    assert (code, "[schema-mismatch]" in text) == (1, True)
    code, text = run(project, "verify")
    assert (code, "it lacks the columns price" in text) == (2, True)


def test_stage_that_the_environment_completes(
    project: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = urlsplit(postgres_url)
    (project / "pyproject.toml").write_text(
        '[tool.trueup]\nlayer = "kitchens:layer"\nurl = "postgresql://env?pool=1"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("DB_HOST", parts.hostname or "")
    monkeypatch.setenv("DB_PORT", str(parts.port or 5432))
    monkeypatch.setenv("DB_NAME", parts.path[1:])
    monkeypatch.setenv("PGUSER", parse_qs(parts.query)["user"][0])
    assert run(project, "apply", "--auto-approve")[0] == 0
    assert run(project, "verify")[0] == 0
    monkeypatch.delenv("DB_HOST")
    code, text = run(project, "verify")
    assert (code, "DB_HOST is not set" in text) == (1, True)

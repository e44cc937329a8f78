"""The nine ticks before a deployment, of domainflow: each from evidence, and red without it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from systems.domainflow import handlers

SYSTEM = Path(handlers.__file__).parent
PROJECT = """
[tool.trueup]
layer = "systems.domainflow.tables:layer"
stage = "dev"
[tool.trueup.stages.dev]
url = "{url}"
"""
NINE = [
    "code",
    "SQL documented",
    "tests",
    "dependencies",
    "variables",
    "errors",
    "logging",
    "idempotency",
    "security",
]
RESULTS = '<testsuites><testsuite><testcase name="a"/><testcase name="b"/></testsuite></testsuites>'


@pytest.fixture
def project(tmp_path: Path, schema_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with domainflow's settings, and a database that is as declared."""
    monkeypatch.setenv(handlers.URL, schema_url)
    handlers.initialise({}, None)
    (tmp_path / "pyproject.toml").write_text(PROJECT.format(url=schema_url), encoding="utf-8")
    for name in ("README.md", "schema.sql", "requirements.txt"):
        shutil.copy(SYSTEM / name, tmp_path)
    (tmp_path / "results.xml").write_text(RESULTS, encoding="utf-8")
    return tmp_path


def ticked(project: Path, *options: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """The exit code, and by check its verdict and sentence."""
    command = [sys.executable, "-m", "trueup", "doctor", "--release", "--json", *options]
    roots = os.pathsep.join([str(SYSTEM.parents[1] / "src"), str(SYSTEM.parents[1])])
    environment = {**os.environ, "PYTHONPATH": roots}
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=project, env=environment
    )
    found: Any = json.loads(done.stdout)
    return done.returncode, {
        one["check"]: (one["verdict"], one["found"]) for one in found["findings"]
    }


@pytest.mark.req("D86")
def test_nine_ticks_are_green_by_evidence(project: Path) -> None:
    code, found = ticked(project, "--tests", "results.xml")
    assert list(found)[-9:] == NINE
    assert {one: found[one] for one in NINE if found[one][0] != "good"} == {}
    assert code == 0
    assert found["code"][1].endswith("systems.domainflow.handlers:initialise")
    assert found["tests"][1] == "2 of 2 tests passed"
    assert "DB_SECRET_ARN" in found["variables"][1]


@pytest.mark.req("D86")
def test_what_has_no_evidence_is_not_green(project: Path, sql: psycopg.Connection[Any]) -> None:
    sql.execute("DROP INDEX idx_agents_enabled")
    (project / "schema.sql").unlink()
    (project / "requirements.txt").write_text("psycopg>=3\n", encoding="utf-8")
    (project / "README.md").write_text("DB_HOST, DB_PORT, DB_NAME", encoding="utf-8")
    url = "postgresql://me:" + "hunter2@db/x"
    (project / "notes.md").write_text(f"DB_SECRET_ARN {url}", encoding="utf-8")
    code, found = ticked(project)
    assert code == 2
    verdicts = {one: found[one] for one in NINE if found[one][0] != "good"}
    assert verdicts == {
        "SQL documented": ("bad", "schema.sql is missing"),
        "tests": ("unknown", "no results of tests are given"),
        "dependencies": ("bad", "not at an exact version: psycopg>=3"),
        "variables": ("bad", "no page names SSL_CERT_FILE"),
        "idempotency": ("unknown", "apply would change the database"),
        "security": ("bad", "credentials in files: notes.md:1"),
    }

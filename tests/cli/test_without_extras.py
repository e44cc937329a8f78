"""With the extra `cli` alone everything works that needs no engine but SQLite, and no YAML."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.forks import SOURCE
from trueup.cli.commands import COMMANDS

WITHOUT = """
import sys
REFUSED = {"boto3", "botocore", "cfnlint", "httptools", "msgspec", "orjson", "psycopg", "yaml"}
class Without:
    def __init__(self, finder):
        self.finder = finder
    def __getattr__(self, name):
        return getattr(self.finder, name)
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in REFUSED:
            return self.finder.find_spec(name, path, target)
sys.meta_path[:] = map(Without, sys.meta_path)
"""
"""What a process runs as it starts, so that it has no package of another extra."""

FIRST_MINUTES = [
    ("init .", 0),
    ("plan", 2),
    ("apply --auto-approve", 0),
    ("verify", 0),
    ("diff", 0),
    ("doctor", 0),
    ("check", 0),
    ("generate iac --out stack.json", 0),
    ("generate iac --format terraform --out stack.tf.json", 0),
    ("generate iac --format cdk --out stack.py", 0),
    ("generate permissions", 0),
    ("generate cost", 0),
    ("verify --template stack.json", 0),
    ("verify --template stack.tf.json", 0),
    ("check --template stack.json", 0),
    ("adopt --template stack.json --out adopted.py", 0),
]


def run(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    (folder / "without").mkdir(exist_ok=True)
    (folder / "without" / "sitecustomize.py").write_text(WITHOUT, encoding="utf-8")
    environ = {"PATH": os.defpath, "PYTHONPATH": f"{folder / 'without'}:{SOURCE}"}
    return subprocess.run(
        [sys.executable, "-m", "trueup", *line.split()],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_help_needs_no_other_extra(name: str, tmp_path: Path) -> None:
    done = run(tmp_path, f"{name} --help")
    assert (done.returncode, done.stderr) == (0, "")


def test_first_minutes_need_no_other_extra(tmp_path: Path) -> None:
    for line, code in FIRST_MINUTES:
        done = run(tmp_path, line)
        assert done.returncode == code, f"trueup {line}\n{done.stdout}{done.stderr}"


def test_packages_of_other_extras_are_refused_here(tmp_path: Path) -> None:
    """The proof that the tests above prove something."""
    assert "No module named 'orjson'" in _imported(tmp_path, "orjson").stderr
    assert _imported(tmp_path, "typer").returncode == 0


def _imported(folder: Path, package: str) -> subprocess.CompletedProcess[str]:
    run(folder, "--help")
    return subprocess.run(
        [sys.executable, "-c", f"import {package}"],
        env={"PYTHONPATH": str(folder / "without")},
        capture_output=True,
        text=True,
        check=False,
    )

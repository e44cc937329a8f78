"""One filled database for all tests; they read it, and write to files of their own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import trueup
from systems.nexus.seeds import SEEDED_AT
from systems.nexus.tables import layer
from trueup import Database

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo leaves its database."""
    return tmp_path_factory.mktemp("nexus") / "nexus demo?.db"


@pytest.fixture(scope="session")
def findings(path: Path) -> dict[str, Any]:
    """What `python -m systems.nexus.demo --json` says."""
    command = [sys.executable, "-m", "systems.nexus.demo", "--json", "--database", str(path)]
    done = subprocess.run(
        command,
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="session")
def url(path: Path, findings: dict[str, Any]) -> str:
    """The filled database, read only."""
    return f"sqlite:///{str(path).replace('?', '%3F')}?mode=ro"


@pytest.fixture(scope="session")
def db(url: str) -> Iterator[Database]:
    with trueup.connect(url, layer, clock=SEEDED_AT.timestamp) as opened:
        yield opened


@pytest.fixture(scope="session")
def sql(path: Path, findings: dict[str, Any]) -> Iterator[sqlite3.Connection]:
    """The same file without Trueup: what is stored."""
    with closing(sqlite3.connect(path)) as connection:
        yield connection


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    """The layer's tables in a file of the test's own."""
    with trueup.connect(f"sqlite:///{tmp_path}/own.db", layer) as opened:
        opened.create_tables()
        yield opened

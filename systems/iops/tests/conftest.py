"""A filled database that tests read and write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import trueup
from systems.iops.models import layer
from systems.iops.seeds import SEEDED_AT, seed
from trueup import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "iops.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    with trueup.connect(f"sqlite:///{path}", layer, clock=SEEDED_AT.timestamp) as opened:
        opened.create_tables()
        seed(opened)
        yield opened

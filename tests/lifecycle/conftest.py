"""Places on real servers, with names that no other test has."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.lifecycle.places import Place, Time
from trueup.testing.cleanup import drop_tables


@pytest.fixture(params=["sqlite", "dynamodb"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    prefix = f"trueup-life-{uuid4().hex[:8]}-"
    if request.param == "sqlite":
        yield Place(f"sqlite:///{tmp_path}/shop.db", prefix)
        return
    url: str = request.getfixturevalue("dynamodb_url")
    try:
        yield Place(url, prefix)
    finally:
        drop_tables(url, prefix)


@pytest.fixture
def moment() -> Time:
    return Time(1_800_000_000.0, time.monotonic())

"""Our engines, each with an empty database for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from trueup.testing.suite.behaviours import BEHAVIOURS
from trueup.testing.suite.deviations import Deviations, read_deviations
from trueup.testing.suite.engine import EngineUnderTest, engine_at

# In memory where there is such a folder: that files survive a crash is shown in tests/durability.
SHARED_MEMORY = Path("/dev/shm")


@pytest.fixture
def folder() -> Iterator[str]:
    with TemporaryDirectory(dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None) as path:
        yield path


@pytest.fixture(params=["sqlite"])
def engine_under_test(request: pytest.FixtureRequest, folder: str) -> EngineUnderTest:
    return engine_at(request.param, f"sqlite:///{folder}/contract.db")


@pytest.fixture(scope="session")
def deviations() -> Deviations:
    return read_deviations(Path(__file__).with_name("deviations.toml"), BEHAVIOURS)

"""The tables, made once; a stage for each test, empty when it begins."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.faults.proxy import FaultProxy
from tests.faults.stage import Stage
from tests.faults.tables import CLOCK, LAYER
from trueup import Database, connect
from trueup.testing.cleanup import drop_tables


@pytest.fixture(scope="session")
def names(dynamodb_url: str) -> Iterator[str]:
    prefix = f"trueup-faults-{uuid4().hex[:12]}-"
    try:
        yield f"{prefix}{{table}}"
    finally:
        drop_tables(dynamodb_url, prefix)


@pytest.fixture(scope="session")
def direct(dynamodb_url: str, names: str) -> Iterator[Database]:
    """The tables, past every proxy."""
    with connect(dynamodb_url, LAYER, table_names=names, clock=CLOCK) as db:
        db.create_tables()
        yield db


@pytest.fixture
def stage(server: tuple[str, int], direct: Database, names: str) -> Iterator[Stage]:
    with FaultProxy(server) as proxy:
        stage = Stage(direct, proxy, names)
        yield stage
    stage.clear()

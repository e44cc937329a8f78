"""Both tables, empty, in a schema of the test's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import trueup
from systems.pdfjobs.service import JobService
from systems.pdfjobs.tables import layer
from trueup import Database


@pytest.fixture
def db(schema_url: str) -> Iterator[Database]:
    with trueup.connect(schema_url, layer) as opened:
        opened.create_tables()
        yield opened


@pytest.fixture
def service(db: Database) -> JobService:
    return JobService(db)

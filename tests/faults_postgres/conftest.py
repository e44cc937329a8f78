"""The tables, made once; a stage for each test, empty when it begins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.faults.tables import CLOCK
from tests.faults_postgres.proxy import FaultProxy
from tests.faults_postgres.stage import LAYER, Stage
from trueup import Database, connect
from trueup.engines.connect import find_driver
from trueup.engines.postgres.login.urls import PostgresUrl
from trueup.testing.postgres import drop_tables


@pytest.fixture(scope="session")
def names(postgres_url: str) -> Iterator[str]:
    prefix = f"f{uuid4().hex[:12]}-"
    try:
        yield f"{prefix}{{table}}"
    finally:
        drop_tables(postgres_url, prefix)


@pytest.fixture(scope="session")
def direct(postgres_url: str, names: str) -> Iterator[Database]:
    """The tables, past every proxy."""
    with connect(postgres_url, LAYER, table_names=names, clock=CLOCK) as db:
        db.create_tables()
        yield db


@pytest.fixture(scope="session")
def other(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of another program, of the same user."""
    parameters: dict[str, Any] = dict(find_driver(postgres_url)[1].parameters)
    with psycopg.connect("", autocommit=True, **parameters) as connection:
        yield connection


@pytest.fixture
def stage(
    postgres_url: str, direct: Database, other: psycopg.Connection[Any], names: str
) -> Iterator[Stage]:
    _, where = find_driver(postgres_url)
    assert isinstance(where, PostgresUrl)
    with FaultProxy((where.host, where.port)) as proxy:
        proxy.terminate = lambda pid: other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        stage = Stage(direct, other, proxy, postgres_url, names)
        yield stage
        stage.clear()

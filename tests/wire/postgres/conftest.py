"""A PostgreSQL with tables of a test's own, and a view past Trueup."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

import trueup
from trueup import Database, Layer
from trueup.engines.connect import find_driver
from trueup.testing.postgres import DATABASE, PostgresServer, drop_tables
from trueup.testing.suite.tables import DOCUMENTS, PEOPLE, SESSIONS, TEXTS

LAYER = Layer("wire", target="postgres", tables=[DOCUMENTS, PEOPLE, SESSIONS, TEXTS])


@pytest.fixture
def prefix(postgres_url: str) -> Iterator[str]:
    """What the names of this test's tables begin with."""
    made = f"w{uuid4().hex[:12]}-"
    yield made
    drop_tables(postgres_url, made)


@pytest.fixture
def db(postgres_url: str, prefix: str) -> Iterator[Database]:
    with trueup.connect(postgres_url, LAYER, table_names=f"{prefix}{{table}}") as opened:
        opened.create_tables()
        yield opened


@pytest.fixture
def other(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of another program."""
    assert os.environ["PGPASSWORD"]
    parameters: dict[str, Any] = dict(find_driver(postgres_url)[1].parameters)
    with psycopg.connect("", autocommit=True, **parameters) as connection:
        yield connection


@pytest.fixture
def superuser(postgres_server: PostgresServer | None) -> Iterator[psycopg.Connection[Any]]:
    """A connection above all policies. It is an error if there is none, and never a skip."""
    assert postgres_server is not None, (
        "this test needs a superuser, whom the server of POSTGRES_URL does not give: unset it, or "
        "set it to postgresql://debian, for a server of the tests' own"
    )
    with psycopg.connect(postgres_server.as_superuser(DATABASE), autocommit=True) as connection:
        yield connection

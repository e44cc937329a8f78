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
from trueup.testing.postgres import drop_tables
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

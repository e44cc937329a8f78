"""A PostgreSQL whose tables have their own names: each test has a schema of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from trueup.engines.connect import find_driver


@pytest.fixture
def schema(postgis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A schema that new connections find first; it is dropped with all that is in it."""
    made = f"s{uuid4().hex[:12]}"
    with opened(postgis_url) as connection:
        connection.execute(f"CREATE SCHEMA {made}".encode())
        monkeypatch.setenv("PGOPTIONS", f"-c search_path={made},public")
        yield made
        connection.execute(f"DROP SCHEMA {made} CASCADE".encode())


@pytest.fixture
def schema_url(postgis_url: str, schema: str) -> str:
    """A database with PostGIS and uuid-ossp, in whose first schema there is nothing."""
    assert schema
    return postgis_url


@pytest.fixture
def sql(schema_url: str) -> Iterator[psycopg.Connection[Any]]:
    """The same schema without Trueup."""
    with opened(schema_url) as connection:
        yield connection


def opened(url: str) -> psycopg.Connection[Any]:
    """A connection of another program than Trueup."""
    parameters: dict[str, Any] = dict(find_driver(url)[1].parameters)
    return psycopg.connect("", autocommit=True, **parameters)

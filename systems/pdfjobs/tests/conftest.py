"""Both tables, empty, in a schema of the test's own; and databases that migrations begin with."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

import trueup
from systems.pdfjobs.service import JobService
from systems.pdfjobs.tables import layer
from trueup import Database
from trueup.testing.postgres import USER, PostgresServer, create_database


@pytest.fixture
def db(schema_url: str) -> Iterator[Database]:
    with trueup.connect(schema_url, layer) as opened:
        opened.create_tables()
        yield opened


@pytest.fixture
def service(db: Database) -> JobService:
    return JobService(db)


@pytest.fixture(scope="session")
def server_of_proofs(postgres_server: PostgresServer | None) -> PostgresServer:
    """The server of the session, on which the role of the tests may create databases."""
    if postgres_server is None:
        pytest.skip("POSTGRES_URL names a server, on which the tests make no roles")
    with psycopg.connect(postgres_server.as_superuser(), autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {USER} CREATEDB".encode())
    return postgres_server


@pytest.fixture
def empty_url(server_of_proofs: PostgresServer) -> Iterator[str]:
    """A database with nothing in it, not even an extension."""
    name = f"pdfjobs_{uuid4().hex[:12]}"
    yield create_database(server_of_proofs, name)
    with psycopg.connect(server_of_proofs.as_superuser(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

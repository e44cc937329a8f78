"""A site for each test, on SQLite and on a PostgreSQL whose role may create databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.kills.child import Nursery, open_nursery
from tests.migrations.site import Site
from trueup.testing.postgres import USER, PostgresServer, create_database


@pytest.fixture(scope="session")
def server_of_proofs(postgres_server: PostgresServer | None) -> PostgresServer:
    """The server of the session, on which the role of the tests may create databases."""
    if postgres_server is None:
        pytest.skip("POSTGRES_URL names a server, on which the tests make no roles")
    with psycopg.connect(postgres_server.as_superuser(), autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {USER} CREATEDB".encode())
    return postgres_server


@pytest.fixture
def postgres_site(server_of_proofs: PostgresServer, tmp_path: Path) -> Iterator[Site]:
    name = f"site_{uuid4().hex[:12]}"
    url = create_database(server_of_proofs, name)
    yield Site(url, tmp_path / "migrations")
    with psycopg.connect(server_of_proofs.as_superuser(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def sqlite_site(tmp_path: Path) -> Site:
    return Site(f"sqlite:///{tmp_path / 'site.db'}", tmp_path / "migrations")


@pytest.fixture(params=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest) -> Site:
    found = request.getfixturevalue(f"{request.param}_site")
    assert isinstance(found, Site)
    return found


@pytest.fixture(scope="session")
def nursery(
    tmp_path_factory: pytest.TempPathFactory, server_of_proofs: PostgresServer
) -> Iterator[Nursery]:
    assert server_of_proofs.password  # the children find it in the environment
    folder = tmp_path_factory.mktemp("children")
    with open_nursery(folder, "tests.migrations.killing") as nursery:
        yield nursery

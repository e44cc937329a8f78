"""A site for each test, on SQLite and on a PostgreSQL whose role may create databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kills.child import Nursery, open_nursery
from tests.migrations.servers import fresh_database
from tests.migrations.site import Site
from trueup.testing.postgres import PostgresServer


@pytest.fixture
def postgres_site(postgres_server: PostgresServer | None, tmp_path: Path) -> Iterator[Site]:
    with fresh_database(postgres_server, "site") as url:
        yield Site(url, tmp_path / "migrations")


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
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: PostgresServer | None,
) -> Iterator[Nursery]:
    folder = tmp_path_factory.mktemp("children")
    with open_nursery(folder, "tests.migrations.killing") as nursery:
        yield nursery

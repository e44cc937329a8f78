"""A run is killed before each statement, and after each; the next one makes what was to be made."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tests.kills.child import Nursery, open_nursery
from tests.postgres_changes.bringing import bring
from tests.postgres_changes.databases import dumped, new_database
from tests.postgres_changes.schemas import SHOP
from tests.postgres_changes.test_life import MANY
from tests.soak import IS_SOAK, share
from trueup.testing.postgres import PostgresServer

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and signals"),
]

STATEMENTS = 260
"""More statements than the run has."""

MOMENTS = [(number, is_after) for number in range(STATEMENTS) for is_after in (False, True)]


@pytest.fixture(scope="module")
def server(postgres_server: PostgresServer | None) -> PostgresServer:
    if postgres_server is None:
        pytest.skip("POSTGRES_URL names a server, on which the tests make no databases")
    return postgres_server


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory, server: PostgresServer) -> Iterator[Nursery]:
    assert server.password  # the children find it in the environment
    folder = tmp_path_factory.mktemp("children")
    with open_nursery(folder, "tests.postgres_changes.killing") as nursery:
        yield nursery


@pytest.fixture(scope="module")
def template(server: PostgresServer) -> Iterator[str]:
    with new_database(server) as name:
        bring(server, name, SHOP)
        yield name


@pytest.fixture(scope="module")
def wanted(server: PostgresServer) -> list[str]:
    with new_database(server) as name:
        bring(server, name, MANY)
        return dumped(server, name)


def _ended(
    nursery: Nursery, server: PostgresServer, database: str, number: int, *, is_after: bool
) -> int:
    child = nursery.begin(
        "tests.postgres_changes.killing:run",
        host=server.host,
        port=server.port,
        log=str(server.log),
        database=database,
        kill_at=number,
        is_after=is_after,
    )
    return child.ended()


@pytest.mark.soak
@pytest.mark.parametrize(("number", "is_after"), share(MOMENTS) if IS_SOAK else MOMENTS[::87])
def test_run_that_is_killed_at_a_statement_is_gone_on_with(
    server: PostgresServer,
    nursery: Nursery,
    template: str,
    wanted: list[str],
    number: int,
    is_after: bool,
) -> None:
    with new_database(server, template) as database:
        code = _ended(nursery, server, database, number, is_after=is_after)
        assert code in (0, -signal.SIGKILL)
        bring(server, database, MANY)
        assert dumped(server, database) == wanted


def test_every_statement_of_a_run_is_among_those_that_kill(
    server: PostgresServer, nursery: Nursery, template: str, wanted: list[str]
) -> None:
    with new_database(server, template) as database:
        assert _ended(nursery, server, database, STATEMENTS - 1, is_after=False) == 0
        assert dumped(server, database) == wanted

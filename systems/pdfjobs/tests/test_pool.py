"""Connections: how many there are, what is sent on them, and what happens when they fail."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

import trueup
from systems.pdfjobs import handlers
from systems.pdfjobs.migrate import migrate
from systems.pdfjobs.models import JobResult
from systems.pdfjobs.service import JobService
from systems.pdfjobs.tables import layer
from tests.soak import IS_SOAK
from tests.wire.postgres.pgbouncer import running_pgbouncer
from tests.wire.postgres.proxy import Proxy
from trueup import Database, DeadlineExceeded, NeedsOperator, UnsupportedByEngine
from trueup.engines.connect import find_driver
from trueup.testing.postgres import PostgresServer, create_database

pytestmark = pytest.mark.server

FILE = "https://files.example.com/1.pdf"
ENVIRONMENTS, CALLS, SHARED = 50, 10, 5
PINS = re.compile(
    r"^\s*(SET|RESET|DISCARD|PREPARE|EXECUTE|DEALLOCATE|DECLARE|LISTEN|UNLISTEN|LOAD)\b"
    r"|pg_(try_)?advisory|\bTEMP(ORARY)?\b|nextval|setval|set_config\([^)]*false",
    re.IGNORECASE,
)
"""What keeps a connection of RDS Proxy for one client.
Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html"""


@pytest.fixture(scope="module")
def server(server_of_proofs: PostgresServer) -> PostgresServer:
    return server_of_proofs


@pytest.fixture(scope="module")
def url(server: PostgresServer) -> Iterator[str]:
    """A database with the tables."""
    name = f"pool_{uuid4().hex[:12]}"
    made = create_database(server, name)
    migrate(made, 60)
    yield made
    with psycopg.connect(server.as_superuser(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def proxy(url: str) -> Iterator[Proxy]:
    with Proxy(urlsplit(url).port or 5432) as made:
        yield made


@pytest.fixture
def superuser(server: PostgresServer, url: str) -> Iterator[psycopg.Connection[Any]]:
    """The same database, where no job is left afterwards."""
    with psycopg.connect(server.as_superuser(name_of(url)), autocommit=True) as connection:
        yield connection
        connection.execute("TRUNCATE jobs, job_results")


def name_of(url: str) -> str:
    return urlsplit(url).path.strip("/")


@pytest.mark.req("CT10")
def test_environment_of_a_function_has_one_connection_however_many_calls_there_are(
    url: str,
) -> None:
    declared: Any = find_driver(handlers.THROUGH_PROXY)[1]
    assert (declared.most_connections, declared.behind_pooler) == (1, True)
    with trueup.connect(f"{url}&pool=1&pooler=true", layer) as db, ThreadPoolExecutor(20) as pool:
        list(pool.map(JobService(db).newest, ["client-acme"] * 60))
        assert db.connections.opened == 1


@pytest.mark.req("C82")
def test_pool_has_ten_connections_at_most_unless_its_url_says_otherwise(url: str) -> None:
    with trueup.connect(url, layer) as db, ThreadPoolExecutor(40) as pool:
        assert db.connections.most == 10
        list(pool.map(JobService(db).newest, ["client-acme"] * 200))
        assert 1 <= db.connections.opened <= 10


@pytest.mark.req("C54", "C98", "CT10")
def test_fifty_environments_at_once_share_five_connections_of_the_server(
    url: str, superuser: psycopg.Connection[Any]
) -> None:
    """PgBouncer in transaction mode stands in for RDS Proxy."""
    with running_pgbouncer(url, os.environ["PGPASSWORD"], SHARED) as shared, ExitStack() as opened:
        environments = [
            opened.enter_context(trueup.connect(f"{shared}&pool=1", layer))
            for _ in range(ENVIRONMENTS)
        ]
        with ThreadPoolExecutor(ENVIRONMENTS) as pool:
            waits = [wait for found in pool.map(_work, environments) for wait in found]
        counted = superuser.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            (name_of(url),),
        ).fetchone()
        client = JobService(environments[0])
        assert len(client.newest("client-load", 1_000)) == ENVIRONMENTS * CALLS
    assert counted is not None
    assert 1 <= counted[0] <= SHARED
    # Nobody starves: of all waits one in a hundred may be longer.
    assert sorted(waits)[int(len(waits) * 0.99)] < (1 if IS_SOAK else 10)


def _work(db: Database) -> list[float]:
    """How long each call of an environment took."""
    service, waits = JobService(db), []
    for _ in range(CALLS):
        begun_s = time.monotonic()
        service.submit("client-load", FILE)
        waits.append(time.monotonic() - begun_s)
    return waits


@pytest.mark.req("CT11")
def test_no_call_pins_its_connection(url: str, proxy: Proxy) -> None:
    with trueup.connect(f"{proxy.of(url)}&pool=1&pooler=true", layer) as db:
        service = JobService(db)
        for _ in range(10):  # more often than what makes psycopg prepare a statement
            sent = service.submit("client-pins", FILE)
            while (job := service.take()) is not None:
                service.complete(JobResult(job_id=job.id, tokens_used=1))
            assert service.result("client-pins", sent.id) is not None
            service.newest("client-pins")
            service.costs("client-pins")
            assert service.delete("client-pins", sent.id)
    assert proxy.statements
    assert [sql for sql in proxy.statements if PINS.search(sql)] == []
    assert [name for link in proxy.links for name in link.recording.named] == []
    assert not [link for link in proxy.links if "options" in link.recording.startup]


@pytest.mark.req("CT11")
def test_migration_pins_one_connection_and_gives_it_back(url: str, proxy: Proxy) -> None:
    migrate(proxy.of(url), 60)
    assert [bool(PINS.search(sql)) for sql in proxy.statements].count(True) > 0
    assert len(proxy.links) == 1
    with pytest.raises(UnsupportedByEngine, match="a session of their own"):
        migrate(f"{url}&pooler=true", 60)
    assert "pooler" not in handlers.FOR_MIGRATIONS


@pytest.mark.req("C53", "C98", "C113")
def test_connection_that_the_server_ended_is_replaced_without_a_word(
    url: str, superuser: psycopg.Connection[Any]
) -> None:
    with trueup.connect(f"{url}&pool=1", layer) as db:
        service = JobService(db)
        for _ in range(3):
            sent = service.submit("client-ended", FILE)
            superuser.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> pg_backend_pid()",
                (name_of(url),),
            )
            assert service.find("client-ended", sent.id) == sent
        assert db.connections.opened == 4


@pytest.mark.req("C53", "C98", "C113")
def test_silent_server_is_a_typed_error_in_time_and_the_next_call_works(
    url: str, proxy: Proxy
) -> None:
    with trueup.connect(f"{proxy.of(url)}&pool=1", layer, timeout_s=1) as db:
        service = JobService(db)
        service.newest("client-silent")
        proxy.lose()
        begun_s = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            service.newest("client-silent")
        assert time.monotonic() - begun_s < 5
        assert service.newest("client-silent") == []


@pytest.mark.req("C53", "C113")
def test_wrong_password_is_tried_once_and_told_nowhere(
    url: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "hunter2")
    with pytest.raises(NeedsOperator) as failed:
        trueup.connect(proxy.of(url), layer)
    assert len(proxy.links) == 1
    assert "hunter2" not in str(failed.value)


@pytest.fixture
def call(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], tuple[int, Any]]]:
    """A request of a client, in an environment that has just begun."""
    monkeypatch.setenv(handlers.URL, f"{url}&pool=1")
    event = {"requestContext": {"requestId": "1", "identity": {"apiKeyId": "client-new"}}}

    def answer() -> tuple[int, Any]:
        found = handlers.list_jobs(event, None)
        return found["statusCode"], json.loads(found["body"])

    handlers.database.cache_clear()
    yield answer
    handlers.database().close()
    handlers.database.cache_clear()


@pytest.mark.req("C53", "C113")
def test_function_answers_again_as_soon_as_the_server_takes_connections(
    url: str, superuser: psycopg.Connection[Any], call: Callable[[], tuple[int, Any]]
) -> None:
    """A failure to connect is not kept for the calls that follow in the same environment."""
    limit = f"ALTER DATABASE {name_of(url)} CONNECTION LIMIT"
    superuser.execute(f"{limit} 0".encode())
    assert call() == (500, {"error": "the request failed; try again later"})
    superuser.execute(f"{limit} -1".encode())
    assert call() == (200, {"jobs": []})

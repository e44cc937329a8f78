"""What writers of a live table feel while it is changed is what the plan says of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
import pytest

from tests.postgres_changes.bringing import bring
from tests.postgres_changes.cases import on
from tests.postgres_changes.databases import new_database
from tests.postgres_changes.schemas import SHOP
from tests.postgres_changes.shapes import Shape
from tests.postgres_changes.test_observed import tried
from tests.soak import IS_SOAK
from trueup.engines.postgres.limits import LOCK_TIMEOUT_MS, MOMENT_MS
from trueup.observation.forecasts import forecast
from trueup.relational import Check, SqlIndex, Unique
from trueup.testing.postgres import USER, PostgresServer

ROWS = 100_000 if IS_SOAK else 5_000
PEOPLE = 200
LONGEST_S = (LOCK_TIMEOUT_MS + MOMENT_MS) / 1000
"""What the plan lets a writer wait: behind a change that gets no lock, and for one of a moment."""


def _online(orders: Shape) -> Shape:
    return (
        orders.field("number", int, 0)
        .set(unique=[Unique("number")])
        .also("checks", Check("orders_grown", "total > 0"))
        .also("indexes", SqlIndex("orders_note", ["note"]))
    )


@dataclass
class Felt:
    """The waits of a client in seconds."""

    waits_s: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@pytest.fixture
def database(postgres_server: PostgresServer | None) -> Iterator[str]:
    if postgres_server is None:
        pytest.skip("POSTGRES_URL names a server, on which the tests make no databases")
    with new_database(postgres_server) as name:
        bring(postgres_server, name, SHOP)
        with psycopg.connect(postgres_server.as_superuser(name), autocommit=True) as connection:
            connection.execute(
                "INSERT INTO people SELECT md5(n::text)::uuid, 'n' || n, 'e' || n, n, 'a' "
                f"FROM generate_series(1, {PEOPLE}) n"
            )
            connection.execute(
                "INSERT INTO orders "
                "(id, person, number, status, total, weight, tags, data, version)"
                f" SELECT md5('o' || n)::uuid, md5((n % {PEOPLE} + 1)::text)::uuid, n, 'new', 1.25,"
                f" n % 1000, '{{}}', '{{}}', 0 FROM generate_series(1, {ROWS}) n"
            )
        yield name


@contextmanager
def busy(server: PostgresServer, database: str, sql: str) -> Iterator[Felt]:
    """A client that runs a statement again and again until the end of the block."""
    felt, over = Felt(), threading.Event()

    def work() -> None:
        with psycopg.connect(server.as_superuser(database), autocommit=True) as connection:
            number = 0
            while not over.is_set():
                number = number % ROWS + 1
                began_s = time.monotonic()
                try:
                    connection.execute(sql.encode(), (str(number),))
                except psycopg.Error as error:
                    felt.failures.append(type(error).__name__)
                felt.waits_s.append(time.monotonic() - began_s)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield felt
    finally:
        over.set()
        thread.join()


WRITES = "UPDATE orders SET weight = weight WHERE id = md5('o' || %s)::uuid"
READS = "SELECT total FROM orders WHERE id = md5('o' || %s)::uuid"


def test_writers_and_readers_wait_no_longer_than_the_plan_says(
    postgres_server: PostgresServer, database: str
) -> None:
    with (
        busy(postgres_server, database, WRITES) as writer,
        busy(postgres_server, database, READS) as reader,
    ):
        began_s = time.monotonic()
        bring(postgres_server, database, on(SHOP, "orders", _online))
        took_s = time.monotonic() - began_s
    assert writer.failures == reader.failures == []
    for felt in (writer, reader):
        longest_s = max(felt.waits_s)
        assert longest_s < LONGEST_S
        assert longest_s < took_s  # they worked meanwhile, and did not wait for its end
        assert len(felt.waits_s) > 10
    print(
        f"\n{ROWS:,} rows: apply took {took_s * 1000:.0f} ms; the longest of "
        f"{len(writer.waits_s):,} writes took {max(writer.waits_s) * 1000:.0f} ms, of "
        f"{len(reader.waits_s):,} reads {max(reader.waits_s) * 1000:.0f} ms"
    )


@pytest.mark.soak
@pytest.mark.skipif(not IS_SOAK, reason="a table of a size at which times say something")
def test_plain_form_is_felt_as_the_plan_says(
    postgres_server: PostgresServer, database: str
) -> None:
    """Of an index that is built without CONCURRENTLY, a writer waits about as long as foretold."""
    with psycopg.connect(postgres_server.as_superuser(database), autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {USER} CREATEDB; ANALYZE orders".encode())
        after = on(SHOP, "orders", lambda one: one.also("indexes", _INDEX))
        found, _ = tried(postgres_server, database, after)
        [change] = found.changes
        told = forecast(change, found.rows)
        [plain], [online] = told.plain, told.holds
        assert plain.held_ms is not None
        with busy(postgres_server, database, WRITES) as writer:
            connection.execute("CREATE INDEX plainly ON orders (status, weight, id)")
        waited_ms = max(writer.waits_s) * 1000
        print(f"\nforetold {plain.held_ms:.0f} ms, felt {waited_ms:.0f} ms")
        assert 0.1 < plain.held_ms / waited_ms < 10
        assert not online.writes_wait


_INDEX = SqlIndex("orders_states", ["status", "weight", "id"])

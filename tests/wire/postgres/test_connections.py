"""Connections that end, servers that do not answer, calls that take too long."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import trustme

import trueup
from tests.waiting import wait_until
from tests.wire.postgres.conftest import LAYER
from tests.wire.postgres.own import count_own, end_own, end_waiting, waits
from trueup import Database, RetryPolicy, at
from trueup.engines.connect import find_driver
from trueup.engines.postgres.errors import Stage
from trueup.engines.postgres.payload import Rows, Statement, Steps, Transaction
from trueup.engines.postgres.wire.blocking import PostgresWire
from trueup.errors import (
    DeadlineExceeded,
    ErrorCode,
    NeedsOperator,
    OutcomeUnknown,
    Unavailable,
)
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.tables import PEOPLE, TEXTS, Person, Text


def test_call_after_idle_connections_were_ended_goes_on(
    db: Database, other: psycopg.Connection[Any]
) -> None:
    people = db.repository(PEOPLE)
    people.put(Person(id="a"))
    assert end_own(other)
    people.update("a", at(Person.age).add(1))
    assert people.exists("a")


def test_call_that_waits_for_a_lock_ends_at_its_deadline_and_changes_nothing(
    db: Database, prefix: str, other: psycopg.Connection[Any]
) -> None:
    people = db.repository(PEOPLE)
    people.put(Person(id="a"))
    with other.transaction():
        other.execute(f'SELECT * FROM "{prefix}People" FOR UPDATE'.encode())
        begun = time.monotonic()
        with refused(DeadlineExceeded):
            people.within(0.3).update("a", at(Person.age).assign(1))
        assert time.monotonic() - begun < 3
    assert people.get("a") == Person(id="a")


def test_call_that_waits_for_a_lock_ends_at_its_deadline_in_asyncio_too(
    db: Database, postgres_url: str, prefix: str, other: psycopg.Connection[Any]
) -> None:
    db.repository(PEOPLE).put(Person(id="a"))

    async def late() -> None:
        names = f"{prefix}{{table}}"
        async with trueup.connect_async(postgres_url, LAYER, table_names=names) as opened:
            with refused(DeadlineExceeded):
                await opened.within(0.3).repository(PEOPLE).update("a", at(Person.age).assign(1))
            assert await opened.within(0.3).repository(PEOPLE).get("a") == Person(id="a")

    with other.transaction():
        other.execute(f'SELECT * FROM "{prefix}People" FOR UPDATE'.encode())
        asyncio.run(late())


def test_cancelled_call_changes_nothing_and_its_connection_serves_no_other(
    db: Database, postgres_url: str, prefix: str, other: psycopg.Connection[Any]
) -> None:
    db.repository(PEOPLE).put(Person(id="a"))

    async def cancelled() -> None:
        names = f"{prefix}{{table}}"
        async with trueup.connect_async(postgres_url, LAYER, table_names=names) as opened:
            people = opened.repository(PEOPLE)
            task = asyncio.ensure_future(people.update("a", at(Person.age).assign(1)))
            await asyncio.to_thread(wait_until, lambda: waits(other))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            found = await asyncio.gather(*(people.get("a") for _ in range(20)))
            assert found == [Person(id="a")] * 20

    with other.transaction():
        other.execute(f'SELECT * FROM "{prefix}People" FOR UPDATE'.encode())
        asyncio.run(cancelled())
    assert db.repository(PEOPLE).get("a") == Person(id="a")


def test_transaction_whose_connection_is_ended_changes_nothing(
    postgres_url: str, db: Database, prefix: str, other: psycopg.Connection[Any]
) -> None:
    db.repository(PEOPLE).put(Person(id="a"))
    names = f"{prefix}{{table}}"
    with (
        trueup.connect(postgres_url, LAYER, table_names=names, retries=RetryPolicy.NONE) as opened,
        other.transaction(),
    ):
        other.execute(f'SELECT * FROM "{prefix}People" FOR UPDATE'.encode())
        ending = threading.Thread(target=end_what_waits, args=(postgres_url,))
        ending.start()
        with refused(Unavailable):
            opened.repository(PEOPLE).update("a", at(Person.age).add(1))
        ending.join()
    assert db.repository(PEOPLE).get("a") == Person(id="a")


def test_single_write_whose_connection_is_ended_has_an_unknown_outcome(
    postgres_url: str, db: Database, prefix: str, other: psycopg.Connection[Any]
) -> None:
    db.repository(PEOPLE).put(Person(id="a"))
    names = f"{prefix}{{table}}"
    with (
        trueup.connect(postgres_url, LAYER, table_names=names, retries=RetryPolicy.NONE) as opened,
        other.transaction(),
    ):
        other.execute(f'SELECT * FROM "{prefix}People" FOR UPDATE'.encode())
        ending = threading.Thread(target=end_what_waits, args=(postgres_url,))
        ending.start()
        with refused(OutcomeUnknown):
            opened.repository(PEOPLE).delete("a")
        ending.join()


def end_what_waits(postgres_url: str) -> None:
    """End the connection that waits for a lock, when there is one."""
    parameters: dict[str, Any] = dict(find_driver(postgres_url)[1].parameters)
    with psycopg.connect("", autocommit=True, **parameters) as connection:
        wait_until(lambda: waits(connection))
        end_waiting(connection)


def test_many_callers_share_few_connections(db: Database, other: psycopg.Connection[Any]) -> None:
    texts = db.repository(TEXTS)
    with ThreadPoolExecutor(40) as threads:
        list(threads.map(lambda n: texts.put(Text(group="g", key=f"{n}")), range(400)))
    assert texts.count("g") == 400
    assert count_own(other) <= 10


def test_many_tasks_share_few_connections(db: Database, postgres_url: str, prefix: str) -> None:
    async def write() -> int:
        names = f"{prefix}{{table}}"
        async with trueup.connect_async(postgres_url, LAYER, table_names=names) as opened:
            texts = opened.repository(TEXTS)
            await asyncio.gather(*(texts.put(Text(group="g", key=f"{n}")) for n in range(300)))
            return await texts.count("g")

    assert asyncio.run(write()) == 300


def test_server_that_does_not_answer_is_named_without_waiting() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with refused(Unavailable) as refusal:
        trueup.connect(f"postgresql://127.0.0.1:{port}/shop?user=hush", LAYER)
    assert refusal.says(f"127.0.0.1:{port}/shop")
    assert not refusal.says("hush")


@pytest.mark.parametrize("host", ["nowhere.invalid", "a..b", f"{'x' * 64}.example"])
def test_name_of_a_server_that_is_not_known_is_an_error(host: str) -> None:
    with refused(Unavailable) as refusal:
        trueup.connect(f"postgresql://{host}/shop", LAYER)
    assert refusal.says("name is not known")

    async def connect() -> None:
        await trueup.connect_async(f"postgresql://{host}/shop", LAYER)

    with refused(Unavailable):
        asyncio.run(connect())


def test_wrong_password_is_an_error_that_shows_neither_it_nor_the_user(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "hunter2")
    with refused(ErrorCode.CREDENTIALS_REFUSED) as refusal:
        trueup.connect(postgres_url, LAYER)
    assert not refusal.says("hunter2")
    assert refusal.error is not None
    assert refusal.error.__cause__ is refusal.error.__context__ is None


def test_missing_database_is_an_error(postgres_url: str) -> None:
    parts = urlsplit(postgres_url)
    with refused(NeedsOperator) as refusal:
        trueup.connect(f"postgresql://{parts.netloc}/missing?{parts.query}", LAYER)
    assert refusal.says("no database of this name")


def test_server_without_encryption_is_refused_if_it_has_to_prove_who_it_is(
    postgres_url: str, tmp_path: Path
) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    with refused(ErrorCode.CANNOT_OPEN) as refusal:
        trueup.connect(f"{postgres_url}&sslrootcert={tmp_path / 'ca.pem'}", LAYER)
    assert refusal.says("no encrypted connection")


def test_forked_process_leaves_the_connections_of_its_parent_alone(db: Database) -> None:
    people = db.repository(PEOPLE)
    people.put(Person(id="a"))
    child = os.fork()
    if child == 0:
        try:
            people.put(Person(id="b"))
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert people.get("b") == Person(id="b")
    people.update("a", at(Person.age).add(1))


def test_session_behind_a_pooler_is_left_as_it_was(postgres_url: str, db: Database) -> None:
    """As PgBouncer and RDS Proxy want it in transaction mode: nothing prepared, nothing set."""
    driver, address = find_driver(f"{postgres_url}&pooler=true")
    wire = driver.open_wire(address, 30)
    assert isinstance(wire, PostgresWire)
    try:
        for _ in range(10):
            assert ask(wire, "SELECT 1 + $1::int", (1,)) == [(2,)]
        inside = Transaction(tuple, timeouts)
        [(inside_s,)] = inside.on(wire, time.monotonic() + 10, "")
        assert inside_s in ("10s", "9999ms", "9998ms")
        assert ask(wire, "SELECT count(*) FROM pg_prepared_statements") == [(0,)]
        assert ask(wire, "SELECT current_setting('statement_timeout')") == [("0",)]
        [(options,)] = ask(wire, "SELECT current_setting('lock_timeout')")
        assert options == "0"
    finally:
        wire.close()


def ask(wire: PostgresWire, sql: str, parameters: tuple[Any, ...] = ()) -> Any:
    return wire.single(Statement(sql, parameters), Stage.NOTHING, time.monotonic() + 10, "")


def timeouts() -> Steps[Rows]:
    return (yield Statement("SELECT current_setting('statement_timeout')"))


def test_session_of_its_own_has_timeouts_and_gets_longer_ones(postgres_url: str) -> None:
    driver, address = find_driver(postgres_url)
    wire = driver.open_wire(address, 5)
    assert isinstance(wire, PostgresWire)
    try:
        asked = Statement("SELECT current_setting('statement_timeout')::interval")
        [(first,)] = wire.single(asked, Stage.NOTHING, time.monotonic() + 4, "")
        [(second,)] = wire.single(asked, Stage.NOTHING, time.monotonic() + 100, "")
        assert first.total_seconds() == 5
        assert second.total_seconds() > 100
    finally:
        wire.close()


def test_transaction_behind_a_pooler_sets_nothing_beyond_its_end(
    postgres_url: str, db: Database, prefix: str
) -> None:
    url = f"{postgres_url}&pooler=true"
    with trueup.connect(url, LAYER, table_names=f"{prefix}{{table}}") as pooled:
        people = pooled.repository(PEOPLE)
        people.create(Person(id="a"))
        people.update("a", at(Person.age).add(1))
        assert people.get("a") is not None
    assert db.repository(PEOPLE).get("a") == Person(id="a", age=1)

"""Pools: their bounds and counts, and connections whose server went away while nobody looked."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

import trueup
from tests.forked import answer_of_child
from tests.waiting import wait_until
from tests.wire.postgres.conftest import LAYER
from tests.wire.postgres.own import end_own, waits
from tests.wire.postgres.proxy import Proxy
from trueup import ConnectionCounts, Database, Layer, at
from trueup.engines.postgres.wire import connections, opening
from trueup.errors import DeadlineExceeded, ErrorCode, UnsupportedByEngine
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.tables import PEOPLE, TEXTS, Person, Text

CALLS = """
import sys, trueup
from tests.wire.postgres.conftest import LAYER
from trueup import RetryPolicy, at
from trueup.testing.suite.tables import PEOPLE, Person
url, prefix = sys.argv[1:]
names = f"{prefix}{{table}}"
with trueup.connect(url, LAYER, table_names=names, retries=RetryPolicy.NONE) as db:
    for _ in sys.stdin:
        db.repository(PEOPLE).update_or_create("a", at(Person.age).add(1))
        print(db.connections.opened, flush=True)
"""


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[Proxy]:
    with Proxy(urlsplit(postgres_url).port or 5432) as made:
        yield made


@pytest.mark.req("C82")
def test_pool_has_ten_connections_at_most(db: Database) -> None:
    texts = db.repository(TEXTS)
    with ThreadPoolExecutor(40) as threads:
        list(threads.map(lambda n: texts.put(Text(group="g", key=f"{n}")), range(200)))
    assert db.connections.most == 10
    assert db.connections.opened <= 10


def test_counts_tell_what_a_pool_does(db: Database, postgres_url: str, prefix: str) -> None:
    names = f"{prefix}{{table}}"
    with trueup.connect(f"{postgres_url}&pool=2", LAYER, table_names=names) as pooled:
        assert pooled.connections == ConnectionCounts(2, open=1, idle=1, waiting=0, opened=1)
        people = pooled.repository(PEOPLE)
        calls = [threading.Thread(target=people.get, args=("a",)) for _ in range(50)]
        for call in calls:
            call.start()
        seen = [pooled.connections]
        while any(call.is_alive() for call in calls):
            seen.append(pooled.connections)
        assert max(counts.open for counts in seen) <= 2
        assert pooled.connections.idle <= 2
        assert pooled.connections.opened <= 2
        assert pooled.connections.waiting == 0


def test_counts_tell_what_a_pool_of_tasks_does(
    db: Database, postgres_url: str, prefix: str
) -> None:
    async def counts() -> tuple[ConnectionCounts, ConnectionCounts]:
        names = f"{prefix}{{table}}"
        url = f"{postgres_url}&pool=2"
        async with trueup.connect_async(url, LAYER, table_names=names) as pooled:
            people = pooled.repository(PEOPLE)
            calls = [asyncio.ensure_future(people.get("a")) for _ in range(10)]
            await asyncio.sleep(0)
            busy = pooled.connections
            await asyncio.gather(*calls)
            return busy, pooled.connections

    busy, after = asyncio.run(counts())
    assert (busy.most, busy.open, busy.waiting) == (2, 2, 8)
    assert after == ConnectionCounts(2, open=2, idle=2, waiting=0, opened=2)


def test_engine_that_does_not_count_refuses_by_name() -> None:
    layer = Layer("people", target="sqlite", tables=[PEOPLE])
    with trueup.connect("sqlite://", layer) as db, refused(UnsupportedByEngine) as refusal:
        _ = db.connections
    assert refusal.says("does not count its connections")


@pytest.mark.parametrize("pool", ["0", "101", "many", "-1", "", "1e1", "\u0662"])
def test_pool_of_another_size_is_refused(pool: str) -> None:
    with refused(ErrorCode.INVALID_URL) as refusal:
        trueup.connect(f"postgresql://127.0.0.1/shop?pool={pool}", LAYER)
    assert refusal.says("a number from 1 to 100")


def test_wait_for_a_connection_ends_at_the_deadline(
    db: Database, postgres_url: str, prefix: str, other: psycopg.Connection[Any]
) -> None:
    db.repository(PEOPLE).put(Person(id="a"))
    names = f"{prefix}{{table}}"
    with (
        trueup.connect(f"{postgres_url}&pool=1", LAYER, table_names=names) as pooled,
        other.transaction(),
    ):
        other.execute(f'SELECT * FROM "{prefix}People" FOR UPDATE'.encode())
        people = pooled.repository(PEOPLE)
        holding = threading.Thread(
            target=lambda: people.within(2).update("a", at(Person.age).assign(1)), daemon=True
        )
        holding.start()
        wait_until(lambda: pooled.connections.open == 1 and pooled.connections.idle == 0)
        begun = time.monotonic()
        with refused(DeadlineExceeded):
            people.within(0.2).get("b")
        assert time.monotonic() - begun < 1
    holding.join()


def test_forked_process_does_not_wait_for_the_callers_of_its_parent(
    db: Database, postgres_url: str, prefix: str, other: psycopg.Connection[Any]
) -> None:
    db.repository(PEOPLE).put(Person(id="a"))
    names = f"{prefix}{{table}}"
    with trueup.connect(f"{postgres_url}&pool=1", LAYER, table_names=names) as pooled:
        people = pooled.repository(PEOPLE)
        with other.transaction():
            other.execute(f'SELECT * FROM "{prefix}People" FOR UPDATE'.encode())
            calls = [
                threading.Thread(target=people.update, args=("a", at(Person.age).add(1)))
                for _ in range(3)
            ]
            for call in calls:
                call.start()
            wait_until(lambda: pooled.connections.waiting == 2)
            assert answer_of_child(lambda: people.within(5).get("b")) == "None"
            assert answer_of_child(lambda: pooled.connections.waiting) == "2"
        for call in calls:
            call.join()
        assert people.get("a") == Person(id="a", age=3)


def test_task_that_waits_while_the_database_is_closed_gets_no_connection(
    db: Database, postgres_url: str, prefix: str, other: psycopg.Connection[Any]
) -> None:
    db.repository(PEOPLE).put(Person(id="a"))

    async def close_meanwhile() -> None:
        names = f"{prefix}{{table}}"
        pooled = await trueup.connect_async(f"{postgres_url}&pool=1", LAYER, table_names=names)
        people = pooled.repository(PEOPLE)
        with other.transaction():
            other.execute(f'SELECT * FROM "{prefix}People" FOR UPDATE'.encode())
            holding = asyncio.ensure_future(people.update("a", at(Person.age).add(1)))
            await asyncio.to_thread(wait_until, lambda: waits(other))
            waiting = asyncio.ensure_future(people.get("a"))
            await asyncio.sleep(0)
            await pooled.aclose()
        await holding
        with refused(ErrorCode.CLOSED):
            await waiting

    asyncio.run(close_meanwhile())
    assert db.repository(PEOPLE).get("a") == Person(id="a", age=1)


@pytest.mark.req("C51")
def test_frozen_process_goes_on_after_its_backend_was_ended(
    db: Database, postgres_url: str, prefix: str, other: psycopg.Connection[Any]
) -> None:
    """As Lambda freezes its processes between calls. An addition is not repeated: it is made once,
    on a new connection."""
    command = [sys.executable, "-c", CALLS, f"{postgres_url}&pool=1", prefix]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for opened in ("1", "2", "3"):
            print("call", file=process.stdin, flush=True)
            assert process.stdout.readline().strip() == opened
            os.kill(process.pid, signal.SIGSTOP)
            assert end_own(other, process.pid)
            wait_until(lambda: not end_own(other, process.pid))
            os.kill(process.pid, signal.SIGCONT)
        process.stdin.close()
    assert db.repository(PEOPLE).get("a") == Person(id="a", age=3)


def test_connection_that_was_forgotten_meanwhile_is_replaced(
    db: Database, postgres_url: str, proxy: Proxy, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a process is frozen either clock may stand still, and the other may be set."""
    names = f"{prefix}{{table}}"
    clock, monotonic = time.time, time.monotonic
    with trueup.connect(proxy.of(postgres_url), LAYER, table_names=names) as frozen:
        people = frozen.repository(PEOPLE)
        for rested_s, is_asked in ((20, True), (-60, False), (1000, False)):
            people.update_or_create("a", at(Person.age).add(1))
            before = frozen.connections.opened
            proxy.lose()
            with monkeypatch.context() as patch:
                patch.setattr(time, "time", lambda by=rested_s: clock() + by)
                begun = monotonic()
                people.update("a", at(Person.age).add(1))
                took_s = monotonic() - begun
            assert frozen.connections.opened == before + 1
            assert (took_s > opening.CHECK_S) == is_asked
            assert took_s < 2
    assert db.repository(PEOPLE).get("a") == Person(id="a", age=6)


def test_connection_that_was_forgotten_is_replaced_in_asyncio_too(
    db: Database, postgres_url: str, proxy: Proxy, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = time.time

    async def call() -> None:
        names = f"{prefix}{{table}}"
        async with trueup.connect_async(proxy.of(postgres_url), LAYER, table_names=names) as frozen:
            people = frozen.repository(PEOPLE)
            await asyncio.gather(*(people.put(Person(id=f"{n}")) for n in range(5)))
            proxy.lose()
            monkeypatch.setattr(time, "time", lambda: clock() + 20)
            begun = time.monotonic()
            await asyncio.gather(*(people.get(f"{n}") for n in range(5)))
            assert time.monotonic() - begun < 2

    asyncio.run(call())


def test_connection_that_rested_a_while_and_still_stands_is_kept(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = time.time
    people = db.repository(PEOPLE)
    people.get("a")
    monkeypatch.setattr(time, "time", lambda: clock() + connections.TRUSTED_S + 1)
    before = db.connections
    people.get("a")
    assert db.connections == before

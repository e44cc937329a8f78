"""Five hundred callers on ten connections: all are served, in turn, and none waits for ever."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from functools import partial

import psycopg
import pytest

from tests.faults.tables import ACCOUNTS, Account
from tests.faults_postgres.stage import Stage, begin
from trueup import AsyncDatabase, at
from trueup.testing.suite.harness.engine import Flavour

CALLERS = 500
CALLS = 2
CONNECTIONS = 10
COUNTERS = 50
DEADLINE_S = 30.0
FAIR = 0.8
"""Of the time of all: in turn, each of two calls waits half of it. Out of turn, some would wait for
nearly all of it."""


def most_connections(other: psycopg.Connection[object], pids: set[int]) -> int:
    """How many connections of these processes of the server there are."""
    rows = other.execute("SELECT pid FROM pg_stat_activity WHERE pid = ANY(%s)", (list(pids),))
    return len(rows.fetchall())


@pytest.mark.parametrize("flavour", Flavour, ids=lambda flavour: flavour.value)
def test_five_hundred_callers_share_ten_connections(stage: Stage, flavour: Flavour) -> None:
    stage.set_up([Account(id=f"{number}") for number in range(COUNTERS)])
    took_s: list[float] = []
    most = Counter[str]()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.01):
            pids = {link.pid for link in stage.proxy.links if link.pid}
            most["open"] = max(most["open"], most_connections(stage.other, pids))

    async def call(db: AsyncDatabase, number: int) -> None:
        accounts = db.repository(ACCOUNTS)
        for one in range(CALLS):
            begun_s = time.monotonic()
            await accounts.update(f"{(number + one) % COUNTERS}", at(Account.balance).add(1))
            took_s.append(time.monotonic() - begun_s)

    async def perform() -> float:
        db = await stage.opened(flavour, timeout_s=DEADLINE_S)
        begun_s = time.monotonic()
        calls = [begin(db, partial(call, number=number), flavour) for number in range(CALLERS)]
        await asyncio.gather(*calls)
        await db.aclose()
        return time.monotonic() - begun_s

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        all_s = asyncio.run(perform())
    finally:
        done.set()
        watching.join()
    assert len(took_s) == CALLERS * CALLS
    assert all_s < DEADLINE_S
    assert max(took_s) < all_s * FAIR
    assert 1 < most["open"] <= CONNECTIONS
    assert len(stage.proxy.links) <= CONNECTIONS
    stored = stage.stored([ACCOUNTS])
    assert sum(account.balance for account in stored if isinstance(account, Account)) == (
        CALLERS * CALLS
    )

"""A peer that stays connected and says nothing more, as proxies do that lost their server."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.faults.tables import ACCOUNTS, ENTRIES, Account, Entry
from tests.faults_postgres.stage import Call, Stage, assert_healed
from tests.soak import share
from trueup import AsyncDatabase, DeadlineExceeded, OutcomeUnknown, RetryPolicy, Unavailable, at
from trueup.errors import TrueupError
from trueup.testing.suite.harness.engine import Flavour

DEADLINE_S = 0.3
SPARE_S = 0.4
"""What a busy machine may add to a deadline."""

CALLERS = 6


async def _transact(db: AsyncDatabase) -> None:
    async with db.transaction() as tx:
        tx.put(ACCOUNTS, Account(id="a"))
        tx.put(ENTRIES, Entry(book="b", number=1))


CALLS: dict[str, Call] = {
    "get": lambda db: db.repository(ACCOUNTS).get("a"),
    "put": lambda db: db.repository(ACCOUNTS).put(Account(id="a")),
    "update": lambda db: db.repository(ACCOUNTS).update("a", at(Account.balance).add(1)),
    "delete": lambda db: db.repository(ACCOUNTS).delete("a"),
    "query": lambda db: db.repository(ENTRIES).query("b").all(),
    "put_many": lambda db: db.repository(ACCOUNTS).put_many([Account(id="a")]),
    "transact_get": lambda db: db.transact_get((ACCOUNTS, "a"), (ACCOUNTS, "b")),
    "transaction": _transact,
}

CASES = [
    (flavour, is_new, name) for flavour in Flavour for is_new in (False, True) for name in CALLS
]
CHOSEN = share(CASES, lambda case: case[:2])
CANCELLED = share(list(CALLS))


@pytest.mark.soak
@pytest.mark.parametrize(("flavour", "is_new", "name"), CHOSEN)
@pytest.mark.case("P41")
def test_call_into_a_black_hole_ends_at_its_deadline(
    stage: Stage, flavour: Flavour, is_new: bool, name: str
) -> None:
    async def perform() -> None:
        db = await stage.opened(flavour)
        if is_new:
            stage.proxy.terminate_all()
        stage.proxy.darken(for_good=True)
        begun_s = time.monotonic()
        with pytest.raises(TrueupError) as caught:
            await CALLS[name](db.within(DEADLINE_S))
        assert time.monotonic() - begun_s < DEADLINE_S + SPARE_S
        assert isinstance(caught.value, DeadlineExceeded | OutcomeUnknown | Unavailable)
        assert isinstance(caught.value, OutcomeUnknown) <= (not is_new)
        stage.proxy.is_dark = False
        await assert_healed(db)
        await db.aclose()

    asyncio.run(perform())
    assert stage.stored([ACCOUNTS, ENTRIES]) == []


@pytest.mark.soak
@pytest.mark.parametrize("name", CANCELLED)
@pytest.mark.case("P41")
def test_cancelled_call_into_a_black_hole_ends_at_once(stage: Stage, name: str) -> None:
    async def perform() -> None:
        db = await stage.opened(Flavour.ASYNC)
        stage.proxy.darken(for_good=True)
        begun_s = time.monotonic()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(DEADLINE_S):
                await CALLS[name](db)
        assert time.monotonic() - begun_s < DEADLINE_S + SPARE_S
        stage.proxy.is_dark = False
        await assert_healed(db)
        await db.aclose()

    asyncio.run(perform())


@pytest.mark.parametrize("flavour", Flavour)
@pytest.mark.case("P41")
def test_idle_connections_are_asked_when_another_was_lost(stage: Stage, flavour: Flavour) -> None:
    """Six connections rest; all are dead. One call finds out, and the next is served."""

    async def perform() -> None:
        db = await stage.opened(flavour, retries=RetryPolicy.NONE)
        await stage.fill(db, flavour, CALLERS)
        assert len(stage.proxy.links) == CALLERS
        stage.proxy.darken(for_good=False)
        with pytest.raises(DeadlineExceeded):
            await CALLS["get"](db.within(DEADLINE_S))
        await assert_healed(db)
        await stage.fill(db, flavour, CALLERS)
        await db.aclose()

    asyncio.run(perform())

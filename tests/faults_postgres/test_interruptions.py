"""Calls that are cancelled or interrupted at any moment: no reply is handed to another call, no
transaction stays open, and nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import random
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.faults.tables import ACCOUNTS, Account
from tests.faults_postgres.stage import Stage, assert_healed
from tests.soak import IS_SOAK
from tests.waiting import wait_until
from trueup import AsyncDatabase, at
from trueup.testing.suite.harness.engine import Flavour
from trueup.testing.suite.harness.flavour import as_awaitable

CONNECTIONS = 4
CALLERS = 12
LONGEST_S = 0.1
ROUNDS = 300 if IS_SOAK else 15
INTERRUPTS = 3000 if IS_SOAK else 150
CHANCE = random.Random(5)
INTERRUPTED = ctypes.py_object(KeyboardInterrupt)

OPEN = """SELECT pid, state FROM pg_stat_activity
WHERE application_name = 'trueup' AND pid = ANY(%s)"""


@dataclass
class Owner:
    """A caller with accounts of its own. moved: acknowledged transactions between them.

    begun: all that were begun. wrong: replies that were another's.
    """

    name: str
    moved: int = 0
    begun: int = 0
    wrong: list[object] = field(default_factory=list)

    @property
    def accounts(self) -> tuple[Account, Account]:
        return Account(id=f"{self.name}/from"), Account(id=f"{self.name}/to")

    async def call(self, db: AsyncDatabase) -> None:
        """One call, of some kind."""
        accounts, (source, target) = db.repository(ACCOUNTS), self.accounts
        match CHANCE.randrange(4):
            case 0:
                self.check(await accounts.get(source.id), source.id)
            case 1:
                found = await accounts.get_many([target.id, source.id])
                self.check(found[0], target.id)
                self.check(found[1], source.id)
            case 2:
                naming = at(Account.name).assign(self.name)
                written = await accounts.update(source.id, naming, returning="new")
                self.check(written.new, source.id)
            case _:
                await self.move(db)

    async def move(self, db: AsyncDatabase) -> None:
        """From one account to the other, or not at all."""
        source, target = self.accounts
        self.begun += 1
        async with db.transaction() as tx:
            tx.update(ACCOUNTS, source.id, at(Account.balance).subtract(1))
            tx.update(ACCOUNTS, target.id, at(Account.balance).add(1))
        self.moved += 1

    def check(self, found: Account | None, wanted: str) -> None:
        if found is None or found.id != wanted:
            self.wrong.append(found)

    def check_stored(self, found: list[Account | None]) -> None:
        """That transactions are whole, and the acknowledged ones are there."""
        assert self.wrong == []
        source, target = found
        assert source is not None
        assert target is not None
        assert source.balance == -target.balance
        assert self.moved <= target.balance <= self.begun


@pytest.fixture
def owners(stage: Stage) -> list[Owner]:
    owners = [Owner(f"{number}") for number in range(CALLERS)]
    stage.set_up([account for owner in owners for account in owner.accounts])
    return owners


def check(stage: Stage, owners: list[Owner]) -> None:
    """What is stored, and that the server has no transaction open."""
    wait_until(lambda: not [state for _, state in connections(stage) if state != "idle"])
    for owner in owners:
        accounts = stage.direct.repository(ACCOUNTS)
        owner.check_stored(accounts.get_many([account.id for account in owner.accounts]))


def connections(stage: Stage) -> list[tuple[object, ...]]:
    """The connections through the proxy that the server has."""
    return stage.other.execute(OPEN, ([link.pid for link in stage.proxy.links],)).fetchall()


@pytest.mark.soak
def test_cancelled_tasks_leave_nothing_behind(stage: Stage, owners: list[Owner]) -> None:
    async def call_until_cancelled(db: AsyncDatabase, owner: Owner) -> None:
        while True:
            await owner.call(db)

    async def give_up(task: asyncio.Task[None]) -> None:
        await asyncio.sleep(CHANCE.random() * LONGEST_S)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    async def perform() -> None:
        db = await stage.opened(Flavour.ASYNC, f"&pool={CONNECTIONS}")
        for _ in range(ROUNDS):
            tasks = [asyncio.create_task(call_until_cancelled(db, owner)) for owner in owners]
            await asyncio.gather(*map(give_up, tasks))
        assert db.connections.open <= CONNECTIONS
        await assert_healed(db)
        await db.aclose()
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(perform())
    check(stage, owners)
    wait_until(lambda: connections(stage) == [])
    assert any(owner.moved for owner in owners)


# An interrupt between a call into C and the next line drops a connection, which closes it.
@pytest.mark.filterwarnings("ignore:.*was deleted while still open:ResourceWarning")
@pytest.mark.soak
def test_interrupted_threads_leave_nothing_behind(
    stage: Stage, owners: list[Owner], monkeypatch: pytest.MonkeyPatch
) -> None:
    # One inside a finalizer raises nowhere, and the hook that is told would be interrupted itself.
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    stop, landed = threading.Event(), list[int]()
    db = stage.opened_blocking(f"&pool={CONNECTIONS}")

    def work(owner: Owner) -> None:
        while not stop.is_set():
            try:
                at_once(owner.call(as_awaitable(db)))
            except KeyboardInterrupt:
                landed.append(1)

    threads = [threading.Thread(target=guarded, args=(work, owner)) for owner in owners]
    interrupt_at_random(threads, stop)
    assert len(landed) > INTERRUPTS / 10
    at_once(assert_healed(as_awaitable(db)))
    gc.collect()
    wait_until(lambda: len(connections(stage)) <= CONNECTIONS)
    check(stage, owners)
    db.close()
    wait_until(lambda: connections(stage) == [])
    assert any(owner.moved for owner in owners)


def at_once(call: Coroutine[Any, Any, None]) -> None:
    """The result of a coroutine that never waits, as no blocking call does."""
    try:
        call.send(None)
    except StopIteration:
        return
    raise AssertionError("it waits")


def guarded(work: Callable[[Owner], None], owner: Owner) -> None:
    """Run to the end of `work`, whatever interrupt arrives after its own handler."""
    while True:
        try:
            return work(owner)
        except KeyboardInterrupt:
            continue


def interrupt_at_random(threads: list[threading.Thread], stop: threading.Event) -> None:
    for thread in threads:
        thread.start()
    for _ in range(INTERRUPTS):
        time.sleep(CHANCE.random() / 100)
        identity = ctypes.c_ulong(CHANCE.choice(threads).ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(identity, INTERRUPTED)
    stop.set()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()

"""A server that ends while it is written to loses nothing acknowledged, and no half of a write."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

import trueup
from tests.faults.tables import ACCOUNTS, Account
from tests.faults_postgres.crashes import Crashing
from tests.faults_postgres.stage import LAYER, assert_healed, begin
from tests.soak import share
from tests.waiting import wait_until
from trueup import AsyncDatabase, DeadlineExceeded, OutcomeUnknown, Unavailable, at
from trueup.testing.postgres import running_postgres
from trueup.testing.suite.harness.engine import Flavour
from trueup.testing.suite.harness.flavour import as_awaitable

pytestmark = pytest.mark.server

WRITERS = 4
WRITTEN = 40
"""So many writes are acknowledged before the server ends, and after."""


@pytest.fixture(scope="module")
def crashing() -> Iterator[Crashing]:
    with running_postgres(durable=True) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", server.password)
        crashing = Crashing(server)
        with trueup.connect(server.url, LAYER) as db:
            db.create_tables()
        yield crashing
        crashing.end()


CRASHES: dict[str, Callable[[Crashing], None]] = {
    "killed": lambda crashing: crashing.restart(signal.SIGKILL),
    "immediate": lambda crashing: crashing.restart(signal.SIGQUIT),
    "fast": lambda crashing: crashing.restart(signal.SIGINT),
    "process_killed": Crashing.kill_process,
}


@dataclass
class Writer:
    """Writes until it is told to stop. said: the accounts that were acknowledged. moved, unknown:
    the transactions that were, and those of which nobody knows."""

    name: str
    stop: threading.Event
    said: list[str] = field(default_factory=list)
    moved: int = 0
    unknown: int = 0

    @property
    def accounts(self) -> tuple[Account, Account]:
        """What the transactions are between."""
        return Account(id=f"{self.name}-from"), Account(id=f"{self.name}-to")

    async def write(self, db: AsyncDatabase) -> None:
        accounts = db.repository(ACCOUNTS)
        number = 0
        while not self.stop.is_set():
            number += 1
            try:
                await accounts.create(Account(id=f"{self.name}-{number}"))
                self.said.append(f"{self.name}-{number}")
                await self.move(db)
                await asyncio.sleep(0)
            except (Unavailable, DeadlineExceeded, OutcomeUnknown):
                pass

    async def move(self, db: AsyncDatabase) -> None:
        """From one account to the other, or not at all."""
        source, target = self.accounts
        try:
            async with db.transaction() as tx:
                tx.update(ACCOUNTS, source.id, at(Account.balance).subtract(1))
                tx.update(ACCOUNTS, target.id, at(Account.balance).add(1))
        except OutcomeUnknown:
            self.unknown += 1
        else:
            self.moved += 1

    async def check(self, db: AsyncDatabase) -> None:
        accounts = db.repository(ACCOUNTS)
        assert None not in await accounts.get_many(self.said)
        [source, target] = await accounts.get_many([one.id for one in self.accounts])
        assert source is not None
        assert target is not None
        assert source.balance == -target.balance
        assert self.moved <= target.balance <= self.moved + self.unknown


CASES = [(flavour, crash) for crash in CRASHES for flavour in Flavour]
CHOSEN = share(CASES)


@pytest.mark.soak
@pytest.mark.parametrize(("flavour", "crash"), CHOSEN)
def test_what_was_acknowledged_survives_a_crash(
    crashing: Crashing, flavour: Flavour, crash: str
) -> None:
    stop = threading.Event()
    writers = [Writer(f"{crash}-{flavour.value}-{number}", stop) for number in range(WRITERS)]

    async def perform() -> None:
        url = crashing.server.url
        if flavour is Flavour.SYNC:
            db = as_awaitable(trueup.connect(url, LAYER))
        else:
            db = await trueup.connect_async(url, LAYER)
        for writer in writers:
            await db.repository(ACCOUNTS).put_many(writer.accounts)
        writing = [begin(db, writer.write, flavour) for writer in writers]
        await asyncio.to_thread(wait_until, lambda: written(writers) >= WRITTEN)
        await asyncio.to_thread(CRASHES[crash], crashing)
        await assert_healed(db)
        before = written(writers)
        await asyncio.to_thread(wait_until, lambda: written(writers) >= before + WRITTEN)
        stop.set()
        await asyncio.gather(*writing)
        for writer in writers:
            await writer.check(db)
        await db.aclose()

    asyncio.run(perform())


def written(writers: list[Writer]) -> int:
    return sum(len(writer.said) for writer in writers)

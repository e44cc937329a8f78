"""A stage for one call: what is stored before, the call through a proxy, what is stored after."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psycopg

import trueup
from tests.faults.tables import (
    ACCOUNTS,
    CLOCK,
    DOCUMENTS,
    ENTRIES,
    SESSIONS,
    Document,
    key_of,
    table_of,
)
from tests.faults_postgres.proxy import FaultProxy
from tests.waiting import wait_until
from trueup import AsyncDatabase, Database, Layer, Model, RetryPolicy, Table, TrueupError
from trueup.testing.suite.harness.engine import Flavour
from trueup.testing.suite.harness.flavour import as_awaitable

LAYER = Layer("faults", target="postgres", tables=[ACCOUNTS, DOCUMENTS, SESSIONS, ENTRIES])
AT_ONCE = RetryPolicy(retries=3, longest_pause_s=0.0)
WITHIN_S = 30.0
HEALED_WITHIN_S = 2.0
THREADS = ThreadPoolExecutor(500)

Call = Callable[[AsyncDatabase], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Stage:
    """The tables of a test, past the proxy and through it.

    other: a connection of the same user. url: of the server behind the proxy. names: of the tables.
    """

    direct: Database
    other: psycopg.Connection[Any]
    proxy: FaultProxy
    url: str
    names: str
    used: set[Table[Any]] = field(default_factory=set)

    def set_up(self, items: Iterable[Model], tables: Iterable[Table[Any]] = ()) -> None:
        """Store these and nothing else, past the proxy; a document as often as its version says."""
        items = list(items)
        for table in (*tables, *map(table_of, items)):
            self.used.add(table)
        self.clear()
        for item in items:
            repository = self.direct.repository(table_of(item))
            versions = range(item.version) if isinstance(item, Document) else [None]
            for version in versions:
                change = {} if version is None else {"version": version}
                repository.put(item.model_copy(update=change))

    def stored(self, tables: Sequence[Table[Any]]) -> list[Model]:
        """Every item of these tables, expired or not, by key, past the proxy."""
        found: list[Model] = []
        for table in tables:
            found += self.direct.repository(table).scan(include_expired=True).all()
        return sorted(found, key=key_of)

    def clear(self) -> None:
        """Leave nothing behind."""
        for table in self.used:
            name = self.names.format(table=table.name)
            self.other.execute(f'DELETE FROM "{name}"'.encode())

    async def fill(self, db: AsyncDatabase, flavour: Flavour, count: int) -> None:
        """Let so many calls use a connection each at the same time, so that all of them rest."""
        name = self.names.format(table=ACCOUNTS.name)
        with self.other.transaction():
            self.other.execute(f'LOCK TABLE "{name}"'.encode())
            calls = [begin(db, get_nothing, flavour) for _ in range(count)]
            await asyncio.to_thread(wait_until, lambda: self.count_waiting() == count)
        assert await asyncio.gather(*calls) == [None] * count

    def count_waiting(self) -> int:
        """How many wait for a lock."""
        [found] = self.other.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchall()
        return int(found[0])

    def outcome(
        self,
        flavour: Flavour,
        call: Call,
        begin: Callable[[], object],
        within_s: float = WITHIN_S,
        **options: Any,
    ) -> Any:
        """What a call through the proxy returns, or the error that it raises. The database serves
        another call soon, whatever it is.

        begin: called when the database is open. within_s: the time of the call. options: of
            `connect()`.
        """

        async def perform() -> Any:
            opened = await self.opened(flavour, **options)
            try:
                begin()
                try:
                    outcome = await call(opened.within(within_s))
                except TrueupError as error:
                    outcome = error
                self.proxy.disarm()
                await assert_healed(opened)
                return outcome
            finally:
                await opened.aclose()

        return asyncio.run(perform())

    async def opened(self, flavour: Flavour, of_url: str = "", **options: Any) -> AsyncDatabase:
        """The tables through the proxy. of_url: more options of the URL."""
        if flavour is Flavour.SYNC:
            return as_awaitable(self.opened_blocking(of_url, **options))
        return await trueup.connect_async(self._proxied(of_url), LAYER, **(self._given() | options))

    def opened_blocking(self, of_url: str = "", **options: Any) -> Database:
        """The same, for callers that block."""
        return trueup.connect(self._proxied(of_url), LAYER, **(self._given() | options))

    def _given(self) -> dict[str, Any]:
        return {"table_names": self.names, "retries": AT_ONCE, "clock": CLOCK}

    def _proxied(self, of_url: str) -> str:
        host, port = self.proxy.server
        return self.url.replace(f"{host}:{port}", f"127.0.0.1:{self.proxy.port}") + of_url


def begin(db: AsyncDatabase, call: Call, flavour: Flavour) -> asyncio.Future[Any]:
    """A call in a task, or in a thread if it blocks."""
    if flavour is Flavour.ASYNC:
        return asyncio.ensure_future(call(db))

    async def blocking() -> Any:
        return await call(db)

    loop = asyncio.get_running_loop()
    return loop.run_in_executor(THREADS, lambda: asyncio.run(blocking()))


def get_nothing(db: AsyncDatabase) -> Awaitable[Any]:
    """A call that every database answers."""
    return db.repository(ACCOUNTS).get("no such account")


async def assert_healed(db: AsyncDatabase) -> None:
    """That the next call is answered soon."""
    begun_s = time.monotonic()
    assert await get_nothing(db.within(HEALED_WITHIN_S)) is None
    assert time.monotonic() - begun_s < HEALED_WITHIN_S

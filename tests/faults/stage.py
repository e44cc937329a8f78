"""A stage for one call: what is stored before, the call through a proxy, what is stored after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from tests.faults.callers import Caller
from tests.faults.operation import Call
from tests.faults.proxy import FaultProxy
from tests.faults.slowness import slowed
from tests.faults.tables import CLOCK, LAYER, Document, key_of, table_of
from trueup import (
    BatchResult,
    Database,
    Layer,
    Model,
    RequestEvent,
    RequestFinished,
    RetryPolicy,
    Table,
    TrueupError,
    WriteResult,
)
from trueup.testing.suite.harness.engine import engine_at
from trueup.testing.suite.harness.flavour import as_awaitable

AT_ONCE = RetryPolicy(retries=3, longest_pause_s=0.0)


@dataclass(frozen=True, slots=True)
class Stage:
    """The tables of a test, past the proxy and through it.

    names: of the tables, for `connect()`. used: the tables that may hold something.
    """

    direct: Database
    proxy: FaultProxy
    names: str
    used: set[Table[Any]] = field(default_factory=set)

    def set_up(self, items: Iterable[Model]) -> None:
        """Store these, past the proxy; a document as often as its version says."""
        for item in items:
            self.used.add(table_of(item))
            repository = self.direct.repository(table_of(item))
            if not isinstance(item, Document):
                repository.put(item)
                continue
            for version in range(item.version):
                repository.put(item.model_copy(update={"version": version}))

    def stored(self, tables: Sequence[Table[Any]]) -> list[Model]:
        """Every item of these tables, expired or not, by key, past the proxy."""
        found: list[Model] = []
        with self.proxy.turn:
            for table in tables:
                self.used.add(table)
                scan = self.direct.repository(table).scan(consistent=True, include_expired=True)
                found += scan.all()
        return sorted(found, key=key_of)

    def clear(self) -> None:
        """Leave nothing behind."""
        for table in self.used:
            self.direct.repository(table).delete_many(self.stored([table]))

    def outcome(
        self,
        caller: Caller,
        call: Call,
        *,
        slow_at: Collection[int] = (),
        observe: Callable[[RequestEvent], None] = lambda event: None,
        **options: Any,
    ) -> Any:
        """What a call through the proxy returns, or the error that it raises.

        slow_at: the numbers of requests whose replies come too slowly to be waited for.
        observe: told of every event. options: of `connect()`.
        """

        async def perform() -> Any:
            async with self._opened(caller, slow_at, options) as opened:
                opened.subscribe(self._listen_after_refusal)
                opened.subscribe(observe)
                try:
                    return await call(as_awaitable(opened))
                except TrueupError as error:
                    return error

        return asyncio.run(perform())

    @asynccontextmanager
    async def _opened(
        self, caller: Caller, slow_at: Collection[int], options: dict[str, Any]
    ) -> AsyncIterator[Any]:
        given = {"layer": LAYER, "table_names": self.names, "retries": AT_ONCE, "clock": CLOCK}
        chosen: dict[str, Any] = given | options
        layer: Layer = chosen.pop("layer")
        url = f"dynamodb://127.0.0.1:{self.proxy.port}?wire={caller.wire}"
        of_engine = {name: chosen.pop(name) for name in ("table_names", "retries")}
        async with AsyncExitStack() as stack:
            connected = await engine_at("dynamodb", url, **of_engine).connect(layer, caller.flavour)
            if slow_at:
                slow = slowed(connected, caller, self.proxy, slow_at)
                connected = await stack.enter_async_context(slow)
            opened = connected.database(layer, caller.flavour, **chosen)
            stack.push_async_callback(as_awaitable(opened).aclose)
            yield opened

    def _listen_after_refusal(self, event: RequestEvent) -> None:
        if isinstance(event, RequestFinished) and event.error is not None:
            self.proxy.listen()


def summary(outcome: Any) -> Any:
    """The type of an error; of results, all but what they cost, which only some servers tell."""
    if isinstance(outcome, Exception):
        return type(outcome)
    if isinstance(outcome, list):
        return [summary(one) for one in outcome]
    if isinstance(outcome, WriteResult | BatchResult):
        return replace(outcome, capacity_units=None)
    return outcome

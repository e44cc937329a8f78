"""Contract: the fixture of a contract test."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ....model import Layer, Model, Table
from ....model.declarations.layer import Target
from ....model.description.check import describe
from ....model.description.tables import TableDescription
from ....operations.actions import Action
from ....operations.operation import Request, send
from ....operations.run import run, run_async
from ....repository import AsyncRepository
from ....repository.database import TIMEOUT_S, AsyncDatabase, Database
from ....resilience import Retries, RetryPolicy
from .engine import Clock, Connected, EngineUnderTest, Flavour
from .flavour import as_awaitable

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that reached the wire, and the time left for it."""

    request: Request[Any]
    seconds_left: float


class Contract:
    """Databases on one engine, in one flavour, all over the same empty database.

    All databases are closed when the test ends. `clock` is the time by which items expire.
    """

    def __init__(self, engine: EngineUnderTest, flavour: Flavour) -> None:
        self.engine = engine
        self.flavour = flavour
        self.clock = Clock()
        self._opened: list[Database | AsyncDatabase] = []

    async def database(
        self, *tables: Table[Any], target: Target = "dynamodb", **options: Any
    ) -> AsyncDatabase:
        """An open layer of these tables, with its tables created. options: of `open_database`."""
        layer = Layer("contract", target=target, tables=tables)
        return await self._open(layer, await self.engine.connect(layer, self.flavour), options)

    async def repository(
        self, table: Table[M], entity: type[Any] | None = None, **options: Any
    ) -> AsyncRepository[M]:
        """Typed access to a table, which is created if it is missing."""
        database = await self.database(table, **options)
        return database.repository(table) if entity is None else database.repository(table, entity)

    async def recorded(self, *tables: Table[Any]) -> tuple[AsyncDatabase, list[Sent]]:
        """A database, and a list to which it adds each performed request."""
        sent: list[Sent] = []
        layer = Layer("contract", target="dynamodb", tables=tables)
        connected = await self.engine.connect(layer, self.flavour)
        recording = replace(connected, wire=_Recording(connected.wire, sent))
        database = await self._open(layer, recording, {})
        sent.clear()
        return database, sent

    async def performer(self, table: Table[Any]) -> Performer:
        """The performer of single actions on a table, without models and repositories."""
        layer = Layer("contract", target="dynamodb", tables=(table,))
        connected = await self.engine.connect(layer, self.flavour)
        await self._open(layer, connected, {})
        return Performer(connected, self.flavour, table)

    async def _open(
        self, layer: Layer, connected: Connected, options: dict[str, Any]
    ) -> AsyncDatabase:
        opened = connected.database(layer, self.flavour, **{"clock": self.clock, **options})
        self._opened.append(opened)
        await as_awaitable(opened).create_tables()
        return as_awaitable(opened)

    async def aclose(self) -> None:
        """Close every database that was opened."""
        for opened in self._opened:
            await as_awaitable(opened).aclose()


class Performer:
    """Performs actions that an engine compiles, for the oracle, whose cases are plain values."""

    def __init__(self, connected: Connected, flavour: Flavour, table: Table[Any]) -> None:
        self._connected = connected
        self._flavour = flavour
        self.table: TableDescription = describe(table)

    async def __call__(self, action: Action) -> Any:
        """The reply to one action."""
        retries = Retries(self._connected.retries or RetryPolicy.NONE)
        operation = retries(send(self._connected.engine.compile(action)))
        deadline_s = time.monotonic() + TIMEOUT_S
        if self._flavour is Flavour.SYNC:
            return run(operation, self._connected.wire, deadline_s)
        return await run_async(operation, self._connected.wire, deadline_s)


class _Recording:
    """A wire of either flavour that records its requests."""

    def __init__(self, wire: Any, sent: list[Sent]) -> None:
        self._wire = wire
        self._sent = sent

    def perform(self, request: Request[Any], deadline_s: float) -> Any:
        self._sent.append(Sent(request, deadline_s - time.monotonic()))
        return self._wire.perform(request, deadline_s)

    def close(self) -> None:
        self._wire.close()

    async def aclose(self) -> None:
        await self._wire.aclose()

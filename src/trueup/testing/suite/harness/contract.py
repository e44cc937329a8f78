"""Contract: what a contract test is given."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from inspect import isawaitable
from typing import Any, TypeVar

from ....model import Layer, Model, Table
from ....model.declarations.layer import Target
from ....model.description.tables import TableDescription
from ....operations.actions import Action
from ....operations.operation import Request, send
from ....repository import AsyncRepository
from ....repository.database import AsyncDatabase, Database
from .engine import Clock, EngineUnderTest, Flavour
from .flavour import as_awaitable

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that reached the wire, and the time that was left for it."""

    request: Request[Any]
    seconds_left: float


class Contract:
    """Databases on one engine, in one flavour, all over the same empty database.

    Whatever it opened is closed when the test ends. `clock` is the time by which items expire.
    """

    def __init__(self, engine: EngineUnderTest, flavour: Flavour) -> None:
        self.engine = engine
        self.flavour = flavour
        self.clock = Clock()
        self._opened: list[Database | AsyncDatabase] = []

    async def database(
        self, *tables: Table[Any], target: Target = "dynamodb", **options: Any
    ) -> AsyncDatabase:
        """A layer of these tables, opened and its tables created. options: of `connect()`."""
        return as_awaitable(await self._open(tables, target, options))

    async def repository(
        self, table: Table[M], entity: type[Any] | None = None, **options: Any
    ) -> AsyncRepository[M]:
        """Typed access to a table, which is made where it is missing."""
        database = await self.database(table, **options)
        return database.repository(table) if entity is None else database.repository(table, entity)

    async def recorded(self, *tables: Table[Any]) -> tuple[AsyncDatabase, list[Sent]]:
        """A database, and the list to which it adds each request that it performs."""
        sent: list[Sent] = []
        opened: Any = await self._open(tables, "dynamodb", {})
        # The one thing that no public name tells: what reached the wire.
        runner = opened._runner
        recording = replace(runner, wire=_Recording(runner.wire, sent))
        return as_awaitable(type(opened)(opened._open_layer, recording)), sent

    async def performer(self, table: Table[Any]) -> Performer:
        """What performs single actions on a table, past models and repositories."""
        return Performer(await self._open((table,), "dynamodb", {}), table)

    async def _open(
        self, tables: Sequence[Table[Any]], target: Target, options: dict[str, Any]
    ) -> Database | AsyncDatabase:
        layer = Layer("contract", target=target, tables=tables)
        opened = await self.engine.open(layer, self.flavour, **{"clock": self.clock, **options})
        self._opened.append(opened)
        await as_awaitable(opened).create_tables()
        return opened

    async def aclose(self) -> None:
        """Close every database that was opened."""
        for opened in self._opened:
            await as_awaitable(opened).aclose()


class Performer:
    """Performs actions as an engine compiles them, for the oracle, whose cases are wire values."""

    def __init__(self, opened: Any, table: Table[Any]) -> None:
        self._engine = opened._open_layer.engine
        self._runner = opened._runner
        self.table: TableDescription = table.described

    async def __call__(self, action: Action) -> Any:
        """The reply to one action."""
        reply = self._runner.run(send(self._engine.compile(action)), "perform")
        return await reply if isawaitable(reply) else reply


class _Recording:
    """A wire of either flavour that remembers what it was asked to do."""

    def __init__(self, wire: Any, sent: list[Sent]) -> None:
        self._wire = wire
        self._sent = sent

    def perform(self, request: Request[Any], deadline: float) -> Any:
        self._sent.append(Sent(request, deadline - time.monotonic()))
        return self._wire.perform(request, deadline)

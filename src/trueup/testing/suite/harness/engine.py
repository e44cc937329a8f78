"""EngineUnderTest: an engine, as contract tests see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Protocol

from ....engines.connect import find_driver, new_engine
from ....model.declarations.layer import Layer
from ....repository.database import (
    TIMEOUT_S,
    AsyncDatabase,
    Database,
    open_database,
    open_database_async,
)
from ....resilience import RetryPolicy
from ....schema.engine import SchemaEngine


class Flavour(Enum):
    """The way a caller waits."""

    SYNC = "sync"
    ASYNC = "async"


@dataclass(frozen=True, slots=True)
class Connected:
    """An engine for the tables of one layer, and a wire to the database of a test.

    wire: a `Wire` for SYNC, an `AsyncWire` for ASYNC. retries: None sends each request once.
    """

    engine: SchemaEngine
    wire: Any
    retries: RetryPolicy | None = None

    def database(
        self, layer: Layer, flavour: Flavour, /, **options: Any
    ) -> Database | AsyncDatabase:
        """The layer, opened. options: of `open_database`: `clock`, `cursor_key`, `timeout_s`."""
        opener = open_database if flavour is Flavour.SYNC else open_database_async
        return opener(self.engine, self.wire, layer, retries=self.retries, **options)


class Connector(Protocol):
    """Connects to the empty database of a test."""

    async def __call__(self, layer: Layer, flavour: Flavour, /) -> Connected:
        """An engine for the layer and a wire; the tables need not exist yet."""
        ...


@dataclass(frozen=True, slots=True)
class EngineUnderTest:
    """An engine with its own empty database, made anew for each test.

    name: its name in `deviations.toml`. connect: all calls connect to the same database.
    """

    name: str
    connect: Connector

    async def open(
        self, layer: Layer, flavour: Flavour, /, **options: Any
    ) -> Database | AsyncDatabase:
        """The layer, opened on that database. options: of `open_database`."""
        return (await self.connect(layer, flavour)).database(layer, flavour, **options)


def engine_at(
    name: str, url: str, *, table_names: str = "{table}", retries: RetryPolicy | None = None
) -> EngineUnderTest:
    """The engine that serves `url`, whose database must be empty.

    table_names, retries: as for `connect()`; the names differ if others use the same server.
    """

    async def connect(layer: Layer, flavour: Flavour, /) -> Connected:
        driver, address = find_driver(url)
        policy = driver.retries(address, retries)
        engine = new_engine(driver, layer, table_names, policy)
        if flavour is Flavour.SYNC:
            return Connected(engine, driver.open_wire(address, TIMEOUT_S), policy)
        return Connected(engine, await driver.open_async_wire(address, TIMEOUT_S), policy)

    return EngineUnderTest(name, connect)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now_s: float = 1_893_456_000) -> None:
        """now_s: 2030-01-01, later than any real clock, so that no server's own TTL interferes."""
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now_s += seconds

    def after(self, seconds: float) -> datetime:
        """The instant that many seconds from now."""
        return datetime.fromtimestamp(self.now_s + seconds, UTC)

"""EngineUnderTest: what a contract test needs to know of an engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Protocol

from ....engines import connect, connect_async
from ....model.declarations.layer import Layer
from ....repository.database import AsyncDatabase, Database


class Flavour(Enum):
    """How the caller waits."""

    SYNC = "sync"
    ASYNC = "async"


class Opener(Protocol):
    """Opens a layer on the one empty database that a test was given."""

    async def __call__(
        self, layer: Layer, flavour: Flavour, /, **options: Any
    ) -> Database | AsyncDatabase:
        """A `Database` for SYNC, an `AsyncDatabase` for ASYNC; its tables need not exist yet.

        options: of `connect()`: `clock`, `cursor_key`, `timeout_s`.
        """
        ...


@dataclass(frozen=True, slots=True)
class EngineUnderTest:
    """An engine with an empty database of its own, made anew for each test.

    name: by which `deviations.toml` calls it. open: all its calls see the same database.
    """

    name: str
    open: Opener


def engine_at(name: str, url: str, **more: Any) -> EngineUnderTest:
    """The engine that serves `url`, at which nothing must be stored yet.

    more: options of `connect()`, such as `table_names=` where others use the same server.
    """

    async def open_url(
        layer: Layer, flavour: Flavour, /, **options: Any
    ) -> Database | AsyncDatabase:
        if flavour is Flavour.SYNC:
            return connect(url, layer, **more, **options)
        return await connect_async(url, layer, **more, **options)

    return EngineUnderTest(name, open_url)


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

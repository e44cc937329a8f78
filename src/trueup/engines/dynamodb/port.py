"""The ports `run()` and `run_async()` perform requests on, whichever wire is behind them."""

from __future__ import annotations

from typing import Any, Protocol

from ...operations.operation import Request
from .errors import translate_transport
from .payload import HttpPayload
from .wire.errors import TransportError
from .wire.http.reply import Reply


class DynamoWire(Protocol):
    """A blocking wire."""

    def perform(self, payload: HttpPayload, deadline_s: float) -> Reply:
        """One round trip. deadline_s: an instant of `time.monotonic()`."""
        ...

    def close(self) -> None:
        """Close every connection."""


class AsyncDynamoWire(Protocol):
    """An awaitable wire."""

    async def perform(self, payload: HttpPayload, deadline_s: float) -> Reply:
        """One round trip. deadline_s: an instant of `time.monotonic()`."""
        ...

    async def aclose(self) -> None:
        """Let running calls end, then close every connection."""


class DynamoPort:
    """A blocking wire as `run()` wants it."""

    __slots__ = ("wire",)

    def __init__(self, wire: DynamoWire) -> None:
        self.wire = wire

    def perform(self, request: Request[Any], deadline: float) -> Reply:
        """Send the request and return the reply, whatever its status."""
        try:
            return self.wire.perform(request.payload, deadline)
        except TransportError as error:
            raise translate_transport(error, request.action) from error

    def close(self) -> None:
        """Close every connection."""
        self.wire.close()


class AsyncDynamoPort:
    """An awaitable wire as `run_async()` wants it."""

    __slots__ = ("wire",)

    def __init__(self, wire: AsyncDynamoWire) -> None:
        self.wire = wire

    async def perform(self, request: Request[Any], deadline: float) -> Reply:
        """Send the request and return the reply, whatever its status."""
        try:
            return await self.wire.perform(request.payload, deadline)
        except TransportError as error:
            raise translate_transport(error, request.action) from error

    async def aclose(self) -> None:
        """Let running calls end, then close every connection."""
        await self.wire.aclose()

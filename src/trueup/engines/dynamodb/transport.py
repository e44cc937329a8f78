"""Transports: `run()` and `run_async()` perform requests on them, over either wire."""

from __future__ import annotations

from typing import Any

from ...operations.operation import Request
from .errors import translate_transport
from .port import AsyncDynamoWire, DynamoWire
from .wire.errors import TransportError
from .wire.http.reply import Reply


class DynamoTransport:
    """A blocking wire with the interface that `run()` needs."""

    __slots__ = ("wire",)

    def __init__(self, wire: DynamoWire) -> None:
        self.wire = wire

    def perform(self, request: Request[Any], deadline_s: float) -> Reply:
        """Send the request and return the reply, whatever its status."""
        try:
            return self.wire.perform(request.payload, deadline_s)
        except TransportError as error:
            raise translate_transport(error, request.action) from error

    def close(self) -> None:
        """Close every connection."""
        self.wire.close()


class AsyncDynamoTransport:
    """An awaitable wire with the interface that `run_async()` needs."""

    __slots__ = ("wire",)

    def __init__(self, wire: AsyncDynamoWire) -> None:
        self.wire = wire

    async def perform(self, request: Request[Any], deadline_s: float) -> Reply:
        """Send the request and return the reply, whatever its status."""
        try:
            return await self.wire.perform(request.payload, deadline_s)
        except TransportError as error:
            raise translate_transport(error, request.action) from error

    async def aclose(self) -> None:
        """Let running calls end, then close every connection."""
        await self.wire.aclose()

"""The awaitable twin of `port.py`, in a module of its own because it imports asyncio."""

from __future__ import annotations

from typing import Any

from ...operations.operation import Request
from .wire.asynchronous import AsyncSqliteWire


class AsyncSqlitePort:
    """The threaded wire as `run_async()` wants it."""

    __slots__ = ("wire",)

    def __init__(self, wire: AsyncSqliteWire) -> None:
        self.wire = wire

    async def perform(self, request: Request[Any], deadline: float) -> Any:
        """Run the request's statements and return the raw reply."""
        return await request.payload.on(self.wire, deadline)

    async def aclose(self) -> None:
        """Let running calls end, then close every connection."""
        await self.wire.aclose()

"""The port of a wire: its payload, and the methods of every wire."""

from __future__ import annotations

from dataclasses import field
from typing import Protocol

from ..._dataclass import dataclass
from ...operations.operation import Shown
from .wire.aws.service import DYNAMODB, Service
from .wire.http.reply import Reply

LARGEST_REPLY_BYTES = 16 * 1024 * 1024
"""Of replies that hold no items: descriptions of tables, and of other services."""


@dataclass(frozen=True, slots=True)
class HttpPayload:
    """One call of an AWS service, as it is sent.

    target: the operation, such as `GetItem`. body: its parameters as JSON.
    reply_bytes: the most bytes that its reply may have.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
    """

    target: str
    body: bytes
    service: Service = field(default=DYNAMODB, repr=False)
    reply_bytes: int = field(default=LARGEST_REPLY_BYTES, repr=False)

    @property
    def shown(self) -> Shown:
        """The body."""
        return Shown("json", self.body.decode())


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

"""The ports `run()` and `run_async()` perform requests on."""

from __future__ import annotations

from typing import Any

from ...operations.operation import Request
from .wire.blocking import SqliteWire


class SqlitePort:
    """The blocking wire as `run()` wants it."""

    __slots__ = ("wire",)

    def __init__(self, wire: SqliteWire) -> None:
        self.wire = wire

    def perform(self, request: Request[Any], deadline: float) -> Any:
        """Run the request's statements and return the raw reply."""
        return request.payload.on(self.wire, deadline)

    def close(self) -> None:
        """Close every connection."""
        self.wire.close()

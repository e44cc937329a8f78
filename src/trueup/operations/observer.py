"""The events of one request: when it begins, and when and how it ends."""

from __future__ import annotations

import time
from typing import Any

from ..errors import TrueupError
from .actions import count_items
from .events import RequestFinished, RequestStarted
from .operation import Request
from .subscribers import Emit


class observed:  # noqa: N801  # reads as a statement: with observed(request, emit)
    """Tells subscribers when a request begins and ends."""

    __slots__ = ("began", "capacity_units", "described", "emit", "items", "request")

    def __init__(self, request: Request[Any], emit: Emit) -> None:
        self.request = request
        self.emit = emit
        self.began = 0.0
        self.capacity_units: float | None = None
        self.items: int | None = None
        self.described = ("", request.action, request.table, request.index, request.attempt)

    def __enter__(self) -> observed:
        self.emit(RequestStarted(*self.described, parts=self.request.parts))
        self.began = time.perf_counter()
        return self

    def decode(self, reply: Any) -> Any:
        """Decode the reply, and note its capacity units and items."""
        self.capacity_units = self.request.measure(reply)
        result = self.request.decode(reply)
        self.items = count_items(result)
        return result

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        duration_s = time.perf_counter() - self.began
        code = error.code.value if isinstance(error, TrueupError) else None
        name = code or (type(error).__name__ if error else None)
        told = (duration_s, name, self.items, self.capacity_units)
        self.emit(RequestFinished(*self.described, *told, parts=self.request.parts))

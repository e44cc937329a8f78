"""Runners: they run operations on a wire, within the time of a call."""

from __future__ import annotations

import time
from dataclasses import field
from threading import TIMEOUT_MAX
from typing import Protocol, TypeVar

from .._dataclass import dataclass
from .._kinds import fits
from ..errors import ErrorCode, InvalidCall, Place
from .operation import Operation
from .run import AsyncWire, Wire, run, run_async
from .subscribers import Subscribers

R = TypeVar("R")


class Middleware(Protocol):
    """Adds a behaviour to an operation, such as retries."""

    def __call__(self, operation: Operation[R], /) -> Operation[R]:
        """An operation with the same result."""
        ...


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs operations on a blocking wire, each within `timeout_s`, with its `middleware`."""

    wire: Wire
    timeout_s: float
    subscribers: Subscribers = field(default_factory=Subscribers)
    middleware: Middleware | None = None

    def __post_init__(self) -> None:
        check_timeout(self.timeout_s)

    def run(self, operation: Operation[R], name: str) -> R:
        """Perform an operation within the time that is given to it. name: what events call it."""
        return self.run_until(time.monotonic() + self.timeout_s, operation, name)

    def run_until(self, deadline_s: float, operation: Operation[R], name: str) -> R:
        """Perform an operation by an instant of `time.monotonic`; nothing is sent after it."""
        if self.middleware is not None:
            operation = self.middleware(operation)
        return run(operation, self.wire, deadline_s, self.subscribers.emit_for(name))


@dataclass(frozen=True, slots=True)
class AsyncRunner:
    """Runs operations on an awaitable wire, each within `timeout_s`, with its `middleware`."""

    wire: AsyncWire
    timeout_s: float
    subscribers: Subscribers = field(default_factory=Subscribers)
    middleware: Middleware | None = None

    def __post_init__(self) -> None:
        check_timeout(self.timeout_s)

    async def run(self, operation: Operation[R], name: str) -> R:
        """Perform an operation within the time that is given to it. name: what events call it."""
        if self.middleware is not None:
            operation = self.middleware(operation)
        deadline_s = time.monotonic() + self.timeout_s
        return await run_async(operation, self.wire, deadline_s, self.subscribers.emit_for(name))


def check_timeout(timeout_s: float) -> None:
    """Refuse an invalid time for a call. Raises InvalidCall (invalid-option)."""
    if not fits(float)(timeout_s) or not 0 < timeout_s <= TIMEOUT_MAX:
        raise InvalidCall(
            "the time for a call is not a number of seconds above 0",
            code=ErrorCode.INVALID_OPTION,
            where=Place(note="timeout_s= or within()"),
            fix="give the seconds that a call may take, such as 0.5 or 30",
        )

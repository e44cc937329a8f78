"""Wires that are fed their replies by hand, and one way to run an operation on either."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from trueup.operations import Operation, Request, RequestEvent, run, run_async

R = TypeVar("R")
Flavour = Literal["sync", "async"]
FLAVOURS: tuple[Flavour, ...] = ("sync", "async")


class Wire:
    """Gives its replies in order; an exception among them is raised."""

    def __init__(self, *replies: Any) -> None:
        self.replies = deque(replies)
        self.performed: list[str] = []
        self.deadlines: list[float] = []

    def perform(self, request: Request[Any], deadline_s: float) -> Any:
        """Note the request and give the next reply."""
        self.performed.append(request.action)
        self.deadlines.append(deadline_s)
        reply = self.replies.popleft()
        if isinstance(reply, BaseException):
            raise reply
        return reply

    def close(self) -> None:
        """Nothing is open."""


class AwaitableWire:
    """The same, after a turn of the event loop."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    async def perform(self, request: Request[Any], deadline_s: float) -> Any:
        """Let others run, then answer."""
        await asyncio.sleep(0)
        return self.wire.perform(request, deadline_s)

    async def aclose(self) -> None:
        """Nothing is open."""


def request(action: str = "GetItem", decode: Callable[[Any], Any] = lambda reply: reply) -> Any:
    """A request that only a hand-fed wire performs."""
    return Request(action, "Orders", None, decode)


def drive(
    flavour: Flavour,
    operation: Operation[R],
    wire: Wire,
    *,
    within_s: float = 10.0,
    emit: Callable[[RequestEvent], None] | None = None,
) -> R:
    """The operation's result, run blocking or on an event loop of its own."""
    deadline_s = time.monotonic() + within_s
    if flavour == "sync":
        return run(operation, wire, deadline_s, emit)
    return asyncio.run(run_async(operation, AwaitableWire(wire), deadline_s, emit))

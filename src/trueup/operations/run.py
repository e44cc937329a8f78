"""run() and run_async(): the only loops that wait.

Both perform the effects of an operation and send it the replies; only the operation interprets
them. A deadline is an instant of `time.monotonic()`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..errors import DeadlineExceeded, TrueupError
from .observer import observed
from .operation import Gather, Operation, Request, Sleep
from .subscribers import Emit
from .threads import run_side_by_side

if TYPE_CHECKING:
    import asyncio

R = TypeVar("R")


class Wire(Protocol):
    """A blocking transport."""

    def perform(self, request: Request[Any], deadline_s: float) -> Any:
        """Do one round trip and return the raw reply."""

    def close(self) -> None:
        """Give up every connection."""


class AsyncWire(Protocol):
    """An awaitable transport."""

    async def perform(self, request: Request[Any], deadline_s: float) -> Any:
        """Do one round trip and return the raw reply."""

    async def aclose(self) -> None:
        """Give up every connection."""


def run(operation: Operation[R], wire: Wire, deadline_s: float, emit: Emit | None = None) -> R:
    """Perform `operation` on a blocking wire and return its result."""
    try:
        effect = next(operation)
        while True:
            try:
                reply = _perform(effect, wire, deadline_s, emit)
            except TrueupError as error:
                effect = operation.throw(error)
            else:
                effect = operation.send(reply)
    except StopIteration as stop:
        result: R = stop.value
        return result
    finally:
        operation.close()


def _perform(effect: Any, wire: Wire, deadline_s: float, emit: Emit | None) -> Any:
    if type(effect) is Request:
        if emit is None:
            return effect.decode(wire.perform(effect, deadline_s))
        with observed(effect, emit) as observer:
            return observer.decode(wire.perform(effect, deadline_s))
    if isinstance(effect, Sleep):
        return time.sleep(_begin_sleep(effect, deadline_s, emit))
    return run_side_by_side(
        effect.operations, effect.limit, lambda operation: run(operation, wire, deadline_s, emit)
    )


async def run_async(
    operation: Operation[R], wire: AsyncWire, deadline_s: float, emit: Emit | None = None
) -> R:
    """Perform `operation` on an awaitable wire and return its result."""
    try:
        effect = next(operation)
        while True:
            try:
                reply = await _perform_async(effect, wire, deadline_s, emit)
            except TrueupError as error:
                effect = operation.throw(error)
            else:
                effect = operation.send(reply)
    except StopIteration as stop:
        result: R = stop.value
        return result
    finally:
        operation.close()


async def _perform_async(effect: Any, wire: AsyncWire, deadline_s: float, emit: Emit | None) -> Any:
    if type(effect) is Request:
        if emit is None:
            return effect.decode(await wire.perform(effect, deadline_s))
        with observed(effect, emit) as observer:
            return observer.decode(await wire.perform(effect, deadline_s))
    if isinstance(effect, Sleep):
        import asyncio  # 30 ms that sync users need not pay

        return await asyncio.sleep(_begin_sleep(effect, deadline_s, emit))
    return await _run_tasks(effect, wire, deadline_s, emit)


async def _run_tasks(
    effect: Gather[Any], wire: AsyncWire, deadline_s: float, emit: Emit | None
) -> list[Any]:
    import asyncio  # see above

    room = asyncio.Semaphore(effect.limit)

    async def one(operation: Operation[Any]) -> Any:
        async with room:
            return await run_async(operation, wire, deadline_s, emit)

    tasks: list[asyncio.Task[Any]] = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks += [group.create_task(one(operation)) for operation in effect.operations]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        for operation in effect.operations:
            operation.close()  # those that have not begun: nothing is left to be collected
    return [task.result() for task in tasks]


def _begin_sleep(effect: Sleep, deadline_s: float, emit: Emit | None) -> float:
    """The seconds to sleep, once it is sure that there is time and subscribers know why."""
    if time.monotonic() + effect.seconds > deadline_s:
        raise DeadlineExceeded(
            "the time for this call would run out while waiting to try again",
            fix="allow more time with within(seconds), or find out what is slow",
        )
    if effect.because is not None and emit is not None:
        emit(effect.because)
    return effect.seconds

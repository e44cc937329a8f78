"""run() and run_async(): the only loops that wait.

Both perform the effects of an operation and feed it the replies; what a reply means is the
operation's business. A deadline is an instant of `time.monotonic()`.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import field
from itertools import repeat
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .._dataclass import dataclass
from ..errors import DeadlineExceeded, ErrorCode, InvalidCall, TrueupError
from .events import RequestFinished, RequestStarted
from .operation import Gather, Operation, Request, Sleep
from .subscribers import Emit, Subscribers

if TYPE_CHECKING:
    import asyncio

R = TypeVar("R")
T = TypeVar("T")

_LOOK_AGAIN_S = 0.05
"""A thread that rings is heard at once; this is for a ring that an interrupt swallowed."""


class Wire(Protocol):
    """A blocking transport."""

    def perform(self, request: Request[Any], deadline: float) -> Any:
        """Do one round trip and return the raw reply."""

    def close(self) -> None:
        """Give up every connection."""


class AsyncWire(Protocol):
    """An awaitable transport."""

    async def perform(self, request: Request[Any], deadline: float) -> Any:
        """Do one round trip and return the raw reply."""

    async def aclose(self) -> None:
        """Give up every connection."""


def run(operation: Operation[R], wire: Wire, deadline: float, emit: Emit | None = None) -> R:
    """Perform `operation` on a blocking wire and return its result."""
    try:
        effect = next(operation)
        while True:
            try:
                reply = _perform(effect, wire, deadline, emit)
            except TrueupError as error:
                effect = operation.throw(error)
            else:
                effect = operation.send(reply)
    except StopIteration as stop:
        result: R = stop.value
        return result
    finally:
        operation.close()


def _perform(effect: Any, wire: Wire, deadline: float, emit: Emit | None) -> Any:
    if type(effect) is Request:
        if emit is None:
            return effect.decode(wire.perform(effect, deadline))
        with _observed(effect, emit) as observed:
            return observed.decode(wire.perform(effect, deadline))
    if isinstance(effect, Sleep):
        return time.sleep(_begin_sleep(effect, deadline, emit))
    return _run_side_by_side(effect, wire, deadline, emit)


def _run_side_by_side(
    effect: Gather[Any], wire: Wire, deadline: float, emit: Emit | None
) -> list[Any]:
    """On threads; the first failure closes those that have not begun.

    An interrupt may leave a lock of `threading` or `concurrent.futures` taken for ever, because it
    may come between two lines of theirs. What is shared here changes by single calls into C.
    """
    waiting = deque(enumerate(effect.operations))
    results: list[Any] = [None] * len(waiting)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for position, operation in _taken(waiting):
                results[position] = run(operation, wire, deadline, emit)
        except BaseException as error:  # noqa: BLE001  # raised in the thread that called
            failures.append(error)
            _close_all(waiting)

    _run_threads(work, min(effect.limit, len(results)), lambda: _close_all(waiting))
    if failures:
        raise failures[0]
    return results


def _run_threads(work: Callable[[], None], count: int, stop: Callable[[], None]) -> None:
    """Run `work` in so many threads; on an interrupt tell them to stop, and wait for them too."""
    from _thread import start_new_thread
    from queue import Empty, SimpleQueue  # not at import

    begun: list[int] = []
    ended: list[None] = []
    bell: SimpleQueue[None] = SimpleQueue()

    def work_and_ring() -> None:
        try:
            work()
        finally:
            ended.append(None)
            bell.put(None)

    def wait_for_all() -> None:
        while len(ended) < len(begun):
            with suppress(Empty):
                bell.get(timeout=_LOOK_AGAIN_S)

    try:
        # One call into C: no thread is begun that is not counted.
        begun.extend(map(start_new_thread, repeat(work_and_ring, count), repeat(())))
        wait_for_all()
    except BaseException:
        stop()
        wait_for_all()
        raise


def _taken(waiting: deque[T]) -> Iterator[T]:
    """Take one after the other, until all are taken."""
    while True:
        try:
            one = waiting.popleft()
        except IndexError:
            return
        yield one


def _close_all(waiting: deque[tuple[int, Operation[Any]]]) -> None:
    """Operations that will not begin are closed, so that nothing is left to be collected."""
    for _, operation in _taken(waiting):
        operation.close()


async def run_async(
    operation: Operation[R], wire: AsyncWire, deadline: float, emit: Emit | None = None
) -> R:
    """Perform `operation` on an awaitable wire and return its result."""
    try:
        effect = next(operation)
        while True:
            try:
                reply = await _perform_async(effect, wire, deadline, emit)
            except TrueupError as error:
                effect = operation.throw(error)
            else:
                effect = operation.send(reply)
    except StopIteration as stop:
        result: R = stop.value
        return result
    finally:
        operation.close()


async def _perform_async(effect: Any, wire: AsyncWire, deadline: float, emit: Emit | None) -> Any:
    if type(effect) is Request:
        if emit is None:
            return effect.decode(await wire.perform(effect, deadline))
        with _observed(effect, emit) as observed:
            return observed.decode(await wire.perform(effect, deadline))
    if isinstance(effect, Sleep):
        import asyncio  # 30 ms that sync users need not pay

        return await asyncio.sleep(_begin_sleep(effect, deadline, emit))
    return await _run_tasks(effect, wire, deadline, emit)


async def _run_tasks(
    effect: Gather[Any], wire: AsyncWire, deadline: float, emit: Emit | None
) -> list[Any]:
    import asyncio  # see above

    room = asyncio.Semaphore(effect.limit)

    async def one(operation: Operation[Any]) -> Any:
        async with room:
            return await run_async(operation, wire, deadline, emit)

    tasks: list[asyncio.Task[Any]] = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks += [group.create_task(one(operation)) for operation in effect.operations]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        _close_unused(effect.operations)
    return [task.result() for task in tasks]


def _close_unused(operations: Sequence[Operation[Any]]) -> None:
    """Operations that have not begun are closed, so that nothing is left to be collected."""
    for operation in operations:
        operation.close()


def _begin_sleep(effect: Sleep, deadline: float, emit: Emit | None) -> float:
    """The seconds to sleep, once it is sure that there is time and subscribers know why."""
    if time.monotonic() + effect.seconds > deadline:
        raise DeadlineExceeded(
            "the time for this call would run out while waiting to try again",
            fix="allow more time with within(seconds), or find out what is slow",
        )
    if effect.because is not None and emit is not None:
        emit(effect.because)
    return effect.seconds


class Middleware(Protocol):
    """Adds something to an operation: retries, say."""

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
        _check_timeout(self.timeout_s)

    def run(self, operation: Operation[R]) -> R:
        """Perform an operation within the time that is given to it."""
        if self.middleware is not None:
            operation = self.middleware(operation)
        deadline = time.monotonic() + self.timeout_s
        return run(operation, self.wire, deadline, self.subscribers.emit)


@dataclass(frozen=True, slots=True)
class AsyncRunner:
    """Runs operations on an awaitable wire, each within `timeout_s`, with its `middleware`."""

    wire: AsyncWire
    timeout_s: float
    subscribers: Subscribers = field(default_factory=Subscribers)
    middleware: Middleware | None = None

    def __post_init__(self) -> None:
        _check_timeout(self.timeout_s)

    async def run(self, operation: Operation[R]) -> R:
        """Perform an operation within the time that is given to it."""
        if self.middleware is not None:
            operation = self.middleware(operation)
        deadline = time.monotonic() + self.timeout_s
        return await run_async(operation, self.wire, deadline, self.subscribers.emit)


def _check_timeout(timeout_s: float) -> None:
    if not timeout_s > 0:
        raise InvalidCall(
            "the time for a call is not more than 0 seconds",
            code=ErrorCode.INVALID_OPTION,
            where="timeout_s= or within()",
            fix="give the seconds that a call may take, such as 0.5 or 30",
        )


class _observed:  # noqa: N801  # reads as a statement: with _observed(request, emit)
    """Tells subscribers when a request begins and ends."""

    __slots__ = ("began", "capacity_units", "emit", "request")

    def __init__(self, request: Request[Any], emit: Emit) -> None:
        self.request = request
        self.emit = emit
        self.began = 0.0
        self.capacity_units: float | None = None

    def __enter__(self) -> _observed:
        self.emit(RequestStarted(self.request.action, self.request.table))
        self.began = time.perf_counter()
        return self

    def decode(self, reply: Any) -> Any:
        """What the reply means, once its price is noted."""
        self.capacity_units = self.request.measure(reply)
        return self.request.decode(reply)

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        duration_s = time.perf_counter() - self.began
        code = error.code.value if isinstance(error, TrueupError) else None
        name = code or (type(error).__name__ if error else None)
        action, table = self.request.action, self.request.table
        self.emit(RequestFinished(action, table, duration_s, name, self.capacity_units))

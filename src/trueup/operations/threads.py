"""Operations side by side, on plain threads: ADR 10 says why no executor runs them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import repeat
from typing import Any, TypeVar

from .operation import Operation

T = TypeVar("T")

_LOOK_AGAIN_S = 0.05
"""The poll interval, in case an interrupt swallowed a wake-up."""


def run_side_by_side(
    operations: Sequence[Operation[T]], limit: int, run: Callable[[Operation[T]], T]
) -> list[T]:
    """The results of `operations`, at most `limit` at a time.

    The first failure is raised, after waiting for running operations; no others begin.
    """
    waiting = deque(enumerate(operations))
    results: list[Any] = [None] * len(waiting)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for position, operation in _drain(waiting):
                results[position] = run(operation)
        except BaseException as error:  # noqa: BLE001  # raised in the calling thread
            failures.append(error)
            _close_all(waiting)

    _run_threads(work, min(limit, len(results)), lambda: _close_all(waiting))
    if failures:
        raise failures[0]
    return results


def _run_threads(work: Callable[[], None], count: int, stop: Callable[[], None]) -> None:
    """Run `work` in `count` threads; on an interrupt stop them, and wait for them too."""
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
        # One call into C: every started thread is counted.
        begun.extend(map(start_new_thread, repeat(work_and_ring, count), repeat(())))
        wait_for_all()
    except BaseException:
        stop()
        wait_for_all()
        raise


def _drain(waiting: deque[T]) -> Iterator[T]:
    """Take elements one after another, until none is left."""
    while True:
        try:
            one = waiting.popleft()
        except IndexError:
            return
        yield one


def _close_all(waiting: deque[tuple[int, Operation[Any]]]) -> None:
    """Close the operations that will not begin, so that no generator is left to the collector."""
    for _, operation in _drain(waiting):
        operation.close()

"""Turns: a queue for a few connections, first come, first served.

`threading.Lock` has no order, and an interrupt may leave it locked for ever. Here a caller owns a
turn before it queues, the first few callers in the queue may go on, and leaving is one call into C,
correct at whatever point the caller was interrupted: see Interrupts in CONTRIBUTING.md.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TypeAlias, TypeVar

R = TypeVar("R")
_Turn: TypeAlias = "SimpleQueue[None]"
"""A place in the queue: the mailbox at which its owner waits."""

_LOOK_AGAIN_S = 0.05
"""The poll interval, in case an interrupt swallowed a wake-up."""


class Turns:
    """A queue of callers; the first `most` may go on, and `len()` counts all."""

    __slots__ = ("_most", "_queue")

    def __init__(self, most: int = 1) -> None:
        self._most = most
        self._queue: deque[_Turn] = deque()

    def __len__(self) -> int:
        return len(self._queue)

    def run(self, work: Callable[[], R], deadline_s: float, too_late: Callable[[], Exception]) -> R:
        """Run `work` when it is this caller's turn, and return its result.

        deadline_s: for the wait, by `time.monotonic`. too_late: makes the error after it.
        """
        turn: _Turn = SimpleQueue()
        leave = self._queue.remove
        try:
            self._queue.append(turn)
            if len(self._queue) > self._most and not self._wait(turn, deadline_s):
                raise too_late()
            return work()
        finally:
            try:  # noqa: SIM105 - `suppress` runs Python code, where an interrupt could come first
                leave(turn)
            except ValueError:  # interrupted before it queued
                pass
            self._wake_next()

    @contextmanager
    def taken(self, deadline_s: float, too_late: Callable[[], Exception]) -> Iterator[None]:
        """Wait for a turn, and keep it for the block. A block that is dropped unfinished ends when
        nothing refers to it any more."""
        turn: _Turn = SimpleQueue()
        leave = self._queue.remove
        try:
            self._queue.append(turn)
            if len(self._queue) > self._most and not self._wait(turn, deadline_s):
                raise too_late()
            yield
        finally:
            try:  # noqa: SIM105 - as in `run`
                leave(turn)
            except ValueError:
                pass
            self._wake_next()

    def _wait(self, turn: _Turn, deadline_s: float) -> bool:
        """Wait; return whether the turn came before the deadline."""
        while self._queue.index(turn) >= self._most:
            remaining_s = deadline_s - time.monotonic()
            if remaining_s <= 0:
                return False
            try:
                turn.get(timeout=min(remaining_s, _LOOK_AGAIN_S))
            except Empty:
                continue
        return True

    def _wake_next(self) -> None:
        """Wake the last caller that may go on; a second wake-up does no harm."""
        if len(self._queue) < self._most:
            return
        try:
            self._queue[self._most - 1].put(None)
        except IndexError:
            return  # a caller has left meanwhile

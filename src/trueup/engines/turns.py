"""Turns: who may use a few connections, first come, first served.

`threading.Lock` gives no order, and an interrupt may lose it for ever. Here a caller owns a turn
before it queues, the first few of the queue are those that may go on, and leaving is one call into
C, right wherever the caller was interrupted: see Interrupts in CONTRIBUTING.md.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeAlias, TypeVar

R = TypeVar("R")
_Turn: TypeAlias = "SimpleQueue[None]"
"""A place in the queue is the mailbox that its owner waits at."""

_LOOK_AGAIN_S = 0.05
"""A turn that is told of is taken at once; this is for the word that an interrupt swallowed."""


class Turns:
    """A queue of callers, of which the first `most` may go on; `len()` counts all of them."""

    __slots__ = ("_most", "_queue")

    def __init__(self, most: int = 1) -> None:
        self._most = most
        self._queue: deque[_Turn] = deque()

    def __len__(self) -> int:
        return len(self._queue)

    def run(self, work: Callable[[], R], deadline_s: float, too_late: Callable[[], Exception]) -> R:
        """What `work` returns, run when it is this caller's turn.

        deadline_s: for the wait, on the clock `time.monotonic`. too_late: the error after it.
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

    def _wait(self, turn: _Turn, deadline_s: float) -> bool:
        """Whether it was this turn's before the deadline."""
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
        """Tell the last of those that may go on; telling it twice does no harm."""
        if len(self._queue) < self._most:
            return
        try:
            self._queue[self._most - 1].put(None)
        except IndexError:
            return  # somebody has left meanwhile

"""First come, first served: who may use the one connection that writes.

`threading.Lock` gives no order, and an interrupt between its acquisition and the `try` that
releases it loses it for ever. Here a caller owns a turn before it queues; the head of the queue
is the owner; leaving is one call into C, right wherever the caller was interrupted:

    turn = SimpleQueue()
    try:
        turns.enter(turn, deadline_s)
        ...
    finally:
        turns.leave(turn)

CPython looks for interrupts after a call into C, never before it: a `leave` that starts its block
has happened when the interrupt is seen. It wakes nobody: the next one is called by `wake_next`, and
looks by itself, every 50 ms, where an interrupt kept that from happening.
"""

import time
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeAlias

from .transaction import LONGEST_WAIT_S

_LOOK_AGAIN_S = 0.05

Turn: TypeAlias = "SimpleQueue[None]"
"""A place in the queue is the mailbox that its owner waits at."""


class Turns:
    """A queue of turns; the first of them is the one whose turn it is.

    leave: gives up the turn, or the place in the queue; ValueError where it has none.
    """

    __slots__ = ("_queue", "leave")

    def __init__(self) -> None:
        self._queue: deque[Turn] = deque()
        self.leave: Callable[[Turn], None] = self._queue.remove

    def enter(self, turn: Turn, deadline_s: float | None) -> bool:
        """Queue, and wait until it is this turn's; False if that was not before the deadline.

        deadline_s: on the clock `time.monotonic`; None waits `LONGEST_WAIT_S`.
        """
        queue = self._queue
        queue.append(turn)
        return queue[0] is turn or self._wait(turn, deadline_s)

    def wake_next(self) -> None:
        """Tell the first in the queue that it is its turn; telling it twice does no harm."""
        if not self._queue:
            return
        try:
            self._queue[0].put(None)
        except IndexError:
            return  # it has left meanwhile

    def _wait(self, turn: Turn, deadline_s: float | None) -> bool:
        end_s = time.monotonic() + LONGEST_WAIT_S if deadline_s is None else deadline_s
        while self._queue[0] is not turn:
            remaining_s = end_s - time.monotonic()
            if remaining_s <= 0:
                return False
            try:
                turn.get(timeout=min(remaining_s, _LOOK_AGAIN_S))
            except Empty:
                continue
        return True

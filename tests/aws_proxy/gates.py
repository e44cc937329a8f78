"""Requests that are held, or whose replies are dropped, so that a client can be ended there."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import Enum

from tests.faults.proxy import Hangup

LONGEST_HOLD_S = 120.0


class Moment(Enum):
    """Where a request is held."""

    BEFORE = "the server has not seen it"
    AFTER = "the server has done it, and the client does not know"


@dataclass
class Gate:
    """A request that is held.

    is_taken: whether a request came that is meant. reached: set once it is where it is held; it
    goes on, or ends, when one of the methods says so.
    """

    moment: Moment
    is_taken: bool = False
    reached: threading.Event = field(default_factory=threading.Event)
    _decided: threading.Event = field(default_factory=threading.Event)
    _goes_on: bool = False

    def wait(self, timeout_s: float = LONGEST_HOLD_S) -> bool:
        """Wait until the request is there; whether it came."""
        return self.reached.wait(timeout_s)

    def let_go_on(self) -> None:
        """Let the request go on as if nothing had been."""
        self._goes_on = True
        self._decided.set()

    def end(self) -> None:
        """End the connection without a reply."""
        self._decided.set()

    def hold(self) -> None:
        """Wait for the decision; raises Hangup if it is to end."""
        self.reached.set()
        self._decided.wait(LONGEST_HOLD_S)
        if not self._goes_on:
            raise Hangup

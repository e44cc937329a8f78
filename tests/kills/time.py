"""A time that all processes of a test share, and that passes when somebody waits for it."""

from __future__ import annotations

import fcntl
import time
from dataclasses import dataclass
from pathlib import Path

from tests.aws_proxy.looks import Clock
from trueup.lifecycle.clocks import Clocks
from trueup.schema.engine import LONGEST_PAUSE_S

LONG_S = 59.0
"""An hour is so many of these, and a second."""

_monotonic_s = time.monotonic


@dataclass
class SharedTime(Clock):
    """The real time, moved on by what a file says.

    A process that waits moves it on at once, so that an hour takes no time, for AWS neither.
    """

    file: Path = Path()

    def now_s(self) -> float:
        return time.time() + self._moved_s()

    def move_on(self, seconds: float) -> None:
        with self.file.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            draft = self.file.with_suffix(".draft")
            draft.write_text(str(self._moved_s() + seconds), encoding="utf-8")
            draft.replace(self.file)

    def _moved_s(self) -> float:
        text = self.file.read_text(encoding="utf-8") if self.file.exists() else ""
        return float(text or 0)

    def clocks(self) -> Clocks:
        """The clocks of a run in this time."""
        return Clocks(self.now_s, lambda: _monotonic_s() + self._moved_s(), self.pause)

    def pause(self, seconds: float) -> None:
        """Let time pass, more than was asked for if that is much: waits for an hour have many
        pauses. The last one before the end of an hour is as long as asked."""
        self.move_on(LONG_S if seconds >= LONGEST_PAUSE_S else seconds)

    def rule_process(self) -> None:
        """Make this the time of the whole process, the deadlines of its wires too."""
        time.monotonic = lambda: _monotonic_s() + self._moved_s()

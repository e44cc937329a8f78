"""How a run of apply goes, line by line, on stderr."""

from __future__ import annotations

from rich.text import Text

from ...lifecycle.clocks import TRUE_CLOCKS, Clocks
from ...lifecycle.events import (
    ApplyEvent,
    LockTaken,
    LookedAgain,
    StepBegan,
    StepEnded,
    Stopped,
    Waiting,
)
from ...lifecycle.state.lock import shown_age
from ..output import FAINT, Output
from ..wording import wrapped

_PERHAPS = "begun, and perhaps done"
QUIET_S = 10.0
"""The shortest time between two lines about one wait."""


class Progress:
    """Prints events, and remembers how far the run came. done: the comments of its steps."""

    def __init__(self, output: Output, clocks: Clocks = TRUE_CLOCKS) -> None:
        self._output = output
        self._clocks = clocks
        self._told_s = -QUIET_S
        self.done: list[str] = []
        self.stopped: Stopped | None = None

    def __call__(self, event: ApplyEvent) -> None:
        """Print an event."""
        match event:
            case LockTaken(_, _, took_over):
                if took_over:
                    self._say(f"the lock of {took_over} has expired; this run goes on from there")
            case StepBegan(position, steps, _, comment, _):
                self._say(f"[{position}/{steps}] {comment}")
                self._told_s = self._clocks.monotonic_s()
            case StepEnded(_, _, comment):
                self.done.append(comment)
            case Waiting():
                self._wait(event)
            case LookedAgain(steps):
                self._say(f"others changed the tables meanwhile; planned again: {steps} changes")
            case Stopped():
                self.stopped = event

    def summary(self) -> str:
        """How far the run came, for a person who has interrupted it, or whom it has failed."""
        stopped = self.stopped
        if stopped is None or not (stopped.done or stopped.current):
            return "nothing was changed"
        parts = [f"done: {'; '.join(stopped.done) or 'nothing'}"]
        if stopped.current:
            how = "refused, with nothing of it done" if stopped.is_refused else _PERHAPS
            parts.append(f"{how}: {stopped.current}")
        if stopped.left:
            parts.append(f"not begun: {'; '.join(stopped.left)}")
        return ". ".join(parts)

    def _wait(self, event: Waiting) -> None:
        now_s = self._clocks.monotonic_s()
        if now_s - self._told_s < QUIET_S:
            return
        self._told_s = now_s
        left = f", {shown_age(event.left_s)} left" if event.left_s is not None else ""
        self._output.note(
            wrapped(f"… {event.note} ({shown_age(event.waited_s)}{left})", 6, 80, FAINT)
        )

    def _say(self, text: str) -> None:
        self._output.note(wrapped(text, 0, self._output.width) if text else Text(""))

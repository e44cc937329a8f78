"""What a run of `apply` tells as it goes, as values: the command prints them, tests record them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class LockTaken:
    """The run has the lock. took_over: who held it, whose lease has expired; empty for nobody."""

    run_id: str
    number: int
    took_over: str = ""


@dataclass(frozen=True, slots=True)
class StepBegan:
    """A step begins. position: from 1. estimate: what it may take and cost."""

    position: int
    steps: int
    table: str
    comment: str
    estimate: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing can be done for a moment. note: how far it is. waited_s: so far.

    left_s: how long it will take; None if nobody knows.
    """

    table: str
    note: str
    waited_s: float
    left_s: float | None = None


@dataclass(frozen=True, slots=True)
class StepEnded:
    """A step has ended."""

    position: int
    table: str
    comment: str


@dataclass(frozen=True, slots=True)
class LookedAgain:
    """Others changed the tables meanwhile; what is left was planned again."""

    steps: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """The run ends before its end. current: the step that was being done, which may be done.

    done, left: the other steps. is_refused: whether the current one was refused as a whole, so that
    nothing of it is done.
    """

    run_id: str
    done: tuple[str, ...]
    current: str
    left: tuple[str, ...]
    is_refused: bool = False


ApplyEvent: TypeAlias = LockTaken | StepBegan | Waiting | StepEnded | LookedAgain | Stopped
Tell: TypeAlias = Callable[[ApplyEvent], None]


def tell_nobody(_event: ApplyEvent) -> None:
    """For callers that need no events."""

"""Events: what observers are told. Frozen values without keys, items or parameters."""

from __future__ import annotations

from typing import TypeAlias

from .._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class RequestStarted:
    """A request is about to be performed."""

    action: str
    table: str


@dataclass(frozen=True, slots=True)
class RequestFinished:
    """A request was performed.

    error: its code or the exception's type; None if it succeeded.
    capacity_units: what DynamoDB charged for it; None where that is not known.
    """

    action: str
    table: str
    duration_s: float
    error: str | None = None
    capacity_units: float | None = None


@dataclass(frozen=True, slots=True)
class RequestRetried:
    """A request failed and will be sent again after a pause.

    attempt: how many were made so far. error: the code of the last one's error.
    """

    action: str
    table: str
    attempt: int
    pause_s: float
    error: str


RequestEvent: TypeAlias = RequestStarted | RequestFinished | RequestRetried

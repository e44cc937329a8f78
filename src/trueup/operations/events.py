"""Events: what observers are told. Frozen values without keys, items or parameters."""

from __future__ import annotations

from .._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """What every event tells of its request.

    operation: the method that was called: get, query, put_many, transaction, create_tables.
    action: what is sent for it, in the engine's word: GetItem on DynamoDB, Get on SQLite.
    table: its declared name; several, joined by commas, if the request is about several.
    index: the index that is read; None if it is the table itself.
    attempt: 1 if it is sent for the first time.
    """

    operation: str
    action: str
    table: str
    index: str | None
    attempt: int


@dataclass(frozen=True, slots=True)
class RequestStarted(RequestEvent):
    """A request is about to be performed."""


@dataclass(frozen=True, slots=True)
class RequestFinished(RequestEvent):
    """A request was performed.

    error: its code or the exception's type; None if it succeeded.
    items: how many it found, counted, or wrote; None if that is not known.
    capacity_units: what DynamoDB charged for it; None if that is not known.
    """

    duration_s: float
    error: str | None = None
    items: int | None = None
    capacity_units: float | None = None


@dataclass(frozen=True, slots=True)
class RequestRetried(RequestEvent):
    """The attempt of this number failed; the request will be sent again after a pause.

    error: the code of its error.
    """

    pause_s: float
    error: str

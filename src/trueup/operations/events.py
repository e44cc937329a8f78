"""Events for observers: frozen values without keys, items or parameters."""

from __future__ import annotations

from dataclasses import field

from .._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """The facts of a request that every event has.

    operation: the method that was called: get, query, put_many, transaction, create_tables.
    action: the request in the engine's words: GetItem on DynamoDB, Get on SQLite.
    table: the declared name; if there are several, joined by commas.
    index: the index that is read; None for the table itself.
    attempt: 1 for the first attempt.
    parts: of a transaction that writes, or a batch with conditions, the actions and tables of its
        parts, each once: Put and orders.
    """

    operation: str
    action: str
    table: str
    index: str | None
    attempt: int
    parts: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class RequestStarted(RequestEvent):
    """A request is about to be performed."""


@dataclass(frozen=True, slots=True)
class RequestFinished(RequestEvent):
    """A request was performed.

    error: the error's code or the exception's type; None if the request succeeded.
    items: the number of items found, counted, or written; None if unknown.
    capacity_units: the units that DynamoDB charged; None if unknown.
    """

    duration_s: float
    error: str | None = None
    items: int | None = None
    capacity_units: float | None = None


@dataclass(frozen=True, slots=True)
class RequestRetried(RequestEvent):
    """This attempt failed; the request will be sent again after a pause.

    error: the error's code.
    """

    pause_s: float
    error: str

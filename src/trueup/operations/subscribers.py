"""Subscribers: the observers of an open database's requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from .._kinds import kind_of_value
from ..errors import ErrorCode, InvalidCall, Place
from .events import RequestEvent

Emit = Callable[[RequestEvent], None]


class Subscribers:
    """The subscribers of an open database, shared by everything made from it.

    Threads add and remove without a lock, because an interrupt could leave a lock taken: each
    change is a single call into C.
    """

    __slots__ = ("_subscribers",)

    def __init__(self) -> None:
        self._subscribers: list[Emit] = []

    def add(self, subscriber: Emit) -> None:
        """Send the subscriber every event from now on."""
        if not callable(subscriber):
            raise InvalidCall(
                f"{kind_of_value(subscriber)} was given where a function belongs",
                code=ErrorCode.WRONG_TYPE,
                where=Place(note="subscribe()"),
                fix="pass a function that takes an event: db.subscribe(print)",
            )
        self._subscribers.append(subscriber)

    def remove(self, subscriber: Emit) -> None:
        """Send it no more events. Raises InvalidCall if it is not subscribed."""
        try:
            self._subscribers.remove(subscriber)
        except ValueError:
            raise InvalidCall(
                "this function is not subscribed",
                code=ErrorCode.INVALID_OPTION,
                where=Place(note="unsubscribe()"),
                fix="pass the same function that was passed to subscribe()",
            ) from None

    def emit_for(self, operation: str) -> Emit | None:
        """The function that sends events to all subscribers, in order; None without subscribers."""
        return partial(self._tell, operation) if self._subscribers else None

    def _tell(self, operation: str, event: RequestEvent) -> None:
        named = replace(event, operation=operation)
        for subscriber in tuple(self._subscribers):
            subscriber(named)

"""Operations: database work as generators that never wait.

An operation yields effects and receives the reply of each. Code that decides (paging, batching,
splitting, retrying) is an operation; only `run.py` and wires wait. Only `send`, `sleep` and
`gather` contain a bare `yield`, because its reply is untyped; the rest says `yield from`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from .._dataclass import dataclass
from ..errors import TrueupError
from .events import RequestRetried

R = TypeVar("R")


def never(_: Request[R]) -> None:
    """The `after_loss` of a request that may be performed only once."""


def as_it_is(reply: R) -> R:
    """The `decode` of a request whose raw reply is its result."""
    return reply


def unmeasured(_: Any) -> None:
    """The `measure` of a request on an engine that charges nothing."""


def unchanged(request: Request[R]) -> Request[R]:
    """The `after_loss` of a request whose second execution changes nothing."""
    return request


@dataclass(frozen=True, slots=True)
class Shown:
    """A request for people, exactly as it is sent. language: of its text, such as json or sql."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Request(Generic[R]):
    """One round trip, ready for the wire of the engine that compiled it.

    action: its name in the engine's words (GetItem, Query), for events.
    payload: the engine's own value: SQL and parameters, or a body. `repo.requests` shows it. Its
        property `shown`, if it has one, is the text for documentation, a `Shown`.
    decode: turns the wire's reply into an `R`, or into the request that must follow.
    after_loss: called with this request if its reply was lost, so that it may have been applied.
        Returns the request to send next, which recognises the result of its first attempt; None if
        a second execution could change something more.
    measure: returns the capacity units in a reply, for events.
    index: the name of the index that is read, for events.
    attempt: the number of this attempt, from 1.
    parts: of a transaction that writes, the actions and tables of its parts, for events.
    """

    action: str
    table: str
    payload: Any
    decode: Callable[[Any], R | NextRequest[R]]
    after_loss: Callable[[Request[R]], Request[R] | None] = never
    measure: Callable[[Any], float | None] = unmeasured
    index: str | None = None
    attempt: int = 1
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NextRequest(Generic[R]):
    """A decoded reply that is not the last: the next request, and the pause before it.

    Engines use it if an action can need several requests: a batch that was processed in part, an
    expired item that must be replaced instead of changed. They bound the number of requests.

    on_failure: returns the result if the next request fails, for a partly done action.
    """

    request: Request[R]
    after_s: float = 0.0
    on_failure: Callable[[TrueupError], R] | None = None


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait before continuing. because: the event that subscribers receive before the wait."""

    seconds: float
    because: RequestRetried | None = None


@dataclass(frozen=True, slots=True)
class Gather(Generic[R]):
    """Run operations side by side, at most `limit` at a time; the reply has their results, in
    order. The first failure is raised, after waiting for running operations; no others begin."""

    operations: Sequence[Operation[R]]
    limit: int


Effect: TypeAlias = Request[Any] | Sleep | Gather[Any]
Operation: TypeAlias = Generator[Effect, Any, R]


def send(request: Request[R]) -> Operation[R]:
    """Perform a request and its follow-ups; the reply keeps the request's type."""
    reply: R | NextRequest[R] = yield request
    while isinstance(reply, NextRequest):
        following = reply
        try:
            if following.after_s:
                yield Sleep(following.after_s)
            reply = yield following.request
        except TrueupError as error:
            if following.on_failure is None:
                raise
            return following.on_failure(error)
    return reply


def sleep(seconds: float) -> Operation[None]:
    """Wait."""
    yield Sleep(seconds)


def gather(operations: Sequence[Operation[R]], limit: int) -> Operation[list[R]]:
    """Run `operations` side by side and return their results in order."""
    if len(operations) == 1:
        return [(yield from operations[0])]
    results: list[R] = yield Gather(operations, limit)
    return results

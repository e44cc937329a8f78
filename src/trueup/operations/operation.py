"""Operations: database work as generators that never wait.

An operation yields effects and receives the reply of each. Everything that decides something
(paging, batching, splitting, retrying) is an operation; everything that waits is `run.py` or a
wire. Only `send`, `sleep` and `gather` contain a bare `yield`, because its reply is untyped; the
rest says `yield from`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Request(Generic[R]):
    """One round trip, ready to be performed by the wire of the engine that compiled it.

    action: what it does, in DynamoDB's words (GetItem, Query, ...), for events.
    payload: the engine's own value: SQL and parameters, or a body. `repo.requests` shows it.
    decode: turns the wire's reply into an `R`.
    """

    action: str
    table: str
    payload: Any
    decode: Callable[[Any], R]


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait before continuing."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Gather(Generic[R]):
    """Run operations side by side, at most `limit` at a time; the reply is their results, in
    order. The first failure stops those that have not begun, waits for the rest, and is raised."""

    operations: Sequence[Operation[R]]
    limit: int


Effect: TypeAlias = Request[Any] | Sleep | Gather[Any]
Operation: TypeAlias = Generator[Effect, Any, R]


def send(request: Request[R]) -> Operation[R]:
    """Perform one request; the reply keeps the request's type."""
    reply: R = yield request
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

"""The counts of an engine that keeps a pool of connections."""

from __future__ import annotations

from collections import deque
from itertools import count
from typing import Protocol, runtime_checkable

from .._dataclass import dataclass
from ..errors import Place, UnsupportedByEngine


@dataclass(frozen=True, slots=True)
class ConnectionCounts:
    """The connections of an open database at one moment.

    most: at a time. open: in use, about to be opened, or idle. waiting: calls that wait for one.
    opened: since the database was opened; it grows fast if connections do not last.
    """

    most: int
    open: int
    idle: int
    waiting: int
    opened: int


@runtime_checkable
class CountsConnections(Protocol):
    """A wire that counts its connections."""

    def count_connections(self) -> ConnectionCounts:
        """The present counts."""
        ...


def count_connections(wire: object, engine: str) -> ConnectionCounts:
    """The counts of a wire. Raises UnsupportedByEngine if it keeps none."""
    if isinstance(wire, CountsConnections):
        return wire.count_connections()
    raise UnsupportedByEngine(
        "this engine does not count its connections",
        where=Place(engine),
        fix="ask for them on PostgreSQL only",
    )


class Numbers:
    """Counts from any number of threads, without a lock, which an interrupt could leave locked."""

    __slots__ = ("_last", "_numbers")

    def __init__(self) -> None:
        self._numbers = count(1)
        self._last: deque[int] = deque([0], maxlen=1000)  # threads may append out of order

    def next(self) -> None:
        """Count one more."""
        self._last.append(next(self._numbers))

    @property
    def last(self) -> int:
        """The number so far."""
        return max(self._last.copy())

"""The port of an engine that can try what live tables do, on copies that are undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from .._dataclass import dataclass
from ..operations.operation import Operation, Request
from .facts import Difference


@dataclass(frozen=True, slots=True)
class Question:
    """An access pattern, that an engine can ask of rows of its own.

    table: the logical name. index: its logical name, None for the table's own key.
    attributes: those whose values `ask` takes, as texts, for the request that asks.
    """

    table: str
    pattern: str
    index: str | None
    attributes: tuple[str, ...]
    ask: Callable[[Sequence[str]], Request[Any]]


@runtime_checkable
class TryingEngine(Protocol):
    """An engine that tries behaviour."""

    def try_behaviour(
        self, tables: Sequence[str], questions: Sequence[Question]
    ) -> Operation[Mapping[str, Sequence[Difference]]]:
        """What live tables do, beside what is declared, by physical name. Their rows are neither
        read nor changed.

        tables: the logical names of those to try.
        """
        ...

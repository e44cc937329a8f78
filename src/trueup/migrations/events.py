"""What a run tells while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from .._dataclass import dataclass
from .files import Migration


class Named(Protocol):
    """A file, or what is kept of one."""

    @property
    def name(self) -> str:
        """Its name without its ending."""
        ...


@dataclass(frozen=True, slots=True)
class Ran:
    """A statement is done: its number, of how many."""

    migration: Migration
    statement: int
    statements: int


@dataclass(frozen=True, slots=True)
class Batched:
    """A batch of a statement is done. rows: those that its batches have gone over, at most."""

    migration: Migration
    statement: int
    rows: int


@dataclass(frozen=True, slots=True)
class Waited:
    """Others held a lock that a statement needs, and it will be tried again. name: of the file."""

    name: str
    attempt: int
    attempts: int
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """A migration is applied, or undone."""

    migration: Migration
    is_undone: bool


@dataclass(frozen=True, slots=True)
class Proving:
    """A part of a proof begins."""

    migration: Named
    part: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A repeatable file ran. is_previous: as it was before, as migrations after that are undone."""

    file: Named
    is_previous: bool


Event: TypeAlias = Ran | Batched | Waited | Done | Proving | Repeated
Tell: TypeAlias = Callable[[Event], object]

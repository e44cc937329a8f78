"""What is kept of a batch: how many items were written, and the outcome of each that was not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Generic, TypeVar

from .._dataclass import dataclass
from ..errors import TrueupError
from .actions import BatchWritten, total

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ItemOutcome(Generic[T]):
    """What became of one item of a batch.

    position: in the input, from 0. error: None if it was written.
    """

    position: int
    item: T
    error: TrueupError | None

    @property
    def is_written(self) -> bool:
        """Whether the write was done."""
        return self.error is None


def outcomes_of(first: int, items: Sequence[T], written: BatchWritten) -> list[ItemOutcome[T]]:
    """The outcomes of items that were written together. first: the position of `items[0]`."""
    pairs = enumerate(zip(items, written.errors, strict=True), first)
    return [ItemOutcome(position, item, error) for position, (item, error) in pairs]


@dataclass(slots=True)
class BatchResult(Generic[T]):
    """What became of a batch: how many were written, and the outcome of each that was not.

    A batch is not atomic: what was written stays written, whatever became of the others.
    capacity_units: what it consumed, where DynamoDB said so.
    """

    written: int = 0
    failures: list[ItemOutcome[T]] = field(default_factory=list)
    capacity_units: float | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every item was written."""
        return not self.failures

    def add(self, first: int, items: Sequence[T], written: BatchWritten) -> None:
        """Count items that were written together, the first of them at position `first`; keep the
        outcomes of those that were not."""
        failures: list[ItemOutcome[T]] = []
        if any(written.errors):
            outcomes = outcomes_of(first, items, written)
            failures = [outcome for outcome in outcomes if outcome.error is not None]
        self.written += len(items) - len(failures)
        self.failures += failures
        self.capacity_units = total(self.capacity_units, written.capacity_units)

    def raise_failures(self) -> None:
        """Raise the first failure, with the others as notes; nothing where all were written."""
        if self.failures:
            first = self.failures[0]
            assert first.error is not None
            first.error.add_note(
                f"item {first.position} of a batch; {self.written} were written, "
                f"{len(self.failures)} were not"
            )
            raise first.error


def note_progress(error: BaseException, count: int) -> None:
    """Let an exception that ends a batch say how far that came, once."""
    note = f"{count} items of the batch were dealt with before this"
    if note not in getattr(error, "__notes__", ()):
        error.add_note(note)

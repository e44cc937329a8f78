"""The result of a batch, and the error for an incomplete one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from typing import Any, Generic, TypeVar

from .._dataclass import dataclass
from ..errors import ErrorCategory, ErrorCode, TrueupError
from .actions import BatchWritten, total

T = TypeVar("T")

_MOST_NOTED = 20


@dataclass(frozen=True, slots=True)
class ItemOutcome(Generic[T]):
    """The outcome of one item of a batch.

    position: in the input, from 0. error: None if it was written.
    """

    position: int
    item: T
    error: TrueupError | None

    @property
    def is_written(self) -> bool:
        """Whether the item was written."""
        return self.error is None


def outcomes_of(first: int, items: Sequence[T], written: BatchWritten) -> list[ItemOutcome[T]]:
    """The outcomes of items of the same request. first: the position of `items[0]`."""
    pairs = enumerate(zip(items, written.errors, strict=True), first)
    return [ItemOutcome(position, item, error) for position, (item, error) in pairs]


@dataclass(slots=True)
class BatchResult(Generic[T]):
    """The result of a batch: the number of written items, and the outcome of each that was not.

    A batch is not atomic: written items stay written, even if others fail.
    capacity_units: the units consumed, if DynamoDB reports them.
    """

    written: int = 0
    failures: list[ItemOutcome[T]] = field(default_factory=list)
    capacity_units: float | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every item was written."""
        return not self.failures

    def add(self, first: int, items: Sequence[T], written: BatchWritten) -> None:
        """Count the written items of a request, and keep the outcomes of the others. first: the
        position of `items[0]`."""
        failures: list[ItemOutcome[T]] = []
        if any(written.errors):
            outcomes = outcomes_of(first, items, written)
            failures = [outcome for outcome in outcomes if outcome.error is not None]
        self.written += len(items) - len(failures)
        self.failures += failures
        self.capacity_units = total(self.capacity_units, written.capacity_units)

    def note_failures(self, error: BaseException) -> None:
        """Tell with an exception that ends a batch which items had failed before it."""
        if self.failures:
            positions = ", ".join(str(failure.position) for failure in self.failures[:_MOST_NOTED])
            more = ", …" if len(self.failures) > _MOST_NOTED else ""
            first = self.failures[0].error
            assert first is not None
            error.add_note(
                f"{len(self.failures)} of them were not written: item {positions}{more}; "
                f"the first: [{first.code.value}] {first.what}"
            )

    def checked(self) -> BatchResult[T]:
        """Return the result. Raises BatchIncomplete if an item was not written."""
        if self.failures:
            error = BatchIncomplete(self)
            raise error from self.failures[0].error
        return self


@dataclass(frozen=True, slots=True)
class DeletedItems:
    """The result of `delete_where`.

    skipped: items that others changed or removed between the read and the delete; they are as those
        others left them. cursor: where to go on, for `after=`; None if all was read.
    """

    deleted: int = 0
    skipped: int = 0
    cursor: str | None = None


class BatchIncomplete(TrueupError):
    """Items of a batch were not written; the other items are written, and stay so.

    result: the number of written items, and the outcome of each that was not. `__cause__` is the
    error of the first. A pickled error keeps positions and errors, without the items.
    """

    default_code = ErrorCode.BATCH_INCOMPLETE

    def __init__(self, result: BatchResult[Any]) -> None:
        errors = [outcome.error for outcome in result.failures if outcome.error is not None]
        first, count = errors[0], len(errors)
        super().__init__(
            f"the batch wrote {result.written} of {result.written + count} items; the first that "
            f"failed is item {result.failures[0].position}: [{first.code.value}] {first.what}",
            where=first.where,
            fix=f"look at `result.failures`; for this one: {first.fix}",
        )
        self.result = result
        categories = {error.category for error in errors}
        self.category = categories.pop() if len(categories) == 1 else ErrorCategory.SERVICE_ERROR

    def __reduce__(self) -> tuple[Any, ...]:
        """The error without the items, which may be large, and are nobody's to read in a log."""
        failures = [replace(failure, item=None) for failure in self.result.failures]
        return type(self), (replace(self.result, failures=failures),)

    def to_dict(self) -> dict[str, Any]:
        """The error as JSON takes it; `failures` holds the position and error of each item."""
        failures = [
            {"position": outcome.position, "error": outcome.error.to_dict()}
            for outcome in self.result.failures
            if outcome.error is not None
        ]
        return super().to_dict() | {"written": self.result.written, "failures": failures}


def note_progress(error: BaseException, count: int) -> None:
    """Add to an exception that ends a batch how far the batch came, once."""
    note = f"{count} items of the batch were dealt with before this"
    if note not in getattr(error, "__notes__", ()):
        error.add_note(note)

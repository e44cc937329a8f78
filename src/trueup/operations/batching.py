"""Batches: any number of items, split to what the engine takes, with an outcome for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace
from itertools import islice
from typing import Any, Generic, TypeAlias, TypeVar

from .._dataclass import dataclass
from ..errors import (
    InvalidCall,
    OutcomeUnknown,
    RetryableError,
    TrueupError,
    WriteRefused,
)
from .actions import BatchGet, BatchWrite, BatchWritten, Delete, Key, Put, WriteResult, total
from .engine import Engine
from .operation import Operation, Request, gather, send
from .paging import PARALLEL_READS
from .plans.context import TableContext

T = TypeVar("T")

Planned: TypeAlias = Put | Delete | TrueupError
"""The write of an item of a batch, or why there is none."""

PARALLEL_WRITES = 8
"""Items of a batch that are written side by side where an engine's batches take no conditions."""


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


def take_chunk(engine: Engine, waiting: Iterator[T], first: int) -> list[T]:
    """The next items of a batch, as many as one request takes; an exception of their source says
    how many came before.

    first: the position of the next one in the whole input.
    """
    try:
        return list(islice(waiting, engine.rules.limits.batch_write_items))
    except Exception as error:
        note_progress(error, first)
        raise


def note_progress(error: BaseException, count: int) -> None:
    """Let an exception that ends a batch say how far that came, once."""
    note = f"{count} items of the batch were dealt with before this"
    if note not in getattr(error, "__notes__", ()):
        error.add_note(note)


def write_chunk(
    engine: Engine, first: int, items: Sequence[T], plan: Callable[[T], Put | Delete]
) -> Operation[BatchWritten]:
    """Write what one request takes; an item that cannot be planned fails alone.

    first: the position of `items[0]` in the whole input. An error that is raised says how many
    items come before those that it may be about.
    """
    return write_planned(engine, first, [_planned(plan, item) for item in items])


def write_planned(
    engine: Engine, first: int, planned: Sequence[Planned]
) -> Operation[BatchWritten]:
    """The same, for items that are planned already."""
    try:
        if not engine.rules.capabilities.conditional_batches and _has_guards(planned):
            return (yield from _write_singly(engine, planned))
        planned, request = _batch_request(engine, planned)
        answer = BatchWritten(()) if request is None else (yield from send(request))
    except TrueupError as error:
        note_progress(error, first)
        raise
    answers = iter(answer.errors)
    errors = [one if isinstance(one, TrueupError) else next(answers) for one in planned]
    return BatchWritten(errors, answer.capacity_units)


def _has_guards(planned: Sequence[Planned]) -> bool:
    return any(not isinstance(one, TrueupError) and not one.guard.is_open for one in planned)


def first_request(engine: Engine, writes: Sequence[Put | Delete]) -> Request[Any]:
    """The first request of a batch that can be sent as it is planned.

    Where it goes out as single writes side by side, the first of them.
    """
    chunk = tuple(writes[: engine.rules.limits.batch_write_items])
    if not engine.rules.capabilities.conditional_batches and _has_guards(chunk):
        return engine.compile(chunk[0])
    return engine.compile(BatchWrite(chunk))


def _write_singly(engine: Engine, planned: Sequence[Planned]) -> Operation[BatchWritten]:
    """Write each on its own, side by side; writes of one item follow each other, in order."""
    errors = [one if isinstance(one, TrueupError) else None for one in planned]
    units: float | None = None
    rounds: list[dict[int, Put | Delete]] = []
    seen: Counter[tuple[str, Key]] = Counter()
    for position, one in enumerate(planned):
        if not isinstance(one, TrueupError):
            address = one.table.name, one.key
            turn = seen[address]
            seen[address] += 1
            if turn == len(rounds):
                rounds.append({})
            rounds[turn][position] = one
    for writes in rounds:
        operations = [_attempt(engine, one) for one in writes.values()]
        outcomes = yield from gather(operations, PARALLEL_WRITES)
        for position, outcome in zip(writes, outcomes, strict=True):
            if isinstance(outcome, TrueupError):
                errors[position] = outcome
            else:
                units = total(units, outcome.capacity_units)
    return BatchWritten(errors, units)


def _attempt(engine: Engine, write: Put | Delete) -> Operation[WriteResult[Any] | TrueupError]:
    """Write one item. The error that is about it alone is its outcome, and so is one that may
    pass: others are written at the same time, and nobody should have to guess which."""
    try:
        written: WriteResult[Any] = yield from send(engine.compile(write))
    except (WriteRefused, InvalidCall, RetryableError, OutcomeUnknown) as error:
        return error
    return written


def _batch_request(
    engine: Engine, planned: Sequence[Planned]
) -> tuple[Sequence[Planned], Request[Any] | None]:
    """The request for what the engine takes, and why it refuses the rest: an item that is too
    large, say."""
    try:
        return planned, _compile(engine, planned)
    except InvalidCall:
        planned = [_compilable(engine, one) for one in planned]
        return planned, _compile(engine, planned)


def _compile(engine: Engine, planned: Sequence[Planned]) -> Request[Any] | None:
    writes = tuple([one for one in planned if not isinstance(one, TrueupError)])
    return engine.compile(BatchWrite(writes)) if writes else None


def _compilable(engine: Engine, one: Planned) -> Planned:
    """The write, or why the engine refuses it."""
    try:
        _compile(engine, [one])
    except InvalidCall as error:
        return error
    return one


def _planned(plan: Callable[[T], Put | Delete], item: T) -> Planned:
    try:
        return plan(item)
    except TrueupError as error:
        return error


def get_many(context: TableContext, action: BatchGet) -> Operation[list[Any]]:
    """The models of `action.keys`, in that order, None for each that is absent."""
    chunks = split_keys(context, action)
    operations = [send(context.engine.compile(chunk)) for chunk in chunks]
    found: dict[Any, Any] = {}
    for chunk, models in zip(chunks, (yield from gather(operations, PARALLEL_READS)), strict=True):
        found.update(zip(chunk.keys, models, strict=True))
    return [found[key] for key in action.keys]


def split_keys(context: TableContext, action: BatchGet) -> list[BatchGet]:
    """What one request can read at a time; a key that stands twice is read once."""
    keys = list(dict.fromkeys(action.keys))
    size = context.engine.rules.limits.batch_get_keys
    starts = range(0, len(keys), size)
    return [replace(action, keys=tuple(keys[start : start + size])) for start in starts]

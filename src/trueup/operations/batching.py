"""Batches: any number of items, split into requests, with an outcome for each item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from .._kinds import kind_of_value
from ..errors import (
    ErrorCode,
    InvalidCall,
    OutcomeUnknown,
    RetryableError,
    TrueupError,
    WriteRefused,
)
from ..model.declarations.base import Model
from .actions import (
    BatchGet,
    BatchGetTables,
    BatchWrite,
    BatchWritten,
    Delete,
    Key,
    Put,
    WriteResult,
    total,
)
from .batch_result import note_progress
from .engine import Engine
from .operation import Operation, Request, gather, send
from .paging import PARALLEL_READS
from .plans.context import TableContext

T = TypeVar("T")

Planned: TypeAlias = Put | Delete | TrueupError
"""The planned write of an item of a batch, or the error that prevents it."""

Address: TypeAlias = tuple[str, Key]
"""The name of a table in its layer, and a primary key."""

PARALLEL_WRITES = 8
"""The single writes side by side, if an engine's batches take no conditions."""


_WRONG_CALLS = (ErrorCode.WRONG_TYPE, ErrorCode.INVALID_KEY)
"""Errors that every similar item of a batch would meet: another table's model, or a key of another
shape."""


def iterate(context: TableContext, given: Any) -> Iterator[Any]:
    """Iterate over the items or keys of a batch.

    Raises InvalidCall for a single model, text or mapping: its elements are no items.
    """
    if isinstance(given, Iterable) and not isinstance(given, Model | str | bytes | Mapping):
        return iter(given)
    is_async = hasattr(given, "__aiter__")
    raise InvalidCall(
        f"several items or keys are expected, not {kind_of_value(given)}",
        code=ErrorCode.WRONG_TYPE,
        where=context.where,
        fix="read it into a list first: await results.all(), or [item async for item in items]"
        if is_async
        else "put it into a list, or use the method for a single item",
    )


def take_chunk(engine: Engine, waiting: Iterator[T], first: int) -> list[T]:
    """The next items of a batch, as many as one request takes. An exception of their source gets a
    note of how many items came before.

    first: the position of the next item in the whole input.
    """
    try:
        return list(islice(waiting, engine.rules.limits.batch_write_items))
    except Exception as error:
        note_progress(error, first)
        raise


def write_chunk(
    engine: Engine, first: int, items: Sequence[T], plan: Callable[[T], Put | Delete]
) -> Operation[BatchWritten]:
    """Write the items of one request; an item that cannot be stored fails alone.

    first: the position of `items[0]` in the whole input; a raised error notes how many items come
    before those that it may concern. An item or key of a wrong type is a mistake in the program:
    its error is raised, and nothing of this chunk is sent.
    """
    planned: list[Planned] = []
    for item in items:
        try:
            planned.append(plan(item))
        except TrueupError as error:
            if error.code in _WRONG_CALLS:
                error.add_note(f"item {first + len(planned)} of the batch")
                note_progress(error, first)
                raise
            planned.append(error)
    return write_planned(engine, first, planned)


def write_planned(
    engine: Engine, first: int, planned: Sequence[Planned]
) -> Operation[BatchWritten]:
    """Write planned items; see `write_chunk`."""
    try:
        if not engine.rules.capabilities.conditional_batches and _has_guards(planned):
            return (yield from _write_singly(engine, planned))
        planned, request = _batch_request(engine, planned)
        answer = BatchWritten(()) if request is None else (yield from send(request))
    except TrueupError as error:
        note_progress(error, first)
        raise
    answers = iter(answer.errors)
    errors = [write if isinstance(write, TrueupError) else next(answers) for write in planned]
    return BatchWritten(errors, answer.capacity_units)


def _has_guards(planned: Sequence[Planned]) -> bool:
    return any(not isinstance(write, TrueupError) and not write.guard.is_open for write in planned)


def first_request(engine: Engine, writes: Sequence[Put | Delete]) -> Request[Any]:
    """The first request of a batch; the first single write, if the batch goes out as such."""
    chunk = tuple(writes[: engine.rules.limits.batch_write_items])
    if not engine.rules.capabilities.conditional_batches and _has_guards(chunk):
        return engine.compile(chunk[0])
    return engine.compile(BatchWrite(chunk))


def _write_singly(engine: Engine, planned: Sequence[Planned]) -> Operation[BatchWritten]:
    """Write each item separately, side by side; writes of the same item keep their order."""
    errors = [write if isinstance(write, TrueupError) else None for write in planned]
    units: float | None = None
    rounds: list[dict[int, Put | Delete]] = []
    seen: Counter[tuple[str, Key]] = Counter()
    for position, write in enumerate(planned):
        if not isinstance(write, TrueupError):
            address = write.table.name, write.key
            turn = seen[address]
            seen[address] += 1
            if turn == len(rounds):
                rounds.append({})
            rounds[turn][position] = write
    for writes in rounds:
        operations = [_attempt(engine, write) for write in writes.values()]
        outcomes = yield from gather(operations, PARALLEL_WRITES)
        for position, outcome in zip(writes, outcomes, strict=True):
            if isinstance(outcome, TrueupError):
                errors[position] = outcome
            else:
                units = total(units, outcome.capacity_units)
    return BatchWritten(errors, units)


def _attempt(engine: Engine, write: Put | Delete) -> Operation[WriteResult[Any] | TrueupError]:
    """Write one item. Its own errors are its outcome, and so are retryable errors: other items are
    written at the same time, and each needs a known outcome."""
    try:
        written: WriteResult[Any] = yield from send(engine.compile(write))
    except (WriteRefused, InvalidCall, RetryableError, OutcomeUnknown) as error:
        return error
    return written


def _batch_request(
    engine: Engine, planned: Sequence[Planned]
) -> tuple[Sequence[Planned], Request[Any] | None]:
    """The request for the valid writes, and the plan with errors for the others, such as an item
    that is too large."""
    try:
        return planned, _compile(engine, planned)
    except InvalidCall:
        planned = [_compilable(engine, write) for write in planned]
        return planned, _compile(engine, planned)


def _compile(engine: Engine, planned: Sequence[Planned]) -> Request[Any] | None:
    writes = tuple([write for write in planned if not isinstance(write, TrueupError)])
    return engine.compile(BatchWrite(writes)) if writes else None


def _compilable(engine: Engine, write: Planned) -> Planned:
    """The write, or the error with which the engine refuses it."""
    try:
        _compile(engine, [write])
    except InvalidCall as error:
        return error
    return write


def get_many(context: TableContext, action: BatchGet) -> Operation[list[Any]]:
    """The models of `action.keys`, in that order, None for absent items."""
    chunks = split_keys(context, action)
    operations = [send(context.engine.compile(chunk)) for chunk in chunks]
    found: dict[Any, Any] = {}
    for chunk, models in zip(chunks, (yield from gather(operations, PARALLEL_READS)), strict=True):
        found.update(zip(chunk.keys, models, strict=True))
    return [found[key] for key in action.keys]


def get_many_of(engine: Engine, actions: Sequence[BatchGet]) -> Operation[dict[Address, Any]]:
    """The models of the keys of several tables, by table and key; None for absent items.

    actions: at most one for each table.
    """
    chunks = split_tables(engine, actions)
    operations = [send(engine.compile(chunk)) for chunk in chunks]
    found: dict[Address, Any] = {}
    for chunk, models in zip(chunks, (yield from gather(operations, PARALLEL_READS)), strict=True):
        gets = chunk.gets if isinstance(chunk, BatchGetTables) else [chunk]
        addresses = [(get.table.name, key) for get in gets for key in get.keys]
        found.update(zip(addresses, models, strict=True))
    return found


def split_tables(engine: Engine, actions: Sequence[BatchGet]) -> list[BatchGet | BatchGetTables]:
    """The actions for one request each, of one table or several; a repeated key is read once."""
    by_name = {action.table.name: action for action in actions}
    every = dict.fromkeys((name, key) for name, action in by_name.items() for key in action.keys)
    waiting, size = iter(every), engine.rules.limits.batch_get_keys
    chunks: list[BatchGet | BatchGetTables] = []
    while chunk := list(islice(waiting, size)):
        keys: dict[str, list[Key]] = {}
        for name, key in chunk:
            keys.setdefault(name, []).append(key)
        gets = [replace(by_name[name], keys=tuple(some)) for name, some in keys.items()]
        chunks.append(gets[0] if len(gets) == 1 else BatchGetTables(tuple(gets)))
    return chunks


def split_keys(context: TableContext, action: BatchGet) -> list[BatchGet]:
    """The actions for one request each; a repeated key is read once."""
    keys = list(dict.fromkeys(action.keys))
    size = context.engine.rules.limits.batch_get_keys
    starts = range(0, len(keys), size)
    return [replace(action, keys=tuple(keys[start : start + size])) for start in starts]

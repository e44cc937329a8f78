"""Batches: what was not processed is sent again, after a pause.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ..._dataclass import dataclass
from ...errors import Throttled, TrueupError
from ...operations.operation import Continue, Request, unchanged
from ...operations.requests import BatchGet, BatchWrite, BatchWritten, Key, total
from .capacity import units_of
from .codec import decode_body, embedded
from .compile import TableCompiler
from .limits import REQUEST_BYTES
from .reading import Reader
from .replies import MOST_ATTEMPTS, Jitter, pause_s, plain_request

Address = tuple[str, Key]
"""A table's physical name and a primary key."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One request of a batch. attempt: in a row without progress. units: consumed before it."""

    entries: dict[str, list[Any]]
    chunk: int = 0
    attempt: int = 1
    units: float | None = None


class BatchWriting:
    """One BatchWrite: its requests, one after the other, and which writes are still to be done.

    DynamoDB refuses two writes of one item in a request; the last one counts, as it would if they
    were made one after the other.
    """

    def __init__(
        self, compilers: Mapping[str, TableCompiler], action: BatchWrite, jitter: Jitter
    ) -> None:
        self._compilers = {one.name: one for one in compilers.values()}
        self._jitter = jitter
        self._addresses: list[Address] = []
        entries: dict[Address, bytes] = {}
        for write in action.writes:
            compiler = compilers[write.table.name]
            entry = compiler.batch_entry(write)
            address = compiler.name, _key_of(write)
            self._addresses.append(address)
            entries[address] = entry
        self._chunks = list(_chunks(entries))
        tables = sorted({write.table.name for write in action.writes})
        self._tables = ", ".join(tables)
        self._where = compilers[tables[0]].where

    def request(self) -> Request[BatchWritten]:
        """The first request."""
        return self._send(_Turn(_by_table(self._chunks[0])))

    def _send(self, turn: _Turn) -> Request[BatchWritten]:
        def decode(body: bytes) -> BatchWritten | Continue[BatchWritten]:
            decoded = decode_body(body)
            units = total(turn.units, units_of(decoded.get("ConsumedCapacity")))
            rest: dict[str, list[Any]] = decoded.get("UnprocessedItems") or {}
            attempt = 1 if _count(rest) < _count(turn.entries) else turn.attempt + 1
            left = _Turn(rest, turn.chunk, attempt, units)
            if not rest:
                return self._next_chunk(left)
            if attempt > MOST_ATTEMPTS:
                return self._fail(left, self._unprocessed())
            pause = pause_s(attempt, self._jitter)
            return Continue(self._send(left), pause, partial(self._fail, left))

        name, body = "BatchWriteItem", {"RequestItems": turn.entries}
        return plain_request(name, self._tables, self._where, body, decode, after_loss=unchanged)

    def _next_chunk(self, done: _Turn) -> BatchWritten | Continue[BatchWritten]:
        chunk = done.chunk + 1
        if chunk == len(self._chunks):
            return BatchWritten([None] * len(self._addresses), done.units)
        following = _Turn(_by_table(self._chunks[chunk]), chunk, units=done.units)
        return Continue(self._send(following), otherwise=partial(self._fail, done))

    def _fail(self, left: _Turn, error: TrueupError) -> BatchWritten:
        """The error for each write that is left, of a chunk and those after it."""
        unsent = [one for later in self._chunks[left.chunk + 1 :] for one, _ in later]
        missing = {*unsent, *self._addresses_of(left.entries)}
        errors = [error if one in missing else None for one in self._addresses]
        return BatchWritten(errors, left.units)

    def _addresses_of(self, rest: dict[str, list[Any]]) -> Iterator[Address]:
        for name, entries in rest.items():
            for entry in entries:
                subject = entry["PutRequest"]["Item"] if "PutRequest" in entry else None
                key = subject or entry["DeleteRequest"]["Key"]
                yield name, self._compilers[name].key_of(key)

    def _unprocessed(self) -> Throttled:
        return Throttled(
            f"DynamoDB did not process this write in {MOST_ATTEMPTS} attempts",
            where=self._where,
            native="UnprocessedItems",
            fix="write it again later, or raise the table's capacity",
        )


def _key_of(write: Any) -> Key:
    if hasattr(write, "item"):
        return tuple(write.item[key.wire] for key in write.table.key)
    key: Key = write.key
    return key


def _chunks(entries: Mapping[Address, bytes]) -> Iterator[list[tuple[Address, bytes]]]:
    """The entries, cut where a request would become too large."""
    chunk: list[tuple[Address, bytes]] = []
    size_bytes = 0
    for address, entry in entries.items():
        if chunk and size_bytes + len(entry) > REQUEST_BYTES:
            yield chunk
            chunk, size_bytes = [], 0
        chunk.append((address, entry))
        size_bytes += len(entry)
    yield chunk


def _by_table(chunk: Sequence[tuple[Address, bytes]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for (name, _), entry in chunk:
        found.setdefault(name, []).append(embedded(entry))
    return found


def _count(entries: Mapping[str, Sequence[Any]]) -> int:
    return sum(map(len, entries.values()))


class BatchGetting:
    """One BatchGet: its requests, and what was found so far."""

    def __init__(
        self, compiler: TableCompiler, reader: Reader, action: BatchGet, jitter: Jitter
    ) -> None:
        self._compiler = compiler
        self._reader = reader
        self._action = action
        self._jitter = jitter
        self._key = tuple(key.wire for key in action.table.key)

    def request(self) -> Request[list[Any]]:
        """The first request."""
        action = self._action
        asked = self._compiler.batch_get(action.keys, action.view, action.consistent)
        return self._send({self._compiler.name: asked}, {}, 1)

    def _send(
        self, asked: dict[str, Any], found: Mapping[Key, Any], attempt: int
    ) -> Request[list[Any]]:
        def decode(body: bytes) -> list[Any] | Continue[list[Any]]:
            items = self._reader.batch(body, self._compiler.name)
            models = items.living(self._action.table, self._action.now_epoch_s)
            keys = [items.values(offset, self._key) for offset in range(len(models))]
            every = {**found, **dict(zip(keys, models, strict=True))}
            if not items.rest:
                return [every.get(key) for key in self._action.keys]
            following = 1 if models else attempt + 1
            if following > MOST_ATTEMPTS:
                raise self._unprocessed()
            request = self._send(items.rest, every, following)
            return Continue(request, pause_s(following, self._jitter))

        where, table = self._compiler.where, self._action.table.name
        return plain_request("BatchGetItem", table, where, {"RequestItems": asked}, decode)

    def _unprocessed(self) -> Throttled:
        return Throttled(
            f"DynamoDB did not read all keys in {MOST_ATTEMPTS} attempts",
            where=self._compiler.where,
            native="UnprocessedKeys",
            fix="read them again later, or raise the table's capacity",
        )

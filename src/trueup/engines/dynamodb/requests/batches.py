"""Batches: unprocessed writes and keys are sent again, after a pause.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ...._dataclass import dataclass
from ....errors import Throttled, TrueupError
from ....operations.actions import BatchGet, BatchWrite, BatchWritten, Key, total
from ....operations.operation import NextRequest, Request, unchanged
from ..codec.capacity import units_of
from ..codec.decoder import ItemDecoder
from ..codec.values import NotDynamoDB, decode_body, embedded, reading
from ..compile.table import TableCompiler
from ..limits import REQUEST_BYTES
from .replies import plain_request
from .unprocessed import Resending

Address = tuple[str, Key]
"""A table's physical name and a primary key."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One request of a batch. stalled_attempts: the consecutive attempts before it in which nothing
    was processed. units: capacity units consumed before it."""

    addresses: Sequence[Address]
    chunk: int = 0
    stalled_attempts: int = 0
    units: float | None = None


class BatchWriting:
    """One BatchWrite: its requests, one after the other, and the writes still to be done.

    DynamoDB refuses two writes of one item in a request; the last write counts, as if they were
    made one after the other.
    """

    def __init__(
        self,
        compilers: Mapping[str, TableCompiler],
        action: BatchWrite,
        resending: Resending,
        request_bytes: int = REQUEST_BYTES,
    ) -> None:
        self._compilers = {compiler.name: compiler for compiler in compilers.values()}
        self._resending = resending
        self._addresses: list[Address] = []
        entries: dict[Address, bytes] = {}
        for write in action.writes:
            compiler = compilers[write.table.name]
            entry = compiler.batch_entry(write)
            address = compiler.name, write.key
            self._addresses.append(address)
            entries[address] = entry
        self._entries = entries
        self._chunks = list(_chunks(entries, request_bytes))
        tables = sorted({write.table.name for write in action.writes})
        self._tables = ", ".join(tables)
        self._where = compilers[tables[0]].where

    def request(self) -> Request[BatchWritten]:
        """The first request."""
        return self._send(_Turn(self._chunks[0]))

    def _send(self, turn: _Turn) -> Request[BatchWritten]:
        def decode(body: bytes) -> BatchWritten | NextRequest[BatchWritten]:
            decoded = decode_body(body)
            units = total(turn.units, units_of(decoded.get("ConsumedCapacity")))
            with reading():
                rest = list(self._addresses_of(decoded.get("UnprocessedItems") or {}))
            if not set(turn.addresses).issuperset(rest):
                raise NotDynamoDB  # a server cannot choose the items to write
            stalled_attempts = 0 if len(rest) < len(turn.addresses) else turn.stalled_attempts + 1
            left = _Turn(rest, turn.chunk, stalled_attempts, units)
            return self._send_rest(left) if rest else self._next_chunk(left)

        entries: dict[str, list[Any]] = {}
        for address in turn.addresses:
            entries.setdefault(address[0], []).append(embedded(self._entries[address]))
        name, body = "BatchWriteItem", {"RequestItems": entries}
        return plain_request(name, self._tables, self._where, body, decode, after_loss=unchanged)

    def _send_rest(self, left: _Turn) -> BatchWritten | NextRequest[BatchWritten]:
        error = self._unprocessed()
        pause_s = self._resending.pause_s(left.stalled_attempts, error)
        if pause_s is None:
            return self._fail(left, error)
        return NextRequest(self._send(left), pause_s, partial(self._fail, left))

    def _next_chunk(self, done: _Turn) -> BatchWritten | NextRequest[BatchWritten]:
        chunk = done.chunk + 1
        if chunk == len(self._chunks):
            return BatchWritten([None] * len(self._addresses), done.units)
        following = _Turn(self._chunks[chunk], chunk, units=done.units)
        return NextRequest(self._send(following), on_failure=partial(self._fail, done))

    def _fail(self, left: _Turn, error: TrueupError) -> BatchWritten:
        """The result with an error for each unfinished write, of this and later chunks."""
        unsent = [address for later in self._chunks[left.chunk + 1 :] for address in later]
        missing = {*unsent, *left.addresses}
        errors = [error if address in missing else None for address in self._addresses]
        return BatchWritten(errors, left.units)

    def _addresses_of(self, rest: dict[str, list[Any]]) -> Iterator[Address]:
        for name, entries in rest.items():
            for entry in entries:
                subject = entry["PutRequest"]["Item"] if "PutRequest" in entry else None
                key = subject or entry["DeleteRequest"]["Key"]
                yield name, self._compilers[name].key_of(key)

    def _unprocessed(self) -> Throttled:
        return Throttled(
            "DynamoDB left this write of a batch unprocessed",
            where=self._where,
            native="UnprocessedItems",
            fix="write it again later, or raise the table's capacity",
        )


def _chunks(entries: Mapping[Address, bytes], request_bytes: int) -> Iterator[list[Address]]:
    """The addresses of the entries, in chunks that fit into a request."""
    chunk: list[Address] = []
    size_bytes = 0
    for address, entry in entries.items():
        if chunk and size_bytes + len(entry) > request_bytes:
            yield chunk
            chunk, size_bytes = [], 0
        chunk.append(address)
        size_bytes += len(entry)
    yield chunk


@dataclass(frozen=True, slots=True)
class GettingPart:
    """The keys that are read of one table, and what decodes its items."""

    compiler: TableCompiler
    decoder: ItemDecoder
    action: BatchGet

    @property
    def addresses(self) -> list[Address]:
        """The addresses of the items."""
        return [(self.compiler.name, key) for key in self.action.keys]

    def found(self, body: bytes) -> tuple[dict[Address, Any], Any]:
        """The models of a reply, and the keys, of all tables, that were not read."""
        items = self.decoder.batch(body, self.compiler.name)
        models = items.unexpired(self.action.table, self.action.now_epoch_s)
        keys = tuple(key.attribute for key in self.action.table.key)
        places = [(self.compiler.name, items.values(at, keys)) for at in range(len(models))]
        with reading():  # lists and maps are no keys, nor can they be keys of a dictionary
            return dict(zip(places, models, strict=True)), items.rest


class BatchGetting:
    """One BatchGet of one table or several: its requests, and the items found so far."""

    def __init__(self, parts: Sequence[GettingPart], resending: Resending) -> None:
        self._parts = parts
        self._compilers = {part.compiler.name: part.compiler for part in parts}
        self._resending = resending
        self._addresses = [address for part in parts for address in part.addresses]
        self._where = parts[0].compiler.where

    def request(self) -> Request[list[Any]]:
        """The first request."""
        return self._send(self._addresses, {}, 0)

    def _send(
        self, asked: Sequence[Address], found: Mapping[Address, Any], stalled_attempts: int
    ) -> Request[list[Any]]:
        def decode(body: bytes) -> list[Any] | NextRequest[list[Any]]:
            every, unread = dict(found), None
            for part in self._parts:
                models, unread = part.found(body)
                every.update(models)
            rest = self._addresses_of(unread)
            if not rest:
                return [every.get(address) for address in self._addresses]
            if not set(asked).issuperset(rest):
                raise NotDynamoDB  # a server cannot choose the keys to read
            has_progress = len(rest) < len(asked)
            return self._send_rest(rest, every, 0 if has_progress else stalled_attempts + 1)

        tables = ", ".join(sorted(part.action.table.name for part in self._parts))
        body = {"RequestItems": self._body(asked)}
        return plain_request("BatchGetItem", tables, self._where, body, decode)

    def _body(self, asked: Sequence[Address]) -> dict[str, Any]:
        """What is asked of each table."""
        keys: dict[str, list[Key]] = {}
        for name, key in asked:
            keys.setdefault(name, []).append(key)
        return {
            part.compiler.name: part.compiler.batch_get(
                keys[part.compiler.name], part.action.view, part.action.consistent
            )
            for part in self._parts
            if part.compiler.name in keys
        }

    def _addresses_of(self, unprocessed: Any) -> list[Address]:
        """The addresses of the unread keys in a reply."""
        with reading():
            return [
                (name, self._compilers[name].key_of(key))
                for name, part in (unprocessed or {}).items()
                for key in part["Keys"]
            ]

    def _send_rest(
        self, rest: Sequence[Address], found: Mapping[Address, Any], stalled_attempts: int
    ) -> NextRequest[list[Any]]:
        error = self._unprocessed()
        pause_s = self._resending.pause_s(stalled_attempts, error)
        if pause_s is None:
            raise error
        return NextRequest(self._send(rest, found, stalled_attempts), pause_s)

    def _unprocessed(self) -> Throttled:
        return Throttled(
            "DynamoDB left keys of a batch unread",
            where=self._where,
            native="UnprocessedKeys",
            fix="read them again later, or raise the table's capacity",
        )

"""Writes inside a transaction: lock the stored row, decide by the guard, then write.

A row that is not there cannot be locked. So an item that was absent is inserted only if it is still
absent; if another transaction was faster, the stored row is read again:

    SELECT … FOR UPDATE ──a row──► decide ─► write it, it is locked
       ▲            └──no row──► decide ─► INSERT … ON CONFLICT DO NOTHING ──a row──► done
       └────────────────────────────────────────── others were faster ──┘
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ...errors import ErrorCode, InvalidCall, Place, TrueupError, Unavailable, WriteRefused
from ...expressions.values import Item
from ...operations.actions import (
    Check,
    Delete,
    Put,
    Write,
    WriteResult,
    table_names,
)
from ...operations.guards import alive, cancelled, refusal
from ...operations.lost import after_refusal, after_success
from .errors import other_tenants
from .payload import Parameters, Statement, Steps, ask
from .tables.compile import TableSql
from .tables.json_batch import json_statement

ENGINE = "postgres"
_SAVEPOINT = Statement("SAVEPOINT one")
_RELEASE = Statement("RELEASE SAVEPOINT one")
_UNDO = Statement("ROLLBACK TO SAVEPOINT one")
MOST_LOOKS = 100
"""The attempts to write one item that others create and delete all the time."""

_LOOKS_OF_TENANTS = 4
"""The same if the row that is in the way may be one that the tenant does not see."""


class Writer:
    """One prepared write: everything independent of the stored row is precomputed.

    is_blind: whether it writes the row without reading the stored one.
    is_resent: whether an earlier attempt without a reply may be applied.
    """

    __slots__ = ("action", "is_blind", "is_resent", "key", "row", "sql")

    def __init__(self, sql: TableSql, action: Write | Check, *, is_resent: bool = False) -> None:
        self.sql = sql
        self.is_resent = is_resent
        self.action = action
        self.row: Parameters | None = None
        self.is_blind = False
        self.key = sql.key_parameters(action.key)
        if isinstance(action, Put):
            self.row = sql.row(action.item)
            self.is_blind = action.guard.is_open and action.returning is None

    @property
    def order(self) -> tuple[str, str]:
        """By this, the rows of a transaction are locked, so that no two wait for each other."""
        return self.sql.schema.name, repr(self.key)

    def statements(self) -> tuple[Statement, ...]:
        """The SQL of the write, as far as it is known beforehand."""
        if self.is_blind:
            return (Statement(self.sql.upsert, self.row),)
        read = Statement(self.sql.lock, self.key)
        if isinstance(self.action, Check):
            return (read,)
        if isinstance(self.action, Delete):
            return read, Statement(self.sql.delete, self.key)
        return read, Statement(self.sql.upsert, self.row)

    def perform(self) -> Steps[WriteResult[Any]]:
        """Write in a transaction. Raises WriteRefused if the guard refuses."""
        if self.is_blind:
            yield Statement(self.sql.upsert, self.row)
            return WriteResult()
        for _ in range(_LOOKS_OF_TENANTS if self.sql.table.tenant else MOST_LOOKS):
            result = yield from self._attempt()
            if result is not None:
                return result
        if self.sql.table.tenant:
            raise other_tenants(self.sql.where)
        raise Unavailable(
            "other transactions create and delete this item all the time",
            where=self.sql.where,
            fix="call again",
        )

    def _attempt(self) -> Steps[WriteResult[Any] | None]:
        """The result; None if others have created the item meanwhile."""
        action = self.action
        found = yield from ask(Statement(self.sql.lock, self.key))
        present = self.sql.item(found[0]) if found else None
        stored = alive(self.sql.table, present, action.guard.now_epoch_s)
        error = refusal(ENGINE, action, stored)
        if error is not None:
            return self._after_refusal(present, error)
        if isinstance(action, Check | Delete):
            if present is None and not action.guard.is_open:
                is_held = yield from self._hold_absent()
                if not is_held:
                    return None
            elif present is not None and isinstance(action, Delete):
                yield Statement(self.sql.delete, self.key)
            return self._written(present, stored, None)
        new, row = self._new(action, stored)
        if present is not None:
            rows = yield from ask(Statement(self.sql.upsert, row))
        else:
            rows = yield from ask(Statement(self.sql.insert, row))
            if not rows:
                return None
        if self.sql.is_made_by_database:
            new = self.sql.item(rows[0])
        return self._written(present, stored, new)

    def _hold_absent(self) -> Steps[bool]:
        """Keep others from creating the item until the transaction ends: they wait for a row of
        this key that it inserted and deleted. False if the item has been created meanwhile.

        A row of a relational table needs more than a key; there, others wait for the table."""
        if self.sql.has_constraints:
            yield Statement(self.sql.lock_all)
            return not (yield from ask(Statement(self.sql.select, self.key)))
        held = yield from ask(Statement(self.sql.hold, self.key))
        if held:
            yield Statement(self.sql.delete, self.key)
        return bool(held)

    def _new(self, action: Write, stored: Item | None) -> tuple[Item, Parameters]:
        """The new item, and its row."""
        if isinstance(action, Put):
            assert self.row is not None
            return action.item, self.row
        assert not isinstance(action, Delete)
        base = action.initial if stored is None else stored
        new = self.sql.codec.updated(action.changes, base, self.sql.codec.where)
        return new, self.sql.row(new)

    def _after_refusal(self, present: Item | None, error: TrueupError) -> WriteResult[Any]:
        """The result of the first attempt if it caused the refusal of the second; else raise."""
        if self.is_resent:
            assert not isinstance(self.action, Check)
            done = after_refusal(self.sql, self.action, self._as_sent(present))
            if done is not None and done.new is not None:
                assert present is not None
                return replace(done, new=self.sql.codec.decode(present))
            if done is not None:
                return done
        raise error

    def _as_sent(self, present: Item | None) -> Item | None:
        """The stored item, with what the write sent where the database stores values of its own:
        so the result of an earlier attempt is recognised."""
        if present is None or not isinstance(self.action, Put):
            return present
        sent, own = self.action.item, self.sql.own_values
        kept = {name: value for name, value in present.items() if name not in own}
        return kept | {name: sent[name] for name in own & sent.keys()}

    def _written(
        self, present: Item | None, old: Item | None, new: Item | None
    ) -> WriteResult[Any]:
        """The result. present: the stored item, expired or not. old: None if it has expired."""
        if isinstance(self.action, Check):
            return WriteResult(existed=old is not None)
        decode, returning = self.sql.codec.decode, self.action.returning
        written = WriteResult(
            existed=old is not None,
            old=decode(old) if returning == "old" and old is not None else None,
            new=decode(new) if returning == "new" and new is not None else None,
        )
        if self.is_resent:
            return after_success(self.sql, self.action, self._as_sent(present), written)
        return written

    def taken(self, rows: Sequence[Sequence[Any]]) -> WriteResult[Any]:
        """The result of a deletion without condition. rows: what `take` returned."""
        assert isinstance(self.action, Delete)
        present = self.sql.item(rows[0]) if rows else None
        stored = alive(self.sql.table, present, self.action.guard.now_epoch_s)
        return self._written(present, stored, None)


def write_each(writers: Sequence[Writer]) -> Steps[list[Any]]:
    """Perform writes independently; the result has an error for each refused write.

    They are tried together first, if that can be; if the server refuses what one of them writes,
    each is tried by itself.
    """
    errors: list[TrueupError | None] = [None] * len(writers)
    together: Steps[None] | None = None
    if all(writer.is_blind for writer in writers):
        together = _write_at_once(writers)
    elif not any(writer.sql.has_constraints for writer in writers):
        together = _write_in_turn(writers, errors)
    if together is not None and (yield from _attempt(together)) is None:
        return errors
    for position in _in_order(writers):
        yield _SAVEPOINT
        errors[position] = yield from _attempt(writers[position].perform())
        if errors[position] is None:
            yield _RELEASE
    return errors


def _attempt(steps: Steps[Any]) -> Steps[TrueupError | None]:
    """Perform steps after a savepoint, and return the error if they are refused: by the guard, or
    by the server, which would end the whole transaction."""
    try:
        yield from steps
    except (WriteRefused, InvalidCall) as error:
        refused = error
    else:
        return None
    yield _UNDO
    return refused


def _write_at_once(writers: Sequence[Writer]) -> Steps[None]:
    """Put whole items; the savepoint costs no round trip of its own."""
    [first, *others] = _write_blindly(writers)
    if first.many:
        yield _SAVEPOINT
    yield first if first.many else replace(first, before=(_SAVEPOINT,))
    for statement in others:  # noqa: UP028 - `yield from` would send rows to an iterator
        yield statement


def _write_in_turn(writers: Sequence[Writer], errors: list[TrueupError | None]) -> Steps[None]:
    """Write one after the other. A guard that refuses one has ended nothing; the server has."""
    yield _SAVEPOINT
    for position in _in_order(writers):
        try:
            yield from writers[position].perform()
        except WriteRefused as error:
            if error.native:
                raise
            errors[position] = error


def _write_blindly(writers: Sequence[Writer]) -> Iterator[Statement]:
    """The statements that put whole items: one for all of a table, if that can be, else one that is
    run for each. Of items with the same key, the last one counts."""
    rows: dict[TableSql, dict[Parameters, Parameters]] = {}
    for position in _in_order(writers):
        writer = writers[position]
        assert writer.row is not None
        rows.setdefault(writer.sql, {})[writer.key] = writer.row
    for sql, by_key in rows.items():
        [first, *others] = by_key.values()
        several = sql.upsert_all if others else ""
        one = json_statement(several, [first, *others]) if several else None
        yield one or Statement(sql.upsert, first, tuple(others))


def batch_statements(writers: Sequence[Writer]) -> tuple[Statement, ...]:
    """The SQL of `write_each`, as far as it is known beforehand."""
    if all(writer.is_blind for writer in writers):
        return tuple(_write_blindly(writers))
    return single_statements(writers)


def single_statements(writers: Sequence[Writer]) -> tuple[Statement, ...]:
    """The SQL of `write_all`, as far as it is known beforehand."""
    return tuple(statement for writer in writers for statement in writer.statements())


def write_all(writers: Sequence[Writer]) -> Steps[list[WriteResult[Any]]]:
    """Perform writes together. Raises TransactionCancelled, which undoes all, if one is refused."""
    written: list[Any] = [None] * len(writers)
    reasons: list[TrueupError | None] = [None] * len(writers)
    for position in _in_order(writers):
        try:
            written[position] = yield from writers[position].perform()
        except TrueupError as error:
            if not isinstance(error, WriteRefused) and not _is_about_values(error.code):
                raise
            reasons[position] = error
            if error.native:
                break  # the server refused it, and refuses whatever follows
    if any(reasons):
        raise cancelled(
            reasons, Place(ENGINE, table=table_names(writer.action for writer in writers))
        )
    return written


def _is_about_values(code: ErrorCode) -> bool:
    return code is ErrorCode.KEY_TOO_LONG or code.value.startswith("invalid")


def _in_order(writers: Sequence[Writer]) -> list[int]:
    return sorted(range(len(writers)), key=lambda position: writers[position].order)

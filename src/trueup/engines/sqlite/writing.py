"""Writes inside a transaction: read what is stored, decide by the guard, then write."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from ...errors import ConditionError, TransactionCancelled, TrueupError
from ...expressions.evaluate import apply
from ...expressions.values import Item
from ...operations.guards import alive, refusal
from ...operations.requests import Check, Delete, Put, Returning, Update, Write, Written
from .codec import from_json
from .payload import Statement
from .tables import TableSql

ENGINE = "sqlite"


class Writer:
    """One write, prepared: what of it does not depend on what is stored is computed already."""

    def __init__(self, sql: TableSql, action: Write | Check) -> None:
        self.sql = sql
        self.action = action
        self.row = sql.row(action.item) if isinstance(action, Put) else None
        self.key = sql.key_of(action.item) if isinstance(action, Put) else sql.key(action.key)

    @property
    def is_blind(self) -> bool:
        """Whether it writes a row without looking at what is stored."""
        action = self.action
        return isinstance(action, Put) and action.guard.is_open and action.returning is None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The SQL it runs, as far as it is known beforehand."""
        read = () if self.is_blind else (Statement(self.sql.select_item, self.key),)
        if isinstance(self.action, Check):
            return read
        if isinstance(self.action, Delete):
            return (*read, Statement(self.sql.delete, self.key))
        return (*read, Statement(self.sql.upsert, self.row))

    def perform(self, connection: sqlite3.Connection) -> Written:
        """Do it in the transaction of `connection`. Raises ConditionError where the guard says no."""
        if self.is_blind:
            assert self.row is not None
            connection.execute(self.sql.upsert, self.row)
            return Written()
        action = self.action
        found = connection.execute(self.sql.select_item, self.key).fetchone()
        present = from_json(found[0], self.sql.codec.where) if found else None
        stored = alive(self.sql.table, present, action.guard.now_epoch_s)
        error = refusal(ENGINE, self.sql.table, action.guard, stored)
        if error is not None:
            raise error
        if isinstance(action, Check):
            return Written(existed=stored is not None)
        new = self._write(connection, action, stored)
        return self._written(action.returning, stored, new)

    def _write(
        self, connection: sqlite3.Connection, action: Write, stored: Item | None
    ) -> Item | None:
        if isinstance(action, Delete):
            connection.execute(self.sql.delete, self.key)
            return None
        if isinstance(action, Put):
            assert self.row is not None
            connection.execute(self.sql.upsert, self.row)
            return action.item
        new = updated(self.sql, action, stored)
        connection.execute(self.sql.upsert, self.sql.row(new))
        return new

    def _written(self, returning: Returning, old: Item | None, new: Item | None) -> Written:
        decode = self.sql.codec.decode
        return Written(
            existed=old is not None,
            old=decode(old) if returning == "old" and old is not None else None,
            new=decode(new) if returning == "new" and new is not None else None,
        )


def updated(sql: TableSql, action: Update, stored: Item | None) -> Item:
    """The item after an update. One that is begun by it starts from `initial`."""
    base = dict(action.initial) if stored is None else stored
    new = apply(action.changes, base)
    sql.codec.check_keys(new)
    return new


def write_each(connection: sqlite3.Connection, writers: Sequence[Writer]) -> list[Any]:
    """Perform writes each for itself; the error of one that its guard refused, None of others."""
    if writers and all(writer.is_blind and writer.sql is writers[0].sql for writer in writers):
        connection.executemany(writers[0].sql.upsert, [writer.row for writer in writers])
        return [None] * len(writers)
    return [_attempt(connection, writer) for writer in writers]


def _attempt(connection: sqlite3.Connection, writer: Writer) -> TrueupError | None:
    try:
        writer.perform(connection)
    except ConditionError as error:
        return error
    return None


def write_all(connection: sqlite3.Connection, writers: Sequence[Writer]) -> list[Written]:
    """Perform writes together. Raises TransactionCancelled, which undoes them, if one says no."""
    written: list[Written] = []
    reasons: list[TrueupError | None] = []
    for writer in writers:
        try:
            written.append(writer.perform(connection))
            reasons.append(None)
        except TrueupError as error:
            if isinstance(error, ConditionError) or error.code.value.startswith("invalid"):
                reasons.append(error)
            else:
                raise
    if any(reasons):
        refused = [str(position) for position, reason in enumerate(reasons) if reason]
        raise TransactionCancelled(
            f"the transaction was cancelled; refused: action {', '.join(refused)}",
            where=ENGINE,
            fix="look at `reasons`, which has one entry for each action",
            reasons=reasons,
        )
    return written

"""Writes inside a transaction: read the stored item, decide by the guard, then write."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from ...errors import Place, TrueupError, WriteRefused
from ...expressions.values import Item
from ...operations.actions import (
    Check,
    Delete,
    Put,
    Returning,
    Write,
    WriteResult,
    table_names,
)
from ...operations.guards import alive, cancelled, refusal
from .codec import from_json
from .compile import TableSql
from .payload import Statement

ENGINE = "sqlite"


class Writer:
    """One prepared write: everything independent of the stored row is precomputed.

    is_blind: whether it writes the row without reading the stored one.
    """

    __slots__ = ("action", "is_blind", "row", "sql")

    def __init__(self, sql: TableSql, action: Write | Check) -> None:
        self.sql = sql
        self.action = action
        self.row: tuple[Any, ...] | None = None
        self.is_blind = False
        if isinstance(action, Put):
            self.row = sql.row(action.item)
            self.is_blind = action.guard.is_open and action.returning is None

    @property
    def key(self) -> tuple[Any, ...]:
        """The parameters that find the stored item."""
        return self.sql.key(self.action.key)

    def statements(self) -> tuple[Statement, ...]:
        """The SQL of the write, as far as it is known beforehand."""
        read = () if self.is_blind else (Statement(self.sql.select_item, self.key),)
        if isinstance(self.action, Check):
            return read
        if isinstance(self.action, Delete):
            return (*read, Statement(self.sql.delete, self.key))
        return (*read, Statement(self.sql.upsert, self.row))

    def perform(self, connection: sqlite3.Connection) -> WriteResult[Any]:
        """Write in the transaction of `connection`. Raises WriteRefused if the guard refuses."""
        if self.is_blind:
            assert self.row is not None
            connection.execute(self.sql.upsert, self.row)
            return WriteResult()
        action = self.action
        found = connection.execute(self.sql.select_item, self.key).fetchone()
        present = from_json(found[0], self.sql.codec.where) if found else None
        stored = alive(self.sql.table, present, action.guard.now_epoch_s)
        error = refusal(ENGINE, action, stored)
        if error is not None:
            raise error
        if isinstance(action, Check):
            return WriteResult(existed=stored is not None)
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
        base = action.initial if stored is None else stored
        new = self.sql.codec.updated(action.changes, base, self.sql.codec.where)
        connection.execute(self.sql.upsert, self.sql.row(new))
        return new

    def _written(
        self, returning: Returning, old: Item | None, new: Item | None
    ) -> WriteResult[Any]:
        decode = self.sql.codec.decode
        return WriteResult(
            existed=old is not None,
            old=decode(old) if returning == "old" and old is not None else None,
            new=decode(new) if returning == "new" and new is not None else None,
        )


def write_each(connection: sqlite3.Connection, writers: Sequence[Writer]) -> list[Any]:
    """Perform writes independently; return an error for each refused write, None for others."""
    rows = [writer.row for writer in writers if writer.row is not None and writer.is_blind]
    if rows and len(rows) == len(writers) and len({writer.sql for writer in writers}) == 1:
        connection.executemany(writers[0].sql.upsert, rows)
        return [None] * len(writers)
    return [_attempt(connection, writer) for writer in writers]


def _attempt(connection: sqlite3.Connection, writer: Writer) -> TrueupError | None:
    try:
        writer.perform(connection)
    except WriteRefused as error:
        return error
    return None


def write_all(connection: sqlite3.Connection, writers: Sequence[Writer]) -> list[WriteResult[Any]]:
    """Perform writes together. Raises TransactionCancelled, which undoes all, if one is refused."""
    written: list[WriteResult[Any]] = []
    reasons: list[TrueupError | None] = []
    for writer in writers:
        try:
            written.append(writer.perform(connection))
            reasons.append(None)
        except TrueupError as error:
            if isinstance(error, WriteRefused) or error.code.value.startswith("invalid"):
                reasons.append(error)
            else:
                raise
    if any(reasons):
        raise cancelled(
            reasons, Place(ENGINE, table=table_names(writer.action for writer in writers))
        )
    return written

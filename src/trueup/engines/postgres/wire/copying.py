"""COPY both ways: rows are sent, and received, while they are read and consumed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from contextvars import ContextVar
from typing import Any

import psycopg

from ....errors import InvalidCall, Place, unhandled
from ..payload import Copies, CopyIn, CopyOut, Described, Parameters, Rows, TakeRows
from .address import Address
from .connections import AnyConnection, BlockingConnection

_COPYING: ContextVar[tuple[AnyConnection, ...]] = ContextVar("copying", default=())
"""The connections whose rows are being read, by this caller: they wait for it."""


def check_session(connection: AnyConnection | None, where: Place) -> None:
    """Refuse a call on a session by the rows that it copies: it would wait for itself."""
    if any(one is connection for one in _COPYING.get()):
        raise _waits_for_itself(where)


def check_room(address: Address) -> None:
    """Refuse a call by rows that are copied on all connections of a database."""
    used = [one for one in _COPYING.get() if one.address is address]
    if len(used) >= address.most_connections:
        raise _waits_for_itself(address.where)


def _waits_for_itself(where: Place) -> InvalidCall:
    return InvalidCall(
        "the items of copy_in() are read from the connection that copies them",
        where=where,
        fix="read them into a list first, or from another session; ?pool= has a connection more",
    )


class NoMoreRows(Exception):
    """Ends a COPY whose rows failed."""


class RowsToCopy:
    """Rows that are read while they are sent. What stands in their way is kept: psycopg would tell
    the server of it, which writes the words into its log."""

    def __init__(self, connection: AnyConnection, rows: Iterator[Parameters]) -> None:
        self._connection = connection
        self._rows = rows
        self.failure: BaseException | None = None

    def __iter__(self) -> Iterator[Parameters]:
        return self

    def __next__(self) -> Parameters:
        token = _COPYING.set((*_COPYING.get(), self._connection))
        try:
            return next(self._rows)
        except StopIteration:
            raise
        except BaseException as error:  # noqa: BLE001 - it is raised after the COPY has ended
            self.failure = error
        finally:
            _COPYING.reset(token)
        raise NoMoreRows


def copy(connection: BlockingConnection, sql: str, copies: Copies) -> Rows:
    """Copy in, begin to copy out, or take rows of what is copied out."""
    match copies:
        case CopyIn():
            return _copy_in(connection, sql, copies)
        case CopyOut():
            connection.reader = CopyReader(connection, sql, copies.types)
            return []
        case TakeRows():
            reader: CopyReader = connection.reader
            return reader.take(copies.most)
        case _:
            raise unhandled(copies)


def _copy_in(connection: BlockingConnection, sql: str, copies: CopyIn) -> Described:
    cursor, rows = connection.cursor(), RowsToCopy(connection, copies.rows)
    with suppress(NoMoreRows), cursor.copy(sql.encode()) as target:
        for row in rows:
            target.write_row(row)
    if rows.failure is not None:
        raise rows.failure
    return Described([], (), max(0, cursor.rowcount))


class CopyReader:
    """The rows that a COPY TO sends. A connection that is dropped or used before the last row is
    closed."""

    def __init__(self, connection: BlockingConnection, sql: str, types: tuple[int, ...]) -> None:
        """Begin. types: the numbers of the columns' types."""
        self._context: AbstractContextManager[psycopg.Copy] = connection.cursor().copy(sql.encode())
        self._source = self._context.__enter__()
        self._source.set_types(types)

    def take(self, most: int) -> list[Parameters]:
        """The next rows; fewer than `most` are the last."""
        rows: list[Any] = []
        while len(rows) < most:
            row = self._source.read_row()
            if row is None:
                self._context.__exit__(None, None, None)
                break
            rows.append(row)
        return rows

"""COPY both ways, for asyncio."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, suppress
from typing import Any

import psycopg

from ....errors import unhandled
from ..payload import Copies, CopyIn, CopyOut, Described, Parameters, Rows, TakeRows
from .connections import AwaitedConnection
from .copying import NoMoreRows, RowsToCopy


async def copy(connection: AwaitedConnection, sql: str, copies: Copies) -> Rows:
    """Copy in, begin to copy out, or take rows of what is copied out."""
    match copies:
        case CopyIn():
            return await _copy_in(connection, sql, copies)
        case CopyOut():
            connection.reader = await CopyReader.open(connection, sql, copies.types)
            return []
        case TakeRows():
            reader: CopyReader = connection.reader
            return await reader.take(copies.most)
        case _:
            raise unhandled(copies)


async def _copy_in(connection: AwaitedConnection, sql: str, copies: CopyIn) -> Described:
    cursor, rows = connection.cursor(), RowsToCopy(connection, copies.rows)
    with suppress(NoMoreRows):
        async with cursor.copy(sql.encode()) as target:
            for row in rows:
                await target.write_row(row)
    if rows.failure is not None:
        raise rows.failure
    return Described([], (), max(0, cursor.rowcount))


class CopyReader:
    """The rows that a COPY TO sends; see `copying.CopyReader`."""

    def __init__(
        self,
        context: AbstractAsyncContextManager[psycopg.AsyncCopy],
        source: psycopg.AsyncCopy,
    ) -> None:
        self._context = context
        self._source = source

    @staticmethod
    async def open(connection: AwaitedConnection, sql: str, types: tuple[int, ...]) -> CopyReader:
        """Begin. types: the numbers of the columns' types."""
        context = connection.cursor().copy(sql.encode())
        source = await context.__aenter__()
        source.set_types(types)
        return CopyReader(context, source)

    async def take(self, most: int) -> list[Parameters]:
        """The next rows; fewer than `most` are the last."""
        rows: list[Any] = []
        while len(rows) < most:
            row = await self._source.read_row()
            if row is None:
                await self._context.__aexit__(None, None, None)
                break
            rows.append(row)
        return rows

"""A transaction that is sent as a whole: its statements one after the other, and one wait for all.

The server performs none after one that fails, so that its COMMIT ends no half of a transaction.
Source: https://www.postgresql.org/docs/15/libpq-pipeline-mode.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg.errors import PipelineAborted

from ..payload import Parameters, Statement
from .connections import AwaitedConnection, BlockingConnection


def run_together(connection: BlockingConnection, statement: Statement) -> psycopg.Cursor[Any]:
    """The result of a statement, sent with what comes before it and with the COMMIT.

    Raises the error of the first that failed, and leaves the transaction to be rolled back.
    """
    try:
        with connection.pipeline():
            cursors = [connection.execute(*one) for one in _texts(statement)]
    except psycopg.Error as error:
        raise _first(error) from None
    return cursors[-2]


async def run_together_async(
    connection: AwaitedConnection, statement: Statement
) -> psycopg.AsyncCursor[Any]:
    """The same, for asyncio."""
    try:
        async with connection.pipeline():
            cursors = [await connection.execute(*one) for one in _texts(statement)]
    except psycopg.Error as error:
        raise _first(error) from None
    return cursors[-2]


def _texts(statement: Statement) -> Iterator[tuple[bytes, Parameters | None]]:
    for one in (*statement.before, statement):
        yield one.sql.encode(), one.parameters or None
    yield b"COMMIT", None


def _first(error: psycopg.Error) -> psycopg.Error:
    """The error of a pipeline that says why, and not only that the rest was not performed."""
    found: BaseException = error
    while isinstance(found, PipelineAborted) and isinstance(found.__context__, psycopg.Error):
        found = found.__context__
    assert isinstance(found, psycopg.Error)
    return found

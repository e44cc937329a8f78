"""Statements that are sent together: one after the other, and one wait for all.

The server performs none after one that fails, so that a COMMIT ends no half of a transaction.
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
    """The result of a statement that is sent with others.

    Raises the error of the first that failed, and leaves a transaction to be rolled back.
    """
    try:
        with connection.pipeline():
            cursors = [connection.execute(*one) for one in _texts(statement)]
    except psycopg.Error as error:
        raise _first(error) from None
    return cursors[len(statement.before)]


async def run_together_async(
    connection: AwaitedConnection, statement: Statement
) -> psycopg.AsyncCursor[Any]:
    """The same, for asyncio."""
    try:
        async with connection.pipeline():
            cursors = [await connection.execute(*one) for one in _texts(statement)]
    except psycopg.Error as error:
        raise _first(error) from None
    return cursors[len(statement.before)]


def _texts(statement: Statement) -> Iterator[tuple[bytes, Parameters | None]]:
    for one in (*statement.before, statement, *statement.after):
        yield one.sql.encode(), one.parameters or None


def _first(error: psycopg.Error) -> psycopg.Error:
    """The error of a pipeline that says why, and not only that the rest was not performed."""
    found: BaseException = error
    while isinstance(found, PipelineAborted) and isinstance(found.__context__, psycopg.Error):
        found = found.__context__
    assert isinstance(found, psycopg.Error)
    return found

"""Statements that are sent together: one after the other, and one wait for all.

The server performs none after one that fails, so that a COMMIT ends no half of a transaction.
Source: https://www.postgresql.org/docs/15/libpq-pipeline-mode.html
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import psycopg
from psycopg.errors import PipelineAborted

from ..payload import Parameters, Statement
from .connections import AwaitedConnection, BlockingConnection


def run_together(connection: BlockingConnection, statement: Statement) -> psycopg.Cursor[Any]:
    """The result of a statement that is sent with others.

    Raises the error of the first that failed, and leaves a transaction to be rolled back.
    """
    cursors: list[psycopg.Cursor[Any]] = []
    found: list[psycopg.Error] = []
    try:
        with connection.pipeline():
            try:
                for one in _texts(statement):
                    cursors.append(connection.execute(*one))
            except psycopg.Error as error:  # raised below: psycopg would log it here
                found.append(error)
    except psycopg.Error as error:
        found.append(error)
    if found:
        raise _first(found[0]) from None
    return cursors[len(statement.before)]


async def run_together_async(
    connection: AwaitedConnection, statement: Statement
) -> psycopg.AsyncCursor[Any]:
    """The same, for asyncio."""
    cursors: list[psycopg.AsyncCursor[Any]] = []
    found: list[psycopg.Error] = []
    try:
        async with connection.pipeline():
            try:
                for one in _texts(statement):
                    cursors.append(await connection.execute(*one))
            except psycopg.Error as error:
                found.append(error)
    except psycopg.Error as error:
        found.append(error)
    if found:
        raise _first(found[0]) from None
    return cursors[len(statement.before)]


def _texts(statement: Statement) -> Iterator[tuple[bytes, Parameters | None]]:
    for one in chain(statement.before, (statement,), statement.after):
        yield one.sql.encode(), one.parameters or None


def _first(error: psycopg.Error) -> psycopg.Error:
    """The error of a pipeline that says why, and not only that the rest was not performed."""
    while isinstance(error, PipelineAborted) and isinstance(error.__context__, psycopg.Error):
        error = error.__context__
    return error

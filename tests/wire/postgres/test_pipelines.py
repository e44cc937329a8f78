"""Statements that are sent together: the first error is told, and psycopg logs none of its own."""

from __future__ import annotations

import asyncio
import select
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg.errors import UndefinedFunction

from trueup.engines.connect import find_driver
from trueup.engines.postgres.payload import Statement
from trueup.engines.postgres.wire.connections import (
    AnyConnection,
    AwaitedConnection,
    BlockingConnection,
)
from trueup.engines.postgres.wire.pipelines import run_together, run_together_async


class Late(tuple[Statement, ...]):
    """Statements that are sent when the replies to those before them are there.

    socket: that of the connection.
    """

    socket: int

    def __iter__(self) -> Iterator[Statement]:
        for statement in super().__iter__():
            select.select([self.socket], [], [], 10)
            yield statement


def refused(connection: AnyConnection) -> Statement:
    after = Late([Statement("SELECT 1"), Statement("SELECT 2"), Statement("COMMIT")])
    after.socket = connection.fileno()
    sql = "SELECT refused_function('secret')"
    return Statement(sql, before=(Statement("BEGIN"),), after=after)


def parameters(url: str) -> dict[str, Any]:
    return dict(find_driver(url)[1].parameters)


def test_error_of_statements_sent_together_is_told_once(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with BlockingConnection.connect("", autocommit=True, **parameters(postgres_url)) as connection:
        with pytest.raises(UndefinedFunction):
            run_together(connection, refused(connection))
        connection.execute("ROLLBACK")
    assert caplog.records == []


def test_error_of_statements_sent_together_is_told_once_with_asyncio(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def walk() -> None:
        given = parameters(postgres_url)
        async with await AwaitedConnection.connect("", autocommit=True, **given) as connection:
            with pytest.raises(UndefinedFunction):
                await run_together_async(connection, refused(connection))
            await connection.execute("ROLLBACK")

    asyncio.run(walk())
    assert caplog.records == []

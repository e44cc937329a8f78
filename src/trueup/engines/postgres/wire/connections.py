"""psycopg's connections with the deadline of a call, and whether they can serve another one."""

from __future__ import annotations

import math
import os
import select
import time
from contextlib import suppress
from typing import Any, TypeAlias

import psycopg
from psycopg import AsyncConnection, Connection, waiting
from psycopg.pq import ConnStatus, PipelineStatus, TransactionStatus

LONGEST_IDLE_S = 300.0
"""Connections that rested longer are not used again: proxies and firewalls forget them."""

TRUSTED_S = 10.0
"""Connections that rested longer are asked whether they still stand, before they are used."""

Row: TypeAlias = tuple[Any, ...]


class BlockingConnection(Connection[Row]):
    """A connection whose waits end at a deadline, with the connection.

    is_lost: whether it was broken, or gave no answer in time.
    """

    deadline_s = math.inf
    idle_since_s = (0.0, 0.0)
    is_lost = False
    timeout_s = 0.0
    process = 0
    is_tainted = False
    reader: Any = None
    address: Any = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ARG002
        """Wait for the server until the deadline; a wait that fails closes the connection."""
        left_s = self.deadline_s - time.monotonic()
        try:
            if left_s <= 0:
                raise psycopg.OperationalError("the deadline has passed")
            return waiting.wait(
                gen,
                self.pgconn.socket,
                interval=interval,
                timeout=None if left_s == math.inf else left_s,
            )
        except BaseException as error:
            self.is_lost = isinstance(error, psycopg.Error)
            if not _is_of_pipeline(self, error):
                end_if_unread(self)
            raise


class AwaitedConnection(AsyncConnection[Row]):
    """The same, for asyncio. A cancelled wait closes the connection too."""

    deadline_s = math.inf
    idle_since_s = (0.0, 0.0)
    is_lost = False
    timeout_s = 0.0
    process = 0
    is_tainted = False
    reader: Any = None
    address: Any = None

    async def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ARG002
        """Wait for the server until the deadline; a wait that fails closes the connection."""
        left_s = self.deadline_s - time.monotonic()
        try:
            if left_s <= 0:
                raise psycopg.OperationalError("the deadline has passed")
            return await waiting.wait_async(
                gen,
                self.pgconn.socket,
                interval=interval,
                timeout=None if left_s == math.inf else left_s,
            )
        except BaseException as error:
            self.is_lost = isinstance(error, psycopg.Error)
            if not _is_of_pipeline(self, error):
                end_if_unread(self)
            raise


AnyConnection: TypeAlias = BlockingConnection | AwaitedConnection


_OF_PARENT: list[AnyConnection] = []
"""Connections of the process that forked this one: to close them would end them there."""


def end(connection: AnyConnection) -> None:
    """Close a connection at once, without waiting for the server."""
    if connection.process not in (0, os.getpid()):
        _OF_PARENT.append(connection)
        return
    with suppress(psycopg.Error):
        connection.pgconn.finish()


def _is_of_pipeline(connection: AnyConnection, error: BaseException) -> bool:
    """Whether the server refused one of several statements: the end of the pipeline reads the
    replies to the others."""
    is_answer = isinstance(error, psycopg.Error) and error.sqlstate is not None
    return is_answer and connection.pgconn.pipeline_status != PipelineStatus.OFF


def end_if_unread(connection: AnyConnection) -> None:
    """Close a connection whose reply was not read to the end."""
    if connection.pgconn.transaction_status == TransactionStatus.ACTIVE:
        end(connection)


def is_at_rest(connection: AnyConnection) -> bool:
    """Whether a connection can serve another call: its replies were read to the end, and it left
    no transaction open, and no setting behind."""
    pgconn = connection.pgconn
    return (
        not connection.is_tainted
        and pgconn.status == ConnStatus.OK
        and pgconn.transaction_status == TransactionStatus.IDLE
        and pgconn.pipeline_status == PipelineStatus.OFF
    )


def rest(connection: AnyConnection) -> None:
    """Note when a connection becomes idle."""
    connection.idle_since_s = time.monotonic(), time.time()


def rested_s(connection: AnyConnection) -> float:
    """How long a connection was idle, by the clock that says more. While a process is frozen, as
    those of Lambda are between calls, either clock may stand still. A clock that was set back says
    nothing: the connection may have rested for ever.
    """
    monotonic_s, wall_s = connection.idle_since_s
    by_wall_s = time.time() - wall_s
    return math.inf if by_wall_s < -1 else max(time.monotonic() - monotonic_s, by_wall_s)


def is_aborted(connection: AnyConnection) -> bool:
    """Whether the transaction on a connection can only be rolled back, if there still is one."""
    return connection.pgconn.transaction_status != TransactionStatus.INTRANS


def is_good(connection: AnyConnection) -> bool:
    """Whether an idle connection is worth a try: it is this process's, did not rest too long, and
    the server has said nothing meanwhile, as it does when it ends the connection."""
    if connection.process != os.getpid() or not is_at_rest(connection):
        return False
    if rested_s(connection) > LONGEST_IDLE_S:
        return False
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    return not poll.poll(0)


def is_doubtful(connection: AnyConnection, lost_at_s: float) -> bool:
    """Whether a good connection has to be asked, as its peer may have gone without a word.

    lost_at_s: when a connection to the same server was lost, by `time.monotonic`. Those that rested
    then may have met the same fate.
    """
    return connection.idle_since_s[0] < lost_at_s or rested_s(connection) > TRUSTED_S

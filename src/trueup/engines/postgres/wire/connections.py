"""Connections: their settings, and psycopg's connections with the deadline of a call."""

from __future__ import annotations

import math
import os
import select
import time
from contextlib import suppress
from typing import Any, TypeAlias

from ...._dataclass import dataclass
from ....errors import Place, TrueupError
from ..errors import deadline_exceeded, missing_extra, not_connected

try:
    import psycopg
    from psycopg import AsyncConnection, AsyncRawCursor, Connection, RawCursor, waiting
    from psycopg.pq import ConnStatus, PipelineStatus, TransactionStatus
except ImportError as error:
    raise missing_extra("psycopg") from error

CONNECT_S = 10.0
"""The longest wait for a connection."""

LONGEST_IDLE_S = 300.0
"""Connections that rested longer are not trusted: proxies and firewalls forget them."""

Row: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """The server and the database, as libpq's parameters; and how it is spoken to.

    behind_pooler: connections are shared by transactions of others, so that nothing is prepared
        and no setting is left on a session. timeout_s: the server ends longer statements.
    where: the place of errors about the database, without its user.
    """

    parameters: tuple[tuple[str, str], ...]
    behind_pooler: bool
    timeout_s: float
    where: Place

    def connection_options(self, deadline_s: float) -> dict[str, Any]:
        """The options of a connection that is opened before a deadline."""
        left_s = min(CONNECT_S, deadline_s - time.monotonic())
        if left_s <= 0:
            raise deadline_exceeded(self.where)
        options: dict[str, Any] = {
            "client_encoding": "UTF8",
            "application_name": "trueup",
            **dict(self.parameters),
            "connect_timeout": max(2, math.ceil(left_s)),
            "autocommit": True,
            "prepare_threshold": None if self.behind_pooler else 5,
        }
        if not self.behind_pooler:
            options["options"] = " ".join(_settings(self.timeout_s))
        return options


LONGEST_S = 2_000_000.0
"""About the longest timeout that PostgreSQL has, 24 days."""


def milliseconds(seconds: float) -> str:
    """A timeout as a setting of the server; none of them is 0, which would mean no timeout."""
    return f"{max(1, math.ceil(min(seconds, LONGEST_S) * 1000))}ms"


def _settings(timeout_s: float) -> list[str]:
    """The session's settings: what a client leaves behind must end without it."""
    timeout = milliseconds(timeout_s)
    return [
        f"-c statement_timeout={timeout}",
        f"-c lock_timeout={timeout}",
        f"-c idle_in_transaction_session_timeout={timeout}",
        "-c client_connection_check_interval=1000ms",
    ]


class BlockingConnection(Connection[Row]):
    """A connection whose waits end at a deadline, with the connection."""

    deadline_s = math.inf
    idle_since_s = 0.0
    timeout_s = 0.0
    process = 0

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
        except BaseException:
            _end_if_unread(self)
            raise


class AwaitedConnection(AsyncConnection[Row]):
    """The same, for asyncio. A cancelled wait closes the connection too."""

    deadline_s = math.inf
    idle_since_s = 0.0
    timeout_s = 0.0
    process = 0

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
        except BaseException:
            _end_if_unread(self)
            raise


AnyConnection: TypeAlias = BlockingConnection | AwaitedConnection


def open_connection(address: Address, deadline_s: float) -> BlockingConnection:
    """Connect. Raises the errors of `not_connected`."""
    options = address.connection_options(deadline_s)
    refusal: TrueupError
    try:
        connection = BlockingConnection.connect(cursor_factory=RawCursor, **options)
    except psycopg.Error as error:
        refusal = not_connected(error, address.where)
    else:
        connection.process, connection.timeout_s = os.getpid(), address.timeout_s
        return connection
    raise refusal


async def open_async_connection(address: Address, deadline_s: float) -> AwaitedConnection:
    """Connect. Raises the errors of `not_connected`."""
    options = address.connection_options(deadline_s)
    refusal: TrueupError
    try:
        connection = await AwaitedConnection.connect(cursor_factory=AsyncRawCursor, **options)
    except psycopg.Error as error:
        refusal = not_connected(error, address.where)
    else:
        connection.process, connection.timeout_s = os.getpid(), address.timeout_s
        return connection
    raise refusal


_OF_PARENT: list[AnyConnection] = []
"""Connections of the process that forked this one: to close them would end them there."""


def end(connection: AnyConnection) -> None:
    """Close a connection at once, without waiting for the server."""
    if connection.process not in (0, os.getpid()):
        _OF_PARENT.append(connection)
        return
    with suppress(psycopg.Error):
        connection.pgconn.finish()


def _end_if_unread(connection: AnyConnection) -> None:
    """Close a connection whose reply was not read to the end."""
    if connection.pgconn.transaction_status == TransactionStatus.ACTIVE:
        end(connection)


def is_at_rest(connection: AnyConnection) -> bool:
    """Whether a connection can serve another call: its replies were read to the end, and it left
    no transaction open."""
    pgconn = connection.pgconn
    return (
        pgconn.status == ConnStatus.OK
        and pgconn.transaction_status == TransactionStatus.IDLE
        and pgconn.pipeline_status == PipelineStatus.OFF
    )


def is_good(connection: AnyConnection) -> bool:
    """Whether an idle connection is worth a try: it is this process's, did not rest too long, and
    the server has said nothing meanwhile, as it does when it ends the connection."""
    if connection.process != os.getpid() or not is_at_rest(connection):
        return False
    if time.monotonic() - connection.idle_since_s > LONGEST_IDLE_S:
        return False
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    return not poll.poll(0)

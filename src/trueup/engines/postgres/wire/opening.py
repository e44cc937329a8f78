"""Open connections by a deadline, and ask those that rested whether they still stand.

Every address of the server gets its share of the time: a dead one does not use up that of others.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import psycopg
from psycopg import AsyncRawCursor, RawCursor, generators, waiting
from psycopg.rows import tuple_row

from ....errors import ErrorCode, NeedsOperator, TrueupError, Unavailable
from ..errors import deadline_exceeded
from ..login.logins import NO_LOGIN, Login
from ..login.not_connected import not_connected, unknown_host
from .address import Address
from .connections import AnyConnection, AwaitedConnection, BlockingConnection, end
from .transactions import session_settings

CHECK_S = 1.0
"""The longest wait for the answer of an idle connection."""

PREPARE_AFTER = 5
"""After how many executions psycopg prepares a statement; never behind a pooler."""

_LOOK_S = 0.1
"""How often a wait looks for Ctrl-C."""

_Found: TypeAlias = list[tuple[Any, Any, int, str, tuple[Any, ...]]]
"""What `getaddrinfo` returns."""


def open_connection(address: Address, deadline_s: float) -> BlockingConnection:
    """Connect, and set the session's timeouts. A login that is refused is renewed once.

    Raises the errors of `not_connected`, and of the source of the login.
    """
    until_s = address.connect_until_s(deadline_s)
    logins, login = address.logins, NO_LOGIN
    if logins is not None:
        login = logins.current(until_s)
    try:
        return _connect(address, login, until_s)
    except NeedsOperator as refusal:
        if logins is None or refusal.code is not ErrorCode.CREDENTIALS_REFUSED:
            raise
    return _connect(address, logins.renewed(login, until_s), until_s)


async def open_async_connection(address: Address, deadline_s: float) -> AwaitedConnection:
    """The same, for asyncio; the source of the login waits in a thread."""
    until_s = address.connect_until_s(deadline_s)
    logins, login = address.logins, NO_LOGIN
    if logins is not None:
        login = await _in_thread(until_s, address, logins.current, until_s)
    try:
        return await _connect_async(address, login, until_s)
    except NeedsOperator as refusal:
        if logins is None or refusal.code is not ErrorCode.CREDENTIALS_REFUSED:
            raise
    login = await _in_thread(until_s, address, logins.renewed, login, until_s)
    return await _connect_async(address, login, until_s)


async def _in_thread(
    until_s: float, address: Address, ask: Callable[..., Login], *given: Any
) -> Login:
    try:
        async with asyncio.timeout(until_s - time.monotonic()):
            return await asyncio.to_thread(ask, *given)
    except TimeoutError:
        pass
    raise deadline_exceeded(address.where)


def _connect(address: Address, login: Login, until_s: float) -> BlockingConnection:
    target = address.target(login)
    try:
        hosts = _numeric(socket.getaddrinfo(*target.host_and_port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError):  # a name that is none of DNS
        hosts = []
    refusal: TrueupError = unknown_host(address.where)
    for host, share_s in _shares(hosts, until_s):
        try:
            connecting = generators.connect(target.conninfo(host))
            pgconn = waiting.wait_conn(connecting, interval=_LOOK_S, timeout=share_s)
            return _begun(BlockingConnection(pgconn, tuple_row), address, until_s)
        except psycopg.Error as error:
            refusal = not_connected(error, address.where)
        if not isinstance(refusal, Unavailable):
            break
    raise refusal


async def _connect_async(address: Address, login: Login, until_s: float) -> AwaitedConnection:
    target = address.target(login)
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(until_s - time.monotonic()):
            found = await loop.getaddrinfo(*target.host_and_port, type=socket.SOCK_STREAM)
        hosts = _numeric(found)
    except (OSError, UnicodeError):  # also the time-out
        hosts = []
    refusal: TrueupError = unknown_host(address.where)
    for host, share_s in _shares(hosts, until_s):
        try:
            connecting = generators.connect(target.conninfo(host))
            pgconn = await waiting.wait_conn_async(connecting, interval=_LOOK_S, timeout=share_s)
            return await _begun_async(AwaitedConnection(pgconn, tuple_row), address, until_s)
        except psycopg.Error as error:
            refusal = not_connected(error, address.where)
        if not isinstance(refusal, Unavailable):
            break
    raise refusal


def _numeric(found: _Found) -> list[str]:
    """The numeric addresses of a server, each once."""
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _shares(hosts: Sequence[str], until_s: float) -> Iterator[tuple[str, float]]:
    """The addresses, and the seconds to try each."""
    for number, host in enumerate(hosts):
        left_s = until_s - time.monotonic()
        yield host, max(0.01, left_s / (len(hosts) - number))


def _begun(connection: BlockingConnection, address: Address, until_s: float) -> BlockingConnection:
    """The connection, with the settings of its session."""
    try:
        _settle(connection, address, until_s)
        connection.cursor_factory = RawCursor
        connection.autocommit = True
        for statement in session_settings(address):
            connection.execute(statement.sql.encode(), statement.parameters)
    except BaseException:
        end(connection)
        raise
    return connection


async def _begun_async(
    connection: AwaitedConnection, address: Address, until_s: float
) -> AwaitedConnection:
    try:
        _settle(connection, address, until_s)
        connection.cursor_factory = AsyncRawCursor
        await connection.set_autocommit(True)
        for statement in session_settings(address):
            await connection.execute(statement.sql.encode(), statement.parameters)
    except BaseException:
        end(connection)
        raise
    return connection


def _settle(connection: AnyConnection, address: Address, until_s: float) -> None:
    connection.process = os.getpid()
    connection.address = address
    connection.deadline_s = until_s
    connection.timeout_s = address.timeout_s
    connection.prepare_threshold = None if address.behind_pooler else PREPARE_AFTER


def answers(connection: BlockingConnection, deadline_s: float) -> bool:
    """Whether the server still answers on a connection that rested."""
    connection.deadline_s = min(deadline_s, time.monotonic() + CHECK_S)
    try:
        connection.execute(b"")
    except psycopg.Error:
        return False
    return True


async def answers_async(connection: AwaitedConnection, deadline_s: float) -> bool:
    """The same, for asyncio."""
    connection.deadline_s = min(deadline_s, time.monotonic() + CHECK_S)
    try:
        await connection.execute(b"")
    except psycopg.Error:
        return False
    return True

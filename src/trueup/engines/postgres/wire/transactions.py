"""The statements around a transaction, and around others than the session's own timeouts."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace

from psycopg.pq import TransactionStatus

from ...._dataclass import dataclass
from ....errors import ErrorCode, InvalidCall, Place
from ....operations.sql.port import SessionOptions
from ..errors import Stage
from ..login.settings import fixing
from ..payload import Begin, Statement
from ..sql.left_behind import check_shared, outlives
from .address import Address
from .connections import AnyConnection

COMMIT = Statement("COMMIT")
ROLLBACK = Statement("ROLLBACK")
TIMEOUTS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
"""The settings of the server that end what takes too long."""


MOST_PARAMETERS = 65_535
"""Of a statement. Source: https://www.postgresql.org/docs/15/limits.html"""

_SPARE = 2
"""A session that gets more time gets more than is left, so that it need not get more again."""

_LONGEST_S = 2_000_000.0
"""About the longest timeout that PostgreSQL has, 24 days."""


def session_settings(address: Address) -> Iterator[Statement]:
    """The first statement of a connection: what a client leaves behind must end without it, and
    values must be the same whatever the settings of the role.

    Behind a pooler the session has none, as others use it too.
    """
    if not address.behind_pooler:
        yield Statement(
            f"{_timeouts(is_local=False)}, {fixing()}, "
            "set_config('client_connection_check_interval', '1000ms', false)",
            (_milliseconds(address.timeout_s),),
        )


def before_single(connection: AnyConnection, address: Address) -> Iterator[Statement]:
    """The statement before one that is given more time than the session's timeouts allow, and
    before the next that is not: a longer time is not left to others."""
    if address.behind_pooler:
        return
    left_s = min(connection.deadline_s - time.monotonic(), _LONGEST_S)
    wanted_s = address.timeout_s
    if left_s > wanted_s:
        wanted_s = connection.timeout_s if left_s <= connection.timeout_s else left_s * _SPARE
    if wanted_s != connection.timeout_s:
        connection.timeout_s = wanted_s
        yield Statement(_timeouts(is_local=False), (_milliseconds(wanted_s),))


def check_parameters(statement: Statement, where: Place) -> None:
    """Refuse a statement that the protocol has no form for. Raises InvalidCall (invalid-sql)."""
    if len(statement.parameters or ()) > MOST_PARAMETERS:
        raise InvalidCall(
            f"the statement has more than {MOST_PARAMETERS:,} parameters",
            where=where,
            code=ErrorCode.INVALID_SQL,
            fix="give the values as one array: id = ANY(:ids), with a tuple; or several statements",
        )


def before_leaving(connection: AnyConnection, statement: Statement, address: Address) -> None:
    """Mark a connection that a statement may leave something on, so that it is closed after the
    call. Raises UnsupportedByEngine behind a pooler, whose sessions are shared."""
    if address.behind_pooler:
        is_within = connection.pgconn.transaction_status == TransactionStatus.INTRANS
        check_shared(statement.left_behind, address.where, in_transaction=is_within)
    connection.is_tainted |= outlives(statement.left_behind)


def begun(begin: Begin, connection: AnyConnection, address: Address) -> Iterator[Statement]:
    """The statements that begin a transaction.

    Behind a pooler the session has no timeouts of its own, as others use it too. So the transaction
    gets them, until its end.
    """
    yield from before_single(connection, address)
    *earlier, last = opening(begin, connection, address)
    yield replace(last, before=tuple(earlier)) if earlier else last


def opening(begin: Begin, connection: AnyConnection, address: Address) -> tuple[Statement, ...]:
    """The statements from the BEGIN on."""
    if not address.behind_pooler:
        return (begin.statement, *begin.settings)
    left_s = connection.deadline_s - time.monotonic()
    timeouts = Statement(_timeouts(is_local=True), (_milliseconds(left_s),))
    return (begin.statement, timeouts, *begin.settings)


def _timeouts(*, is_local: bool) -> str:
    """The SELECT that sets every timeout, for the transaction or for the session."""
    scope = "true" if is_local else "false"
    return "SELECT " + ", ".join(f"set_config('{name}', $1, {scope})" for name in TIMEOUTS)


def _milliseconds(seconds: float) -> str:
    """A timeout as a setting of the server; none of them is 0, which would mean no timeout."""
    return f"{max(1, math.ceil(min(seconds, _LONGEST_S) * 1000))}ms"


def session_begin(options: SessionOptions) -> Begin:
    """The beginning of a session's transaction."""
    mode = "READ ONLY" if options.read_only else "READ WRITE"
    statement = Statement(f"BEGIN ISOLATION LEVEL {options.isolation.upper()} {mode}")
    return Begin(statement, Stage.NOTHING if options.read_only else Stage.PERHAPS)


@dataclass(frozen=True, slots=True)
class Nested:
    """The statements of a savepoint around work inside a session."""

    set: Statement
    undo: tuple[Statement, ...]
    release: Statement


def nested(depth: int) -> Nested:
    """The savepoint at a depth, from 1."""
    name = f'"trueup:{depth:d}"'
    release = Statement(f"RELEASE SAVEPOINT {name}")
    back = Statement(f"ROLLBACK TO SAVEPOINT {name}")
    return Nested(Statement(f"SAVEPOINT {name}"), (back, release), release)

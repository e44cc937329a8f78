"""The statements around a transaction, and around others than the session's own timeouts."""

from __future__ import annotations

import time
from collections.abc import Iterator

from ..payload import Begin, Statement
from .connections import LONGEST_S, AnyConnection, milliseconds

COMMIT = Statement("COMMIT")
ROLLBACK = Statement("ROLLBACK")
_TIMEOUTS = (
    "SELECT set_config('statement_timeout', $1, $2), set_config('lock_timeout', $1, $2), "
    "set_config('idle_in_transaction_session_timeout', $1, $2)"
)
_SPARE = 2
"""A session that gets more time gets more than is left, so that it need not get more again."""


def before_single(connection: AnyConnection, *, behind_pooler: bool) -> Iterator[Statement]:
    """The statement before one that is given more time than the session's timeouts allow."""
    left_s = connection.deadline_s - time.monotonic()
    if not behind_pooler and min(left_s, LONGEST_S) > connection.timeout_s:
        connection.timeout_s = left_s * _SPARE
        yield _timeouts(connection.timeout_s, is_local=False)


def begun(begin: Begin, connection: AnyConnection, *, behind_pooler: bool) -> Iterator[Statement]:
    """The statements that begin a transaction.

    Behind a pooler the session has no timeouts of its own, as others use it too. So the transaction
    gets them, until its end.
    """
    yield from before_single(connection, behind_pooler=behind_pooler)
    yield begin.statement
    if behind_pooler:
        yield _timeouts(connection.deadline_s - time.monotonic(), is_local=True)


def _timeouts(seconds: float, *, is_local: bool) -> Statement:
    return Statement(_TIMEOUTS, (milliseconds(seconds), is_local))

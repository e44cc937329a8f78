"""One write transaction, and the wait for the lock that other processes hold.

    BEGIN IMMEDIATE ──locked──► sleep, again … until the deadline ─► Unavailable or DeadlineExceeded
          │ after the deadline ─► ROLLBACK, DeadlineExceeded
        work ── any exception ─► ROLLBACK, raise
          │
        COMMIT ──locked──► sleep, again … until the deadline ─► ROLLBACK, raise

SQLite's own busy timeout is not used here: it sleeps in C, where no signal is handled, and polls in
steps of 100 ms, which starves a process among eight busy ones.
"""

import random
import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

from ....errors import Place, TrueupError
from ..errors import deadline_exceeded, is_locked, translate

R = TypeVar("R")

LONGEST_WAIT_S = 30.0
"""The longest wait of a call without a deadline, so that every wait ends."""

_FIRST_SLEEP_S = 0.000_5
_LONGEST_SLEEP_S = 0.02


def transact(
    connection: sqlite3.Connection,
    work: Callable[[sqlite3.Connection], R],
    deadline_s: float | None,
    where: Place,
) -> R:
    """Run `work` in one transaction that is committed as a whole, or leaves nothing behind.

    deadline_s: an instant of `time.monotonic`; it bounds the waits, not the work, which does not
        begin after it: not even in a process that was stopped, and goes on.
    The caller holds the connection alone.

    Raises:
        RetryableError: the lock was not free in time, or the deadline had passed by then; nothing
            was applied.
        TrueupError: SQLite's errors, translated; errors of `work` unchanged.
    """
    # An interrupt between an error and its rollback may have left a transaction open.
    connection.rollback()
    try:
        until(deadline_s, where, lambda: connection.execute("BEGIN IMMEDIATE"))
        if deadline_s is not None and time.monotonic() >= deadline_s:
            raise deadline_exceeded(where)
        result = work(connection)
        until(deadline_s, where, lambda: connection.execute("COMMIT"))
    except sqlite3.Error as error:
        connection.rollback()
        raise translate(error, where) from error
    except BaseException:
        connection.rollback()
        raise
    return result


def until(deadline_s: float | None, where: Place, attempt: Callable[[], R]) -> R:
    """Repeat `attempt` while another connection holds the lock, and return its result.

    Raises:
        RetryableError: the deadline, or `LONGEST_WAIT_S` without one, is over.
        sqlite3.Error: any other failure of the attempt.
    """
    try:
        return attempt()
    except sqlite3.OperationalError as error:
        if not is_locked(error):
            raise
    return _again(deadline_s, where, attempt)


def _again(deadline_s: float | None, where: Place, attempt: Callable[[], R]) -> R:
    end_s = time.monotonic() + LONGEST_WAIT_S if deadline_s is None else deadline_s
    sleep_s = _FIRST_SLEEP_S
    while True:
        # Jitter: processes that were refused together must not return together.
        remaining_s = end_s - time.monotonic()
        time.sleep(max(0.0, min(sleep_s * (0.5 + random.random()), remaining_s)))
        sleep_s = min(sleep_s * 1.5, _LONGEST_SLEEP_S)
        try:
            return attempt()
        except sqlite3.OperationalError as error:
            if not is_locked(error):
                raise
            if time.monotonic() >= end_s:
                raise _too_late(error, where, deadline_s) from error


def _too_late(error: sqlite3.Error, where: Place, deadline_s: float | None) -> TrueupError:
    return translate(error, where, deadline_passed=deadline_s is not None)

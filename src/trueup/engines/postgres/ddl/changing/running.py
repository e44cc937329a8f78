"""Statements that may take longer than a call: they run on while the run keeps its lock.

send ──► a thread with a connection of its own ──┬─► done: the reply
  ▲                                              ├─► not yet: Progress, look again
  └──── pause, with the holder named ◄───────────┴─► no lock in time: undone, tried again
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import replace
from threading import Thread
from typing import Any, Protocol, TypeVar

from ....._dataclass import dataclass
from .....errors import ErrorCode, NeedsOperator, TrueupError, Unavailable
from .....operations.operation import Request, Shown, as_it_is
from .....schema.engine import DONE, Progress, Step
from ...errors import Stage
from ...limits import LOCK_TIMEOUT_MS, LOCK_TRIES, MOMENT_MS
from ...payload import Connectable, Rows, Statement, Steps, Transaction
from ...values.names import literal, quote

R = TypeVar("R")

_LOOK_S = 2.0
"""How long a call waits for a statement before it looks how far that is."""

_LONGEST_S = 8 * 86_400.0
"""Longer than `apply` waits for a step."""

_NO_LOCK = "55P03"
_CANCELLED = "57014"

_HOLDERS = """SELECT DISTINCT l.pid, a.application_name, a.state,
extract(epoch FROM clock_timestamp() - a.xact_start)::bigint
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.granted AND l.relation = to_regclass({}) AND l.pid <> pg_backend_pid()
ORDER BY 4 DESC NULLS LAST"""
"""Source: https://www.postgresql.org/docs/15/view-pg-locks.html"""

_BUILT = """SELECT p.phase, p.blocks_done, p.blocks_total FROM pg_stat_progress_create_index p
WHERE p.relid = to_regclass({})"""
"""Source: https://www.postgresql.org/docs/15/progress-reporting.html"""


class Inner(Protocol):
    """A payload that is run in a thread."""

    @property
    def shown(self) -> Shown:
        """Its statements."""
        ...

    def on(self, wire: Connectable, deadline_s: float, table: str) -> Any:
        """Run on a wire."""
        ...


@dataclass(frozen=True, slots=True)
class Alone:
    """Statements of which each is a transaction of its own, as CONCURRENTLY asks for.

    body: those that are known beforehand. work: gives them, and is sent the rows of each.
    """

    body: tuple[str, ...]
    work: Callable[[], Steps[Progress]]

    @property
    def shown(self) -> Shown:
        """The statements."""
        return Shown("sql", "".join(f"{sql};\n" for sql in self.body))

    def on(self, wire: Connectable, deadline_s: float, table: str) -> Progress:
        """Run on a wire, one after the other."""
        steps = self.work()
        try:
            statement = next(steps)
            while True:
                try:
                    rows: Rows = wire.single(statement, Stage.PERHAPS, deadline_s, table)
                except TrueupError as error:
                    statement = steps.throw(error)
                else:
                    statement = steps.send(rows)
        except StopIteration as stop:
            progress: Progress = stop.value
            return progress
        finally:
            steps.close()


class Lasting:
    """A payload that is begun by one call, and looked at by those that follow."""

    def __init__(self, inner: Inner, table: str, *, is_moment: bool = False) -> None:
        self._inner = inner
        self._is_moment = is_moment
        self._table = table
        self._running: Future[Progress] | None = None
        self._tries = 0

    @property
    def shown(self) -> Shown:
        """The statements."""
        return self._inner.shown

    @property
    def inner(self) -> Inner:
        """What is run."""
        return self._inner

    def on(self, wire: Connectable, deadline_s: float, table: str) -> Progress:
        """The reply if it is there; else how far it is.

        Raises the error of the statement; Unavailable, with the holder of the lock, after
        LOCK_TRIES tries.
        """
        if self._running is None:
            self._running = in_thread(
                lambda: self._inner.on(wire, time.monotonic() + _LONGEST_S, table)
            )
        left_s = max(0.0, deadline_s - time.monotonic()) / 2
        wait([self._running], min(_LOOK_S, left_s))
        if not self._running.done():
            return self._far(wire, deadline_s)
        ended, self._running = self._running, None
        try:
            return ended.result()
        except Unavailable as error:
            if str(error.native).startswith(_CANCELLED) and self._is_moment:
                raise _too_long(error) from error
            if not str(error.native).startswith(_NO_LOCK):
                raise
            return self._again(wire, deadline_s, error)

    def _far(self, wire: Connectable, deadline_s: float) -> Progress:
        rows = self._ask(wire, _BUILT, deadline_s)
        note = ""
        for phase, done, total in rows[:1]:
            note = f"{phase}" + (f": {100 * done // total} %" if total else "")
        return Progress(is_done=False, is_moving=True, note=note)

    def _again(self, wire: Connectable, deadline_s: float, error: Unavailable) -> Progress:
        self._tries += 1
        rows = self._ask(wire, _HOLDERS, deadline_s)
        holders = "; ".join(_holder(*row) for row in rows[:3])
        what = f"the lock of {self._table} is held by {holders or 'a transaction that has ended'}"
        if self._tries >= LOCK_TRIES:
            raise Unavailable(
                f"{what}; {LOCK_TRIES} tries of {LOCK_TIMEOUT_MS / 1000:.0f} s each got none",
                where=error.where,
                native=error.native,
                fix="end that transaction (SELECT pg_terminate_backend(…) does), or wait for it, "
                "then run trueup apply again: it goes on from there",
            )
        return Progress(is_done=False, note=what)

    def _ask(self, wire: Connectable, sql: str, deadline_s: float) -> Rows:
        select = Statement(sql.format(literal(quote(self._table))))
        rows: Rows = wire.single(select, Stage.NOTHING, deadline_s, self._table)
        return rows


def _too_long(error: Unavailable) -> NeedsOperator:
    return NeedsOperator(
        f"a statement that changes the catalogue alone took longer than {MOMENT_MS // 1000} s, or "
        "somebody cancelled it: it was undone, as others wait for its lock meanwhile",
        where=error.where,
        native=error.native,
        code=ErrorCode.ENGINE_FAILED,
        fix="see what the server is busy with, then run trueup apply again: it goes on from there",
    )


def _holder(pid: int, name: str | None, state: str | None, age_s: int | None) -> str:
    """A process that holds a lock; of another role's no more may be known."""
    age = "" if age_s is None else f"since {age_s} s"
    said = ", ".join(filter(None, (name, state, age)))
    return f"process {pid}" + (f" ({said})" if said else "")


def in_thread(work: Callable[[], R]) -> Future[R]:
    """What a thread makes, which ends with the process: its connection ends, and so the statement
    on the server."""
    future: Future[R] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is taken
            future.set_exception(error)

    Thread(target=run, name="trueup statement", daemon=True).start()
    return future


LOCK_TIMEOUT = Statement(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_MS}ms'")
"""In each transaction again: a try that failed has undone it."""

MOMENT = Statement(f"SET LOCAL statement_timeout = '{MOMENT_MS}ms'")
"""Of one transaction too: a build or a proof that follows has all the time it needs."""


def in_transaction(
    table: str,
    comment: str,
    statements: Sequence[Statement],
    *,
    work: Callable[[], Steps[Progress]] | None = None,
    estimate: str = "",
    plain: Sequence[str] = (),
    is_moment: bool = False,
) -> Step:
    """A step of one transaction, which waits LOCK_TIMEOUT_MS for each lock and is tried again.

    work: yields the statements, if what runs depends on what is read. plain: the statements of the
    form that the change does not take. is_moment: whether each statement has to end within
    MOMENT_MS; those that look before the first change have all the time they need.
    """
    settings = (LOCK_TIMEOUT, MOMENT) if is_moment else (LOCK_TIMEOUT,)

    def plainly() -> Steps[Progress]:
        for statement in statements:  # noqa: UP028 - `yield from` would send rows to an iterator
            yield statement
        return DONE

    def timed() -> Steps[Progress]:
        yield LOCK_TIMEOUT
        steps = (work or plainly)()
        return (yield from (_bounded(steps) if is_moment else steps))

    payload = Transaction(lambda: (*settings, *statements), timed)
    told = [one.sql for one in statements]
    step = _step(table, comment, payload, told, estimate, is_moment=is_moment)
    return replace(step, plain=tuple(plain), settings=tuple(one.sql for one in settings))


def _bounded(steps: Steps[Progress]) -> Steps[Progress]:
    """Steps, with the time of a moment for each statement from the first change on."""
    is_bounded = False
    try:
        statement = next(steps)
        while True:
            if not (is_bounded or statement.sql.startswith("SELECT")):
                is_bounded = True
                yield MOMENT
            try:
                rows = yield statement
            except TrueupError as error:
                statement = steps.throw(error)
            else:
                statement = steps.send(rows)
    except StopIteration as stop:
        progress: Progress = stop.value
        return progress
    finally:
        steps.close()


def alone(
    table: str,
    comment: str,
    statements: Sequence[str],
    work: Callable[[], Steps[Progress]],
    *,
    estimate: str = "",
    plain: Sequence[str] = (),
) -> Step:
    """A step of statements that cannot be in a transaction."""
    step = _step(table, comment, Alone(tuple(statements), work), statements, estimate)
    return replace(step, plain=tuple(plain), is_alone=True)


def _step(
    table: str,
    comment: str,
    payload: Inner,
    statements: Sequence[str],
    estimate: str,
    *,
    is_moment: bool = False,
) -> Step:
    # Sent again it is the same payload, which knows whether its statement still runs.
    lasting = Lasting(payload, table, is_moment=is_moment)
    request = Request("AlterTable", "", lasting, as_it_is)
    return Step(comment, table, request, estimate=estimate, statements=tuple(statements))

"""What a statement does, read from the server before and after it: locks, files, scans.

In a transaction its own session tells. A statement that runs in none is held up by a lock of
another session until it waits, and its locks are read meanwhile; then it is let go.

Sources: https://www.postgresql.org/docs/15/view-pg-locks.html,
https://www.postgresql.org/docs/15/monitoring-stats.html#MONITORING-STATS-FUNCTIONS-TABLE
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from ...._dataclass import dataclass
from ....schema.observing.observed import LOCKS, Observed, strongest
from ..ddl.changing.running import in_thread

R = TypeVar("R")

_USERS = """c.relnamespace = n.oid AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
AND c.relkind IN ('r', 'p', 'm', 'i')"""

_STATE = f"""SELECT c.oid::bigint, c.oid::regclass::text, c.relkind IN ('r', 'p', 'm'),
pg_relation_filenode(c.oid)::bigint, pg_stat_get_{{kind}}numscans(c.oid),
pg_stat_get_{{kind}}tuples_inserted(c.oid) + pg_stat_get_{{kind}}tuples_updated(c.oid)
+ pg_stat_get_{{kind}}tuples_deleted(c.oid)
FROM pg_class c, pg_namespace n WHERE {_USERS}"""

_MINE = "SELECT relation::bigint, mode FROM pg_locks WHERE granted AND pid = {} AND {}"
_HERE = """database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND relation IS NOT NULL"""
_WAITS = "SELECT 1 FROM pg_locks WHERE NOT granted AND pid = {}"
_TABLES = f"""SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_class c, pg_namespace n
WHERE {_USERS} AND c.relkind IN ('r', 'p')"""
_LOOK_S = 0.002
_LONGEST_LOOK_S = 20.0
"""How long a statement is waited for that neither ends nor waits."""


class Session(Protocol):
    """A session on the shadow."""

    def query(self, sql: str) -> Any:
        """The rows of a query; nothing that has none."""
        ...


@dataclass(frozen=True, slots=True)
class _Relation:
    name: str
    is_table: bool
    file: int | None
    scans: int
    changed: int


class Watch:
    """Watches the statements of one session. aside: another session on the same database."""

    def __init__(self, session: Session, aside: Session, *, rows: Mapping[str, int]) -> None:
        self._session = session
        self._aside = aside
        self._rows = rows
        self._transaction = 0
        self._pid = int(session.query("SELECT pg_backend_pid()")[0][0])
        self._tables = ""
        self._known: set[int] = set()
        self.seen: list[Observed] = []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A block whose statements are of one transaction, which the caller begins and ends."""
        self._transaction += 1
        self._known = set(self._state("xact_"))
        yield

    def within(self, sql: str, run: Callable[[], R]) -> R:
        """Run a statement in the transaction that is open, and write down what it does."""
        before, held = self._state("xact_"), self._locks(self._session)
        began_s = time.perf_counter()
        found = run()
        took_ms = (time.perf_counter() - began_s) * 1000
        after, locks = self._state("xact_"), self._locks(self._session)
        new = {oid: lock for oid, lock in locks.items() if held.get(oid) != lock}
        self._note(sql, took_ms, before, after, new)
        return found

    def outside(self, sql: str, run: Callable[[], R]) -> R:
        """Run a statement that is in no transaction, and write down what it does."""
        self._transaction += 1
        before = self._state("")
        self._known = set(before)
        [[tables]] = self._aside.query(_TABLES)
        if tables:
            self._aside.query("BEGIN")
            self._aside.query(f"LOCK TABLE {tables} IN ROW EXCLUSIVE MODE")
        began_s = time.perf_counter()
        running = in_thread(run)
        try:
            locks = self._held_up(running)
            if not running.done():
                began_s = time.perf_counter()  # the wait before was ours
        finally:
            if tables:
                self._aside.query("COMMIT")
        found = running.result()
        took_ms = (time.perf_counter() - began_s) * 1000
        self._session.query("SELECT pg_stat_force_next_flush()")
        self._session.query("SELECT 1")
        self._note(sql, took_ms, before, self._state(""), locks)
        return found

    def _held_up(self, running: Future[Any]) -> dict[int, str]:
        """The locks that a statement has when it waits, or has had when it ends."""
        locks: dict[int, str] = {}
        until_s = time.monotonic() + _LONGEST_LOOK_S
        while not running.done() and time.monotonic() < until_s:
            for oid, lock in self._locks(self._aside).items():
                locks[oid] = strongest([lock, locks.get(oid, lock)])
            if self._aside.query(_WAITS.format(self._pid)):
                break
            time.sleep(_LOOK_S)
        return locks

    def _state(self, kind: str) -> dict[int, _Relation]:
        session = self._session if kind else self._aside
        rows = session.query(_STATE.format(kind=kind))
        return {oid: _Relation(*row) for oid, *row in rows}

    def _locks(self, session: Session) -> dict[int, str]:
        found: dict[int, str] = {}
        for oid, mode in session.query(_MINE.format(self._pid, _HERE)):
            lock = _words(mode)
            found[oid] = strongest([lock, found.get(oid, lock)])
        return found

    def _note(
        self,
        sql: str,
        took_ms: float,
        before: Mapping[int, _Relation],
        after: Mapping[int, _Relation],
        locks: Mapping[int, str],
    ) -> None:
        def is_changed(oid: int, of: Callable[[_Relation], Any]) -> bool:
            return oid in before and oid in after and of(before[oid]) != of(after[oid])

        there = {oid: one for oid, one in before.items() if oid in self._known}
        reads = [one.name for oid, one in there.items()
                 if one.is_table and is_changed(oid, lambda x: x.scans)]  # fmt: skip
        rewrites = [one.name for oid, one in there.items() if is_changed(oid, lambda x: x.file)]
        changes = [one.name for oid, one in there.items()
                   if one.is_table and is_changed(oid, lambda x: x.changed)]  # fmt: skip
        named = {
            there[oid].name: lock
            for oid, lock in locks.items()
            if oid in there and there[oid].is_table
        }
        worked = {one.name for one in there.values() if one.name in (*reads, *rewrites)}
        self.seen.append(
            Observed(
                sql=sql,
                transaction=self._transaction,
                locks={name: lock for name, lock in sorted(named.items()) if lock != LOCKS[0]},
                rewrites=tuple(sorted(rewrites)),
                reads=tuple(sorted(reads)),
                changes=tuple(sorted(changes)),
                took_ms=round(took_ms, 3),
                rows={name: self._rows[name] for name in sorted(worked) if name in self._rows},
            )
        )


def _words(mode: str) -> str:
    """`AccessExclusiveLock` as `ACCESS EXCLUSIVE`."""
    spaced = "".join(f" {one}" if one.isupper() else one for one in mode.removesuffix("Lock"))
    return spaced.strip().upper()

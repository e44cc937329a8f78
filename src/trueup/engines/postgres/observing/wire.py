"""A wire to a shadow, on which the requests of steps are watched while they run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, TypeVar

from ....errors import TrueupError
from ....schema.engine import Step
from ....schema.observing.observed import Observed
from ..ddl.changing.running import Lasting
from ..driver import address_of
from ..errors import Stage
from ..login.urls import PostgresUrl
from ..payload import Begin, Rows, Statement, Steps
from ..wire.blocking import PostgresWire
from ..wire.connections import BlockingConnection
from ..wire.opening import open_connection
from .watch import Watch

R = TypeVar("R")

_LONGEST_S = 3_600.0
_SILENT = ("SELECT", "SET ")
"""What begins statements that are shown only if they read whole tables."""


class ShadowSession:
    """One session on a shadow."""

    def __init__(self, wire: PostgresWire) -> None:
        self._wire = wire
        self.connection: BlockingConnection = open_connection(wire.address, _deadline_s())
        self.connection.deadline_s = _deadline_s()

    def query(self, sql: str) -> Rows:
        """The rows of a query of ours."""
        return self.run(Statement(sql), "")

    def run(self, statement: Statement, table: str) -> Rows:
        """The rows of a statement. Raises the errors of the engine."""
        return self._wire.run_on(self.connection, statement, Stage.NOTHING, table)


class WatchedWire:
    """Runs steps on a shadow. rows: how many each of its tables has."""

    behind_pooler = False

    def __init__(self, url: PostgresUrl, rows: Mapping[str, int]) -> None:
        self._wire = PostgresWire(address_of(url, _LONGEST_S), _deadline_s())
        self._session, self._aside = ShadowSession(self._wire), ShadowSession(self._wire)
        self._watch = Watch(self._session, self._aside, rows=rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for one in (self._session, self._aside):
            one.connection.close()
        self._wire.close()

    def perform(self, step: Step) -> list[Observed]:
        """What the statements of a step do. Raises the errors of the engine, as apply would."""
        first = len(self._watch.seen)
        payload = step.request.payload
        inner = payload.inner if isinstance(payload, Lasting) else payload
        inner.on(self, _deadline_s(), step.table)
        return self._taken(first)

    def plain(self, statements: tuple[str, ...]) -> list[Observed]:
        """What statements do in one transaction, which is undone."""
        first = len(self._watch.seen)
        self._session.query("BEGIN")
        try:
            with self._watch.transaction():
                for sql in statements:
                    self._within(Statement(sql), "")
        finally:
            self._undo()
        return self._taken(first)

    def empty(self, table: str) -> None:
        """Remove the rows of a table, and of those that refer to it."""
        self._session.query(f"TRUNCATE {table} CASCADE")

    def _taken(self, first: int) -> list[Observed]:
        found = self._watch.seen[first:]
        return [one for one in found if one.reads or not one.sql.startswith(_SILENT)]

    def single(self, statement: Statement, stage: Stage, deadline_s: float, table: str) -> Any:  # noqa: ARG002 - as wires have it
        """The rows of one statement, which is a transaction of its own."""
        if statement.sql.startswith(_SILENT):
            return self._session.run(statement, table)
        return self._watch.outside(statement.sql, lambda: self._session.run(statement, table))

    def transact(
        self,
        work: Callable[[], Steps[Any]],
        begin: Begin,
        deadline_s: float,  # noqa: ARG002 - it is the connection's
        table: str,
    ) -> Any:
        """The result of a transaction."""
        self._session.run(begin.statement, table)
        steps = work()
        try:
            with self._watch.transaction():
                statement = next(steps)
                while True:
                    try:
                        rows = self._within(statement, table)
                    except TrueupError as error:
                        statement = steps.throw(error)
                    else:
                        statement = steps.send(rows)
        except StopIteration as stop:
            self._session.query("COMMIT")
            return stop.value
        except BaseException:
            self._undo()
            raise
        finally:
            steps.close()

    def _within(self, statement: Statement, table: str) -> Rows:
        plain = replace(statement, before=(), after=())
        return self._watch.within(plain.sql, lambda: self._session.run(plain, table))

    def _undo(self) -> None:
        self._session.query("ROLLBACK")


def _deadline_s() -> float:
    return time.monotonic() + _LONGEST_S

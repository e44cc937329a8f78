"""Run the statements of one migration, one way: in one transaction, or step by step.

Step by step, each statement is in a transaction with its row of the history: a run that was killed
is gone on with. A statement that the server refuses in a transaction runs by itself: the history
says first that it begins, and then that it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from .._dataclass import dataclass
from ..errors import (
    Blocked,
    ErrorCode,
    InvalidCall,
    OutcomeUnknown,
    TrueupError,
    Unavailable,
)
from ..lifecycle.clocks import Clocks
from .events import Batched, Ran, Tell, Waited
from .files import Migration
from .history import Record, change, find_record, put, remove
from .port import MigrationDatabase, Outcome, OutsideOnly
from .python.step import call
from .sections import BATCH, Batch, Section, Statement
from .statements import Dialect

_T = TypeVar("_T")
_ATTEMPTS = 6
_PAUSE_S = 1.0
_LOCK_TIMEOUT = "55P03"


@dataclass(frozen=True, slots=True)
class Way:
    """A migration in one direction, with the row that the history has at its end.

    first: the row as it is while the steps run. last: that at the end; None if it is forgotten.
    """

    migration: Migration
    section: Section
    first: Record
    last: Record | None


class Steps:
    """Runs a way on a database, whose lock the caller holds."""

    def __init__(self, database: MigrationDatabase, clocks: Clocks, tell: Tell) -> None:
        self._database = database
        self._clocks = clocks
        self._tell = tell

    def run(self, way: Way) -> bool:
        """Run it; False if somebody else has, meanwhile. Raises the errors of its statements, with
        their places."""
        begun_s = self._clocks.monotonic_s()

        def finish(row: Record | None) -> None:
            """Write the last row, in the transaction of the last statement."""
            spent_ms = round((self._clocks.monotonic_s() - begun_s) * 1000)
            self._finish(way, row, spent_ms)

        try:
            if way.section.in_transaction:
                return self._patiently(way, lambda: self._at_once(way, finish))
            return self._by_steps(way, finish)
        finally:
            self._database.rollback()
            self._database.reset()

    def _finish(self, way: Way, row: Record | None, spent_ms: int) -> None:
        if way.last is None:
            if row is not None:
                remove(self._database, row)
            return
        last = replace(way.last, duration_ms=spent_ms + (row.duration_ms if row else 0))
        if row is None:
            put(self._database, last)
        else:
            change(
                self._database,
                row,
                state=last.state,
                statements=len(way.section.statements),
                cursor="",
                duration_ms=last.duration_ms,
                at=last.at,
                by=last.by,
                note=last.note,
            )

    def _at_once(self, way: Way, finish: Callable[[Record | None], None]) -> bool:
        database = self._database
        database.begin()
        row = find_record(database, way.migration.version)
        if _is_over(way, row):
            database.rollback()
            return False
        for number, statement in enumerate(way.section.statements, 1):
            with Placed(place_of(way, number)):
                try:
                    database.run(statement)
                except OutsideOnly:
                    raise _not_within() from None
            self._tell(Ran(way.migration, number, len(way.section.statements)))
        finish(row)
        database.commit()
        return True

    def _by_steps(self, way: Way, finish: Callable[[Record | None], None]) -> bool:
        database, statements = self._database, way.section.statements
        row = self._begun(way)
        if row is None:
            return False
        while row.statements < len(statements):
            number = row.statements + 1
            statement = statements[row.statements]
            if statement.batch:
                seen = self._batches(way, statement, statement.batch, row)
            else:
                seen = self._step(way, statement, row)
            if seen is None or seen.state is not way.first.state:
                return False
            row = seen
            self._tell(Ran(way.migration, number, len(statements)))
        database.begin()
        if self._seen(row) != row:
            return False
        finish(row)
        database.commit()
        return True

    def _seen(self, row: Record) -> Record | None:
        """The row as it is in this transaction. Where transactions are the lock, another run may
        have gone on with the same steps."""
        return find_record(self._database, row.version)

    def _begun(self, way: Way) -> Record | None:
        """The row of a way that is begun or gone on with; None if it is at its end already."""
        database = self._database
        database.begin()
        row = find_record(database, way.migration.version)
        if _is_over(way, row):
            database.rollback()
            return None
        if row is None:
            put(database, way.first)
            row = way.first
        elif row.state is not way.first.state:
            row = change(database, row, state=way.first.state, statements=0)
        database.commit()
        return row

    def _step(self, way: Way, statement: Statement, row: Record) -> Record | None:
        if row.is_outside:
            return self._after_kill(way, statement, row)
        number = row.statements + 1

        def work(row: Record) -> Record:
            with Placed(place_of(way, number)):
                self._do(way, statement, "")
            return change(self._database, row, statements=number)

        try:
            return self._patiently(way, lambda: self._attempt(row, work))
        except OutsideOnly:
            self._database.rollback()
        begun = self._note(row, is_outside=True)
        if begun is None or begun != replace(row, is_outside=True):
            return begun
        return self._outside(way, statement, begun)

    def _attempt(self, row: Record, work: Callable[[Record], Record]) -> Record | None:
        """A transaction with the row's change; the row as it is then, which another run may have
        changed first."""
        self._database.begin()
        seen = self._seen(row)
        if seen != row:
            self._database.rollback()
            return seen
        done = work(row)
        self._database.commit()
        return done

    def _do(self, way: Way, statement: Statement, condition: str) -> None:
        """Run SQL, or call Python. condition: of the rows of a batch."""
        if not statement.function:
            sql = statement.sql.replace(BATCH, condition) if condition else statement.sql
            self._database.run(replace(statement, sql=sql))
            return
        rows: Sequence[Mapping[str, Any]] = ()
        if statement.batch:
            batch = statement.batch
            rows, _ = self._database.ask(
                f"SELECT * FROM {batch.table} WHERE {condition} ORDER BY {batch.column}"
                + (" FOR UPDATE" if self._database.dialect is Dialect.POSTGRES else ""),
                {},
            )
        call(self._database, way.migration, statement, rows)

    def _outside(self, way: Way, statement: Statement, row: Record) -> Record | None:
        try:
            with Placed(place_of(way, row.statements + 1)):
                self._database.run(statement)
        except OutcomeUnknown:
            raise
        except TrueupError:
            if self._database.outcome(statement) is not Outcome.DONE:
                self._note(row, is_outside=False)
            raise
        return self._note(row, is_outside=False, statements=row.statements + 1)

    def _after_kill(self, way: Way, statement: Statement, row: Record) -> Record | None:
        """Go on from a statement that was begun outside of a transaction, by a run that is gone."""
        match self._database.outcome(statement):
            case Outcome.DONE:
                return self._note(row, is_outside=False, statements=row.statements + 1)
            case Outcome.NOTHING:
                return self._outside(way, statement, row)
            case Outcome.UNKNOWN:
                number, version = row.statements + 1, way.migration.version
                raise Blocked(
                    f"{place_of(way, number)} was begun by a run that was killed: it may have run, "
                    "or not, and the database does not show which",
                    where=self._database.where,
                    fix=f"look whether it has; then trueup migrate repair {version} --done, or "
                    f"trueup migrate repair {version} --again",
                    code=ErrorCode.MIGRATION_INTERRUPTED,
                    allowed_by="repair",
                )

    def _batches(self, way: Way, statement: Statement, batch: Batch, row: Record) -> Record | None:
        number = row.statements + 1
        self._check_keys(way, batch, number)

        def one(row: Record) -> Record:
            with Placed(place_of(way, number)):
                key = self._database.key_after(batch.table, batch.column, row.cursor, batch.size)
                if not key:
                    return change(self._database, row, statements=number, cursor="", rows=0)
                lower = f"{batch.column} > {row.cursor} AND " if row.cursor else ""
                condition = f"({lower}{batch.column} <= {key})"
                self._do(way, statement, condition)
            return change(self._database, row, cursor=key, rows=row.rows + batch.size)

        while row.statements < number:
            found = self._patiently(way, partial(self._attempt, row, one))
            if found is None or found.state is not row.state:
                return found
            row = found
            if row.cursor:
                self._tell(Batched(way.migration, number, row.rows))
        return row

    def _check_keys(self, way: Way, batch: Batch, number: int) -> None:
        """Refuse a column that would leave rows out."""
        with Placed(place_of(way, number)):
            rows = self._database.query(
                f"SELECT 1 FROM {batch.table} WHERE {batch.column} IS NULL LIMIT 1"
            )
        if rows:
            raise InvalidCall(
                f"{place_of(way, number)}: rows of {batch.table} have no {batch.column}, and would "
                "be in no batch",
                where=self._database.where,
                fix="name a column that every row has: the primary key",
                code=ErrorCode.INVALID_SQL,
            )

    def _note(self, row: Record, **changed: Any) -> Record | None:
        """Change the row; the row as it is then."""
        return self._attempt(row, lambda seen: change(self._database, seen, **changed))

    def _patiently(self, way: Way, attempt: Callable[[], _T]) -> _T:
        return patiently(self._database, self._clocks, self._tell, way.migration.name, attempt)


def patiently(
    database: MigrationDatabase, clocks: Clocks, tell: Tell, name: str, attempt: Callable[[], _T]
) -> _T:
    """Try again while others hold locks: nothing of an attempt stays. name: of the file."""
    for number in range(1, _ATTEMPTS):
        try:
            return attempt()
        except Unavailable as error:
            database.rollback()
            if error.native not in (_LOCK_TIMEOUT, "40P01", "40001"):
                raise
            tell(Waited(name, number, _ATTEMPTS, error.what))
            clocks.pause(_PAUSE_S)
    return attempt()


def _is_over(way: Way, row: Record | None) -> bool:
    """Whether a row is that of the end of a way."""
    if row is None or way.last is None:
        return row is None and way.last is None
    return row.state is way.last.state


class Placed:
    """A block whose errors say which statement they are of."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, TrueupError) and self._place not in error.where.note:
            before = f", {error.where.note}" if error.where.note else ""
            error.where = replace(error.where, note=f"{self._place}{before}")


def place_of(way: Way, number: int) -> str:
    """A statement, for messages: its file, its line and its number."""
    path = way.migration.path
    line = way.section.statements[number - 1].line
    return f"{path.parent.name}/{path.name}:{line} (statement {number})"


def _not_within() -> InvalidCall:
    return InvalidCall(
        "the statement cannot be in a transaction; nothing of the migration was done",
        fix="write -- trueup: no-transaction in its part: each statement is then a step of its own",
        code=ErrorCode.INVALID_SQL,
    )

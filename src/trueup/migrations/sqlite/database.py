"""A file of SQLite that migrations run on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ...engines.sqlite.errors import code_of, translate, wrong_sql
from ...engines.sqlite.sql import SqliteSql
from ...engines.sqlite.wire.connections import Location, open_writer
from ...engines.sqlite.wire.transaction import until
from ...errors import ConstraintRefused, Place, TrueupError
from ..history import TABLE
from ..others import find_histories
from ..port import OtherHistory, Outcome, OutsideOnly, Row, Shape, Text, literal, named
from ..python.binding import bound
from ..sections import Statement
from ..statements import Dialect, words_of
from . import catalogue

_OUTSIDE = frozenset({"VACUUM", "ATTACH", "DETACH"})
_WAIT_MS = 5_000
_VALUES = SqliteSql()


class SqliteMigrations:
    """One connection to a file. Each transaction takes SQLite's lock of the file at once."""

    dialect = Dialect.SQLITE
    major = f"{sqlite3.sqlite_version_info[0]}"
    history = f'"{TABLE}"'

    def __init__(self, connection: sqlite3.Connection, where: Place) -> None:
        self._connection = connection
        self.where = where

    def query(self, sql: str) -> Sequence[Row]:
        """The rows of a query."""
        try:
            return self._connection.execute(sql).fetchall()
        except sqlite3.Error as error:
            failure = self._translated(error)
        raise failure

    def run(self, statement: Statement | str) -> None:
        """One statement. VACUUM and PRAGMA do nothing in a transaction, or fail."""
        sql = statement if isinstance(statement, str) else statement.sql
        first = words_of(sql, self.dialect)[:1]
        if self._connection.in_transaction and first and first[0] in _OUTSIDE | {"PRAGMA"}:
            raise OutsideOnly
        try:
            self._connection.execute(sql).fetchall()
        except sqlite3.Error as error:
            failure = self._translated(error)
        else:
            return
        raise failure

    def ask(self, sql: str, values: Mapping[str, Any]) -> tuple[Sequence[Mapping[str, Any]], int]:
        """A statement of a Python step."""
        text, given = bound(sql, values, _VALUES)
        try:
            cursor = self._connection.execute(text, given)
            names = [one[0] for one in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except sqlite3.Error as error:
            failure = self._translated(error)
        else:
            return rows, max(cursor.rowcount, 0)
        raise failure

    def begin(self) -> None:
        """BEGIN IMMEDIATE; waits for others."""
        try:
            until(None, self.where, lambda: self._connection.execute("BEGIN IMMEDIATE"))
        except sqlite3.Error as error:
            failure = self._translated(error)
        else:
            return
        raise failure

    def commit(self) -> None:
        """Commit, if every row that is pointed to is there."""
        broken = self.query("PRAGMA foreign_key_check")
        if broken:
            self.rollback()
            raise ConstraintRefused(
                f"{len(broken)} rows of {broken[0][0]} point to rows that are not there; nothing "
                "was changed",
                where=self.where,
                fix="change or remove these rows in the same migration",
                constraint=str(broken[0][0]),
            )
        try:
            until(None, self.where, lambda: self._connection.execute("COMMIT"))
        except sqlite3.Error as error:
            failure = self._translated(error)
        else:
            return
        raise failure

    def rollback(self) -> None:
        """Undo the transaction."""
        self._connection.rollback()

    @contextmanager
    def lock(self, timeout_s: float) -> Iterator[None]:  # noqa: ARG002 - the file's own lock waits
        """Nothing to hold: each transaction has the lock of the file, and looks again at what is
        done before it goes on."""
        yield

    def outcome(self, statement: Statement) -> Outcome:
        """What runs outside of a transaction here may run twice."""
        words = words_of(statement.sql, self.dialect)
        return Outcome.NOTHING if words[0] in _OUTSIDE | {"PRAGMA"} else Outcome.UNKNOWN

    def reset(self) -> None:
        """Foreign keys are not enforced while migrations run, so that tables can be rebuilt: they
        are checked before each commit. Source: https://www.sqlite.org/lang_altertable.html#otheralter
        """
        self._connection.execute("PRAGMA foreign_keys = OFF")
        self._connection.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")

    def has_history(self) -> bool:
        """Whether the history is there."""
        return self.has_table(self.history)

    def has_table(self, name: str) -> bool:
        """Whether a table is there."""
        plain = literal(name.strip('"'))
        return bool(self.query(f"SELECT 1 FROM sqlite_schema WHERE name = {plain}"))

    def user(self) -> str:
        """SQLite has no roles."""
        return ""

    def objects(self) -> Mapping[str, str]:
        """The schema."""
        return catalogue.objects(self.query)

    def shapes(self) -> Sequence[Shape]:
        """The tables."""
        return catalogue.shapes(self.query)

    def insert(self, shape: Shape, columns: Sequence[str], rows: Sequence[Sequence[Text]]) -> int:
        """Put rows, in a transaction of their own; one that does not fit is left out."""
        names = ", ".join(map(named, columns))
        places = ", ".join("?" * len(columns))
        kinds = {one.name: one.base for one in shape.columns}
        put = 0
        self.begin()
        for row in rows:
            values = [
                catalogue.value_of(text, kinds[name])
                for name, text in zip(columns, row, strict=True)
            ]
            try:
                self._connection.execute(
                    f"INSERT INTO {shape.name} ({names}) VALUES ({places})", values
                )
                put += 1
            except sqlite3.IntegrityError:
                continue
            except sqlite3.Error as error:
                failure = self._translated(error)
                break
        else:
            self._connection.execute("COMMIT")
            return put
        self.rollback()
        raise failure

    def contents(self, table: str, columns: Sequence[str]) -> Sequence[Sequence[Text]]:
        """The rows, each value as a literal of SQL."""
        listed = ", ".join(f"CASE WHEN {n} IS NULL THEN NULL ELSE quote({n}) END"
                           for n in map(named, columns)) or "''"  # fmt: skip
        return self.query(f"SELECT {listed} FROM {table}")

    def key_after(self, table: str, column: str, key: str, size: int) -> str:
        """The last key of the next batch."""
        after = f"WHERE {column} > {key}" if key else f"WHERE {column} IS NOT NULL"
        rows = self.query(
            f"SELECT quote(k) FROM (SELECT {column} AS k FROM {table} {after}"
            f" ORDER BY {column} LIMIT {size:d}) ORDER BY k DESC LIMIT 1"
        )
        return str(rows[0][0]) if rows else ""

    @contextmanager
    def shadow(self) -> Iterator[SqliteMigrations]:
        """A file in a temporary folder."""
        with TemporaryDirectory(prefix="trueup-shadow-") as folder:
            shadow = open_sqlite(Path(folder) / "shadow.db")
            try:
                shadow.query("PRAGMA synchronous = OFF")
                yield shadow
            finally:
                shadow.close()

    def others(self) -> Iterator[OtherHistory]:
        """Histories of other tools."""
        there = {str(name) for (name,) in self.query("SELECT name FROM sqlite_schema")}
        return find_histories({name: named(name) for name in there}, self.query)

    def close(self) -> None:
        """End the connection."""
        self._connection.rollback()
        self._connection.close()

    def _translated(self, error: sqlite3.Error) -> TrueupError:
        if isinstance(error, sqlite3.IntegrityError):
            return ConstraintRefused(
                "a constraint of the table refuses a row; nothing was written",
                where=self.where,
                fix="change the rows in the same migration, before the constraint",
                native=getattr(error, "sqlite_errorname", ""),
            )
        if code_of(error) == sqlite3.SQLITE_ERROR and (refusal := wrong_sql(error)):
            return refusal
        return translate(error, self.where)


def open_sqlite(path: Path | None) -> SqliteMigrations:
    """A file; one that is not there is made, as one of ours. path: None for an empty database in
    memory.

    Raises NeedsOperator if it cannot be opened.
    """
    where = Place("sqlite", note=f"file {path}" if path else "in memory")
    failure: TrueupError
    try:
        if path and (not path.exists() or path.stat().st_size == 0):
            open_writer(Location(path)).close()
        target = f"{path.as_uri()}?mode=rw" if path else ":memory:"
        connection = sqlite3.connect(
            target, uri=True, isolation_level=None, timeout=_WAIT_MS / 1000
        )
        opened = SqliteMigrations(connection, where)
        opened.reset()
        opened.query("SELECT count(*) FROM sqlite_schema")
    except sqlite3.Error as error:
        failure = translate(error, where)
    except OSError:
        failure = translate(sqlite3.OperationalError("unable to open"), where)
    else:
        return opened
    raise failure

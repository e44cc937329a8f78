"""A database of PostgreSQL that migrations run on."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from ...engines.postgres.driver import address_of
from ...engines.postgres.errors import Stage, translate
from ...engines.postgres.login.urls import PostgresUrl
from ...engines.postgres.sql.dialect import PostgresSql
from ...engines.postgres.wire.connections import BlockingConnection
from ...engines.postgres.wire.opening import open_connection
from ...engines.postgres.wire.transactions import session_settings
from ...errors import (
    Blocked,
    ErrorCode,
    TrueupError,
    UnsupportedByEngine,
)
from ...operations.sql.text import refused_sql
from ..history import OWN, TABLE
from ..others import find_histories
from ..port import OtherHistory, Outcome, OutsideOnly, Row, Shape, Text, literal, named
from ..python.binding import bound
from ..sections import Statement
from ..statements import Dialect
from . import catalogue, indexes
from .putting import put_rows
from .shadows import beside, given

LONGEST_S = 86_400.0
"""The longest statement: a backfill or an index of a large table."""

LOCK_WAIT_S = 5.0
"""How long a statement waits for others' locks: whoever comes later waits behind it."""

_LOCK = 0x7472_7565_7570_6D69
"""The advisory lock of all runners in a database: "trueupmi"."""
_LOOK_S = 0.1
_CONNECT_S = 30.0
_IN_TRANSACTION = "25001"
_VALUES = PostgresSql()
_WITHIN = ("it cannot be in a transaction", "write it into the SQL of the migration")


class PostgresMigrations:
    """One connection, which holds the lock while migrations run."""

    dialect = Dialect.POSTGRES

    def __init__(
        self,
        url: PostgresUrl,
        shadow_url: PostgresUrl | None = None,
        within_s: float = math.inf,
    ) -> None:
        until_s = time.monotonic() + within_s
        self._shadow_url = shadow_url
        self._url = url.in_environment(os.environ)
        self._address = address_of(self._url, LONGEST_S)
        self.where = self._address.where
        if self._url.behind_pooler:
            raise UnsupportedByEngine(
                "migrations need a session of their own, and a pooler gives none",
                where=self.where,
                fix="give the address of the server itself, without ?pooler=true",
            )
        self._connection: BlockingConnection = open_connection(
            self._address, min(until_s, time.monotonic() + _CONNECT_S)
        )
        self._connection.deadline_s = until_s
        self._connection.prepare_threshold = None
        ((version, schema),) = self.query(
            "SELECT current_setting('server_version_num')::int / 10000, current_schema()::text"
        )
        self.major = str(version)
        self._schema = str(schema or "public")
        self.history = f"{named(self._schema)}.{named(TABLE)}"
        self._process = 0

    @property
    def url(self) -> PostgresUrl:
        """The database."""
        return self._url

    def query(self, sql: str) -> Sequence[Row]:
        """The rows of a query of ours."""
        return self._done(lambda: self._connection.execute(sql.encode()).fetchall(), is_own=True)

    def run(self, statement: Statement | str) -> None:
        """One statement, in one message."""
        is_own = isinstance(statement, str)
        sql = statement if isinstance(statement, str) else statement.sql
        self._done(lambda: self._connection.execute(sql.encode()), is_own=is_own)

    def ask(self, sql: str, values: Mapping[str, Any]) -> tuple[Sequence[Mapping[str, Any]], int]:
        """A statement of a Python step."""
        text, parameters = bound(sql, values, _VALUES)
        answers: list[tuple[Sequence[Mapping[str, Any]], int]] = []

        def send() -> None:
            cursor = self._connection.execute(text.encode(), parameters)
            columns = cursor.description or ()
            rows = [dict(zip([one.name for one in columns], row, strict=True))
                    for row in (cursor.fetchall() if columns else ())]  # fmt: skip
            answers.append((rows, max(cursor.rowcount, 0)))

        try:
            self._done(send, is_own=False)
        except OutsideOnly:
            raise refused_sql("postgres", *_WITHIN) from None
        return answers[0]

    def begin(self) -> None:
        """Begin; each attempt sets its own time for locks, as a rollback undoes the setting."""
        self._check_session()
        self.query("BEGIN")
        self.query(f"SET LOCAL lock_timeout = '{LOCK_WAIT_S * 1000:.0f}ms'")

    def commit(self) -> None:
        """Commit."""
        self._done(lambda: self._connection.execute(b"COMMIT"), is_own=True, stage=Stage.PERHAPS)

    def rollback(self) -> None:
        """Undo the transaction; a connection that is gone has undone it."""
        if self._is_within:
            with suppress(psycopg.Error):
                self._connection.execute(b"ROLLBACK")

    @contextmanager
    def lock(self, timeout_s: float) -> Iterator[None]:
        """Hold the advisory lock. It is asked for, and not waited for: a session that waits in the
        server has a transaction, which concurrent index builds of the holder wait for in turn.
        """
        until_s = time.monotonic() + timeout_s
        while not self.query(f"SELECT pg_try_advisory_lock({_LOCK:d})")[0][0]:
            if time.monotonic() >= until_s:
                raise self._locked()
            time.sleep(_LOOK_S)
        self._process = self._backend()
        try:
            self._check_session()
            yield
        finally:
            self._process = 0
            self.rollback()
            with suppress(psycopg.Error):
                self._connection.execute(f"SELECT pg_advisory_unlock({_LOCK:d})".encode())

    def outcome(self, statement: Statement) -> Outcome:
        """Indexes tell themselves what became of them."""
        return indexes.outcome(self, statement.sql)

    def reset(self) -> None:
        """Undo what a file has set, the role too."""
        for sql in ("RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL"):
            self.query(sql)
        for one in session_settings(self._address):
            self._connection.execute(one.sql.encode(), one.parameters)

    def has_history(self) -> bool:
        """Whether the history is there."""
        return self.has_table(self.history)

    def has_table(self, name: str) -> bool:
        """Whether a table is there."""
        return self.query(f"SELECT to_regclass({literal(name)}) IS NOT NULL")[0][0] is True

    def user(self) -> str:
        """The role of the session."""
        return str(self.query("SELECT session_user::text")[0][0])

    def objects(self) -> Mapping[str, str]:
        """The schema, but for the history."""
        own = tuple(f"table {self._schema}.{name}" for name in OWN)
        found = catalogue.objects(self.query)
        return {name: text for name, text in found.items() if not name.endswith(own)}

    def shapes(self) -> Sequence[Shape]:
        """The tables."""
        found = catalogue.shapes(self.query)
        return [shape for shape in found if shape.label.rpartition(".")[2] not in OWN]

    def insert(self, shape: Shape, columns: Sequence[str], rows: Sequence[Sequence[Text]]) -> int:
        """Put rows, in a transaction of their own."""
        with self._unforced(shape.name):
            listed = ", ".join(map(named, columns))
            return put_rows(self._connection, shape.name, listed, rows)

    def contents(self, table: str, columns: Sequence[str]) -> Sequence[Sequence[Text]]:
        """The rows as text."""
        listed = ", ".join(f"{named(column)}::text" for column in columns) or "''"
        with self._unforced(table):
            return self.query(f"SELECT {listed} FROM {table}")

    def key_after(self, table: str, column: str, key: str, size: int) -> str:
        """The last key of the next batch."""
        after = f"WHERE {column} > {key}" if key else f"WHERE {column} IS NOT NULL"
        rows = self.query(
            "SELECT quote_literal(k::text) || '::' || pg_typeof(k)::text FROM ("
            f"SELECT {column} AS k FROM {table} {after} ORDER BY {column} LIMIT {size:d}"
            ") AS batch ORDER BY k DESC LIMIT 1"
        )
        return str(rows[0][0]) if rows else ""

    def shadow(self) -> AbstractContextManager[PostgresMigrations]:
        """An empty database: one beside this one, or that which a person names."""
        if self._shadow_url:
            return given(self, self._shadow_url.in_environment(os.environ), PostgresMigrations)
        return beside(self, self._url, PostgresMigrations)

    def others(self) -> Iterator[OtherHistory]:
        """Histories of other tools."""
        rows = self.query(
            "SELECT c.relname::text, c.oid::regclass::text FROM pg_class AS c"
            " WHERE c.relkind = 'r' AND c.relnamespace <> 'pg_catalog'::regnamespace"
        )
        return find_histories({str(name): str(spoken) for name, spoken in rows}, self.query)

    def close(self) -> None:
        """End the connection."""
        with suppress(psycopg.Error):
            self._connection.close()

    @property
    def _is_within(self) -> bool:
        status = self._connection.pgconn.transaction_status
        return status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    @contextmanager
    def _unforced(self, table: str) -> Iterator[None]:
        """A transaction in which the owner sees every row of a table of tenants."""
        rows = self.query(
            f"SELECT relforcerowsecurity FROM pg_class WHERE oid = {literal(table)}::regclass"
        )
        force = bool(rows and rows[0][0])
        self.begin()
        try:
            if force:
                self.run(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            yield
            if force:
                self.run("SET CONSTRAINTS ALL IMMEDIATE")
                self.run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        except BaseException:
            self.rollback()
            raise
        self.commit()

    def _backend(self) -> int:
        return int(self._connection.execute(b"SELECT pg_backend_pid()").fetchall()[0][0])

    def _check_session(self) -> None:
        """Raises Blocked (lock-lost) if a pooler has given the session to another backend."""
        if self._process and self._backend() != self._process:
            raise Blocked(
                "a pooler stands before the server: the session, and the lock with it, changed",
                where=self.where,
                fix="give the address of the server itself",
                code=ErrorCode.LOCK_LOST,
            )

    def _locked(self) -> Blocked:
        rows = self.query(
            "SELECT a.pid, a.usename::text, a.application_name, coalesce(a.client_addr::text, 'the"
            " same machine'), coalesce(a.state, ''),"
            " extract(epoch FROM now() - a.backend_start)::int"
            " FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)"
            " WHERE l.locktype = 'advisory' AND l.granted"
            " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            f" AND l.classid = {_LOCK >> 32} AND l.objid = {_LOCK & 0xFFFF_FFFF}"
        )
        who = "another run"
        if rows:
            pid, user, program, address, state, age_s = rows[0]
            who = f"{user} from {address} ({program}, pid {pid}, {state}, since {age_s} s)"
        return Blocked(
            f"{who} holds the lock of the migrations",
            where=self.where,
            fix="wait until it ends, longer with --wait SECONDS; the lock goes with its session",
            code=ErrorCode.LOCKED,
            allowed_by="--wait",
        )

    def _done(
        self, send: Callable[[], object], *, is_own: bool, stage: Stage = Stage.NOTHING
    ) -> Sequence[Row]:
        was_within = self._is_within
        try:
            found = send()
        except psycopg.ProgrammingError as error:
            if error.sqlstate is None:  # the statement has no rows
                return ()
            failure = self._translated(error, was_within, is_own=is_own, stage=stage)
        except psycopg.Error as error:
            failure = self._translated(error, was_within, is_own=is_own, stage=stage)
        else:
            return found if isinstance(found, list) else ()
        raise failure

    def _translated(
        self, error: psycopg.Error, was_within: bool, *, is_own: bool, stage: Stage
    ) -> TrueupError | OutsideOnly:
        if error.sqlstate == _IN_TRANSACTION and was_within and not is_own:
            return OutsideOnly()
        if not was_within and not is_own:
            stage = Stage.PERHAPS
        return translate(error, self.where, stage, is_own=is_own)


def open_postgres(
    url: PostgresUrl, shadow_url: PostgresUrl | None, within_s: float
) -> PostgresMigrations:
    """A database. shadow_url: of that which proofs are made on; None to make one. within_s: the
    time for all statements.

    Raises UnsupportedByEngine behind a pooler, and the errors of connecting.
    """
    return PostgresMigrations(url, shadow_url, within_s)

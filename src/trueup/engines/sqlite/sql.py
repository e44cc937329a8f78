"""SQL of the caller's own on SQLite: its dialect, parameters, results, savepoints."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Set
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from ...errors import ErrorCode, InvalidCall, Place, UnsupportedByEngine
from ...expressions.values import is_text
from ...model.translation.encode import encode_anything
from ...model.translation.scalars import encode_datetime
from ...operations.operation import Request, as_it_is
from ...operations.sql.port import BoundSql, ResultColumn, RowStream, SavepointRequests, SqlResult
from ...operations.sql.slots import Slot, is_sequence
from ...operations.sql.text import Dialect, refused_sql, tokens
from .codec import to_json, value_from_json
from .errors import wrong_sql
from .layout import quote
from .numbers import canonical_text, check_finite
from .payload import Inside, Snapshot, Statement, Transaction

A = TypeVar("A")
R = TypeVar("R")

_WHERE = Place("sqlite")
_LARGEST = 2**63 - 1
_STRINGS = (
    r"'[^']*(?:''[^']*)*'"
    r'|"[^"]*(?:""[^"]*)*"'
    r"|`[^`]*(?:``[^`]*)*`"
    r"|\[[^\]]*\]"
)
_SESSION = "use `with db.session() as session:`, which begins and ends the transaction"
_REFUSED = (
    *((word, _SESSION) for word in ("BEGIN", "COMMIT", "END", "ROLLBACK")),
    *((word, "use `with session.savepoint():`") for word in ("SAVEPOINT", "RELEASE")),
    *((word, "open the other file with connect") for word in ("ATTACH", "DETACH")),
    ("PRAGMA", "settings belong to the connection; read with SELECT … FROM pragma_table_info(…)"),
    ("VACUUM", "run it with the program sqlite3, while nothing else uses the file"),
)
_NO_ARRAY = (
    "a sequence stands beside IN, or where one value is compared",
    "write id IN (SELECT value FROM json_each(:ids)); compare a column of JSON with json(:tags)",
)

DIALECT = Dialect(
    "sqlite",
    tokens(_STRINGS, r"\?\d*|[@$\#][^\W\d]\w*"),
    place=lambda number: f"?{number}",
    nests_comments=False,
    refused=_REFUSED,
)


class SqliteSql:
    """The part of the engine that takes SQL."""

    dialect = DIALECT

    def sql_value(self, value: Any, slot: Slot) -> Any:
        """The parameter for a Python value, never None: instants, dates and UUIDs are text, lists,
        maps, sets, tuples and models are JSON.

        Raises InvalidCall for a value without a form, and for a sequence beside IN (invalid-sql).
        """
        if is_sequence(value) and slot in (Slot.LISTED, Slot.COMPARED):
            raise refused_sql("sqlite", *_NO_ARRAY)
        return parameter_of(value)

    @staticmethod
    def read_json(text: str) -> Any:
        """The plain value of a JSON text; numbers exactly."""
        return value_from_json(text)

    def run_sql(self, sql: BoundSql, decode: Callable[[SqlResult], R]) -> Request[R]:
        """The request of a statement with a result; an error of `decode` undoes what it wrote."""
        statement = Statement(sql.text.sql, sql.values)

        def work(connection: sqlite3.Connection) -> R:
            return decode(_run(connection, statement))

        if sql.text.reads:
            return Request("Fetch", "", Snapshot(statement, work), as_it_is)
        if not sql.text.returns_rows:
            fix = "add RETURNING, or use execute, which counts the rows that it changes"
            raise refused_sql("sqlite", f"{sql.text.first} returns no rows", fix)
        return Request("Fetch", "", Transaction(lambda: (statement,), work), as_it_is)

    def execute_sql(self, sql: BoundSql) -> Request[int]:
        """The request of a statement that is run for what it changes."""
        statement = Statement(sql.text.sql, sql.values)

        def work(connection: sqlite3.Connection) -> int:
            return _run(connection, statement).count

        return Request("Execute", "", Transaction(lambda: (statement,), work), as_it_is)

    def stream_sql(self, sql: BoundSql, name: str, rows: int) -> RowStream:  # noqa: ARG002
        """The requests of a result that is read in parts, by a cursor in this process."""
        statement = Statement(sql.text.sql, sql.values)
        opened: list[sqlite3.Cursor] = []

        def begin(connection: sqlite3.Connection) -> sqlite3.Cursor:
            opened.append(
                _asked(lambda: connection.execute(statement.sql, statement.parameters or ()))
            )
            return opened[0]

        def more(_: sqlite3.Connection) -> SqlResult:
            return _result(opened[0], _asked(lambda: opened[0].fetchmany(rows)))

        def end(_: sqlite3.Connection) -> None:
            opened[0].close()

        return RowStream(
            Request("Begin", "", Inside(statement, begin), lambda _: None),
            Request("Fetch", "", Inside(statement, more), as_it_is),
            Request("Close", "", Inside(statement, end), as_it_is),
        )

    def savepoint(self, name: str) -> SavepointRequests:
        """The requests of a savepoint."""
        release = _command("Release", f"RELEASE {quote(name)}")
        return SavepointRequests(
            _command("Savepoint", f"SAVEPOINT {quote(name)}"),
            (_command("Rollback", f"ROLLBACK TO {quote(name)}"), release),
            release,
        )

    def lock(self, name: str, *, wait: bool) -> Request[bool]:  # noqa: ARG002
        """Raises UnsupportedByEngine: SQLite has a lock for the whole file, and no others."""
        raise UnsupportedByEngine(
            "SQLite has no advisory locks",
            where=_WHERE,
            fix="leave it out: a session that writes runs alone on the whole file anyway",
        )


def _command(name: str, sql: str) -> Request[None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute(sql)

    return Request(name, "", Inside(Statement(sql), work), as_it_is)


def _run(connection: sqlite3.Connection, statement: Statement) -> SqlResult:
    cursor = _asked(lambda: connection.execute(statement.sql, statement.parameters or ()))
    try:
        return _result(cursor, _asked(cursor.fetchall))
    finally:
        cursor.close()


def _asked(ask: Callable[[], A]) -> A:
    """What SQLite answers; an error in the text is raised as one, outside of SQLite's own error."""
    try:
        return ask()
    except sqlite3.Error as error:
        refusal = wrong_sql(error)
        if refusal is None:
            raise
    raise refusal


def _result(cursor: sqlite3.Cursor, rows: list[tuple[Any, ...]]) -> SqlResult:
    columns = tuple(ResultColumn(column[0]) for column in cursor.description or ())
    return SqlResult(columns, rows, max(0, cursor.rowcount))


def parameter_of(value: Any) -> Any:
    """The parameter for a Python value, never None; see `SqliteSql.sql_value`."""
    match value:
        case Enum():
            return parameter_of(value.value)
        case bool():
            return int(value)
        case str():
            return _text(value)
        case int() | float() | Decimal():
            return _number(value)
        case datetime():
            return encode_datetime(value)
        case date() | time() | UUID():
            return str(value)
        case bytes() | bytearray() | memoryview():
            return bytes(value)
        case list() | tuple() | Mapping() | Set() | BaseModel():
            return _json(encode_anything(value))
    plain = encode_anything(value)
    return _json(plain) if isinstance(plain, list | dict | set) else parameter_of(plain)


def _number(value: int | float | Decimal) -> int | float | str:
    """An integer of 64 bits, else a binary float with the same digits, else the text of it."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    check_finite(exact)
    if (
        exact == exact.to_integral_value()
        and abs(exact) <= _LARGEST
        and not isinstance(value, float)
    ):
        return int(exact)
    nearest = float(exact)
    return nearest if Decimal(repr(nearest)) == exact else canonical_text(exact)


def _text(value: str) -> str:
    if is_text(value):
        return str(value)
    raise InvalidCall(
        "a text has half of a surrogate pair, which UTF-8 cannot encode",
        code=ErrorCode.INVALID_TEXT,
        where=_WHERE,
        fix="remove it, or store the text as bytes",
    )


def _json(plain: Any) -> str:
    """The text of a list, a map or a set."""
    return to_json({"": plain})[len('{"":') : -1]

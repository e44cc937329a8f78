"""SQL of the caller's own on PostgreSQL: its dialect, parameters, results, cursors, savepoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from ....errors import ErrorCode, InvalidCall, NeedsOperator, Place
from ....expressions.values import is_text
from ....model.translation.encode import encode_anything
from ....model.translation.scalars import encode_datetime
from ....operations.operation import Request, as_it_is, unchanged
from ....operations.sql.port import BoundSql, ResultColumn, RowStream, SavepointRequests, SqlResult
from ....operations.sql.slots import Slot, is_sequence
from ....operations.sql.text import Dialect, SqlText, refused_sql, tokens
from ..errors import Stage
from ..payload import Declare, Described, Rows, Single, Statement, Steps, Transaction
from ..values.codec import from_json, number_text, plain_json, refused_nul, to_json
from ..values.names import quote
from . import own_types as own_sql
from .left_behind import left_behind

R = TypeVar("R")

_CACHED = 512
_WHERE = Place("postgres")
_LINE_ENDS = r"\n\r"
_ON = r"(?:[ \t\f\v]|--[^\n\r]*)*[\n\r](?:\s|--[^\n\r]*[\n\r])*"
"""What stands between parts of one text, which goes on after the end of a line."""

_ESCAPED = r"'[^'\\]*(?:(?:\\.|'')[^'\\]*)*'"
_TAG = r"(?:(?:[^\W\d]|[^\x00-\x7f])(?:\w|[^\x00-\x7f])*)?"
_STRINGS = (
    rf"[eE]{_ESCAPED}(?:{_ON}{_ESCAPED})*"
    r"|'[^']*(?:''[^']*)*'"
    r'|"[^"]*(?:""[^"]*)*"'
    rf"|\$(?P<tag>{_TAG})\$.*?\$(?P=tag)\$"
)
_SESSION = "use `with db.session() as session:`, which begins and ends the transaction"
_SETTING = "settings of a connection outlive the call; set them for the role: ALTER ROLE … SET"
_PREPARED = "leave that to the driver, which prepares what is repeated"
_NO_ARRAY = (
    "a sequence stands beside IN, or where one value is compared",
    "write id = ANY(:ids), and id <> ALL(:ids) for NOT IN; compare a column that is an array with "
    "a cast: tags = :tags::text[]",
)
_WHICH_ARRAY = (
    "a tuple is an array, and nothing says that one belongs there",
    "say of what: :tags::text[]; or give a list, which is JSON there",
)
_CURSOR = "use db.stream(…), which reads a result in parts"
_REFUSED = (
    *((word, _SESSION) for word in ("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT")),
    *((word, "use `with session.savepoint():`") for word in ("SAVEPOINT", "RELEASE")),
    *((word, _SETTING) for word in ("SET", "RESET", "DISCARD", "LOAD", "LISTEN", "UNLISTEN")),
    *((word, _PREPARED) for word in ("PREPARE", "EXECUTE", "DEALLOCATE")),
    *((word, _CURSOR) for word in ("DECLARE", "FETCH", "MOVE", "CLOSE")),
    ("COPY", "use db.copy_in(…) and db.copy_out(…)"),
)
DIALECT = Dialect(
    "postgres",
    tokens(_STRINGS, r"\$\d+", _LINE_ENDS),
    place=lambda number: f"${number}",
    nests_comments=True,
    refused=_REFUSED,
)

_JSON, _JSON_ARRAYS = frozenset({114, 3802}), frozenset({199, 3807})
_TIMESTAMPTZ = 1184
"""Types by their number. Source: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/catalog/pg_type.dat"""


class PostgresSql:
    """The part of the engine that takes SQL."""

    dialect = DIALECT

    def sql_value(self, value: Any, slot: Slot) -> Any:
        """The parameter for a Python value, never None. A tuple, list or set is an array where one
        belongs; elsewhere lists, maps, sets and models are JSON, and a tuple is refused. What
        PostgreSQL has several types for has none: the server finds it.

        Raises InvalidCall for a value that PostgreSQL has no form for, or not there (invalid-sql).
        """
        if is_sequence(value):
            is_tuple = isinstance(value, tuple)
            if slot is Slot.LISTED or (slot is Slot.COMPARED and is_tuple):
                raise refused_sql("postgres", *_NO_ARRAY)
            if slot is Slot.ARRAY:
                return parameter_of(tuple(value))
            if is_tuple:
                raise refused_sql("postgres", *_WHICH_ARRAY)
        return parameter_of(value)

    @staticmethod
    def read_json(text: str) -> Any:
        """The plain value of a JSON text, numbers exactly; and of the text of a geometry."""
        return own_sql.read_geometry(text) if own_sql.is_geometry(text) else read_json(text)

    def run_sql(self, sql: BoundSql, decode: Callable[[SqlResult], R]) -> Request[R]:
        """The request of a statement with a result. One that writes is a transaction, which an
        error of `decode` undoes."""
        statement = _statement(sql)
        if sql.text.reads:
            single = Single(statement.sql, sql.values, statement=statement)
            reading: Request[R] = Request(
                "Fetch", "", single, lambda rows: decode(_result(rows)), after_loss=unchanged
            )
            return reading
        if not sql.text.returns_rows:
            fix = "add RETURNING, or use execute, which counts the rows that it changes"
            raise refused_sql("postgres", f"{sql.text.first} returns no rows", fix)

        def work() -> Steps[R]:
            rows = yield statement
            return decode(_result(rows))

        return Request("Fetch", "", Transaction(lambda: (statement,), work), as_it_is)

    def execute_sql(self, sql: BoundSql) -> Request[int]:
        """The request of a statement that is run for what it changes."""
        statement = _statement(sql)
        single = Single(statement.sql, sql.values, Stage.PERHAPS, statement)
        return Request("Execute", "", single, lambda rows: _result(rows).count)

    def stream_sql(self, sql: BoundSql, name: str, rows: int) -> RowStream:
        """The requests of a cursor on the server."""
        cursor, left = quote(name), _left_behind(sql.text)
        declare = f"DECLARE {cursor} NO SCROLL CURSOR FOR {sql.text.sql}"
        fetch = Statement(f"FETCH FORWARD {rows:d} FROM {cursor}", is_described=True)
        return RowStream(
            Request("Declare", "", Declare(declare, sql.values, left), lambda _: None),
            Request("Fetch", "", Single(fetch.sql, (), statement=fetch), _result),
            _command("Close", f"CLOSE {cursor}"),
        )

    def savepoint(self, name: str) -> SavepointRequests:
        """The requests of a savepoint."""
        quoted = quote(name)
        release = _command("Release", f"RELEASE SAVEPOINT {quoted}")
        return SavepointRequests(
            _command("Savepoint", f"SAVEPOINT {quoted}"),
            (_command("Rollback", f"ROLLBACK TO SAVEPOINT {quoted}"), release),
            release,
        )

    def lock(self, name: str, *, wait: bool) -> Request[bool]:
        """The request for an advisory lock that ends with the transaction."""
        taken = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
        sql = f"SELECT {taken}(hashtextextended($1::text, 0))"
        return Request(
            "Lock", "", Single(sql, (parameter_of(name),)), lambda rows: rows[0][0] is not False
        )


@lru_cache(_CACHED)
def _left_behind(text: SqlText) -> tuple[str, ...]:
    return left_behind(text.sql, text.words, text.calls, text.first)


def _statement(sql: BoundSql) -> Statement:
    left = _left_behind(sql.text)
    return Statement(sql.text.sql, sql.values, is_described=True, left_behind=left)


def _command(name: str, sql: str, parameters: tuple[Any, ...] = ()) -> Request[None]:
    return Request(name, "", Single(sql, parameters), lambda _: None)


def _result(rows: Rows) -> SqlResult:
    """The result of a described statement."""
    assert isinstance(rows, Described)
    columns = tuple(ResultColumn(name, _reader(type_)) for name, type_ in rows.columns)
    return SqlResult(columns, rows, rows.changed)


def _reader(type_: int) -> Callable[[Any], Any] | None:
    if type_ in _JSON:
        return read_json
    if type_ in _JSON_ARRAYS:
        return _read_json_array
    if type_ in own_sql.OIDS:
        return _read_range
    return _utc if type_ == _TIMESTAMPTZ else None


def _read_range(value: Any) -> Any:
    return own_sql.read_range(value, _utc)


def read_json(text: str) -> Any:
    """The plain value of a JSON text, also of one that others wrote, with keys like our tags."""
    try:
        return from_json(text)
    except NeedsOperator:
        return plain_json(text)


def _read_json_array(values: list[str | None]) -> list[Any]:
    return [None if one is None else read_json(one) for one in values]


def _utc(value: Any) -> Any:
    """An instant in UTC; the text of one that Python has not, such as `infinity`."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def parameter_of(value: Any) -> Any:
    """The parameter for a Python value, never None; see `PostgresSql.sql_value`."""
    match value:
        case Enum():
            return parameter_of(value.value)
        case bool() | timedelta():
            return value
        case str():
            return _text(value)
        case int():
            return int(value)
        case float() | Decimal():
            # As numeric: a cast from double precision would round to 15 digits.
            return Decimal(number_text(Decimal(repr(value)) if isinstance(value, float) else value))
        case datetime():
            encode_datetime(value)  # refuses a naive one
            return value
        case date() | time() | UUID():
            return str(value)
        case bytes() | bytearray() | memoryview():
            return bytes(value)
        case tuple():
            return [None if one is None else parameter_of(one) for one in value]
        case BaseModel():
            text = own_sql.text_of(value)
            return _json(encode_anything(value)) if text is None else text
        case list() | Mapping() | Set():
            return _json(encode_anything(value))
    plain = encode_anything(value)
    return _json(plain) if isinstance(plain, list | dict | set) else parameter_of(plain)


def _text(value: str) -> str:
    if "\0" in value:
        raise refused_nul()
    if not is_text(value):
        raise InvalidCall(
            "a text has half of a surrogate pair, which UTF-8 cannot encode",
            code=ErrorCode.INVALID_TEXT,
            where=_WHERE,
            fix="remove it, or store the text as bytes",
        )
    return str(value)


def _json(plain: Any) -> Any:
    from psycopg.types.json import Jsonb

    return Jsonb(to_json(plain), dumps=str)

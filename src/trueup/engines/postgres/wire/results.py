"""Results with their description, and values that Python cannot hold."""

from __future__ import annotations

from typing import Any, TypeAlias

import psycopg
from psycopg import abc
from psycopg.adapt import Transformer
from psycopg.pq import Format
from psycopg.pq.abc import PGresult
from psycopg.types.string import TextLoader

from ..payload import Described, Rows

AnyCursor: TypeAlias = psycopg.Cursor[Any] | psycopg.AsyncCursor[Any]

_JSON = frozenset({114, 199, 3802, 3807})
"""json and jsonb, and arrays of them.
Source: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/catalog/pg_type.dat"""

_UNREAD = (psycopg.DataError, RuntimeError)
"""What psycopg's loaders raise; the second for an instant in another style than ISO."""

_COUNTED = (b"INSERT", b"UPDATE", b"DELETE", b"MERGE", b"COPY")


def described(cursor: AnyCursor) -> Described:
    """The rows of a result with its columns, and the number of changed rows."""
    result = cursor.pgresult
    if result is None:
        return Described([])
    columns = [
        ((result.fname(number) or b"").decode(), result.ftype(number))
        for number in range(result.nfields)
    ]
    is_counted = (result.command_status or b"").startswith(_COUNTED)
    count = (result.command_tuples or 0) if is_counted else 0
    return Described(_rows(cursor, result) if columns else [], columns, count)


def _rows(cursor: AnyCursor, result: PGresult) -> Rows:
    transformer = Transformer(cursor)
    if not _JSON.isdisjoint(result.ftype(number) for number in range(result.nfields)):
        for name in ("json", "jsonb"):  # psycopg would make floats of its numbers
            transformer.adapters.register_loader(name, TextLoader)
    transformer.set_pgresult(result)
    try:
        return transformer.load_rows(0, result.ntuples, tuple)
    except _UNREAD:
        return _rows_with_texts(transformer, result)


def _rows_with_texts(transformer: abc.Transformer, result: PGresult) -> Rows:
    """The rows, with the text of each value that Python cannot hold: `infinity`, or a date after
    the year 9999; and of instants in a style that psycopg does not read."""
    columns = range(result.nfields)
    loaders = [transformer.get_loader(result.ftype(number), Format.TEXT) for number in columns]

    def load(row: int, column: int) -> Any:
        data = result.get_value(row, column)
        if data is None:
            return None
        try:
            return loaders[column].load(data)
        except _UNREAD:
            return data.decode()

    return [tuple(load(row, column) for column in columns) for row in range(result.ntuples)]

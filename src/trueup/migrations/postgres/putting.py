"""Put rows into a table, of which those that it refuses are left out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import psycopg
from psycopg.pq import TransactionStatus

from ...engines.postgres.wire.connections import BlockingConnection
from ..port import Text, literal

_EACH = """BEGIN {}; GET DIAGNOSTICS n = ROW_COUNT; put := put + n; EXCEPTION WHEN OTHERS THEN
IF SQLSTATE ~ '^(08|53|57)' THEN RAISE; END IF; END;
"""
_ALL = """DECLARE put int := 0; n int; BEGIN
{}PERFORM set_config('trueup.put', put::text, true); END"""
"""One round trip for all rows. Source: https://www.postgresql.org/docs/15/plpgsql.html"""

_OF_THE_SERVER = ("08", "53", "57")
"""What begins the states of failures that no row is to blame for."""


def put_rows(
    connection: BlockingConnection, table: str, columns: str, rows: Sequence[Sequence[Text]]
) -> int:
    """Put rows in the transaction that is open, by one statement; if one of them is refused, each
    by itself. How many were put."""
    connection.execute(b"SAVEPOINT rows")
    try:
        return connection.execute(_insert(table, columns, rows).encode()).rowcount
    except psycopg.Error as error:
        if not error.sqlstate or error.sqlstate.startswith(_OF_THE_SERVER):
            raise
    finally:
        if connection.pgconn.transaction_status == TransactionStatus.INERROR:
            connection.execute(b"ROLLBACK TO SAVEPOINT rows")
        if connection.pgconn.transaction_status == TransactionStatus.INTRANS:
            connection.execute(b"RELEASE SAVEPOINT rows")
    each = "".join(_EACH.format(_insert(table, columns, [row])) for row in rows)
    connection.execute(f"DO {_dollar_quoted(_ALL.format(each))}".encode())
    put = connection.execute(b"SELECT current_setting('trueup.put')::int").fetchall()
    return int(put[0][0])


def _insert(table: str, columns: str, rows: Sequence[Sequence[Text]]) -> str:
    if not columns:
        return f"INSERT INTO {table} DEFAULT VALUES"
    values = ", ".join(
        f"({', '.join('NULL' if text is None else literal(text) for text in row)})" for row in rows
    )
    return f"INSERT INTO {table} ({columns}) VALUES {values} ON CONFLICT DO NOTHING"


def _dollar_quoted(body: str) -> str:
    """A body of PL/pgSQL in quotes that do not occur in it."""
    tag = next(f"$rows{n}$" for n in count() if f"$rows{n}$" not in body)
    return f"{tag}{body}{tag}"

"""The items of a table by COPY, in one statement each way.

A column whose value the database gives where a row has none (a default, an identity) cannot be
copied into: NULL would be its value. Nor can a table with policies. Such rows go into a temporary
table first, and from there into the table, with the expressions of an INSERT.

Source: https://www.postgresql.org/docs/15/sql-copy.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ....expressions.values import Item
from ....operations.actions import WHOLE
from ....operations.guards import alive
from ....operations.operation import NextRequest, Request, as_it_is
from ....operations.sql.port import CopyStream, RowStream, SqlResult
from ..payload import (
    CopyIn,
    CopyOut,
    Described,
    Parameters,
    Rows,
    Single,
    Statement,
    Steps,
    TakeRows,
    Transaction,
)
from ..reads.decoder import ItemDecoder
from ..tables.compile import TableSql
from ..values.names import quote
from ..values.types import Column
from .left_behind import STAGING

_STAGED = 'pg_temp."trueup:copy"'


def copy_in_request(sql: TableSql, items: Iterator[Item]) -> Request[int]:
    """The request that copies new items into a table, all or none; the reply counts them."""
    columns = (*sql.written, *((sql.rest,) if sql.rest else ()))
    is_direct = not any(column.given for column in columns) and sql.table.tenant is None
    target = sql.quoted if is_direct else _STAGED
    names = ", ".join(quote(column.name) for column in columns)
    rows: Iterator[Parameters] = map(sql.row, items)
    copied = Statement(f"COPY {target} ({names}) FROM STDIN", copies=CopyIn(rows))
    body = (copied,) if is_direct else _staged(sql, columns, names, copied)

    def work() -> Steps[int]:
        changed = 0
        for statement in body:
            reply = yield statement
            if statement is copied:
                assert isinstance(reply, Described)
                changed = reply.changed
        return changed

    return Request("CopyIn", sql.table.name, Transaction(lambda: body, work), as_it_is)


def _staged(
    sql: TableSql, columns: tuple[Column, ...], names: str, copied: Statement
) -> tuple[Statement, ...]:
    staged = ", ".join(quote(column.name) for column in columns)
    values = ", ".join(
        f"coalesce({quote(column.name)}, {column.given})" if column.given else quote(column.name)
        for column in columns
    )
    return (
        Statement(
            f"CREATE TEMPORARY TABLE {_STAGED.partition('.')[2]} ON COMMIT DROP AS "
            f"SELECT {staged} FROM {sql.quoted} WITH NO DATA",
            left_behind=(STAGING,),
        ),
        copied,
        Statement(f"INSERT INTO {sql.quoted} ({names}) SELECT {values} FROM {_STAGED}"),
        *(Statement(_advance(column)) for column in columns if _is_identity(column)),
        Statement(f"DROP TABLE {_STAGED}"),
    )


def _is_identity(column: Column) -> bool:
    return column.given.startswith("nextval(")


def _advance(column: Column) -> str:
    """Move an identity past the numbers that were copied, so that the next row's is free."""
    sequence = column.given.removeprefix("nextval(").removesuffix(")")
    name = quote(column.name)
    return (
        f"SELECT setval({sequence}::regclass, most) "
        f"FROM (SELECT max({name}) AS most FROM {_STAGED}) AS copied "
        f"WHERE most > coalesce(pg_sequence_last_value({sequence}::regclass), 0)"
    )


def copy_out_stream(sql: TableSql, now_epoch_s: int | None, rows: int) -> CopyStream:
    """The requests that copy the items of a table out, in parts of so many rows."""
    select = f"SELECT {sql.selected} FROM {sql.quoted}"
    types = Statement(f"{select} LIMIT 0", is_described=True)
    decoder = ItemDecoder(sql, WHOLE)

    def begin(reply: Rows) -> NextRequest[None]:
        assert isinstance(reply, Described)
        numbers = tuple(number for _, number in reply.columns)
        copied = Statement(f"COPY ({select}) TO STDOUT", copies=CopyOut(numbers))
        return NextRequest(_request(sql, copied, lambda _: None))

    def models(result: SqlResult) -> list[Any]:
        items = (alive(sql.table, sql.item(row), now_epoch_s) for row in result.rows)
        return [decoder.item(item) for item in items if item is not None]

    taken = Statement("", copies=TakeRows(rows))
    more = _request(sql, taken, lambda reply: SqlResult((), reply, 0))
    return CopyStream(RowStream(_request(sql, types, begin), more, None), models)


def _request(sql: TableSql, statement: Statement, decode: Callable[[Rows], Any]) -> Request[Any]:
    return Request("CopyOut", sql.table.name, Single("", (), statement=statement), decode)

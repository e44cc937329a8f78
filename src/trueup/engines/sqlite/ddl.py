"""Tables in the file: the statements that make them, and the check that they are as declared."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from ...errors import ErrorCode, NeedsOperator, Place
from .file_format import BOOKKEEPING_TABLE
from .inspect import read_description, read_layout
from .layout import (
    ITEM_COLUMN,
    Column,
    IndexLayout,
    TableLayout,
    check_layouts,
    quote,
)

_TYPES = {"S": "TEXT", "N": "TEXT", "B": "BLOB"}


def create_statements(layout: TableLayout) -> list[str]:
    """The SQL that makes a table and its indexes, in order."""
    columns = [line for column in layout.columns for line in _column_lines(layout, column)]
    if layout.expires_column is not None:
        columns.append(f"{quote(layout.expires_column)} INTEGER")
    columns.append(f"{quote(ITEM_COLUMN)} TEXT NOT NULL")
    key = ", ".join(quote(column.order_name) for column in layout.key)
    lines = ",\n  ".join([*columns, f"PRIMARY KEY ({key})"])
    table = f"CREATE TABLE {quote(layout.name)} (\n  {lines}\n)"
    return [table, *(_index_statement(layout, index) for index in layout.indexes)]


def description(layout: TableLayout) -> str:
    """The layout as JSON for the bookkeeping table; equal layouts give equal text."""
    value = {
        "partition": _pairs(layout.partition),
        "sort": _pairs(layout.sort),
        "indexes": {
            index.name: {"partition": _pairs(index.partition), "sort": _pairs(index.sort)}
            for index in layout.indexes
        },
        "ttl": layout.ttl,
    }
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def create_tables(connection: sqlite3.Connection, layouts: Sequence[TableLayout]) -> None:
    """Make the tables that are missing; leave those that are there and as declared.

    Runs in the caller's write transaction: `wire.write(lambda c: create_tables(c, layouts))`.

    Raises:
        UnsupportedByEngine: names that SQLite cannot keep apart.
        NeedsOperator: a table in the file differs from its declaration.
    """
    check_layouts(layouts)
    for layout in layouts:
        live = read_layout(connection, layout.name)
        if live is None:
            _create(connection, layout)
        else:
            _refuse_differences(connection, live, layout)


def _create(connection: sqlite3.Connection, layout: TableLayout) -> None:
    for statement in create_statements(layout):
        connection.execute(statement)
    connection.execute(
        f"INSERT OR REPLACE INTO {quote(BOOKKEEPING_TABLE)} VALUES (?, ?)",
        (layout.name, description(layout)),
    )


def _column_lines(layout: TableLayout, column: Column) -> Iterator[str]:
    # A PRIMARY KEY of a rowid table allows NULL unless each column forbids it:
    # https://www.sqlite.org/quirks.html#primary_keys_can_sometimes_contain_nulls
    required = " NOT NULL" if column in layout.key else ""
    yield f"{quote(column.name)} {_TYPES[column.kind]}{required}"
    if column.kind == "N":
        yield f"{quote(column.order_name)} TEXT{required}"


def _index_statement(layout: TableLayout, index: IndexLayout) -> str:
    columns = ", ".join(map(quote, layout.index_order(index)))
    sparse = " AND ".join(
        f"{quote(column.order_name)} IS NOT NULL"
        for column in index.columns
        if column not in layout.key
    )
    where = f" WHERE {sparse}" if sparse else ""
    name = quote(layout.index_name(index))
    return f"CREATE INDEX {name} ON {quote(layout.name)} ({columns}){where}"


def _pairs(columns: Sequence[Column]) -> list[Any]:
    return [[column.name, column.kind] for column in columns]


def _refuse_differences(
    connection: sqlite3.Connection, live: TableLayout, declared: TableLayout
) -> None:
    if read_description(connection, declared.name) is None:
        differences = ["it was not made by Trueup"]
    else:
        differences = list(_differences(live, declared))
    if differences:
        raise NeedsOperator(
            f"the table in the file differs from its declaration: {'; '.join(differences)}",
            where=Place("sqlite", table=declared.name),
            fix="use the declaration it was made from, or move its items to a new file",
            code=ErrorCode.SCHEMA_MISMATCH,
        )


def _differences(live: TableLayout, declared: TableLayout) -> Iterator[str]:
    if (live.partition, live.sort) != (declared.partition, declared.sort):
        yield f"the key is {_attributes(live)}, declared is {_attributes(declared)}"
    there = {index.name: index for index in live.indexes}
    wanted = {index.name: index for index in declared.indexes}
    for name in sorted(there.keys() | wanted.keys()):
        if name not in there:
            yield f"index {name} is missing"
        elif name not in wanted:
            yield f"index {name} is not declared"
        elif there[name] != wanted[name]:
            yield f"index {name} is {_attributes(there[name])}, not {_attributes(wanted[name])}"
    if live.ttl != declared.ttl:
        yield f"the ttl attribute is {live.ttl or 'none'}, declared is {declared.ttl or 'none'}"


def _attributes(keyed: TableLayout | IndexLayout) -> str:
    """A key for people: `(customer S; day S, number N)`, the partition before the semicolon."""
    parts = [
        ", ".join(f"{c.name} {c.kind}" for c in some) for some in (keyed.partition, keyed.sort)
    ]
    return f"({'; '.join(part for part in parts if part)})"

"""What tables the file really has, read from SQLite's catalogue.

The catalogue does not know where a partition key ends and a sort key begins: that, and only that,
is taken from the bookkeeping table. What another program changed is shown as it is now.
Source: https://www.sqlite.org/pragma.html#pragma_index_xinfo
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from .file_format import BOOKKEEPING_TABLE
from .layout import (
    EXPIRES_SUFFIX,
    ITEM_COLUMN,
    ORDER_SUFFIX,
    Column,
    IndexLayout,
    TableLayout,
    quote,
)


def list_tables(connection: sqlite3.Connection) -> list[str]:
    """The physical names of Trueup's tables in the file, in order."""
    rows = connection.execute(
        f"SELECT t.name FROM {quote(BOOKKEEPING_TABLE)} t"
        " JOIN sqlite_schema s ON s.type = 'table' AND s.name = t.name ORDER BY t.name"
    )
    return [name for (name,) in rows]


def read_layout(connection: sqlite3.Connection, name: str) -> TableLayout | None:
    """The table of that name as it is, or None where there is none."""
    rows = connection.execute(
        "SELECT name, upper(type), pk FROM pragma_table_info(?) ORDER BY cid", (name,)
    ).fetchall()
    if not rows:
        return None
    columns = _columns([(column, kind) for column, kind, _ in rows])
    order = sorted((pk, column) for column, _, pk in rows if pk)
    key = [columns[column] for _, column in order if column in columns]
    described = read_description(connection, name) or {}
    split = len(described.get("partition", "?"))
    return TableLayout(
        name,
        tuple(key[:split]),
        tuple(key[split:]),
        tuple(_indexes(connection, name, key, columns, described.get("indexes", {}))),
        _ttl([column for column, _, _ in rows]),
    )


def read_description(connection: sqlite3.Connection, name: str) -> dict[str, Any] | None:
    """What the bookkeeping table says of a table, or None where it does not know it."""
    row = connection.execute(
        f"SELECT description FROM {quote(BOOKKEEPING_TABLE)} WHERE name = ?", (name,)
    ).fetchone()
    return None if row is None else json.loads(row[0])


def _columns(rows: Sequence[tuple[str, str]]) -> dict[str, Column]:
    """Columns that sort, by physical name."""
    names = {name for name, _ in rows}
    found: dict[str, Column] = {}
    for name, kind in rows:
        if name.endswith(ORDER_SUFFIX) and name.removesuffix(ORDER_SUFFIX) in names:
            found[name] = Column(name.removesuffix(ORDER_SUFFIX), "N")
        elif name + ORDER_SUFFIX not in names and name != ITEM_COLUMN:
            found[name] = Column(name, "B" if kind == "BLOB" else "S")
    return found


def _ttl(names: Sequence[str]) -> str | None:
    found = [name for name in names if name.endswith(EXPIRES_SUFFIX)]
    return found[0].removesuffix(EXPIRES_SUFFIX) if found else None


def _indexes(
    connection: sqlite3.Connection,
    table: str,
    key: Sequence[Column],
    columns: dict[str, Column],
    described: dict[str, Any],
) -> Iterator[IndexLayout]:
    rows = connection.execute(
        "SELECT name, partial FROM pragma_index_list(?) WHERE origin = 'c' ORDER BY seq DESC",
        (table,),
    ).fetchall()
    for physical, partial in rows:
        names = connection.execute(
            "SELECT name FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno", (physical,)
        ).fetchall()
        live = [columns[name] for (name,) in names if name in columns]
        name = physical.removeprefix(f"{table}.")
        yield _index(name, live, bool(partial), key, described.get(name))


def _index(
    name: str,
    live: list[Column],
    partial: bool,
    key: Sequence[Column],
    described: dict[str, Any] | None,
) -> IndexLayout:
    """The described index where the live columns are those it has; else the columns as they are."""
    if described is not None:
        partition = tuple(Column(*pair) for pair in described["partition"])
        sort = tuple(Column(*pair) for pair in described["sort"])
        expected = list(dict.fromkeys((*partition, *sort, *key)))
        sparse = any(column not in key for column in partition + sort)
        if (live, partial) == (expected, sparse):
            return IndexLayout(name, partition, sort)
    return IndexLayout(name, tuple(live[:1]), tuple(live[1:]))

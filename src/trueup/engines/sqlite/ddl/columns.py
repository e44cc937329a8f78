"""The columns of a table that exists: added, discarded, renamed, in the caller's transaction."""

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from itertools import count

from ....schema.tables import AttributeSchema
from ..layout import EXPIRES_SUFFIX, columns_of, item_column_beside, longest_item_name, quote
from ..record import Record
from .statements import column_definitions

UNUSED_SUFFIX = ":unused"


def column_names(connection: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table, in order."""
    rows = connection.execute("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,))
    return [name for (name,) in rows]


def item_column_of(connection: sqlite3.Connection, table: str) -> str:
    """The column with the items."""
    return longest_item_name(column_names(connection, table)) or ""


def add_columns(
    connection: sqlite3.Connection, table: str, attributes: Iterable[AttributeSchema]
) -> None:
    """Add the columns of attributes. Columns of other programs that are in the way are renamed."""
    for attribute in attributes:
        there = column_names(connection, table)
        for name in columns_of(attribute):
            if name in there:
                _set_aside(connection, table, name)
        for definition in column_definitions(attribute):
            connection.execute(f"ALTER TABLE {quote(table)} ADD COLUMN {definition}")


def discard_column(connection: sqlite3.Connection, table: str, name: str) -> None:
    """Drop a column, or rename it if SQLite cannot drop it: others use it, or SQLite is too old.

    Source: https://www.sqlite.org/lang_altertable.html#altertabdropcol
    """
    with suppress(sqlite3.OperationalError):
        connection.execute(f"ALTER TABLE {quote(table)} DROP COLUMN {quote(name)}")
        return
    _set_aside(connection, table, name)


def forget_attributes(
    connection: sqlite3.Connection, table: str, before: Record, after: Record
) -> None:
    """Discard the columns that only the earlier record has, and name the item's column anew."""
    there = column_names(connection, table)
    kept = set(after.kept)
    for attribute in before.kept:
        for name in () if attribute in kept else columns_of(attribute):
            if name in there:
                discard_column(connection, table, name)
    wanted = item_column_beside(attribute.name for attribute in after.kept)
    rename_column(connection, table, item_column_of(connection, table), wanted)


def rename_column(connection: sqlite3.Connection, table: str, before: str, after: str) -> None:
    """Rename a column, everywhere that it is used."""
    if before != after:
        connection.execute(
            f"ALTER TABLE {quote(table)} RENAME COLUMN {quote(before)} TO {quote(after)}"
        )


def expiry_columns(connection: sqlite3.Connection, table: str, record: Record) -> list[str]:
    """The columns that hold an expiry: one, unless the file was changed by others."""
    attributes = {name for attribute in record.kept for name in columns_of(attribute)}
    return [
        name
        for name in column_names(connection, table)
        if name.endswith(EXPIRES_SUFFIX) and name not in attributes
    ]


def _set_aside(connection: sqlite3.Connection, table: str, name: str) -> None:
    taken = {column.lower() for column in column_names(connection, table)}
    names = (f"{name}{UNUSED_SUFFIX}{number or ''}" for number in count())
    rename_column(connection, table, name, next(one for one in names if one.lower() not in taken))

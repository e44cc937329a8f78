"""Writers that do not know all columns of a table are refused, before they write (ADR 0032).

A layer that lacks an index of the file would leave its columns empty, or as they were. SQLite
counts the changes of its catalogue; each write transaction compares that number, and if it has
changed, reads again what the file records of the layer's tables.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from weakref import WeakKeyDictionary

from ...errors import ErrorCode, NeedsOperator, Place
from ...schema.tables import TableSchema
from .errors import OLDER_LAYER_FIX
from .file_format import BOOKKEEPING_TABLE
from .layout import columns_of, description, quote

_VERSION = "PRAGMA schema_version"
_RECORDS = f"SELECT name, description FROM {quote(BOOKKEEPING_TABLE)}"


class Fence:
    """Compares what files record with the tables of one layer."""

    def __init__(self, tables: Collection[TableSchema]) -> None:
        self._tables = {table.name: table for table in tables}
        self._agreed: WeakKeyDictionary[sqlite3.Connection, int] = WeakKeyDictionary()

    def check(self, connection: sqlite3.Connection, written: Iterable[str]) -> None:
        """Refuse a write transaction on tables that the file records in other terms.

        written: their physical names.

        Raises NeedsOperator (schema-mismatch).
        """
        version = connection.execute(_VERSION).fetchone()[0]
        if self._agreed.get(connection) == version:
            return
        problems = dict(self._problems(connection))
        for name in written:
            if name in problems:
                raise _refused(name, problems[name])
        if not problems:
            self._agreed[connection] = version

    def _problems(self, connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
        """By table, what the file records that the layer does not keep."""
        for name, text in connection.execute(_RECORDS):
            table = self._tables.get(name)
            if table is not None and text and text != description(table):
                problem = _problem(table, text)
                if problem:
                    yield name, problem


def _problem(table: TableSchema, text: str) -> str:
    """What a record says that the layer does not keep; empty if the layer keeps everything."""
    from .record import parse_record  # most files agree, and need no models

    record = parse_record(table.name, text)
    if record.keyed(table.name).key != table.key:
        return "another key"
    if record.filling and record.filling.ttl:
        return f"an expiry by {record.filling.ttl} that is not filled yet"
    known = {name for attribute in table.attributes for name in columns_of(attribute)}
    found = [
        f"the index {name}"
        for name, keys in record.all_indexes.items()
        if not known.issuperset(keys.columns)
    ]
    if record.ttl is not None and record.ttl != table.ttl:
        found.append(f"an expiry by {record.ttl}")
    return ", ".join(found)


def _refused(name: str, problem: str) -> NeedsOperator:
    return NeedsOperator(
        f"the table {name!r} was changed since this layer was declared: the file has {problem}; "
        "nothing was written",
        where=Place("sqlite", table=name),
        code=ErrorCode.SCHEMA_MISMATCH,
        fix=OLDER_LAYER_FIX,
    )

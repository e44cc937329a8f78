"""Indexes of tables that exist: made when their columns are filled, dropped with their columns."""

import sqlite3
from collections.abc import Sequence

from ....schema.engine import DONE, Progress
from ....schema.tables import AttributeSchema, IndexSchema
from ..layout import columns_of, pairs, quote
from ..record import Filling, Record, keys_of, read_record, recorded, save_record
from .columns import add_columns, column_names, forget_attributes
from .filling import fill_batch, progress_of, restarted
from .statements import index_statement

_INDEXES = """
SELECT i.name, s.sql FROM pragma_index_list(?) i JOIN sqlite_schema s USING (name)
WHERE i.origin = 'c'"""


def make_index(connection: sqlite3.Connection, table: str, index: IndexSchema) -> Progress:
    """Go on with an index, in the caller's transaction: its columns, a batch of rows, itself.

    An index of that name that differs is dropped first.
    """
    record = recorded(connection, table)
    statement = index_statement(record.keyed(table), index)
    _, sql = _in_file(connection, table, index.name)
    if sql == statement and record.indexes.get(index.name) == keys_of(index):
        return DONE
    record = fill_batch(connection, table, _begun(connection, table, record, index))
    filling = record.filling or Filling()
    if filling.is_filled:
        connection.execute(statement)
        record = _finished(record, index.name)
    save_record(connection, table, record)
    return progress_of(filling)


def drop_index(connection: sqlite3.Connection, table: str, name: str) -> Progress:
    """Drop an index, finished or not, and the columns that nothing else uses."""
    _drop_from_file(connection, table, name)
    before = read_record(connection, table)
    if before is not None:
        record = _without(before, name)
        forget_attributes(connection, table, before, record)
        save_record(connection, table, record)
    return DONE


def _begun(
    connection: sqlite3.Connection, table: str, before: Record, index: IndexSchema
) -> Record:
    """The record with an unfinished index, whose columns are there. A second call changes nothing.

    Columns that are added have to be filled from the first row on, with all that are not filled.
    """
    there = set(column_names(connection, table))
    lacking = [
        attribute
        for attribute in index.attributes
        if attribute not in before.kept or not there.issuperset(columns_of(attribute))
    ]
    filling = before.filling or Filling()
    if not lacking and filling.indexes.get(index.name) == keys_of(index):
        return before
    _drop_from_file(connection, table, index.name)
    after = _with_unfinished(before, index, lacking)
    forget_attributes(connection, table, before, after)
    if lacking:
        add_columns(connection, table, lacking)
        after = restarted(connection, table, after)
    return after


def _with_unfinished(
    before: Record, index: IndexSchema, lacking: Sequence[AttributeSchema]
) -> Record:
    others = _without(before, index.name)
    left = others.filling or Filling()
    unfilled = {*before.unfilled, *lacking}
    kept = {*others.kept, *index.attributes}
    filling = {
        "indexes": {**left.indexes, index.name: keys_of(index)},
        "attributes": pairs(sorted(unfilled & kept, key=str)),
    }
    return others.model_copy(update={"filling": left.model_copy(update=filling)})


def _without(record: Record, name: str) -> Record:
    """The record without an index, finished or not."""
    others = {other: keys for other, keys in record.indexes.items() if other != name}
    record = record.model_copy(update={"indexes": others})
    if record.filling is None:
        return record
    unfinished = {other: k for other, k in record.filling.indexes.items() if other != name}
    filling = record.filling.model_copy(update={"indexes": unfinished})
    kept = record.model_copy(update={"filling": filling}).kept
    attributes = pairs([attribute for attribute in record.unfilled if attribute in kept])
    return record.with_filling(filling.model_copy(update={"attributes": attributes}))


def _finished(record: Record, name: str) -> Record:
    """The record with an index whose columns are filled."""
    filling = record.filling
    assert filling is not None
    unfinished = dict(filling.indexes)
    indexes = {**record.indexes, name: unfinished.pop(name)}
    left = filling.model_copy(update={"indexes": unfinished})
    return record.model_copy(update={"indexes": indexes}).with_filling(left)


def _in_file(connection: sqlite3.Connection, table: str, name: str) -> tuple[str, str]:
    """The full name of an index in the file, and its SQL; two empty texts if it is not there."""
    for full_name, sql in connection.execute(_INDEXES, (table,)):
        if full_name.removeprefix(f"{table}.") == name:
            return full_name, sql
    return "", ""


def _drop_from_file(connection: sqlite3.Connection, table: str, name: str) -> None:
    full_name, _ = _in_file(connection, table, name)
    if full_name:
        connection.execute(f"DROP INDEX {quote(full_name)}")

"""The expiry of tables that exist: a column that is filled, then takes the old one's place."""

import sqlite3

from ....schema.engine import DONE, Progress
from ..layout import EXPIRES_SUFFIX, quote
from ..record import Filling, Record, recorded, save_record
from .columns import column_names, discard_column, expiry_columns
from .filling import fill_batch, new_expires_column, progress_of, restarted
from .statements import EXPIRES_TYPE


def set_expiry(connection: sqlite3.Connection, table: str, ttl: str | None) -> Progress:
    """Go on with an expiry, in the caller's transaction: its column, a batch of rows, its place.

    Until it is filled, nobody writes the table, and readers see the old expiry.
    """
    record = recorded(connection, table)
    wanted = None if ttl is None else ttl + EXPIRES_SUFFIX
    is_there = wanted is None or wanted in column_names(connection, table)
    if (record.ttl == ttl and is_there) or ttl is None:
        record = _without_others(connection, table, record, wanted)
        save_record(connection, table, record.model_copy(update={"ttl": ttl}))
        return DONE
    record = fill_batch(connection, table, _begun(connection, table, record, ttl))
    filling = record.filling or Filling()
    save_record(connection, table, record.with_filling(filling))
    return progress_of(filling)


def _without_others(
    connection: sqlite3.Connection, table: str, record: Record, wanted: str | None
) -> Record:
    """The record without an expiry that is being filled. No other column stays than the wanted."""
    for name in expiry_columns(connection, table, record):
        if name != wanted:
            discard_column(connection, table, name)
    if record.filling is None:
        return record
    _discard_new(connection, table, record.filling)
    return record.with_filling(record.filling.model_copy(update={"ttl": None}))


def _begun(connection: sqlite3.Connection, table: str, record: Record, ttl: str) -> Record:
    """The record with an expiry that is being filled. A second call changes nothing."""
    filling = record.filling or Filling()
    new = new_expires_column(ttl)
    if filling.ttl == ttl and new in column_names(connection, table):
        return record
    _discard_new(connection, table, filling)
    connection.execute(f"ALTER TABLE {quote(table)} ADD COLUMN {quote(new)} {EXPIRES_TYPE}")
    begun = record.model_copy(update={"filling": filling.model_copy(update={"ttl": ttl})})
    return restarted(connection, table, begun)


def _discard_new(connection: sqlite3.Connection, table: str, filling: Filling) -> None:
    if filling.ttl is not None:
        name = new_expires_column(filling.ttl)
        if name in column_names(connection, table):
            discard_column(connection, table, name)

"""New columns of rows that were there before: filled from the items, a batch at a time.

    begin: add columns, record what is to be filled ──► fill a batch ──► … ──► all rows are filled
              one transaction                            one each, resumed after the last key

From the first transaction on every row that is written has the columns: `fence.py` refuses writers
that do not know them. So the rows that lack them are those after the last key, whoever is killed.
"""

import sqlite3
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from ....errors import NeedsOperator
from ....expressions.values import Item, kind_of
from ....schema.engine import Progress
from ....schema.tables import AttributeSchema
from ..codec import from_json, to_json
from ..compile import number_values
from ..layout import EXPIRES_SUFFIX, columns_of, order_column, quote
from ..record import Filling, Record
from .columns import discard_column, expiry_columns, item_column_of, rename_column

BATCH_ROWS = 1000
"""Rows in one transaction, for whose end others wait."""

NEW_SUFFIX = ":new"
"""Ends the name of an expiry column that is not filled; readers must not use it before."""


def restarted(connection: sqlite3.Connection, table: str, record: Record) -> Record:
    """The record with the same columns to fill, from the first row on."""
    (rows,) = connection.execute(f"SELECT count(*) FROM {quote(table)}").fetchone()
    return _changed(record, {"after": "", "done": 0, "of": rows, "left_out": 0})


def fill_batch(connection: sqlite3.Connection, table: str, record: Record) -> Record:
    """Fill the next rows, if any lack a column. The record after that."""
    filling = record.filling
    if filling is None or filling.is_filled:
        return record
    attributes = record.unfilled
    key = [order_column(attribute) for attribute in record.attributes]
    rows = _rows(connection, table, key, filling)
    items = [_item(text) for *_, text in rows]
    values = [
        (*_values(attributes, filling.ttl, item), *key_values)
        for item, (*key_values, _) in zip(items, rows, strict=True)
    ]
    connection.executemany(_update(table, key, attributes, filling.ttl), values)
    left_out = sum(
        item is None or any(_is_left_out(attribute, item) for attribute in attributes)
        for item in items
    )
    done = {"done": filling.done + len(rows), "left_out": filling.left_out + left_out}
    if len(rows) < BATCH_ROWS:
        return _filled(connection, table, record, done)
    after = to_json({"key": list(rows[-1][:-1])})
    return _changed(record, {**done, "after": after})


def progress_of(filling: Filling) -> Progress:
    """How far the rows are filled."""
    note = f"{filling.done:,} of {max(filling.done, filling.of):,} items"
    if filling.left_out:
        note += f", {filling.left_out:,} left out"
    return Progress(filling.is_filled, is_moving=True, note=note if filling.of else "")


def new_expires_column(ttl: str) -> str:
    """The column of an expiry that is being filled."""
    return ttl + EXPIRES_SUFFIX + NEW_SUFFIX


def _filled(
    connection: sqlite3.Connection, table: str, record: Record, done: dict[str, Any]
) -> Record:
    """The record when every row is filled; then the new expiry takes the place of the old one."""
    ttl = record.filling.ttl if record.filling else None
    if ttl is not None:
        for name in expiry_columns(connection, table, record):
            discard_column(connection, table, name)
        rename_column(connection, table, new_expires_column(ttl), ttl + EXPIRES_SUFFIX)
        record = record.model_copy(update={"ttl": ttl})
    return _changed(record, {**done, "attributes": [], "ttl": None})


def _changed(record: Record, changes: dict[str, Any]) -> Record:
    assert record.filling is not None
    return record.model_copy(update={"filling": record.filling.model_copy(update=changes)})


def _rows(
    connection: sqlite3.Connection, table: str, key: Sequence[str], filling: Filling
) -> list[tuple[Any, ...]]:
    columns = ", ".join(map(quote, key))
    after = from_json(filling.after)["key"] if filling.after else ()
    where = f" WHERE ({columns}) > ({', '.join('?' * len(key))})" if after else ""
    item = quote(item_column_of(connection, table))
    return connection.execute(
        f"SELECT {columns}, {item} FROM {quote(table)}{where} ORDER BY {columns} LIMIT ?",
        (*after, BATCH_ROWS),
    ).fetchall()


def _update(
    table: str, key: Sequence[str], attributes: Sequence[AttributeSchema], ttl: str | None
) -> str:
    names = [name for attribute in attributes for name in columns_of(attribute)]
    if ttl is not None:
        names.append(new_expires_column(ttl))
    changes = ", ".join(f"{quote(name)} = ?" for name in names)
    where = " AND ".join(f"{quote(name)} = ?" for name in key)
    return f"UPDATE {quote(table)} SET {changes} WHERE {where}"


def _item(text: str) -> Item | None:
    """An item; None if it cannot be read: one damaged row does not hold up the others."""
    try:
        return from_json(text)
    except NeedsOperator:
        return None


def _values(attributes: Sequence[AttributeSchema], ttl: str | None, item: Item | None) -> list[Any]:
    """The values of the new columns of a row."""
    values: list[Any] = []
    for attribute in attributes:
        value = None if item is None or _is_left_out(attribute, item) else item.get(attribute.name)
        if attribute.kind == "N":
            values += number_values(cast("int | Decimal | None", value))
        else:
            values.append(value)
    if ttl is not None:
        expires = None if item is None else item.get(ttl)
        values.append(expires if isinstance(expires, int) else None)
    return values


def _is_left_out(attribute: AttributeSchema, item: Item) -> bool:
    """Whether an item has the attribute with a value that no key may have."""
    value = item.get(attribute.name)
    if value is None:
        return False
    return kind_of(value) != attribute.kind or (attribute.kind != "N" and not value)

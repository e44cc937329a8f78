"""What a file records of its tables: their schemas, and columns that are still being filled.

SQLite's catalogue does not know where a partition key ends and a sort key begins. A row of the
bookkeeping table stays when its table is dropped, without a description, so that its number is
never given to another table: the number is the identity of a table.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...errors import ErrorCode, NeedsOperator, Place
from ...schema.create import differs
from ...schema.tables import AttributeSchema, IndexSchema, TableSchema
from .file_format import BOOKKEEPING_TABLE
from .layout import columns_of, pairs, quote

_Pair = tuple[str, Literal["S", "N", "B"]]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Keys(_Value):
    """The key of a table or of an index."""

    partition: Annotated[list[_Pair], Field(min_length=1)]
    sort: list[_Pair]

    @property
    def attributes(self) -> tuple[AttributeSchema, ...]:
        """Its attributes, in order."""
        return tuple(AttributeSchema(*pair) for pair in (*self.partition, *self.sort))

    @property
    def columns(self) -> list[str]:
        """The columns of its attributes."""
        return [name for attribute in self.attributes for name in columns_of(attribute)]

    def index(self, name: str) -> IndexSchema:
        """The index that has this key."""
        split, attributes = len(self.partition), self.attributes
        return IndexSchema(name, attributes[:split], attributes[split:])


class Filling(_Value):
    """Columns that rows from before a change still lack.

    indexes: those that are created when their columns are filled. attributes: those whose columns
    are not filled. ttl: the attribute of the expiry, which is filled apart. after: the primary key
    up to which all rows are filled, as the codec writes it; empty at the beginning.
    done, of, left_out: rows: filled, all, and those whose attribute cannot be in the index.
    """

    indexes: dict[str, Keys] = {}
    attributes: list[_Pair] = []
    ttl: str | None = None
    after: str = ""
    done: int = 0
    of: int = 0
    left_out: int = 0

    @property
    def is_filled(self) -> bool:
        """Whether no row lacks a column."""
        return not self.attributes and self.ttl is None


class Record(Keys):
    """What a file records of a table."""

    indexes: dict[str, Keys]
    ttl: str | None = None
    filling: Filling | None = None

    @property
    def unfilled(self) -> tuple[AttributeSchema, ...]:
        """The attributes whose columns some rows lack."""
        found = self.filling.attributes if self.filling else ()
        return tuple(AttributeSchema(*pair) for pair in found)

    def keyed(self, name: str) -> TableSchema:
        """The table with its key alone."""
        split, attributes = len(self.partition), self.attributes
        return TableSchema(name, attributes[:split], attributes[split:])

    @property
    def all_indexes(self) -> Mapping[str, Keys]:
        """The indexes, finished or not, by name."""
        return {**self.indexes, **(self.filling.indexes if self.filling else {})}

    @property
    def kept(self) -> tuple[AttributeSchema, ...]:
        """Every attribute whose columns writers have to write, once."""
        keys = [self, *self.all_indexes.values()]
        return tuple(dict.fromkeys(attribute for key in keys for attribute in key.attributes))

    def with_filling(self, filling: Filling) -> Record:
        """The same with what is left to fill; with nothing, if that is nothing."""
        is_over = filling.is_filled and not filling.indexes
        return self.model_copy(update={"filling": None if is_over else filling})

    def text(self) -> str:
        """As it is stored; that of a finished table is the `description` of its schema."""
        leave = set() if self.filling else {"filling"}
        value = self.model_dump(exclude=leave)
        return json.dumps(value, ensure_ascii=False, sort_keys=True)


def keys_of(index: IndexSchema) -> Keys:
    """The key of an index, as it is recorded."""
    return Keys(partition=pairs(index.partition), sort=pairs(index.sort))


def parse_record(table: str, text: str | bytes) -> Record:
    """The record in a description. Raises NeedsOperator (corrupt-file) if it is damaged."""
    try:
        return Record.model_validate_json(text)
    except ValidationError:
        pass  # it holds the text
    raise NeedsOperator(
        "the file's description of a table is damaged",
        code=ErrorCode.CORRUPT_FILE,
        where=Place("sqlite", table=table),
        fix=f"restore the file, or the table's row in {quote(BOOKKEEPING_TABLE)}, from a backup",
    )


_TABLE = quote(BOOKKEEPING_TABLE)
CREATE = f"INSERT OR REPLACE INTO {_TABLE} VALUES (?, ?)"
FORGET = f"UPDATE {_TABLE} SET description = '' WHERE name = ?"
_READ = f"SELECT description FROM {_TABLE} WHERE name = ? AND description <> ''"
_UPDATE = f"UPDATE {_TABLE} SET description = ? WHERE name = ?"


def read_record(connection: sqlite3.Connection, table: str) -> Record | None:
    """The record of a table; None if there is none."""
    row = connection.execute(_READ, (table,)).fetchone()
    return None if row is None else parse_record(table, row[0])


def recorded(connection: sqlite3.Connection, table: str) -> Record:
    """The record of a table that is to be changed.

    Raises NeedsOperator (schema-mismatch) if there is none.
    """
    record = read_record(connection, table)
    if record is None:
        raise differs(table, Place("sqlite", table=table), ["it was not made by Trueup"])
    return record


def save_record(connection: sqlite3.Connection, table: str, record: Record) -> None:
    """Record a change of a table, in the caller's transaction."""
    connection.execute(_UPDATE, (record.text(), table))

"""The columns of a table: for each key attribute, for the expiry, and for the item.

A number has a second column, whose text sorts.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from ...errors import DeclarationError, ErrorCode, Place, UnsupportedByEngine
from ...model.description.tables import TableDescription
from ...schema.declared import declared_schema
from ...schema.facts import known
from ...schema.tables import AttributeSchema, IndexSchema, TableSchema

ITEM_COLUMN = "item"
ITEM_SUFFIX = ":item"
ORDER_SUFFIX = ":order"
EXPIRES_SUFFIX = ":expires"
UNKEPT = frozenset({"stream", "projection", "local"})
"""Facts of tables and indexes that a file does not keep."""

MEMORY = "memory"
"""The source of a table in a database in memory; of others it is the path of the file."""

ORDINARY = "ordinary"
"""The form of every index that we make; that of others says what is not ordinary."""
_OURS = ("sqlite_", "trueup:")
_ROW_NUMBERS = ("rowid", "_rowid_", "oid")
_ITEM_NAME = re.compile(r"item(:item)*", re.ASCII | re.IGNORECASE)


def declared(table: TableDescription, name: str) -> TableSchema:
    """The schema of a table in the file: its indexes all hold whole items, and it has no stream."""
    schema = declared_schema(table, name)
    indexes = {
        name: replace(index, projection=None, is_local=False, facts={"form": ORDINARY})
        for name, index in schema.indexes.items()
    }
    return replace(schema, indexes=indexes, stream=None, unkept=UNKEPT)


def order_column(attribute: AttributeSchema) -> str:
    """The column that sorts: for a number, the column with its order text."""
    return attribute.name + ORDER_SUFFIX if attribute.kind == "N" else attribute.name


def columns_of(attribute: AttributeSchema) -> tuple[str, ...]:
    """The columns of an attribute."""
    is_number = attribute.kind == "N"
    return (attribute.name, order_column(attribute)) if is_number else (attribute.name,)


def expires_column(table: TableSchema) -> str | None:
    """The column with the expiry in epoch seconds."""
    ttl = known(table.ttl)
    return None if ttl is None else ttl + EXPIRES_SUFFIX


def item_column(table: TableSchema) -> str:
    """The column with the item: `item`, or a longer name if an attribute has that name."""
    return item_column_beside(attribute.name for attribute in table.attributes)


def item_column_beside(names: Iterable[str]) -> str:
    """The column with the item in a table whose attributes have these names."""
    longest = longest_item_name(names)
    return longest.lower() + ITEM_SUFFIX if longest else ITEM_COLUMN


def longest_item_name(names: Iterable[str]) -> str | None:
    """The longest name of the form `item:item`, which is the column with the item."""
    return max(filter(_ITEM_NAME.fullmatch, names), key=len, default=None)


def row_number(table: TableSchema) -> str:
    """SQL for a number that stays the same for a row, under a name that no attribute has taken.

    Source: https://www.sqlite.org/rowidtable.html
    """
    taken = {attribute.name.lower() for attribute in table.attributes}
    free = [name for name in _ROW_NUMBERS if name not in taken]
    if free:
        return free[0]
    key = " || ".join(f"hex({quote(order_column(attribute))})" for attribute in table.key)
    return f"unicode(substr('0' || {key}, -1))"


def file_index_name(table: TableSchema, index: IndexSchema) -> str:
    """The name of an index in the file: indexes of all tables share one name space."""
    return f"{table.name}.{index.name}"


def index_order(table: TableSchema, index: IndexSchema) -> tuple[str, ...]:
    """The columns of an index: its own, then the primary key's, to order equal sort keys."""
    return tuple(dict.fromkeys(map(order_column, index.attributes + table.key)))


def description(table: TableSchema) -> str:
    """A schema as JSON for the bookkeeping table; equal schemas give equal text."""
    value = {
        "partition": pairs(table.partition),
        "sort": pairs(table.sort),
        "indexes": {
            index.name: {"partition": pairs(index.partition), "sort": pairs(index.sort)}
            for index in table.indexes.values()
        },
        "ttl": known(table.ttl),
    }
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def pairs(attributes: Sequence[AttributeSchema]) -> list[tuple[str, Literal["S", "N", "B"]]]:
    """Names and kinds, as they are recorded."""
    return [(attribute.name, attribute.kind) for attribute in attributes]


def quote(name: str) -> str:
    """An identifier for SQL text. Source: https://www.sqlite.org/lang_keywords.html

    Raises:
        DeclarationError: the name holds NUL, which no SQLite statement can hold.
    """
    if "\0" in name:
        raise DeclarationError(
            "a table, index or attribute name holds the character NUL",
            where=Place("sqlite"),
            fix="remove it from the name",
        )
    return '"' + name.replace('"', '""') + '"'


def check_names(tables: Mapping[str, TableSchema]) -> None:
    """Refuse all names that SQLite cannot tell apart, together.

    SQLite compares names of columns, tables and indexes without regard to ASCII case.

    tables: by their place of declaration and name there, for messages.

    Raises:
        UnsupportedByEngine: `problems` has a line for each name.
    """
    problems: list[str] = []
    names: dict[str, tuple[str, str]] = {}
    for place, table in tables.items():
        problems += [f"{place}: {problem}" for problem in _column_problems(table)]
        if table.name.lower().startswith(_OURS):
            problems.append(f"{place}: the name of table {table.name} is reserved")
        indexes = [file_index_name(table, index) for index in table.indexes.values()]
        for name in (table.name, *indexes):
            other, elsewhere = names.setdefault(name.lower(), (name, place))
            if (other, elsewhere) != (name, place):
                problems.append(
                    f"{place}: {name} and {other} are one name in SQLite; the other is at "
                    f"{elsewhere}"
                )
    if problems:
        raise UnsupportedByEngine(
            "SQLite cannot hold these tables\n  " + "\n  ".join(problems),
            where=Place("sqlite"),
            fix="rename them, or store the attribute under another name",
            code=ErrorCode.UNSUPPORTED,
            problems=problems,
        )


def _column_problems(table: TableSchema) -> Iterator[str]:
    seen: dict[str, str] = {}
    names = [name for attribute in table.attributes for name in columns_of(attribute)]
    if (expires := expires_column(table)) is not None:
        names.append(expires)
    for name in names:
        if name.lower() in seen:
            yield (
                f"columns {name} and {seen[name.lower()]} of table {table.name}"
                " are one name in SQLite"
            )
        seen[name.lower()] = name

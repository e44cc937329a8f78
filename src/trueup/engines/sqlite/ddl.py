"""Changes of tables as SQL; all missing tables are created in one transaction."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...errors import Place
from ...operations.operation import Request
from ...schema.changes import AddTable, Change, DropIndex, DropTable
from ...schema.create import differs
from ...schema.engine import LiveTable, Progress, Step
from ...schema.tables import AttributeSchema, IndexSchema, TableSchema
from .file_format import BOOKKEEPING_TABLE
from .layout import (
    columns_of,
    expires_column,
    file_index_name,
    index_order,
    item_column,
    order_column,
    quote,
)
from .payload import Script, Statement

_TYPES = {"S": "TEXT", "N": "TEXT", "B": "BLOB"}
_IS_THERE = "SELECT 1 FROM sqlite_schema WHERE type <> 'index' AND name COLLATE NOCASE IN"


def render(changes: Sequence[Change], _live: Mapping[str, LiveTable]) -> list[Step]:
    """The steps that make the changes. This engine creates and drops tables, and drops indexes.

    Raises NeedsOperator (schema-mismatch) for any other change.
    """
    schemas = [change.schema for change in changes if isinstance(change, AddTable)]
    steps = [_create(schemas)] if schemas else []
    return [*steps, *(_drop(change) for change in changes if not isinstance(change, AddTable))]


def create_statements(table: TableSchema) -> list[str]:
    """The SQL that creates a table and its indexes, in order."""
    columns = [line for attribute in table.attributes for line in _column_lines(table, attribute)]
    if (expires := expires_column(table)) is not None:
        columns.append(f"{quote(expires)} INTEGER")
    columns.append(f"{quote(item_column(table))} TEXT NOT NULL")
    key = ", ".join(quote(order_column(attribute)) for attribute in table.key)
    lines = ",\n  ".join([*columns, f"PRIMARY KEY ({key})"])
    create = f"CREATE TABLE {quote(table.name)} (\n  {lines}\n)"
    return [create, *(_index_statement(table, index) for index in table.indexes.values())]


def description(table: TableSchema) -> str:
    """The schema as JSON for the bookkeeping table; equal schemas give equal text."""
    value = {
        "partition": _pairs(table.partition),
        "sort": _pairs(table.sort),
        "indexes": {
            index.name: {"partition": _pairs(index.partition), "sort": _pairs(index.sort)}
            for index in table.indexes.values()
        },
        "ttl": table.ttl,
    }
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _create(tables: Sequence[TableSchema]) -> Step:
    """One script, which does nothing if another process has created one of the tables meanwhile."""
    names = tuple(table.name for table in tables)
    among = ", ".join("?" * len(names))
    made = Statement(f"{_IS_THERE} ({among})", names)
    body = [statement for table in tables for statement in _create_and_note(table)]
    return _step(f"create {', '.join(names)}", names[0], "CreateTables", Script(tuple(body), made))


def _create_and_note(table: TableSchema) -> Iterator[Statement]:
    yield from map(Statement, create_statements(table))
    yield Statement(
        f"INSERT OR REPLACE INTO {quote(BOOKKEEPING_TABLE)} VALUES (?, ?)",
        (table.name, description(table)),
    )


def _drop(change: Change) -> Step:
    name = change.schema.name
    if isinstance(change, DropTable):
        forget = f"DELETE FROM {quote(BOOKKEEPING_TABLE)} WHERE name = ?"
        script = Script((Statement(f"DROP TABLE {quote(name)}"), Statement(forget, (name,))))
        return _step(f"drop {name} and its items", name, "DropTable", script)
    if isinstance(change, DropIndex):
        index = file_index_name(change.schema, change.index)
        script = Script((Statement(f"DROP INDEX {quote(index)}"),))
        return _step(f"drop the index {change.index.name} of {name}", name, "DropIndex", script)
    raise differs(name, Place("sqlite", table=name), [change])


def _step(comment: str, table: str, action: str, script: Script) -> Step:
    def decode(has_run: bool) -> Progress:
        return Progress(is_late=not has_run)

    return Step(comment, table, Request(action, "", script, decode))


def _column_lines(table: TableSchema, attribute: AttributeSchema) -> Iterator[str]:
    # A PRIMARY KEY of a rowid table allows NULL unless each column forbids it:
    # https://www.sqlite.org/quirks.html#primary_keys_can_sometimes_contain_nulls
    required = " NOT NULL" if attribute in table.key else ""
    for name in columns_of(attribute):
        yield f"{quote(name)} {_TYPES[attribute.kind]}{required}"


def _index_statement(table: TableSchema, index: IndexSchema) -> str:
    columns = ", ".join(map(quote, index_order(table, index)))
    sparse = " AND ".join(
        f"{quote(order_column(attribute))} IS NOT NULL"
        for attribute in index.attributes
        if attribute not in table.key
    )
    where = f" WHERE {sparse}" if sparse else ""
    name = quote(file_index_name(table, index))
    return f"CREATE INDEX {name} ON {quote(table.name)} ({columns}){where}"


def _pairs(attributes: Sequence[AttributeSchema]) -> list[Any]:
    return [[attribute.name, attribute.kind] for attribute in attributes]

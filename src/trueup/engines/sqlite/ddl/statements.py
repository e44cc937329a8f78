"""The SQL that creates tables, their columns and their indexes."""

from collections.abc import Iterator

from ....schema.tables import AttributeSchema, IndexSchema, TableSchema
from ..layout import (
    columns_of,
    expires_column,
    file_index_name,
    index_order,
    item_column,
    order_column,
    quote,
)

_TYPES = {"S": "TEXT", "N": "TEXT", "B": "BLOB"}
EXPIRES_TYPE = "INTEGER"


def create_statements(table: TableSchema) -> list[str]:
    """The SQL that creates a table and its indexes, in order."""
    columns = [line for attribute in table.attributes for line in _column_lines(table, attribute)]
    if (expires := expires_column(table)) is not None:
        columns.append(f"{quote(expires)} {EXPIRES_TYPE}")
    columns.append(f"{quote(item_column(table))} TEXT NOT NULL")
    key = ", ".join(quote(order_column(attribute)) for attribute in table.key)
    lines = ",\n  ".join([*columns, f"PRIMARY KEY ({key})"])
    create = f"CREATE TABLE {quote(table.name)} (\n  {lines}\n)"
    return [create, *(index_statement(table, index) for index in table.indexes.values())]


def column_definitions(attribute: AttributeSchema) -> Iterator[str]:
    """The columns of an attribute, each with its type."""
    for name in columns_of(attribute):
        yield f"{quote(name)} {_TYPES[attribute.kind]}"


def index_statement(table: TableSchema, index: IndexSchema) -> str:
    """The SQL that creates an index."""
    columns = ", ".join(map(quote, index_order(table, index)))
    name = quote(file_index_name(table, index))
    return f"CREATE INDEX {name} ON {quote(table.name)} ({columns}){sparse_condition(table, index)}"


def sparse_condition(table: TableSchema, index: IndexSchema) -> str:
    """The end of an index's SQL that says which rows it holds: those with all its attributes."""
    sparse = " AND ".join(
        f"{quote(order_column(attribute))} IS NOT NULL"
        for attribute in index.attributes
        if attribute not in table.key
    )
    return f" WHERE {sparse}" if sparse else ""


def _column_lines(table: TableSchema, attribute: AttributeSchema) -> Iterator[str]:
    # A PRIMARY KEY of a rowid table allows NULL unless each column forbids it:
    # https://www.sqlite.org/quirks.html#primary_keys_can_sometimes_contain_nulls
    required = " NOT NULL" if attribute in table.key else ""
    for line in column_definitions(attribute):
        yield line + required

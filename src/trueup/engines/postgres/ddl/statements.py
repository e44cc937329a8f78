"""The SQL that creates tables and their indexes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...._dataclass import dataclass
from ....schema.tables import IndexSchema, TableSchema
from ..payload import Statement
from ..tables.layout import MORE, index_name, index_order, is_relational, key_name
from ..values.names import column_name, literal, quote
from ..values.types import PLAIN
from . import relational
from .comments import index_comment, key_comment
from .declared_sql import Declares
from .objects import Objects

_DEFINITIONS = {type_.name: type_.definition for type_ in PLAIN.values()}


@dataclass(frozen=True, slots=True)
class Phase:
    """Statements of one table, or what all tables need, if `table` is None. about: what they are,
    as a heading of a script says it."""

    about: str
    table: TableSchema | None
    statements: Sequence[Statement]


def create_statements(tables: Sequence[TableSchema]) -> Iterator[Statement]:
    """The SQL that creates tables, their indexes and their comments, in order."""
    for phase in phases(tables):
        yield from phase.statements


def phases(tables: Sequence[TableSchema]) -> Iterator[Phase]:
    """The same statements, each with what it is of."""
    strict = [table for table in tables if is_relational(table)]
    needed = [statement for table in strict for statement in relational.before_tables(table)]
    shared = {one.sql: one for one in needed}.values()  # what tables share, once
    objects = Objects(strict)
    yield Phase("What the tables need", None, [*shared, *objects.before_tables()])
    for table in tables:
        yield Phase("", table, list(_table_and_indexes(table)))
    for about, statements in _LATER.items():
        for table in strict:
            yield Phase(about, table, list(statements(table)))
    for table, statement in objects.after_tables():
        yield Phase("SQL of one's own", table, [statement])
    for table in strict:
        yield Phase("Descriptions", table, list(relational.descriptions(table)))
    for table in strict:
        yield Phase("Privileges", table, list(relational.privileges(table)))


_LATER = {
    "References": relational.references,
    "Row-level security": relational.row_security,
    "Triggers": relational.triggers,
}
"""What names other tables, and comes after all of them."""


def _table_and_indexes(table: TableSchema) -> Iterator[Statement]:
    yield relational.table_statement(table) if is_relational(table) else Statement(_table(table))
    yield _comment(key_name(table), key_comment(table))
    for index in table.indexes.values():
        yield from create_index(table, index)
    if is_relational(table):
        yield from relational.indexes_and_comments(table)


def create_index(table: TableSchema, index: IndexSchema) -> Iterator[Statement]:
    """The statements of an index, and of the comment that says whose it is."""
    declares = Declares(table.name, f"the index {index.name}")
    yield Statement(index_statement(table, index), declares=declares)
    yield _comment(index_name(table, index), index_comment(index))


def _table(table: TableSchema) -> str:
    key = ", ".join(quote(column_name(attribute.name)) for attribute in table.key)
    lines = [
        *_column_lines(table),
        f"{quote(MORE.name)} {MORE.type.definition}",
        f"CONSTRAINT {quote(key_name(table))} PRIMARY KEY ({key})",
    ]
    body = ",\n  ".join(lines)
    return f"CREATE TABLE {quote(table.name)} (\n  {body}\n)"


def _column_lines(table: TableSchema) -> Iterator[str]:
    key = {column_name(attribute.name) for attribute in table.key}
    columns = table.facts["columns"]
    assert isinstance(columns, Mapping)
    for name, form in columns.items():
        required = " NOT NULL" if name in key else ""
        yield f"{quote(name)} {_DEFINITIONS[str(form)]}{required}"


def index_statement(table: TableSchema, index: IndexSchema) -> str:
    """The SQL that creates an index."""
    columns = ", ".join(
        quote(column_name(attribute.name)) for attribute in index_order(table, index)
    )
    name = quote(index_name(table, index))
    return f"CREATE INDEX {name} ON {quote(table.name)} ({columns}){_sparse(table, index)}"


def _sparse(table: TableSchema, index: IndexSchema) -> str:
    """The condition for the rows that an index holds: those with all its attributes."""
    sparse = sparse_columns(table, index)
    present = " AND ".join(f"{quote(name)} IS NOT NULL" for name in sparse)
    return f" WHERE {present}" if present else ""


def sparse_columns(table: TableSchema, index: IndexSchema) -> list[str]:
    """The columns of an index that a row may lack; a relational table's indexes have all rows."""
    if is_relational(table):
        return []
    return [
        column_name(attribute.name) for attribute in index.attributes if attribute not in table.key
    ]


def _comment(index: str, text: str) -> Statement:
    return Statement(f"COMMENT ON INDEX {quote(index)} IS {literal(text)}")

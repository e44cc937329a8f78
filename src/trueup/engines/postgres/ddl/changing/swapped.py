"""What goes with a column that is made anew: the constraints and indexes that name it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .....schema.tables import TableSchema
from ...payload import Statement, Steps, ask
from ...tables.layout import index_name
from ...values.names import literal, quote
from ..relational import column_line, part
from ..statements import create_index

_COMPUTED = """SELECT DISTINCT g.attname FROM pg_depend d
JOIN pg_attrdef x ON d.classid = 'pg_attrdef'::regclass AND d.objid = x.oid
JOIN pg_attribute g ON g.attrelid = x.adrelid AND g.attnum = x.adnum AND g.attgenerated <> ''
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass({table})
AND a.attname = {column} AND g.attname <> a.attname"""
"""The columns that are computed from a column.
Source: https://www.postgresql.org/docs/15/catalog-pg-depend.html"""

_THERE = """SELECT conname FROM pg_constraint WHERE conrelid = to_regclass({0})
UNION SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indrelid = to_regclass({0})"""


def with_computed(schema: TableSchema, name: str, work: Steps[None]) -> Steps[None]:
    """Work that changes the type of a column; the columns that are computed from it are made anew,
    since PostgreSQL does not change it below them."""
    select = _COMPUTED.format(table=literal(quote(schema.name)), column=literal(name))
    computed = [column for (column,) in (yield from ask(Statement(select)))]
    if computed:
        yield from with_what_depends(schema, _without(schema, computed, work))
    else:
        yield from work


def _without(schema: TableSchema, columns: Sequence[str], work: Steps[None]) -> Steps[None]:
    table, declared = quote(schema.name), part(schema, "columns")
    for column in columns:
        yield Statement(f"ALTER TABLE {table} DROP COLUMN {quote(column)}")
    yield from work
    for column in columns:
        if column in declared:
            line = column_line(column, declared[column])
            yield Statement(f"ALTER TABLE {table} ADD COLUMN {line}")


def with_what_depends(schema: TableSchema, work: Steps[None]) -> Steps[None]:
    """Work that drops a column; then what is declared and was lost with it is made again."""
    there = Statement(_THERE.format(literal(quote(schema.name))))
    before = {name for (name,) in (yield from ask(there))}
    yield from work
    after = {name for (name,) in (yield from ask(there))}
    for name, statements in _declared(schema):
        if name in before - after:
            for statement in statements:  # noqa: UP028 - `yield from` would send rows to an iterator
                yield statement


def _declared(schema: TableSchema) -> Iterator[tuple[str, list[Statement]]]:
    for name, text in part(schema, "constraints").items():
        sql = f"ALTER TABLE {quote(schema.name)} ADD CONSTRAINT {quote(name)} {text}"
        yield name, [Statement(sql)]
    for name, text in part(schema, "indexes").items():
        yield name, [Statement(str(text))]
    for index in schema.indexes.values():
        yield index_name(schema, index), list(create_index(schema, index))

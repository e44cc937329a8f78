"""What goes with a column that is made anew: the constraints and indexes that name it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .....schema.engine import LiveTable
from .....schema.tables import TableSchema
from ...payload import Statement, Steps, ask
from ...tables.layout import index_name
from ...values.names import literal, quote
from ..relational import column_line, part
from ..statements import create_index
from .dependents import with_dependents

_COMPUTED = """SELECT DISTINCT g.attname FROM pg_depend d
JOIN pg_attrdef x ON d.classid = 'pg_attrdef'::regclass AND d.objid = x.oid
JOIN pg_attribute g ON g.attrelid = x.adrelid AND g.attnum = x.adnum AND g.attgenerated <> ''
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass({table})
AND a.attname = {column} AND g.attname <> a.attname"""
"""The columns that are computed from a column.
Source: https://www.postgresql.org/docs/15/catalog-pg-depend.html"""

_THERE = """SELECT conname, format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass,
conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE conrelid = to_regclass({0})
UNION SELECT i.relname, pg_get_indexdef(i.oid)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indrelid = to_regclass({0})
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid AND conrelid = x.indrelid)"""
"""The constraints and indexes of a table, as the server says them."""

_COMMENT = """SELECT format('COMMENT ON COLUMN %s.%I IS %L', attrelid::regclass, attname,
col_description(attrelid, attnum)) FROM pg_attribute
WHERE attrelid = to_regclass({table}) AND attname = {column}
AND col_description(attrelid, attnum) IS NOT NULL"""


def with_computed(
    schema: TableSchema, name: str, live: Mapping[str, LiveTable], work: Steps[None]
) -> Steps[None]:
    """Work that changes the type of a column; the columns that are computed from it are made anew,
    since PostgreSQL does not change it below them: those that are not declared, too."""
    select = _COMPUTED.format(table=literal(quote(schema.name)), column=literal(name))
    computed = [str(column) for (column,) in (yield from ask(Statement(select)))]
    for column in computed:
        work = with_dependents(schema, column, live, _without(schema, column, live, work))
    yield from with_what_depends(schema, work) if computed else work


def _without(
    schema: TableSchema, column: str, live: Mapping[str, LiveTable], work: Steps[None]
) -> Steps[None]:
    table = quote(schema.name)
    said = _COMMENT.format(table=literal(table), column=literal(column))
    comments = yield from ask(Statement(said))
    yield Statement(f"ALTER TABLE {table} DROP COLUMN {quote(column)}")
    yield from work
    yield Statement(f"ALTER TABLE {table} ADD COLUMN {_line(schema, column, live)}")
    for (comment,) in comments:
        yield Statement(str(comment))


def _line(schema: TableSchema, column: str, live: Mapping[str, LiveTable]) -> str:
    """As it is declared, or as it is if it is not."""
    found = part(schema, "columns").get(column)
    if found is None:
        beyond = part(live[schema.name].schema, "beyond")["columns"]
        assert isinstance(beyond, Mapping)
        found = beyond[column]
    return column_line(column, found)


def with_what_depends(schema: TableSchema, work: Steps[None]) -> Steps[None]:
    """Work that drops a column; then what was lost with it is made again: as it is declared, or as
    it was if it is not and its columns are there again."""
    there = Statement(_THERE.format(literal(quote(schema.name))))
    before: dict[object, object] = dict((yield from ask(there)))
    yield from work
    after = {name for name, _ in (yield from ask(there))}
    declared = dict(_declared(schema))
    for name, statement in before.items():
        if name not in after:
            made = declared.get(str(name), [Statement(str(statement))])
            for one in made:  # noqa: UP028 - `yield from` would send rows to an iterator
                yield one


def _declared(schema: TableSchema) -> Iterator[tuple[str, list[Statement]]]:
    for name, text in part(schema, "constraints").items():
        sql = f"ALTER TABLE {quote(schema.name)} ADD CONSTRAINT {quote(name)} {text}"
        yield name, [Statement(sql)]
    for name, text in part(schema, "indexes").items():
        yield name, [Statement(str(text))]
    for index in schema.indexes.values():
        yield index_name(schema, index), list(create_index(schema, index))

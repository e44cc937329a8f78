"""New names: all of a table's in one transaction, with what has a name by them.

Nothing is read or written anew. The functions of triggers say the names of columns in their text,
so that they are made again before the transaction ends: no update fails in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .....schema.changes import RenamePart
from .....schema.engine import DONE, LiveTable, Progress, Step
from .....schema.tables import TableSchema
from ...inspect.renames import rename_statement
from ...payload import Statement, Steps, ask
from ...values.names import SCHEMA, literal, quote, unless
from ..comments import key_statement
from ..declared_sql import Declares
from ..relational import part
from .effects import Form, estimate
from .programs import OURS, refuse_used
from .refusals import tried
from .running import in_transaction

_IS_TYPE = f"SELECT 1 FROM pg_type WHERE typnamespace = {SCHEMA} AND typname = $1"
_IS_LABEL = f"""SELECT 1 FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
WHERE t.typnamespace = {SCHEMA} AND t.typname = $1 AND e.enumlabel = $2"""

_NAMED_BY_COLUMN = """SELECT format('ALTER SEQUENCE %s RENAME TO %I', s.oid::regclass, $3::text)
FROM pg_class s WHERE s.oid = to_regclass(pg_get_serial_sequence({table}, {column}))
AND s.relname = $2
UNION ALL SELECT format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', conrelid::regclass, conname,
$4::text) FROM pg_constraint
WHERE conrelid = to_regclass({table}) AND contype = 'n' AND conname = $1"""
"""The sequence of a column that is numbered, and the NOT NULL that is a constraint since PostgreSQL
18, if their names are the server's own.
Source: https://www.postgresql.org/docs/18/catalog-pg-constraint.html"""

_STALE = f"""SELECT g.tgname, p.proname FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
WHERE g.tgrelid = to_regclass({{table}}) AND NOT g.tgisinternal AND g.tgname <> ALL ($1::text[])
AND p.pronamespace = {SCHEMA} AND {OURS} AND position({{column}} IN p.prosrc) > 0"""
"""The triggers that Trueup wrote for a column that has another name now."""


def rename_step(changes: Sequence[RenamePart], live: Mapping[str, LiveTable]) -> Step:
    """The step that gives parts of one table the names that are declared."""
    schema = changes[0].schema
    columns = {one.path[1]: one.before for one in changes if one.path[0] == "columns"}
    ordered = sorted(changes, key=lambda one: len(one.path))  # labels are named by their type
    renamed = [_statement(one) for one in ordered]
    commented = Statement(key_statement(schema, live))
    programs = list(_programs(schema)) if columns else []

    def work() -> Steps[Progress]:
        for change, statement in zip(ordered, renamed, strict=True):
            if (yield from _is_there(change)):
                yield from tried([statement], schema.name, f"the name {change.path[-1]}")
        for name, before in columns.items():
            yield from _follow(schema, name, before)
        if columns:
            yield commented
            yield from _made_again(schema, list(columns.values()))
        return DONE

    told = estimate(Form.RENAME, schema.name, live)
    names = ", ".join(f"{one.what} {one.path[-1]}" for one in changes)
    statements = [*renamed, *([commented] if columns else []), *programs]
    comment = f"call, in {schema.name}, {names}"
    return in_transaction(schema.name, comment, statements, work=work, estimate=told)


def _statement(change: RenamePart) -> Statement:
    path, table = change.path, change.schema.name
    return Statement(rename_statement(table, path, change.before, path[-1]))


def _is_there(change: RenamePart) -> Steps[bool]:
    """Whether a name is still to change: a type may be that of several tables."""
    if change.path[0] != "types":
        return True
    if len(change.path) == 2:
        rows = yield from ask(Statement(_IS_TYPE, (change.before,)))
    else:
        former = change.schema.former.get(change.path[:2], change.path[1])
        names = (change.path[1], former)
        rows = []
        for name in names:
            rows = rows or (yield from ask(Statement(_IS_LABEL, (name, change.before))))
    return bool(rows)


def _follow(schema: TableSchema, name: str, before: str) -> Steps[None]:
    """What the server named by the column, so that a new database has the same names."""
    sql = _NAMED_BY_COLUMN.format(table=literal(quote(schema.name)), column=literal(name))
    names = [f"{schema.name}_{one}_" for one in (before, before, name, name)]
    ends = ("not_null", "seq", "seq", "not_null")
    parameters = tuple(one + end for one, end in zip(names, ends, strict=True))
    for (statement,) in (yield from ask(Statement(sql, parameters))):
        yield Statement(str(statement))


def _programs(schema: TableSchema) -> Iterator[Statement]:
    for kind in ("functions", "triggers"):
        for name, sql in part(schema, kind).items():
            declares = Declares(schema.name, f"the {kind[:-1]} {name}")
            yield Statement(str(sql), declares=declares)


def _made_again(schema: TableSchema, former: Sequence[str]) -> Steps[None]:
    functions, triggers = part(schema, "functions"), part(schema, "triggers")
    stale: dict[str, str] = {}
    for column in former:
        text = literal(f".{quote(column)}")
        select = _STALE.format(table=literal(quote(schema.name)), column=text)
        rows = yield from ask(Statement(select, (list(triggers),)))
        stale |= dict(rows)
    for name in functions:
        yield from refuse_used(name, schema.name, {schema.name})
    for statement in _programs(schema):  # noqa: UP028 - `yield from` would send rows to an iterator
        yield statement
    for trigger, function in stale.items():
        yield Statement(f"DROP TRIGGER {quote(trigger)} ON {quote(schema.name)}")
        if function not in functions:
            sql = f"DROP FUNCTION {quote(function)}()"
            yield Statement(unless("dependent_objects_still_exist", sql))

"""What reads a column, and stands in the way of its change.

What is declared is dropped, and made again from its declaration before the transaction ends; what
is not is named in a refusal. No statement says CASCADE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ....._dataclass import dataclass
from .....errors import ErrorCode, NeedsOperator, Place
from .....schema.engine import LiveTable
from .....schema.facts import Value
from .....schema.tables import TableSchema
from ...payload import Rows, Statement, Steps, ask
from ...values.names import SCHEMA, literal, quote
from ..relational import part
from .belongings import belongings, given_back

_READERS = f"""WITH RECURSIVE wanted AS (SELECT attrelid, attnum FROM pg_attribute
WHERE attrelid = to_regclass({{table}}) AND attname = {{column}}),
reads (view, depth) AS (SELECT w.ev_class, 1 FROM wanted a JOIN pg_depend d
ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
AND d.classid = 'pg_rewrite'::regclass
JOIN pg_rewrite w ON w.oid = d.objid WHERE w.ev_class <> a.attrelid
UNION SELECT w.ev_class, depth + 1 FROM reads r JOIN pg_depend d
ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.view
AND d.classid = 'pg_rewrite'::regclass
JOIN pg_rewrite w ON w.oid = d.objid WHERE w.ev_class <> r.view)
SELECT CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END AS kind, c.relname AS name,
c.relnamespace = {SCHEMA} AS is_here, pg_describe_object('pg_class'::regclass, c.oid, 0) AS said,
max(depth) AS depth, NULL::text AS comment FROM reads r JOIN pg_class c ON c.oid = r.view
GROUP BY c.oid
UNION ALL SELECT DISTINCT CASE WHEN y.oid IS NOT NULL THEN 'policy'
WHEN g.oid IS NOT NULL THEN 'trigger' ELSE 'function' END,
coalesce(y.polname, g.tgname, ''), coalesce(y.polrelid, g.tgrelid) = a.attrelid,
pg_describe_object(d.classid, d.objid, 0), 0,
obj_description(d.objid, d.classid::regclass::text::name)
FROM wanted a JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid
AND d.refobjsubid = a.attnum
LEFT JOIN pg_policy y ON d.classid = 'pg_policy'::regclass AND y.oid = d.objid
LEFT JOIN pg_trigger g ON d.classid = 'pg_trigger'::regclass AND g.oid = d.objid
WHERE d.classid = ANY ('{{{{pg_policy,pg_trigger,pg_proc}}}}'::regclass[])
ORDER BY depth, name"""
"""Views that read a column, and those that read these; policies, triggers and functions.
Source: https://www.postgresql.org/docs/15/catalog-pg-depend.html"""


CREATES_VIEW = re.compile(r"\bCREATE\b.*\bVIEW\b", re.IGNORECASE | re.DOTALL)

_FIX = (
    "drop {} in SQL, and make it again after trueup apply; or declare it as an SqlObject, which is "
    "made again by itself"
)


@dataclass(frozen=True, slots=True)
class _Reader:
    """kind: as in an SqlObject, or policy. made: the declared statement; empty if there is none."""

    kind: str
    name: str
    said: str
    comment: str | None
    made: str


def refuse_dependents(table: str, column: str) -> Steps[None]:
    """Refuse to drop a column that something reads, by its name: what is declared does not read it
    any more."""
    _refuse(table, column, [str(said) for _, _, _, said, *_ in (yield from _read(table, column))])


def with_dependents(
    schema: TableSchema, column: str, live: Mapping[str, LiveTable], work: Steps[None]
) -> Steps[None]:
    """Work that changes a column; what is declared and reads it is dropped before, and made again
    after it, with all that belongs to it."""
    rows = yield from _read(schema.name, column)
    readers = list(_readers(schema, live, rows))
    _refuse(schema.name, column, [one.said for one in readers if not one.made])
    yield from _around(schema, readers, work)


def with_views(
    schema: TableSchema, view: str, live: Mapping[str, LiveTable], work: Steps[None]
) -> Steps[None]:
    """Work that drops a view and makes another one of its name; the declared views that read it
    are made again too. schema: of the table that declares it."""
    rows = yield from ask(Statement(_READERS.format(table=literal(quote(view)), column="attname")))
    readers = list(_readers(schema, live, rows))
    others = [one.said for one in readers if not one.made]
    if others:
        names = ", ".join(others)
        raise NeedsOperator(
            f"the view {view} is read by {names}, and has to be made anew below",
            where=Place("postgres", table=schema.name),
            code=ErrorCode.SCHEMA_MISMATCH,
            fix=_FIX.format(names),
        )
    yield from _around(schema, readers, work)


def _around(schema: TableSchema, readers: list[_Reader], work: Steps[None]) -> Steps[None]:
    kept = {}
    for one in reversed(readers):
        if one.kind.endswith("view"):
            kept[one.name] = yield from belongings(one.name)
        yield Statement(f"DROP {one.kind.upper()} {quote(one.name)}{_on(one, schema)}")
    yield from work
    for one in readers:
        yield Statement(one.made)
        if one.name in kept:
            yield from given_back(one.name, kept[one.name])
        elif one.comment is not None:
            said = f"{one.kind.upper()} {quote(one.name)}{_on(one, schema)}"
            yield Statement(f"COMMENT ON {said} IS {literal(one.comment)}")


def _on(one: _Reader, schema: TableSchema) -> str:
    return "" if one.kind.endswith("view") else f" ON {quote(schema.name)}"


def _read(table: str, column: str) -> Steps[Rows]:
    select = _READERS.format(table=literal(quote(table)), column=literal(column))
    return (yield from ask(Statement(select)))


def _readers(schema: TableSchema, live: Mapping[str, LiveTable], rows: Rows) -> Iterator[_Reader]:
    declared = _declared(schema, live)
    for kind, name, is_here, said, _, comment in rows:
        made = str(declared.get(f"{kind} {name}") or "") if is_here else ""
        yield _Reader(kind, name, said, comment, made)


def _declared(schema: TableSchema, live: Mapping[str, LiveTable]) -> dict[str, Value]:
    """The statements of what may read a column: of views of all tables, and of this table's
    objects, policies and triggers."""
    found = {**declared_views(live), **part(schema, "objects")}
    policies = part(schema, "row_security").get("policies")
    found |= {
        f"policy {name}": sql
        for name, sql in (policies.items() if isinstance(policies, Mapping) else ())
    }
    return found | {f"trigger {name}": sql for name, sql in part(schema, "triggers").items()}


def declared_views(live: Mapping[str, LiveTable]) -> dict[str, Value]:
    """The declared views with their SQL. What a live view says in the server's words, as it is
    another one than declared, is no statement that makes it."""
    return {
        name: sql
        for table in live.values()
        for name, sql in part(table.schema, "objects").items()
        if CREATES_VIEW.search(str(sql))
    }


def _refuse(table: str, column: str, named: list[str]) -> None:
    if named:
        names = ", ".join(named)
        raise NeedsOperator(
            f"the column {column} is read by {names}, and PostgreSQL does not change it below",
            where=Place("postgres", table=table),
            code=ErrorCode.SCHEMA_MISMATCH,
            fix=_FIX.format(names),
        )

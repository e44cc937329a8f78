"""What is copied of live tables, as the catalogue prints it: nothing of it is edited.

Source: https://www.postgresql.org/docs/15/catalogs.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from ...._dataclass import dataclass
from ..payload import Rows, Statement

_WANTED = """c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
AND c.relkind IN ('r', 'p') AND c.relname = ANY ($1::text[])"""

_COLUMNS = f"""SELECT c.relname, a.attname, format_type(a.atttypid, NULL),
format_type(a.atttypid, a.atttypmod),
a.attgenerated <> '' OR a.attidentity = 'a',
(SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
FROM pg_enum e WHERE e.enumtypid = a.atttypid)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE {_WANTED} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum"""

_CONSTRAINTS = f"""SELECT c.relname, o.conname, o.contype::text, pg_get_constraintdef(o.oid),
(SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(o.conkey) WITH ORDINALITY k(number, n)
JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.number), f.relname,
(SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(o.confkey) WITH ORDINALITY k(number, n)
JOIN pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.number)
FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
LEFT JOIN pg_class f ON f.oid = o.confrelid AND f.relnamespace = c.relnamespace
WHERE {_WANTED} AND o.contype IN ('c', 'p', 'u', 'f', 'x')
ORDER BY c.relname, o.contype, o.conname"""

_INDEXES = f"""SELECT c.relname, i.relname, pg_get_indexdef(i.oid, 0, true),
(SELECT array_agg(a.attname::text ORDER BY k.n)
FROM unnest(x.indkey::int2[]) WITH ORDINALITY k(number, n)
JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number),
EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.oid AND o.contype IN ('p', 'u', 'x'))
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE {_WANTED} AND x.indisvalid ORDER BY c.relname, i.relname"""

_TRIGGERS = f"""SELECT c.relname, g.tgname, pg_get_triggerdef(g.oid, true)
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
WHERE {_WANTED} AND NOT g.tgisinternal AND g.tgenabled IN ('O', 'A')
ORDER BY c.relname, g.tgname"""

_POLICIES = f"""SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, y.polname,
CASE WHEN y.polname IS NOT NULL THEN
format('CREATE POLICY %I ON %I AS %s FOR %s TO PUBLIC%s%s', y.polname, c.relname,
CASE WHEN y.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
CASE y.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
' USING (' || pg_get_expr(y.polqual, y.polrelid) || ')',
' WITH CHECK (' || pg_get_expr(y.polwithcheck, y.polrelid) || ')') END
FROM pg_class c LEFT JOIN pg_policy y ON y.polrelid = c.oid AND y.polroles = '{{0}}'
WHERE {_WANTED} ORDER BY c.relname, y.polname"""


@dataclass(frozen=True, slots=True)
class LiveColumn:
    """A column. base: its type without its length. type: with it. is_given: whether the database
    gives its value, so that none is written. labels: of an enum type."""

    name: str
    base: str
    type: str
    is_given: bool
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LiveConstraint:
    """A constraint. kind: `c`, `p`, `u`, `f` or `x`. to, to_columns: what it refers to, if that is
    in the same schema."""

    name: str
    kind: str
    sql: str
    columns: tuple[str, ...]
    to: str | None
    to_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LiveIndex:
    """A valid index. columns: without expressions. is_of_constraint: a constraint makes it."""

    name: str
    sql: str
    columns: tuple[str, ...]
    is_of_constraint: bool


@dataclass(frozen=True, slots=True)
class Live:
    """A live table. triggers: those that are enabled. security: the statements of its policies."""

    name: str
    columns: dict[str, LiveColumn] = field(default_factory=dict)
    constraints: dict[str, LiveConstraint] = field(default_factory=dict)
    indexes: dict[str, LiveIndex] = field(default_factory=dict)
    triggers: dict[str, str] = field(default_factory=dict)
    security: list[str] = field(default_factory=list)


def live_selects(names: Sequence[str]) -> tuple[Statement, ...]:
    """The SELECTs that read what is copied of tables."""
    wanted = (sorted(names),)
    texts = (_COLUMNS, _CONSTRAINTS, _INDEXES, _TRIGGERS, _POLICIES)
    return tuple(Statement(sql, wanted) for sql in texts)


def live_tables(replies: Sequence[Rows]) -> dict[str, Live]:
    """The live tables, by name, from the rows of the SELECTs."""
    columns, constraints, indexes, triggers, policies = replies
    found: dict[str, Live] = {}
    for table, name, base, type_, is_given, labels in columns:
        live = found.setdefault(table, Live(table))
        live.columns[name] = LiveColumn(name, base, type_, is_given, tuple(labels or ()))
    for table, name, kind, sql, own, to, others in constraints:
        one = LiveConstraint(name, kind, sql, tuple(own or ()), to, tuple(others or ()))
        found[table].constraints[name] = one
    for table, name, sql, own, is_of_constraint in indexes:
        found[table].indexes[name] = LiveIndex(name, sql, tuple(own or ()), is_of_constraint)
    for table, name, sql in triggers:
        found[table].triggers[name] = sql
    for table, is_enabled, is_forced, policy, sql in policies:
        found[table].security.extend(_security(found[table], is_enabled, is_forced, policy, sql))
    return found


def _security(
    live: Live, is_enabled: bool, is_forced: bool, policy: str | None, sql: str
) -> list[str]:
    """The statements of a policy, and before the first those of the table."""
    made = []
    if not live.security:
        table = '"' + live.name.replace('"', '""') + '"'
        if is_enabled:
            made.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        if is_forced:
            made.append(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    return [*made, *([sql] if policy is not None else [])]

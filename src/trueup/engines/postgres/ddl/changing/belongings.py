"""What belongs to a view and goes with it: its owner, grants, comments, indexes and triggers.
Its options are in its declaration, which makes it again.

A view that is made anew in one transaction has all of it again when that ends. No statement says
CASCADE.
"""

from __future__ import annotations

from ...payload import Rows, Statement, Steps, ask
from ...values.names import SCHEMA

_VIEW = f"c.relnamespace = {SCHEMA} AND c.relname = $1 AND c.relkind IN ('v', 'm')"
_KIND = "CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END"
_GRANTEE = "CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END"
_OPTION = "CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END"

_KEPT = f"""SELECT format('ALTER %s %I OWNER TO %I', {_KIND}, c.relname,
pg_get_userbyid(c.relowner)), NULL::name
FROM pg_class c WHERE {_VIEW} AND pg_get_userbyid(c.relowner) <> current_user
UNION ALL SELECT format('GRANT %s ON %I TO %s%s', a.privilege_type, c.relname, {_GRANTEE},
{_OPTION}), NULL FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
WHERE {_VIEW} AND a.grantee <> c.relowner
UNION ALL SELECT format('GRANT %s (%I) ON %I TO %s%s', a.privilege_type, n.attname, c.relname,
{_GRANTEE}, {_OPTION}), n.attname FROM pg_class c JOIN pg_attribute n ON n.attrelid = c.oid
CROSS JOIN LATERAL aclexplode(n.attacl) a WHERE {_VIEW} AND a.grantee <> c.relowner
UNION ALL SELECT format('COMMENT ON %s %I IS %L', {_KIND}, c.relname,
obj_description(c.oid, 'pg_class')), NULL FROM pg_class c
WHERE {_VIEW} AND obj_description(c.oid, 'pg_class') IS NOT NULL
UNION ALL SELECT format('COMMENT ON COLUMN %I.%I IS %L', c.relname, n.attname,
col_description(c.oid, n.attnum)), n.attname
FROM pg_class c JOIN pg_attribute n ON n.attrelid = c.oid
WHERE {_VIEW} AND n.attnum > 0 AND col_description(c.oid, n.attnum) IS NOT NULL
UNION ALL SELECT pg_get_indexdef(x.indexrelid), NULL
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid WHERE {_VIEW}
UNION ALL SELECT format('COMMENT ON INDEX %I IS %L', i.relname,
obj_description(i.oid, 'pg_class')), NULL
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE {_VIEW} AND obj_description(i.oid, 'pg_class') IS NOT NULL
UNION ALL SELECT pg_get_triggerdef(g.oid), NULL
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid WHERE {_VIEW} AND NOT g.tgisinternal"""
"""Statements, and the column that each is of, if it is of one.
Sources: https://www.postgresql.org/docs/15/functions-info.html
    https://www.postgresql.org/docs/15/sql-alterview.html"""

_GIVEN = f"""SELECT DISTINCT format('REVOKE ALL ON %I FROM %s', c.relname, {_GRANTEE})
FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
WHERE {_VIEW} AND a.grantee <> c.relowner"""
"""What default privileges gave the new view, which the former one need not have had."""

_COLUMNS = f"""SELECT n.attname FROM pg_class c JOIN pg_attribute n ON n.attrelid = c.oid
WHERE {_VIEW} AND n.attnum > 0"""


def belongings(view: str) -> Steps[Rows]:
    """What belongs to a view, for `given_back`; nothing if there is no such view."""
    return (yield from ask(Statement(_KEPT, (view,))))


def given_back(view: str, kept: Rows) -> Steps[None]:
    """Give a view that was made anew what belonged to the former one; what was of a column that it
    no longer has is gone."""
    given = yield from ask(Statement(_GIVEN, (view,)))
    there = {name for (name,) in (yield from ask(Statement(_COLUMNS, (view,))))}
    for sql in (
        *(sql for (sql,) in given),
        *(sql for sql, column in kept if column is None or column in there),
    ):
        yield Statement(str(sql))

"""Views over rows of tenants, as the server made them: whatever their SQL seems to say."""

from __future__ import annotations

from collections.abc import Sequence

from ....errors import ErrorCode, NeedsOperator, Place
from ....schema.tables import TableSchema
from ..payload import Rows, Statement
from ..values.names import SCHEMA
from .relational import part

_BARE_VIEWS = f"""WITH RECURSIVE reads (view, relation) AS (
SELECT oid, oid FROM pg_class WHERE relkind IN ('v', 'm') AND oid >= 16384
UNION SELECT view, d.refobjid FROM reads JOIN pg_rewrite w ON w.ev_class = relation
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
AND d.refclassid = 'pg_class'::regclass)
SELECT DISTINCT v.relname FROM reads JOIN pg_class v ON v.oid = view
JOIN pg_class t ON t.oid = relation
WHERE t.relrowsecurity AND t.relnamespace = {SCHEMA}
AND (t.relname = ANY ($1::text[]) OR v.relname = ANY ($2::text[]))
AND NOT (v.relkind = 'v' AND EXISTS (SELECT FROM pg_options_to_table(v.reloptions)
WHERE option_name = 'security_invoker' AND option_value::boolean)) ORDER BY v.relname"""
"""Views that read rows of tenants with the rights of their owner, or keep them. The first object
identifier that is not the server's own is 16384.

Sources: https://www.postgresql.org/docs/15/sql-createview.html
    https://www.postgresql.org/docs/15/catalog-pg-depend.html
    https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/access/transam.h
"""


def bare_views(tables: Sequence[TableSchema]) -> list[Statement]:
    """What asks for the views that show the rows of all tenants, after the tables are made; nothing
    if they have neither tenants nor views."""
    guarded = [table.name for table in tables if part(table, "row_security")]
    kinds = (name.rpartition("view ") for table in tables for name in part(table, "objects"))
    views = [name for _, kind, name in kinds if kind]
    return [Statement(_BARE_VIEWS, (guarded, views))] if guarded or views else []


def refuse_bare_views(found: Rows) -> None:
    """Raises NeedsOperator (row-security-off), which undoes what was made."""
    if found:
        raise NeedsOperator(
            "a view would show the rows of all tenants; nothing was made",
            where=Place("postgres", table=", ".join(name for (name,) in found)),
            code=ErrorCode.ROW_SECURITY_OFF,
            fix="create it WITH (security_invoker = true), and as no materialized view",
        )

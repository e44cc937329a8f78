"""Comments in the catalogue on what tables declare, beside those on tables and columns.

Source: https://www.postgresql.org/docs/15/catalog-pg-description.html
"""

from __future__ import annotations

from collections.abc import Mapping

from ....schema.facts import Value
from ..payload import Rows

_HERE = "= (SELECT oid FROM pg_namespace WHERE nspname = {schema})"
_SAID = "d.description FROM pg_description d JOIN"


def _of(catalogue: str, alias: str) -> str:
    return f"{catalogue} {alias} ON d.classoid = '{catalogue}'::regclass AND d.objoid = {alias}.oid"


_OF_TABLES = " UNION ALL ".join(
    f"SELECT c.relname, '{kind} ' || o.{name}, {_SAID} {_of(catalogue, 'o')} "
    f"JOIN pg_class c ON c.oid = o.{table} WHERE c.relnamespace {_HERE}"
    for kind, catalogue, name, table in (
        ("constraint", "pg_constraint", "conname", "conrelid"),
        ("trigger", "pg_trigger", "tgname", "tgrelid"),
        ("policy", "pg_policy", "polname", "polrelid"),
    )
)

_RELATIONS = f"""SELECT '', CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view '
WHEN 'S' THEN 'sequence ' ELSE 'index ' END || c.relname,
{_SAID} {_of("pg_class", "c")}
WHERE d.objsubid = 0 AND c.relkind IN ('v', 'm', 'S', 'i', 'I') AND c.relnamespace {_HERE}"""

_TYPES = f"""SELECT '', CASE t.typtype WHEN 'd' THEN 'domain ' WHEN 'c' THEN 'composite type '
ELSE 'type ' END || t.typname, {_SAID} {_of("pg_type", "t")} WHERE t.typnamespace {_HERE}"""

_OF_DOMAINS = f"""SELECT '', 'constraint ' || o.conname || ' on domain ' || t.typname,
{_SAID} {_of("pg_constraint", "o")} JOIN pg_type t ON t.oid = o.contypid
WHERE t.typnamespace {_HERE}"""

_FUNCTIONS = f"""SELECT '', CASE p.prokind WHEN 'p' THEN 'procedure ' ELSE 'function ' END
|| p.oid::regprocedure, {_SAID} {_of("pg_proc", "p")} WHERE p.pronamespace {_HERE}"""

DESCRIPTIONS = " UNION ALL ".join((_OF_TABLES, _RELATIONS, _TYPES, _OF_DOMAINS, _FUNCTIONS))
"""The table, empty for what has a name in the schema; the thing by its kind and name; the text."""


def live_descriptions(rows: Rows) -> dict[str, dict[str, str]]:
    """The comments of each table, and below the empty name those of the schema."""
    found: dict[str, dict[str, str]] = {}
    for table, thing, text in rows:
        found.setdefault(table, {})[thing] = text
    return found


def compared_descriptions(
    table: str, declared: Mapping[str, Value], live: Mapping[str, Mapping[str, str]]
) -> dict[str, Value]:
    """The comment on each thing that is described; None for one that has none."""
    there = {**live.get("", {}), **live.get(table, {})}
    return {thing: there.get(thing) for thing in declared}

"""Privileges in the catalogue: one that nobody changed is the server's own (acldefault).

Sources: https://www.postgresql.org/docs/15/ddl-priv.html
    https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-ACLITEM-FN-TABLE
"""

from __future__ import annotations

from collections.abc import Mapping

from ....schema.facts import Value
from ..payload import Rows
from ..relational.privileges import Privilege, privilege_of

_SCHEMA = "(SELECT oid FROM pg_namespace WHERE nspname = {schema})"
_ROLE = "CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END"
_BUILT_IN = "EXISTS (SELECT FROM aclexplode(acldefault({kind}, {owner})) b "
_BUILT_IN += "WHERE (b.grantee, b.privilege_type) = (a.grantee, a.privilege_type))"


def _select(on: str, acl: str, kind: str, owner: str, rest: str) -> str:
    built_in = _BUILT_IN.replace("{kind}", kind).replace("{owner}", owner)
    return f"""SELECT {on}, a.privilege_type, {_ROLE}, {built_in}
FROM {rest} AND a.grantee <> {owner}""".replace(
        "{acl}", f"CROSS JOIN LATERAL aclexplode(coalesce({acl}, acldefault({kind}, {owner}))) a"
    )


_RELATION = """CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view '
WHEN 'S' THEN 'sequence ' ELSE 'table ' END || c.relname, ''"""
_KIND = "CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\""

PRIVILEGES = " UNION ALL ".join(
    (
        _select(
            _RELATION,
            "c.relacl",
            _KIND,
            "c.relowner",
            f"pg_class c {{acl}} WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') "
            f"AND c.relnamespace = {_SCHEMA}",
        ),
        f"""SELECT 'table ' || c.relname, n.attname, a.privilege_type, {_ROLE}, false
FROM pg_class c JOIN pg_attribute n ON n.attrelid = c.oid CROSS JOIN LATERAL aclexplode(n.attacl) a
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = {_SCHEMA} AND a.grantee <> c.relowner
AND NOT n.attisdropped""",
        _select(
            "CASE p.prokind WHEN 'p' THEN 'procedure ' ELSE 'function ' END "
            "|| p.oid::regprocedure, ''",
            "p.proacl",
            "'f'",
            "p.proowner",
            f"pg_proc p {{acl}} WHERE p.pronamespace = {_SCHEMA}",
        ),
        _select(
            "CASE t.typtype WHEN 'd' THEN 'domain ' ELSE 'composite type ' END || t.typname, ''",
            "t.typacl",
            "'T'",
            "t.typowner",
            "pg_type t {acl} WHERE (t.typtype = 'd' OR t.typrelid IN (SELECT oid FROM pg_class "
            f"WHERE relkind = 'c')) AND t.typnamespace = {_SCHEMA}",
        ),
    )
)
"""What each thing grants to others than its owner, and whether that is the server's own grant."""


def live_privileges(rows: Rows) -> dict[str, dict[str, bool]]:
    """Of each thing the privileges that roles have, by their names among the facts, and whether
    they are the server's own."""
    found: dict[str, dict[str, bool]] = {}
    for thing, column, word, role, is_built_in in rows:
        on = "" if thing.startswith("table ") else thing
        key = Privilege(word, role, column, on).key
        found.setdefault(thing, {})[key] = is_built_in
    return found


def compared_privileges(
    table: str, declared: Mapping[str, Value], live: Mapping[str, Mapping[str, bool]]
) -> tuple[dict[str, Value], dict[str, Value]]:
    """Whether a role has each declared privilege; and those that things have beyond, of which
    privileges are declared."""
    things = {privilege_of(key).on or f"table {table}" for key in declared}
    there = {key: own for thing in sorted(things) for key, own in live.get(thing, {}).items()}
    beyond = [key for key, is_built_in in there.items() if not is_built_in and key not in declared]
    return {key: key in there for key in declared}, dict.fromkeys(beyond, True)

"""What PostgreSQL's catalogue says of relational tables, as the same tree of facts that a
declaration has, in the server's words.

Source: https://www.postgresql.org/docs/15/catalogs.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ....schema.facts import Value
from ..payload import Rows, Statement
from .descriptions import DESCRIPTIONS, live_descriptions
from .objects import MADE, NAMED, made_objects, named_objects, with_others
from .privileges import PRIVILEGES, live_privileges

Facts = dict[str, Any]

LACKS = ("NOT VALID", "INVALID", "DISABLED")
"""What stands after the text of a constraint, an index or a trigger that is there and does not
work."""

_IDENTITY: Mapping[str, Value] = {"": False, "d": True, "a": "ALWAYS"}
"""A numbered column of ours takes numbers that are given, which one of ALWAYS refuses."""

_TABLES = "c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = {schema})"
_WANTED = f"{_TABLES} AND c.relkind IN ('r', 'p') AND c.relname = ANY ($1::text[])"

_COLUMNS = f"""SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
CASE WHEN a.attcollation <> t.typcollation THEN l.collname END, a.attnotnull,
CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid)
|| CASE a.attgenerated WHEN 'v' THEN ' VIRTUAL' ELSE '' END END,
a.attidentity::text, col_description(c.oid, a.attnum), obj_description(c.oid, 'pg_class')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE {_WANTED} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum"""

_CONSTRAINTS = f"""SELECT c.relname, o.conname, pg_get_constraintdef(o.oid)
FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
WHERE {_WANTED} AND o.contype IN ('c', 'u', 'f', 'x') ORDER BY c.relname, o.conname"""

_INDEXES = f"""SELECT c.relname, i.relname,
pg_get_indexdef(i.oid, 0, true) || CASE WHEN x.indisvalid THEN '' ELSE ' INVALID' END,
CASE WHEN x.indisvalid THEN jsonb_build_array(i.relam, x.indisunique, x.indnullsnotdistinct,
ARRAY(SELECT pg_get_indexdef(i.oid, n, true) FROM generate_series(1, x.indnatts) n), x.indnkeyatts,
x.indclass::text, x.indoption::text, x.indcollation::text, i.reloptions,
pg_get_expr(x.indpred, x.indrelid, true))::text END
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE {_WANTED} AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.oid)
AND coalesce(obj_description(i.oid, 'pg_class'), '') NOT LIKE 'trueup {{%%'
ORDER BY c.relname, i.relname""".replace("%%", "%")

_TRIGGERS = f"""SELECT c.relname, g.tgname,
pg_get_triggerdef(g.oid, true) || CASE g.tgenabled WHEN 'O' THEN '' ELSE ' DISABLED' END
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
WHERE {_WANTED} AND NOT g.tgisinternal ORDER BY c.relname, g.tgname"""

_POLICIES = f"""SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, y.polname,
jsonb_build_array(y.polpermissive, y.polcmd, y.polroles::regrole[]::text[],
pg_get_expr(y.polqual, y.polrelid), pg_get_expr(y.polwithcheck, y.polrelid))::text
FROM pg_class c LEFT JOIN pg_policy y ON y.polrelid = c.oid
WHERE {_WANTED} ORDER BY c.relname, y.polname"""

_FUNCTIONS = """SELECT p.proname,
CASE p.prokind WHEN 'p' THEN 'procedure ' ELSE 'function ' END || p.oid::regprocedure,
jsonb_build_array(coalesce(pg_get_function_sqlbody(p.oid), p.prosrc),
pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), p.provolatile, p.prosecdef,
p.proconfig, p.proisstrict, p.proleakproof, p.proparallel, p.procost, p.prorows, p.prolang)::text
FROM pg_proc p WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = {schema})
AND p.prokind IN ('f', 'p')
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
AND d.objid = p.oid AND d.deptype = 'e') ORDER BY 2"""

_TYPES = """SELECT t.typname, array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
WHERE t.typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = {schema})
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass
AND d.objid = t.oid AND d.deptype = 'e') GROUP BY t.typname"""

_VIEWS = """SELECT CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || c.relname,
pg_get_viewdef(c.oid, true) || coalesce(' ' || c.reloptions::text, '')
FROM pg_class c WHERE c.relkind IN ('v', 'm')
AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = {schema})
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
AND d.objid = c.oid AND d.deptype = 'e')"""

_EXTENSIONS = "SELECT extname FROM pg_extension"


_OF_TABLE = ("columns", "constraints", "indexes", "shapes", "triggers")
"""shapes: of indexes, all but their names."""


def catalogue_selects(names: Sequence[str], schema: str = "current_schema()") -> list[Statement]:
    """The SELECTs that read all facts of tables. schema: an SQL expression with its name."""
    of_tables = (_COLUMNS, _CONSTRAINTS, _INDEXES, _TRIGGERS, _POLICIES, MADE)
    of_schema = (_FUNCTIONS, _TYPES, _VIEWS, NAMED, PRIVILEGES, DESCRIPTIONS, _EXTENSIONS)
    wanted = (sorted(names),)
    return [
        *(Statement(sql.replace("{schema}", schema), wanted) for sql in of_tables),
        *(Statement(sql.replace("{schema}", schema)) for sql in of_schema),
    ]


def catalogue_facts(replies: Sequence[Rows]) -> dict[str, Facts]:
    """The facts of each table, from the rows of the SELECTs."""
    columns, constraints, indexes, triggers, policies, made, *rest = replies
    functions, types, views, named, privileges, descriptions, extensions = rest
    of_schema = {
        "extensions": {name: True for (name,) in extensions},
        "privileges": live_privileges(privileges),
        "descriptions": live_descriptions(descriptions),
        "types": {name: list(labels) for name, labels in types},
        "functions": {name: source for name, _, source in functions},
        "objects": dict(views)
        | named_objects(named)
        | {signature: source for _, signature, source in functions},
    }
    found: dict[str, Facts] = {}
    for table, *_, comment in columns:
        empty: Facts = {kind: {} for kind in _OF_TABLE}
        found.setdefault(table, {"comment": comment or "", **empty, **of_schema})
    for table, *row in columns:
        found[table]["columns"][row[0]] = _column(row)
    for table, name, text, shape in indexes:
        found[table]["indexes"][name] = text
        found[table]["shapes"][name] = shape
    for name, rows in (("constraints", constraints), ("triggers", triggers)):
        for table, one, text in rows:
            found[table][name][one] = text
    for table, is_enabled, is_forced, policy, text in policies:
        empty = {"enabled": is_enabled, "forced": is_forced, "policies": {}}
        secured = found[table].setdefault("row_security", empty)
        if policy is not None:
            secured["policies"][policy] = text
    recorded = made_objects(made)
    for table, facts in found.items():
        facts["made"] = recorded.get(table, [])
        texts = {f"trigger {name}": text for name, text in facts["triggers"].items()}
        facts["objects"] = {**facts["objects"], **texts}
    return found


def _column(row: Sequence[Any]) -> Mapping[str, Value]:
    _, type_, collation, required, default, generated, identity, comment, _ = row
    return {
        "type": type_,
        "collation": collation,
        "required": required,
        "default": default,
        "generated": generated,
        "identity": _IDENTITY[identity],
        "comment": comment,
    }


def in_words_of(
    declared: Mapping[str, Value], live: Mapping[str, Value], made: Mapping[str, Value]
) -> Iterator[tuple[str, Value]]:
    """The live facts, each in the words of the declaration if the server says the same of it and
    of what it made of the declaration."""
    for name, value in declared.items():
        found, expected = live.get(name), made.get(name)
        if isinstance(value, Mapping) and isinstance(found, Mapping):
            parts = expected if isinstance(expected, Mapping) else {}
            yield name, dict(in_words_of(value, with_others(value, found), parts))
        else:
            yield name, _in_words(value, found, expected)


def _in_words(value: Value, found: Value, expected: Value) -> Value:
    """A live fact, in the words of the declaration if it is the same, or the same but for what it
    lacks: NOT VALID, INVALID, DISABLED."""
    if found is None or expected is None:
        return found
    if found == expected:
        return value
    for lack in LACKS:
        if found == f"{expected} {lack}":
            return f"{value} {lack}"
    return found

"""Domains, composite types and sequences in the catalogue, and the objects that were made for a
table, as the comment on its key says.

Source: https://www.postgresql.org/docs/15/catalogs.html
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from ....schema.facts import Value
from ....schema.mentions import CALLED, IN_PLACE_OF, kind_and_name
from ..ddl.comments import made_for
from ..payload import Rows

_IN_SCHEMA = "= (SELECT oid FROM pg_namespace WHERE nspname = {schema})"
_OWN = """NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '{table}'::regclass
AND d.objid = {oid} AND d.deptype = 'e')"""
_OWN_TYPE = _OWN.replace("{table}", "pg_type").replace("{oid}", "t.oid")
_OWN_CLASS = _OWN.replace("{table}", "pg_class").replace("{oid}", "c.oid")

NAMED = f"""SELECT 'domain ' || t.typname, jsonb_build_object(
'type', format_type(t.typbasetype, t.typtypmod),
'collation', CASE WHEN t.typcollation <> b.typcollation THEN l.collname END,
'default', pg_get_expr(t.typdefaultbin, 0), 'required', t.typnotnull,
'checks', coalesce((SELECT jsonb_object_agg(o.conname, pg_get_constraintdef(o.oid))
FROM pg_constraint o WHERE o.contypid = t.oid AND o.contype = 'c'), '{{}}'))::text
FROM pg_type t JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_collation l ON l.oid = t.typcollation
WHERE t.typtype = 'd' AND t.typnamespace {_IN_SCHEMA} AND {_OWN_TYPE}
UNION ALL SELECT 'composite type ' || c.relname, jsonb_build_object('fields', coalesce(
(SELECT jsonb_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) FROM pg_attribute a
WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '{{}}'))::text
FROM pg_class c JOIN pg_type t ON t.oid = c.reltype
WHERE c.relkind = 'c' AND c.relnamespace {_IN_SCHEMA} AND {_OWN_TYPE}
UNION ALL SELECT 'sequence ' || c.relname, jsonb_build_object(
'type', format_type(s.seqtypid, NULL), 'increment', s.seqincrement, 'minimum', s.seqmin,
'maximum', s.seqmax, 'start', s.seqstart, 'cache', s.seqcache, 'cycle', s.seqcycle)::text
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
WHERE c.relnamespace {_IN_SCHEMA} AND {_OWN_CLASS}
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
AND d.objid = c.oid AND d.deptype IN ('a', 'i'))"""
"""Each by its kind and name. Sequences of columns are no objects of their own."""

MADE = """SELECT c.relname, obj_description(x.indexrelid, 'pg_class')
FROM pg_class c JOIN pg_index x ON x.indrelid = c.oid AND x.indisprimary
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = {schema})
AND c.relname = ANY ($1::text[])"""
"""What Trueup says of each table."""


def named_objects(rows: Rows) -> dict[str, Value]:
    """The facts of domains, composite types and sequences."""
    return {name: json.loads(text) for name, text in rows}


def made_objects(rows: Rows) -> dict[str, list[str]]:
    """The objects that were made for each table."""
    return {table: made_for(comment) for table, comment in rows}


def with_others(declared: Mapping[str, Value], live: Mapping[str, Value]) -> Mapping[str, Value]:
    """Live facts of a type, with the names of those that only the database has."""
    if "others" not in declared:
        return live
    others = [
        name
        for part in ("checks", "fields")
        for name in _names(live.get(part))
        if name not in _names(declared.get(part))
    ]
    return {**live, "others": sorted(others)}


def no_longer_declared(
    live: Mapping[str, Value], made: Sequence[str], declared: Collection[str]
) -> dict[str, Value]:
    """The live objects that were made for a table, and that no table declares."""
    return {name: live[name] for name in made if name in live and name not in declared}


def in_place_of(
    declared: Mapping[str, Value], live: Mapping[str, Value], gone: dict[str, Value]
) -> dict[str, Value]:
    """The functions that are there with other parameters, by the declared names that they had.

    declared: the facts of a table. gone: what is no longer declared; they are taken out of it.
    """
    own = declared.get("objects")
    found: dict[str, Value] = {}
    for name in own if isinstance(own, Mapping) else ():
        former = [one for one in gone if one.partition("(")[0] == name.partition("(")[0]]
        if kind_and_name(name)[0] in CALLED and name not in live and len(former) == 1:
            found[name] = IN_PLACE_OF + former[0]
            del gone[former[0]]
    return found


def _names(value: Value) -> Sequence[str]:
    return sorted(value) if isinstance(value, Mapping) else []

"""The schemas of a database, in a form in which two can be compared: some SELECTs.

Definitions are the server's own words, which are compared and never executed.
Source: https://www.postgresql.org/docs/15/catalogs.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..port import Column, Reference, Row, Shape
from ..shapes import in_order, literals_of

Query = Callable[[str], Sequence[Row]]

_FIRST_OID = 16384
"""Objects with smaller numbers came with the server (FirstNormalObjectId)."""

_USERS = (
    "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM"
    " pg_depend AS e WHERE e.deptype = 'e' AND e.classid = '{0}'::regclass AND e.objid = {1}.oid)"
)
_REL = _USERS.format("pg_class", "c")
_TABLE = "'table ' || n.nspname || '.' || c.relname"
_OF_TABLE = (
    "JOIN pg_class AS c ON c.oid = {0} JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    f" WHERE {_REL.replace('{', '{{').replace('}', '}}')}"
)

_QUERIES = (
    f"""SELECT {_TABLE}, concat_ws(' ', c.relkind, c.relpersistence, c.reloptions::text,
        CASE WHEN c.relrowsecurity THEN 'row security' END,
        CASE WHEN c.relforcerowsecurity THEN 'forced' END,
        'partition', pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid),
        (SELECT string_agg(inhparent::regclass::text, ',') FROM pg_inherits WHERE inhrelid = c.oid),
        CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE {_REL} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S')""",
    f"""SELECT {_TABLE}, concat_ws(' ', 'column', a.attname, format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attnotnull THEN 'NOT NULL' END, a.attidentity, a.attgenerated,
        pg_get_expr(d.adbin, d.adrelid), nullif(a.attstattarget, -1)::text,
        CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END)
    FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    {_OF_TABLE.format("a.attrelid")} AND a.attnum > 0 AND NOT a.attisdropped
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')""",
    f"""SELECT {_TABLE}, concat_ws(' ', 'constraint', o.conname, pg_get_constraintdef(o.oid),
        CASE WHEN NOT o.convalidated THEN 'not validated' END)
    FROM pg_constraint AS o {_OF_TABLE.format("o.conrelid")} AND o.contype NOT IN ('n', 't')""",
    f"""SELECT {_TABLE}, concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid),
        CASE WHEN NOT i.indisvalid THEN 'not valid' END,
        CASE WHEN i.indisreplident THEN 'replica identity' END)
    FROM pg_index AS i {_OF_TABLE.format("i.indrelid")} AND c.relkind IN ('r', 'p', 'm')""",
    f"""SELECT {_TABLE}, concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)
    FROM pg_trigger AS t {_OF_TABLE.format("t.tgrelid")} AND NOT t.tgisinternal""",
    f"""SELECT {_TABLE}, concat_ws(' ', 'policy', p.polname, p.polcmd, p.polpermissive,
        (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE r::regrole::text END, ',')
         FROM unnest(p.polroles) AS r),
        pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
    FROM pg_policy AS p {_OF_TABLE.format("p.polrelid")}""",
    f"""SELECT {_TABLE}, pg_get_ruledef(r.oid) FROM pg_rewrite AS r
    {_OF_TABLE.format("r.ev_class")} AND r.rulename <> '_RETURN'""",
    f"""SELECT {_TABLE}, pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext AS s
    {_OF_TABLE.format("s.stxrelid")}""",
    f"""SELECT {_TABLE}, concat_ws(' ', 'sequence', format_type(s.seqtypid, NULL), s.seqstart,
        s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle,
        (SELECT d.refobjid::regclass::text || '.' || a.attname FROM pg_depend AS d
         JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
         WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')))
    FROM pg_sequence AS s {_OF_TABLE.format("s.seqrelid")}""",
    f"""SELECT 'function ' || n.nspname || '.' || p.proname || '('
        || pg_get_function_identity_arguments(p.oid) || ')',
        CASE WHEN p.prokind = 'a' THEN 'aggregate' ELSE pg_get_functiondef(p.oid) END
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE {_USERS.format("pg_proc", "p")}""",
    f"""SELECT 'type ' || n.nspname || '.' || t.typname, concat_ws(' ', t.typtype,
        (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum AS e
         WHERE e.enumtypid = t.oid),
        CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
        CASE WHEN t.typnotnull THEN 'NOT NULL' END, t.typdefault,
        (SELECT string_agg(o.conname || ' ' || pg_get_constraintdef(o.oid), ',' ORDER BY o.conname)
         FROM pg_constraint AS o WHERE o.contypid = t.oid AND o.contype = 'c'),
        (SELECT format_type(r.rngsubtype, NULL) FROM pg_range AS r WHERE r.rngtypid = t.oid))
    FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
    WHERE {_USERS.format("pg_type", "t")} AND t.typtype IN ('e', 'd', 'r')""",
    f"""SELECT 'schema ' || n.nspname, '' FROM pg_namespace AS n
    WHERE n.oid >= {_FIRST_OID} AND {_USERS.format("pg_namespace", "n")}""",
    f"""SELECT 'comment on ' || pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description
    FROM pg_description AS d WHERE d.objoid >= {_FIRST_OID}
        AND d.classoid <> 'pg_extension'::regclass AND NOT EXISTS (SELECT FROM pg_depend AS e
        WHERE e.deptype = 'e' AND e.classid = d.classoid AND e.objid = d.objoid)""",
    f"""SELECT 'privileges on {{0}}' || n.nspname || '.' || c.relname, c.relacl::text
        || coalesce((SELECT string_agg(a.attname || a.attacl::text, ',' ORDER BY a.attname)
            FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL), '')
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE {_REL} AND c.relacl IS NOT NULL AND c.relkind <> 'c'""".replace("{0}", "table "),
    f"""SELECT 'privileges on function ' || p.oid::regprocedure, p.proacl::text
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE {_USERS.format("pg_proc", "p")} AND p.proacl IS NOT NULL""",
    """SELECT 'extension ' || e.extname, '' FROM pg_extension AS e""",
)

_SHAPES = f"""
SELECT c.oid::regclass::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
    coalesce(element.typname, base.typname)::text,
    NOT a.attnotnull AND NOT typ.typnotnull,
    a.attidentity <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid), '') LIKE 'nextval(%',
    a.attidentity = 'a' OR a.attgenerated <> '',
    element.oid IS NOT NULL,
    CASE WHEN typ.typtype = 'd' THEN typ.typtypmod ELSE a.atttypmod END,
    (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum AS e
        WHERE e.enumtypid = coalesce(element.oid, base.oid)),
    (SELECT string_agg(pg_get_constraintdef(o.oid), ' ') FROM pg_constraint AS o
        WHERE o.contype = 'c' AND (o.contypid = typ.oid
            OR (o.conrelid = c.oid AND a.attnum = ANY (o.conkey)))),
    EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisunique
        AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS typ ON typ.oid = a.atttypid
JOIN pg_type AS base ON base.oid = CASE typ.typtype WHEN 'd' THEN typ.typbasetype ELSE typ.oid END
LEFT JOIN pg_type AS element ON element.oid = base.typelem AND base.typcategory = 'A'
LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE {_REL} AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.oid, a.attnum
"""

_REFERENCES = f"""
SELECT o.conrelid::regclass::text, o.confrelid::regclass::text,
    (SELECT array_agg(a.attname::text ORDER BY k.n)
        FROM unnest(o.conkey) WITH ORDINALITY AS k (c, n)
        JOIN pg_attribute AS a ON a.attrelid = o.conrelid AND a.attnum = k.c),
    (SELECT array_agg(a.attname::text ORDER BY k.n)
        FROM unnest(o.confkey) WITH ORDINALITY AS k (c, n)
        JOIN pg_attribute AS a ON a.attrelid = o.confrelid AND a.attnum = k.c)
FROM pg_constraint AS o {_OF_TABLE.format("o.conrelid")} AND o.contype = 'f' AND o.conparentid = 0
ORDER BY o.conname
"""

_HEADER = 4
"""The bytes by which the server's type modifiers count more than is declared (VARHDRSZ)."""


def objects(query: Query) -> dict[str, str]:
    """The definition of each object by its name, which begins with its kind."""
    found: dict[str, list[str]] = {}
    for sql in _QUERIES:
        for name, line in query(sql):
            found.setdefault(str(name), []).append(str(line))
    return {name: "\n".join(sorted(lines)) for name, lines in found.items()}


def shapes(query: Query) -> list[Shape]:
    """The tables that rows are made for, those that others point to first."""
    columns: dict[str, list[Column]] = {}
    for row in query(_SHAPES):
        columns.setdefault(str(row[0]), []).append(_column(row))
    references: dict[str, list[Reference]] = {}
    for table, target, names, targets in query(_REFERENCES):
        references.setdefault(str(table), []).append(
            Reference(tuple(names), str(target), tuple(targets))
        )
    return in_order(
        {
            name: Shape(name, tuple(found), tuple(references.get(name, ())))
            for name, found in columns.items()
        }
    )


def _column(row: Row) -> Column:
    _, name, kind, base, nullable, sequence, made, array, modifier, labels, checks, unique = row
    length, precision, scale = _sizes(str(base).lstrip("_"), int(modifier))
    return Column(
        name=str(name),
        type=str(kind),
        base=str(base),
        is_nullable=bool(nullable),
        has_default=bool(sequence),
        is_made=bool(made),
        is_array=bool(array),
        length=length,
        precision=precision,
        scale=scale,
        labels=tuple(labels or ()),
        literals=literals_of(str(checks or "")),
        is_unique=bool(unique),
    )


def _sizes(base: str, modifier: int) -> tuple[int, int, int]:
    """The length of a text, the precision and the scale of a number; 0 for none."""
    if base in ("bit", "varbit"):
        return max(modifier, 0), 0, 0
    if modifier < _HEADER:
        return 0, 0, 0
    if base == "numeric":
        return 0, (modifier - _HEADER) >> 16, (modifier - _HEADER) & 0x7FF
    return (modifier - _HEADER if base in ("varchar", "bpchar") else 0), 0, 0

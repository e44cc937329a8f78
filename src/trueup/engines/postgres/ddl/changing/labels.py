"""Labels of an enum type that are no longer declared, or stand in another order: PostgreSQL only
adds them, so that a new type is made beside, and the columns become columns of it.

rows counted ─► views, policies, triggers ─► constraints, indexes ─► computed columns ─► functions
    ─► a new type beside ─► columns, with their defaults ─► the former type, and all that again

What is dropped is declared, and made again from its declaration before the transaction ends. What
else needs the type is named in a refusal. No statement says CASCADE.

Sources: https://www.postgresql.org/docs/15/sql-altertype.html
    https://www.postgresql.org/docs/15/catalog-pg-depend.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard

from .....errors import ErrorCode, NeedsOperator, Place
from .....schema.changes import Change, ChangePart
from .....schema.engine import DONE, LiveTable, Progress, Step
from .....schema.mentions import CALLED, kind_and_name
from .....schema.part_hazards import is_extended
from .....schema.tables import TableSchema
from ...payload import Rows, Statement, Steps, ask
from ...values.names import SCHEMA, literal, new_name, quote
from ..objects import object_statement
from ..relational import part, type_statement
from .dependents import with_dependents
from .effects import Form, estimate
from .objects import dropped_sql, with_grants
from .refusals import counted, refuse_rows, tried
from .running import in_transaction
from .swapped import with_computed, with_what_depends

Live = Mapping[str, LiveTable]
Schemas = Mapping[str, TableSchema]

_TYPES = f"""(SELECT unnest(ARRAY[t.oid, t.typarray]) FROM pg_type t
WHERE t.typnamespace = {SCHEMA} AND t.typname = $1)"""

_LABELS = f"""SELECT e.enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
WHERE t.typnamespace = {SCHEMA} AND t.typname = $1 ORDER BY e.enumsortorder"""

_COLUMNS = f"""SELECT c.relname, a.attname, t.typelem <> 0
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
WHERE a.atttypid IN {_TYPES} AND c.relkind IN ('r', 'p') AND c.relnamespace = {SCHEMA}
AND NOT a.attisdropped AND a.attinhcount = 0 AND a.attgenerated = ''
AND c.relname = ANY ($2::text[]) ORDER BY c.relname, a.attnum"""

_DEPENDS = f"""(d.refclassid = 'pg_type'::regclass AND d.refobjid IN {_TYPES}
OR d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum)"""

_NAMING = f"""SELECT DISTINCT k.conname, true FROM pg_attribute a JOIN pg_constraint k
ON k.conrelid = a.attrelid AND k.contype IN ('c', 'f', 'x')
WHERE a.attrelid = to_regclass({{table}}) AND a.attname = ANY ($2::text[])
AND (a.attnum = ANY (k.conkey) OR EXISTS (SELECT FROM pg_depend d
WHERE d.classid = 'pg_constraint'::regclass AND d.objid = k.oid AND {_DEPENDS}))
UNION SELECT i.relname, false FROM pg_attribute a JOIN pg_index x ON x.indrelid = a.attrelid
JOIN pg_class i ON i.oid = x.indexrelid
WHERE a.attrelid = to_regclass({{table}}) AND a.attname = ANY ($2::text[])
AND (x.indpred IS NOT NULL OR x.indexprs IS NOT NULL)
AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid)
AND EXISTS (SELECT FROM pg_depend d
WHERE d.classid = 'pg_class'::regclass AND d.objid = i.oid AND {_DEPENDS})"""
"""The constraints of a table, and its indexes with a condition or an expression, that name columns
of the type or the type."""

_FUNCTIONS = f"""SELECT n.name FROM unnest($2::text[]) AS n (name)
WHERE to_regprocedure(n.name) IN (SELECT d.objid::regprocedure FROM pg_depend d
WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_type'::regclass
AND d.refobjid IN {_TYPES})"""

_OTHERS = f"""SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend d
WHERE d.refclassid = 'pg_type'::regclass AND d.refobjid IN {_TYPES} AND d.deptype <> 'i'
AND d.classid <> 'pg_attrdef'::regclass AND NOT EXISTS (SELECT FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid JOIN unnest($2::text[], $3::text[]) AS n (name, of)
ON n.name = c.relname AND n.of = a.attname
WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND c.relnamespace = {SCHEMA}
AND d.objsubid = a.attnum) ORDER BY 1"""
"""What needs the type besides the columns that are changed, when all else is dropped."""

_KEPT = f"""SELECT format('ALTER TYPE %I OWNER TO %I', t.typname, pg_get_userbyid(t.typowner))
FROM pg_type t WHERE t.typnamespace = {SCHEMA} AND t.typname = $1
AND pg_get_userbyid(t.typowner) <> current_user
UNION ALL SELECT format('COMMENT ON TYPE %I IS %L', t.typname, obj_description(t.oid, 'pg_type'))
FROM pg_type t WHERE t.typnamespace = {SCHEMA} AND t.typname = $1
AND obj_description(t.oid, 'pg_type') IS NOT NULL
UNION ALL SELECT format('REVOKE USAGE ON TYPE %I FROM PUBLIC', t.typname) FROM pg_type t
WHERE t.typnamespace = {SCHEMA} AND t.typname = $1 AND t.typacl IS NOT NULL
UNION ALL SELECT format('GRANT USAGE ON TYPE %I TO %s%s', t.typname,
CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM pg_type t CROSS JOIN LATERAL aclexplode(t.typacl) a
WHERE t.typnamespace = {SCHEMA} AND t.typname = $1 AND a.grantee <> t.typowner"""
"""The owner, the comment and the grants of the type."""


def is_made_anew(change: Change) -> TypeGuard[ChangePart]:
    """Whether a change is one of an enum type to which labels are not only added."""
    return (
        isinstance(change, ChangePart)
        and change.path[0] == "types"
        and change.before is not None
        and change.after is not None
        and not is_extended(labels_of(change.before), labels_of(change.after))
    )


def without_labels(changes: Sequence[ChangePart], declared: Schemas, live: Live) -> Step:
    """The step that makes a type anew. changes: of the tables that declare it; declared: the tables
    that the plan changes, by name."""
    first = changes[0]
    name, table = first.path[-1], first.schema.name
    after = labels_of(first.after)
    gone = [one for one in labels_of(first.before) if one not in after]
    made = type_statement(name, after)

    def work() -> Steps[Progress]:
        there = [label for (label,) in (yield from ask(Statement(_LABELS, (name,))))]
        if there == after:
            return DONE
        columns = yield from ask(Statement(_COLUMNS, (name, sorted(declared))))
        for of, column, is_array in columns:
            yield from _refuse_held(declared[of], column, gone, is_array=is_array)
        yield from _around(name, declared, live, columns, _exchanged(name, made, declared, columns))
        return DONE

    told = "; ".join(estimate(Form.CHANGE_TYPE, one.schema.name, live) for one in changes)
    comment = f"make the type {name} anew, with other labels"
    return in_transaction(table, comment, [Statement(made)], work=work, estimate=told)


def labels_of(value: object) -> list[str]:
    """The labels of a type, in order."""
    assert isinstance(value, Sequence)
    return [str(one) for one in value]


def _refuse_held(
    schema: TableSchema, column: str, gone: Sequence[str], *, is_array: bool
) -> Steps[None]:
    """Policies would hide rows from the count; then the change of the column refuses them."""
    if not gone or part(schema, "row_security"):
        return
    listed = f"ARRAY[{', '.join(map(literal, gone))}]"
    held = f"{quote(column)}::text[] && {listed}" if is_array else f"{quote(column)}::text = ANY "
    condition = held if is_array else f"{held}({listed})"
    labels = ", ".join(gone)
    yield from refuse_rows(
        counted(schema.name, condition),
        schema.name,
        f"hold {labels} in {column}, which the type would no longer have",
        "give them another label in SQL, or say by labels_renamed_from= what it is called now",
    )


def _around(
    name: str, declared: Schemas, live: Live, columns: Rows, work: Steps[None]
) -> Steps[None]:
    """Work between the drop of what names the type and its return: the first to go is the last to
    be made again."""
    table = next(iter(declared))
    work = _with_functions(name, declared, _once_free(name, table, columns, work))
    tables = {of: [column for one, column, _ in columns if one == of] for of, _, _ in columns}
    for of, some in tables.items():
        for column in some:
            work = with_computed(declared[of], column, live, work)
    for of, some in tables.items():
        schema = declared[of]
        work = with_what_depends(schema, _unnamed(name, schema, some, work))
    for of, some in tables.items():
        for column in some:
            work = with_dependents(declared[of], column, live, work)
    yield from work


def _unnamed(
    name: str, schema: TableSchema, columns: Sequence[str], work: Steps[None]
) -> Steps[None]:
    """Work without the declared constraints and indexes that name the type."""
    table = quote(schema.name)
    select = Statement(_NAMING.format(table=literal(table)), (name, list(columns)))
    for what, is_constraint in (yield from ask(select)):
        if is_constraint and what in part(schema, "constraints"):
            yield Statement(f"ALTER TABLE {table} DROP CONSTRAINT {quote(what)}")
        elif not is_constraint and what in part(schema, "indexes"):
            yield Statement(f"DROP INDEX {quote(what)}")
    yield from work


def _with_functions(name: str, declared: Schemas, work: Steps[None]) -> Steps[None]:
    """Work without the declared functions that have the type among their parameters, or as their
    result."""
    made = {
        kind_and_name(one)[1]: object_statement(schema.name, one, sql)
        for schema in declared.values()
        for one, sql in part(schema, "objects").items()
        if kind_and_name(one)[0] in CALLED
    }
    rows = yield from ask(Statement(_FUNCTIONS, (name, sorted(made))))
    for (function,) in rows:
        work = with_grants(function, function, _between(function, made[function], work))
    yield from work


def _between(function: str, made: Statement, work: Steps[None]) -> Steps[None]:
    yield from tried([Statement(dropped_sql(f"function {function}", ""))], "", function)
    yield from work
    yield made


def _once_free(name: str, table: str, columns: Rows, work: Steps[None]) -> Steps[None]:
    tables, names = [one for one, _, _ in columns], [one for _, one, _ in columns]
    others = [one for (one,) in (yield from ask(Statement(_OTHERS, (name, tables, names))))]
    if others:
        named = ", ".join(others)
        raise NeedsOperator(
            f"the type {name} is made anew to remove its labels, and {named} needs it",
            where=Place("postgres", table=table),
            code=ErrorCode.SCHEMA_MISMATCH,
            fix=f"drop {named} in SQL, and make it again after trueup apply; or declare it",
        )
    yield from work


def _exchanged(name: str, made: str, declared: Schemas, columns: Rows) -> Steps[None]:
    former = new_name(name)
    kept = yield from ask(Statement(_KEPT, (name,)))
    yield Statement(f"ALTER TYPE {quote(name)} RENAME TO {quote(former)}")
    yield Statement(made)
    for of in dict.fromkeys(one for one, _, _ in columns):
        some = [(column, is_array) for one, column, is_array in columns if one == of]
        parts = ", ".join(_retyped(name, declared[of], some))
        yield from tried([Statement(f"ALTER TABLE {quote(of)} {parts}")], of, f"the type {name}")
    yield Statement(f"DROP TYPE {quote(former)}")
    for (sql,) in kept:
        yield Statement(str(sql))


def _retyped(name: str, schema: TableSchema, columns: Sequence[tuple[str, bool]]) -> Iterator[str]:
    """The default goes before the type changes; one that is declared for it is set after that."""
    for column, is_array in columns:
        end, alter = "[]" if is_array else "", f"ALTER COLUMN {quote(column)}"
        new = f"{quote(name)}{end}"
        yield f"{alter} DROP DEFAULT"
        yield f"{alter} TYPE {new} USING {quote(column)}::text{end}::{new}"
        said = part(schema, "columns").get(column)
        if isinstance(said, Mapping) and said.get("default") and _is_of(name, str(said["type"])):
            yield f"{alter} SET DEFAULT {said['default']}"


def _is_of(name: str, type_: str) -> bool:
    return type_.removesuffix("[]").strip('"') == name

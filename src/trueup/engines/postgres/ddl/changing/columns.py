"""Columns: added, changed and dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .....schema.changes import ChangePart
from .....schema.conversions import is_assigned, is_same_for_all, keeps_rows
from .....schema.engine import DONE, LiveTable, Progress, Step
from .....schema.facts import Value
from .....schema.tables import TableSchema
from ...payload import Statement, Steps
from ...values.names import SCHEMA, filled_name, literal, quote, unless
from ..declared_sql import Declares
from ..relational import column_line, part
from .dependents import refuse_dependents, with_dependents
from .effects import Form, estimate
from .refusals import counted, refuse_rows, tried, undeclared_checks
from .running import in_transaction
from .swapped import with_computed, with_what_depends

Live = Mapping[str, LiveTable]


def of_column(change: ChangePart, live: Live) -> Iterator[Step]:
    """The steps of a change of a column."""
    name, before, after = change.path[-1], change.before, change.after
    if after is None:
        yield _drop(change.schema, name, before, live)
    elif not isinstance(before, Mapping):
        yield _add(change.schema, name, live)
    elif isinstance(after, Mapping):
        yield from _changed(change.schema, name, before, after, live)


def column_of(schema: TableSchema, name: str) -> Mapping[str, Value]:
    """A declared column."""
    found = part(schema, "columns")[name]
    assert isinstance(found, Mapping)
    return found


def _alter(schema: TableSchema) -> str:
    return f"ALTER TABLE {quote(schema.name)}"


def _add(schema: TableSchema, name: str, live: Live) -> Step:
    column = column_of(schema, name)
    declares = Declares(schema.name, f"the column {name}")
    sql = f"{_alter(schema)} ADD COLUMN {column_line(name, column)}"
    statements = [Statement(sql, declares=declares), *_comments(schema, name, column)]
    given = column.get("default") or column.get("generated") or column.get("identity")

    def work() -> Steps[Progress]:
        if column["required"] and not given and not part(schema, "row_security"):
            yield from refuse_rows(
                counted(schema.name, "true"),
                schema.name,
                f"have no value for the column {name}, which is required",
                f"give it a default by defaults=, or let the field {name} be None until it is "
                "filled",
            )
        yield from tried(statements, schema.name, f"the column {name}")
        return DONE

    is_plain = not (column.get("generated") or column.get("identity")) and is_same_for_all(
        str(column.get("default") or "")
    )
    form = Form.ADD_COLUMN if is_plain else Form.ADD_COMPUTED_COLUMN
    told = estimate(form, schema.name, live)
    comment = f"add the column {name} to {schema.name}"
    return in_transaction(
        schema.name, comment, statements, work=work, estimate=told, is_moment=is_plain
    )


def _comments(schema: TableSchema, name: str, column: Mapping[str, Value]) -> Iterator[Statement]:
    if column.get("comment"):
        text = literal(str(column["comment"]))
        yield Statement(f"COMMENT ON COLUMN {quote(schema.name)}.{quote(name)} IS {text}")


def _drop(schema: TableSchema, name: str, before: Value, live: Live) -> Step:
    sql = f"{_alter(schema)} DROP COLUMN {quote(name)}"
    type_ = str(before["type"]) if isinstance(before, Mapping) else ""
    statements = [Statement(sql)]

    def work() -> Steps[Progress]:
        yield from refuse_dependents(schema.name, name)
        yield from tried(statements, schema.name, f"the drop of the column {name}")
        yield from drop_enum(type_)
        return DONE

    told = estimate(Form.DROP_COLUMN, schema.name, live)
    comment = f"drop the column {name} of {schema.name} and its values"
    return in_transaction(
        schema.name, comment, statements, work=work, estimate=told, is_moment=True
    )


_ENUM = f"""SELECT 1 FROM pg_type
WHERE typnamespace = {SCHEMA} AND typname = $1 AND typtype = 'e'"""


def drop_enum(type_: str) -> Steps[None]:
    """An enum type goes with the last of its columns."""
    rows = yield Statement(_ENUM, (type_.strip('"'),))
    if rows:
        dropped = f"DROP TYPE {quote(type_.strip(chr(34)))}"
        yield Statement(unless("dependent_objects_still_exist", dropped))


def _changed(
    schema: TableSchema,
    name: str,
    before: Mapping[str, Value],
    after: Mapping[str, Value],
    live: Live,
) -> Iterator[Step]:
    """The steps for the properties of a column that differ, in an order that works."""
    if after.get("generated"):
        yield _computed(schema, name, live)
        return
    if "generated" in after:
        sql = f"{_alter(schema)} ALTER COLUMN {quote(name)} DROP EXPRESSION"
        yield _moment(schema, f"no longer compute {name} of {schema.name}", [sql], live)
    if after.get("identity") is False:
        sql = f"{_alter(schema)} ALTER COLUMN {quote(name)} DROP IDENTITY"
        yield _moment(schema, f"no longer number {name} of {schema.name}", [sql], live)
    if "type" in after or "collation" in after:
        yield _retyped(schema, name, before, live)
    elif "default" in after:
        sql = f"{_alter(schema)} ALTER COLUMN {quote(name)} {_default(after['default'])}"
        yield _moment(schema, f"change the default of {name} of {schema.name}", [sql], live)
    if after.get("required"):
        yield from filled(schema, name, live)
    if after.get("identity") and before.get("identity"):
        sql = f"{_alter(schema)} ALTER COLUMN {quote(name)} SET GENERATED BY DEFAULT"
        yield _moment(schema, f"let numbers be given to {name} of {schema.name}", [sql], live)
    elif after.get("identity"):
        yield _numbered(schema, name, live)
    if after.get("required") is False:
        sql = f"{_alter(schema)} ALTER COLUMN {quote(name)} DROP NOT NULL"
        yield _moment(schema, f"let {name} of {schema.name} be empty", [sql], live)
    if "comment" in after:
        text = literal(str(after["comment"])) if after["comment"] else "NULL"
        sql = f"COMMENT ON COLUMN {quote(schema.name)}.{quote(name)} IS {text}"
        comment = f"describe {name} of {schema.name}"
        told = estimate(Form.COMMENT, schema.name, live)
        yield in_transaction(schema.name, comment, [Statement(sql)], estimate=told)


def _moment(
    schema: TableSchema, comment: str, sql: list[str], live: Live, *, reads: bool = False
) -> Step:
    statements = [Statement(one, declares=Declares(schema.name, comment)) for one in sql]
    told = estimate(Form.CHANGE_DEFAULT, schema.name, live)
    return in_transaction(schema.name, comment, statements, estimate=told, is_moment=not reads)


def _default(value: Value) -> str:
    return f"SET DEFAULT {value}" if value else "DROP DEFAULT"


def _retyped(schema: TableSchema, name: str, before: Mapping[str, Value], live: Live) -> Step:
    """One statement: the default goes before the type changes, as it may not fit, and is set again
    after it."""
    column, quoted = column_of(schema, name), quote(name)
    new, old = str(column["type"]), str(before.get("type") or column["type"])
    collation = f" COLLATE {quote(str(column['collation']))}" if column.get("collation") else ""
    using = "" if is_assigned(old, new) else f" USING {quoted}::{new}"
    parts = [f"ALTER COLUMN {quoted} TYPE {new}{collation}{using}"]
    if column.get("default") or before.get("default"):
        parts.insert(0, f"ALTER COLUMN {quoted} DROP DEFAULT")
    if column.get("default"):
        parts.append(f"ALTER COLUMN {quoted} SET DEFAULT {column['default']}")
    statements = [Statement(f"{_alter(schema)} {', '.join(parts)}")]

    def work() -> Steps[Progress]:
        in_the_way = yield from undeclared_checks(schema, name)
        what = f"the type {new} of the column {name}"
        change = tried(statements, schema.name, what, in_the_way)
        yield from with_dependents(schema, name, live, with_computed(schema, name, live, change))
        if old != new:
            yield from drop_enum(old)
        return DONE

    form = Form.CHANGE_KEPT_TYPE if keeps_rows(old, new) else Form.CHANGE_TYPE
    told = estimate(form, schema.name, live)
    comment = f"make {name} of {schema.name} a column of {new}{collation}"
    return in_transaction(schema.name, comment, statements, work=work, estimate=told)


def filled(schema: TableSchema, name: str, live: Live) -> Iterator[Step]:
    """NOT NULL without a long lock: a constraint that is proved first spares the scan under it.

    Source: https://www.postgresql.org/docs/15/sql-altertable.html
    """
    table, constraint, quoted = schema.name, quote(filled_name(name)), quote(name)
    dropped = Statement(f"{_alter(schema)} DROP CONSTRAINT IF EXISTS {constraint}")
    said = Statement(
        f"{_alter(schema)} ADD CONSTRAINT {constraint} CHECK ({quoted} IS NOT NULL) NOT VALID"
    )

    def begin() -> Steps[Progress]:
        if not part(schema, "row_security"):  # else the policy hides rows, and refuses to count
            yield from refuse_rows(
                counted(table, f"{quoted} IS NULL"),
                table,
                f"have no {name}, which is required",
                f"fill them in SQL: UPDATE {quote(table)} SET {quoted} = … WHERE {quoted} IS NULL",
            )
        yield dropped
        yield said
        return DONE

    told = estimate(Form.ADD_CHECK_NOT_VALID, table, live)
    comment = f"refuse new rows of {table} without {name}"
    plain = [f"{_alter(schema)} ALTER COLUMN {quoted} SET NOT NULL"]
    yield in_transaction(
        table, comment, [dropped, said], work=begin, estimate=told, plain=plain, is_moment=True
    )
    proved = Statement(f"{_alter(schema)} VALIDATE CONSTRAINT {constraint}")

    def prove() -> Steps[Progress]:
        yield from tried([proved], table, f"NOT NULL of the column {name}")
        return DONE

    told = estimate(Form.VALIDATE, table, live)
    comment = f"see that all rows of {table} have {name}"
    yield in_transaction(table, comment, [proved], work=prove, estimate=told)
    made = Statement(f"{_alter(schema)} ALTER COLUMN {quoted} SET NOT NULL")
    told = estimate(Form.SET_PROVED_NOT_NULL, table, live)
    comment = f"require {name} of {table}"
    yield in_transaction(table, comment, [made, dropped], estimate=told, is_moment=True)


def _numbered(schema: TableSchema, name: str, live: Live) -> Step:
    """A column that numbers itself goes on after the highest number there is, of all tenants: their
    policy, which refuses who is none, is not held to in this transaction."""
    quoted, table = quote(name), quote(schema.name)
    made = f"{_alter(schema)} ALTER COLUMN {quoted} ADD GENERATED BY DEFAULT AS IDENTITY"
    sequence = f"pg_get_serial_sequence({literal(table)}, {literal(name)})"
    ahead = f"SELECT setval({sequence}, max({quoted})) FROM {table} HAVING max({quoted}) > 0"
    sql = [made, ahead]
    if part(schema, "row_security"):
        forced = f"{_alter(schema)} {{}} ROW LEVEL SECURITY"
        sql = [forced.format("NO FORCE"), *sql, forced.format("FORCE")]
    return _moment(schema, f"number {name} of {schema.name}", sql, live, reads=True)


def _computed(schema: TableSchema, name: str, live: Live) -> Step:
    """Another expression: the column is made anew, with the constraints and indexes that are lost
    with it."""
    column = column_of(schema, name)
    declares = Declares(schema.name, f"the column {name}")
    statements = [
        Statement(f"{_alter(schema)} DROP COLUMN {quote(name)}"),
        Statement(f"{_alter(schema)} ADD COLUMN {column_line(name, column)}", declares=declares),
        *_comments(schema, name, column),
    ]

    def work() -> Steps[Progress]:
        what = f"the expression of the column {name}"
        change = with_what_depends(schema, tried(statements, schema.name, what))
        yield from with_dependents(schema, name, live, change)
        return DONE

    told = estimate(Form.ADD_COMPUTED_COLUMN, schema.name, live)
    comment = f"compute {name} of {schema.name} anew"
    return in_transaction(schema.name, comment, statements, work=work, estimate=told)

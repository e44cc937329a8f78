"""The SQL for changes of relational tables that only a person makes, as far as it is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ....schema.changes import AddIndex, Change, ChangeIndex, DropIndex, SetFact
from ....schema.facts import Value, compared
from ....schema.tables import TableSchema
from ..tables.layout import index_name
from ..values.names import literal, quote
from .relational import column_line, part
from .statements import create_index


def sql_of(change: Change) -> list[str]:
    """The statements of a change, in order; none if it takes a decision that no text can make."""
    match change:
        case AddIndex(schema, index):
            return [statement.sql for statement in create_index(schema, index)]
        case DropIndex(schema, index):
            return [f"DROP INDEX {quote(index_name(schema, index))}"]
        case ChangeIndex(schema, before, after):
            made = [statement.sql for statement in create_index(schema, after)]
            return [f"DROP INDEX {quote(index_name(schema, before))}", *made]
        case SetFact(schema, name, before, Mapping() as after, ""):
            return list(_of_parts(schema, name, before, after))
        case SetFact(schema, "comment", _, str() as text):
            return [f"COMMENT ON TABLE {quote(schema.name)} IS {literal(text)}"]
        case _:
            return []


def _of_parts(
    schema: TableSchema, name: str, before: Value, after: Mapping[str, Value]
) -> Iterator[str]:
    """The statements of a fact with parts, such as the constraints."""
    for one in compared(after, before if isinstance(before, Mapping) else {}):
        if one.agrees or one.reason:
            continue
        last = one.path[-1]
        if name == "columns":
            yield from _of_column(schema, one.path, one.declared)
        elif name == "constraints":
            dropped = f"DROP CONSTRAINT {quote(last)}, " if one.found else ""
            added = f"ADD CONSTRAINT {quote(last)} {one.declared}"
            yield f"ALTER TABLE {quote(schema.name)} {dropped}{added}"
        elif name == "row_security":
            yield from _of_row_security(schema, last, one.found, one.declared)
        elif name == "extensions":
            yield f"CREATE EXTENSION {quote(last)}"
        elif name in ("indexes", "triggers", "functions", "objects"):
            if one.found and name == "indexes":
                yield f"DROP INDEX {quote(last)}"
            yield str(one.declared)


def _of_column(schema: TableSchema, path: tuple[str, ...], value: Value) -> Iterator[str]:
    name, *rest = path
    table, column = f"ALTER TABLE {quote(schema.name)}", quote(name)
    if not rest and isinstance(value, Mapping):
        yield f"{table} ADD COLUMN {column_line(name, value)}"
    elif rest in (["type"], ["collation"]):
        yield f"{table} ALTER COLUMN {column} TYPE {_type(schema, name)}"
    elif rest == ["required"]:
        yield f"{table} ALTER COLUMN {column} {'SET' if value else 'DROP'} NOT NULL"
    elif rest == ["default"]:
        default = f"SET DEFAULT {value}" if value else "DROP DEFAULT"
        yield f"{table} ALTER COLUMN {column} {default}"
    elif rest == ["comment"]:
        text = literal(str(value)) if value else "NULL"
        yield f"COMMENT ON COLUMN {quote(schema.name)}.{column} IS {text}"


def _type(schema: TableSchema, name: str) -> str:
    """The type of a column, with its collation: another type loses that."""
    column = part(schema, "columns")[name]
    assert isinstance(column, Mapping)
    collation = f" COLLATE {quote(str(column['collation']))}" if column.get("collation") else ""
    return f"{column['type']}{collation}"


def _of_row_security(
    schema: TableSchema, part: str, found: Value, declared: Value
) -> Iterator[str]:
    table = quote(schema.name)
    if part == "enabled":
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    elif part == "forced":
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    elif isinstance(declared, Mapping):
        yield from map(str, declared.values())
    else:
        if found:
            yield f"DROP POLICY {quote(part)} ON {table}"
        yield str(declared)

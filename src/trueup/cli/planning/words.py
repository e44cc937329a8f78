"""Changes in words: one line each, in terraform's symbols, and what a new table will be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard

from ..._visible import visible
from ...schema.changes import (
    AddIndex,
    AddTable,
    Change,
    ChangeIndex,
    ChangeKey,
    ChangePart,
    DropIndex,
    DropTable,
    RenamePart,
    SetFact,
    SetStream,
    SetTtl,
)
from ...schema.facts import Difference, Path, Unknown, Value, compared, dotted, shown
from ...schema.tables import AttributeSchema, IndexSchema, TableSchema, shown_key, shown_projection


def change_text(change: Change) -> str:
    """What changes in a table, without its name: `index ByDay (day N), all attributes`."""
    match change:
        case AddTable() | DropTable():
            return ""
        case ChangeKey(schema, before):
            live, declared = (shown_key(one.partition, one.sort) for one in (before, schema))
            return f"key {live} → {declared}"
        case AddIndex(_, index) | DropIndex(_, index):
            return f"index {index.name} {_index(index)}"
        case ChangeIndex(_, before, after):
            return f"index {after.name} {_index(before)} → {_index(after)}"
        case SetTtl(_, before, after):
            return f"ttl {before or 'off'} → {after or 'off'}"
        case SetStream(_, before, after):
            return f"stream {before or 'off'} → {after or 'off'}"
        case SetFact(_, name, before, after, index):
            path = ("index", index, name) if index else (name,)
            return _fact(path, before, after)
        case ChangePart():
            return _part(change)
        case RenamePart():
            return f"{change.what} → {change.path[-1]}"


def _part(change: ChangePart) -> str:
    """A part of a table: its first line if it is added, and what differs if it is changed."""
    before, after = change.before, change.after
    if before is None or after is None:
        said = after if before is None else before
        return change.what if said in (None, True) else f"{change.what}: {_brief(said)}"
    if isinstance(after, Mapping):
        differing = [
            f"{one.path[0]} {shown(one.found)} → {shown(one.declared)}"
            for one in compared(after, before)
        ]
        return f"{change.what}: {', '.join(differing)}"
    return f"{change.what}: {_brief(before)} → {_brief(after)}"


def change_line(change: Change, symbol: str) -> str:
    """A change on one line: `+ Orders  index ByDay (day N), all attributes`."""
    return f"{symbol} {change.schema.name}  {change_text(change)}".rstrip()


def table_lines(schema: TableSchema) -> Iterator[str]:
    """What a table has, one line for each of its facts; what is absent or off is left out."""
    types = _column_types(schema)
    yield f"key {_typed_key(schema.partition, schema.sort, types)}"
    for index in schema.indexes.values():
        key = _typed_key(index.partition, index.sort, types) if types else _index(index)
        yield f"index {index.name} {key}"
    for name, value in (("ttl", schema.ttl), ("stream", schema.stream), *schema.facts.items()):
        if _is_listed(value):
            yield from _parts(name, value)
        elif _says_something(value):
            yield f"{name} {shown(value)}"


def _column_types(schema: TableSchema) -> Mapping[str, Value]:
    """The types of a relational table's columns; none of any other table."""
    columns = schema.facts.get("columns")
    parts = columns.items() if isinstance(columns, Mapping) else ()
    return {name: column["type"] for name, column in parts if isinstance(column, Mapping)}


def _typed_key(
    partition: Sequence[AttributeSchema],
    sort: Sequence[AttributeSchema],
    types: Mapping[str, Value],
) -> str:
    """A key, in which each attribute has the type of its column, if it has one of its own."""
    typed = [
        [f"{one.name} {types.get(one.name, one.kind)}" for one in attributes]
        for attributes in (partition, sort)
    ]
    return shown_key(typed[0], typed[1])


def _is_listed(value: Value) -> TypeGuard[Mapping[str, Value]]:
    """Whether each part of a fact, such as a column or a constraint, has a line of its own."""
    return isinstance(value, Mapping) and any(
        isinstance(part, Mapping) or (isinstance(part, str) and " " in part)
        for part in value.values()
    )


def _parts(name: str, value: Mapping[str, Value]) -> Iterator[str]:
    one = name.removesuffix("es") if name == "indexes" else name.removesuffix("s")
    for part, said in value.items():
        yield f"{one} {visible(part)}: {_brief(said)}"


def _brief(value: Value) -> str:
    """A part on one line: without what is absent, and of a longer text the first line."""
    if isinstance(value, Mapping):
        said = [(name, part) for name, part in value.items() if _says_something(part)]
        return ", ".join(name if part is True else f"{name} {shown(part)}" for name, part in said)
    first, *others = str(value).split("\n") if isinstance(value, str) else [shown(value)]
    return visible(first) + (" …" if others else "")


def unseen_line(table: str, difference: Difference) -> str:
    """A fact that could not be read, with the reason."""
    return f"? {table}  {dotted(difference.path)}: {difference.reason}"


def _index(index: IndexSchema) -> str:
    return f"{index}, {shown_projection(index.projection)}"


def _fact(path: Path, before: Value, after: Value) -> str:
    """The parts of a fact that differ."""
    parts = [
        f"{dotted((*path, *one.path))} {shown(one.found)} → {shown(one.declared)}"
        for one in compared(after, before)
        if not one.agrees and not isinstance(one.found, Unknown)
    ]
    return ", ".join(parts) or f"{dotted(path)} {shown(before)} → {shown(after)}"


def _says_something(value: Value) -> bool:
    if isinstance(value, Mapping):
        return any(_says_something(part) for part in value.values())
    return value not in (None, False, "", []) and not isinstance(value, Unknown)

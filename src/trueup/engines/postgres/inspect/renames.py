"""Former names: what a live table has under a name that its declaration says it had before.

The catalogue prints a constraint with the names of its columns. So what the server made of the
declaration is given the former names too, in the shadow, and read again: what both print alike is
the same, and only its name changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from ....schema.facts import Path
from ....schema.tables import TableSchema
from ..payload import Statement
from ..values.names import literal, new_name, quote
from .catalogue import Facts

T = TypeVar("T")
Former = Mapping[Path, str]


def pending(tables: Sequence[TableSchema], live: Mapping[str, Facts]) -> dict[str, Former]:
    """By table, the declared parts that are there under their former names, and not under their
    own."""
    return {
        table.name: dict(_pending(table, live[table.name]))
        for table in tables
        if table.name in live
    }


def _pending(table: TableSchema, live: Facts) -> Iterator[tuple[Path, str]]:
    for path, former in table.former.items():
        if len(path) == 2:
            there = live[path[0]]
        else:
            of = table.former.get(path[:2], "")
            there = live["types"].get(path[1], live["types"].get(of, ()))
        if former in there and path[-1] not in there:
            yield path, former


def backwards(renames: Mapping[str, Former]) -> Iterator[Statement]:
    """The statements that give declared tables their former names, in the shadow."""
    found: dict[str, None] = {}
    for table, former in renames.items():
        for path, old in sorted(former.items(), key=lambda one: -len(one[0])):
            found[rename_statement(table, path, path[-1], old)] = None
    yield from map(Statement, found)


def rename_statement(table: str, path: Path, before: str, after: str) -> str:
    """The SQL that gives a part another name. path: as it is declared."""
    match path:
        case ("columns", _):
            return f"ALTER TABLE {quote(table)} RENAME COLUMN {quote(before)} TO {quote(after)}"
        case ("constraints", _):
            return f"ALTER TABLE {quote(table)} RENAME CONSTRAINT {quote(before)} TO {quote(after)}"
        case ("indexes", _):
            return f"ALTER INDEX {quote(before)} RENAME TO {quote(after)}"
        case ("types", type_, _):
            return f"ALTER TYPE {quote(type_)} RENAME VALUE {literal(before)} TO {literal(after)}"
        case _:
            return f"ALTER TYPE {quote(before)} RENAME TO {quote(after)}"


def forwards(facts: Facts, former: Former) -> Facts:
    """The facts of a table that has former names, by the names that are declared."""
    if not former:
        return facts
    found = {**facts}
    for kind in ("columns", "types"):
        names = {old: path[1] for path, old in former.items() if path[0] == kind and len(path) == 2}
        found[kind] = _renamed(facts[kind], names)
    for type_ in found["types"]:
        labels = {old: path[2] for path, old in former.items() if path[1:-1] == (type_,)}
        found["types"][type_] = [labels.get(one, one) for one in found["types"][type_]]
    return found


def _renamed(parts: Mapping[str, T], names: Mapping[str, str]) -> dict[str, T]:
    return {names.get(name, name): value for name, value in parts.items()}


def twins(declared: Mapping[str, Any], live: Facts, made: Facts) -> Iterator[tuple[Path, str]]:
    """The constraints and indexes that a table lacks, each with one that is the same and has
    another name, which is not declared."""
    for kind, shapes in (("constraints", "constraints"), ("indexes", "shapes")):
        wanted = declared.get(kind, {})
        spare = [name for name in live[kind] if name not in wanted and not _is_new(name, wanted)]
        for name in wanted:
            shape = made[shapes].get(name)
            twin = next((one for one in spare if shape and live[shapes][one] == shape), None)
            if name not in live[kind] and twin is not None:
                spare.remove(twin)
                yield (kind, name), twin


def _is_new(name: str, wanted: Mapping[str, Any]) -> bool:
    """Whether an index waits to take the place of a declared one."""
    return any(name == new_name(one) for one in wanted)


def with_twins(live: Facts, made: Facts, former: Former) -> Facts:
    """The facts of a table, in which twins have the names that are declared."""
    found = {**live}
    for kind in ("constraints", "indexes"):
        names = {old: path[1] for path, old in former.items() if path[0] == kind}
        found[kind] = {
            names.get(name, name): made[kind][names[name]] if name in names else text
            for name, text in live[kind].items()
        }
    return found

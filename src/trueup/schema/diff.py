"""The changes that lead from live tables to the declared ones."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from .changes import (
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
from .facts import Difference, Path, Unknown, Value, compared, known
from .tables import TableSchema, is_in_parts, tree

SHARED = frozenset({"tags"})
"""Facts with parts of others: a change has the declared parts only, None for one that lacks."""


PARTS = (
    "extensions",
    "types",
    "columns",
    "constraints",
    "indexes",
    "functions",
    "triggers",
    "row_security",
    "objects",
    "privileges",
    "descriptions",
)
"""The facts of relational tables whose parts change one by one."""


def diff(declared: Mapping[str, TableSchema], live: Mapping[str, TableSchema]) -> list[Change]:
    """Every change, in an order that can be applied: tables, their keys, indexes, the rest.

    A table or an index that is only live is a difference too: it is "not declared".
    """
    changes: list[Change] = []
    for name, schema in declared.items():
        if name in live:
            changes += diff_table(schema, live[name])
        else:
            changes.append(AddTable(schema))
    changes += [DropTable(schema) for name, schema in live.items() if name not in declared]
    return changes


def diff_table(declared: TableSchema, live: TableSchema) -> Iterator[Change]:
    """The changes of one existing table. Facts that are not known lead to none: see `unseen`."""
    yield from (RenamePart(declared, path, name) for path, name in live.former.items())
    types = not is_in_parts(declared)
    if _key_of(declared, types=types) != _key_of(live, types=types):
        yield ChangeKey(declared, live)
    yield from _index_changes(declared, live)
    if not isinstance(live.ttl, Unknown) and declared.ttl != live.ttl:
        yield SetTtl(declared, live.ttl, known(declared.ttl))
    if not isinstance(live.stream, Unknown) and declared.stream != live.stream:
        yield SetStream(declared, live.stream, known(declared.stream))
    if is_in_parts(declared):
        former_key = {one.name for one in live.key}
        for change in _apart(list(_part_changes(declared, live.facts))):
            yield from _loosened(change, former_key)
        facts = {name: value for name, value in declared.facts.items() if name not in _IN_PARTS}
    else:
        facts = dict(declared.facts)
    yield from _fact_changes(declared, facts, live.facts)
    for name, index in sorted(declared.indexes.items()):
        if name in live.indexes:
            yield from _fact_changes(declared, index.facts, live.indexes[name].facts, name)


def _key_of(schema: TableSchema, *, types: bool) -> tuple[object, ...]:
    """What the key is. types: whether those of its attributes count; the types of a table of
    columns are those of the columns."""
    if types:
        return schema.partition, schema.sort
    return tuple(tuple(one.name for one in part) for part in (schema.partition, schema.sort))


_IN_PARTS = frozenset({*PARTS, "undeclared"})


def _part_changes(declared: TableSchema, live: Mapping[str, Value]) -> Iterator[ChangePart]:
    """One change for each part that differs, and for each that is only live."""
    beyond = live.get("beyond")
    for fact in PARTS:
        yield from _parts_below(declared, (fact,), declared.facts.get(fact, {}), live.get(fact))
        extra = beyond.get(fact) if isinstance(beyond, Mapping) else None
        for name, value in extra.items() if isinstance(extra, Mapping) else ():
            if fact == "row_security" and isinstance(value, Mapping):
                for policy, text in value.items():
                    yield ChangePart(declared, (fact, name, policy), text, None)
            else:
                yield ChangePart(declared, (fact, name), value, None)


def _apart(changes: list[ChangePart]) -> Iterator[ChangePart]:
    """The changes; if a column gets another type, what was said of the old one goes before that."""
    is_retyped = any(
        change.path[0] == "columns"
        and isinstance(change.before, Mapping)
        and not {"type", "generated"}.isdisjoint(change.before)
        and change.after is not None
        for change in changes
    )
    for change in changes:
        before, after = change.before, change.after
        is_said = change.path[0] in ("constraints", "indexes") and None not in (before, after)
        if is_retyped and is_said and not str(before).startswith(f"{after} "):
            yield ChangePart(change.schema, change.path, before, None)
            yield ChangePart(change.schema, change.path, None, after)
        else:
            yield change


def _loosened(change: ChangePart, former_key: Collection[str]) -> Iterator[ChangePart]:
    """The change; of a column of the former key, which may be empty only once there is another key,
    and whose type changes before, one for each."""
    before, after = change.before, change.after
    is_of_key = change.path[0] == "columns" and change.path[-1] in former_key
    if not is_of_key or not isinstance(before, Mapping) or not isinstance(after, Mapping):
        yield change
        return
    loosened = {"required"} if after.get("required") is False else set()
    for names in (after.keys() - loosened, loosened):
        if names:
            sides = ({one: side[one] for one in side if one in names} for side in (before, after))
            yield ChangePart(change.schema, change.path, *sides)


def _parts_below(
    schema: TableSchema, path: Path, declared: Value, live: Value
) -> Iterator[ChangePart]:
    if isinstance(live, Unknown) or not isinstance(declared, Mapping):
        return
    found = live if isinstance(live, Mapping) else {}
    for name, value in declared.items():
        before = found.get(name)
        if name == "policies":
            yield from _parts_below(schema, (*path, name), value, before)
            continue
        differences = [one for one in compared(value, before) if not one.reason and not one.agrees]
        if not differences:
            continue
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            names = [one.path[0] for one in differences]
            yield ChangePart(
                schema,
                (*path, name),
                {one: before.get(one) for one in names},
                {one: value[one] for one in names},
            )
        else:
            yield ChangePart(schema, (*path, name), before, value)


def unseen(declared: TableSchema, live: TableSchema) -> list[Difference]:
    """The declared facts that are not known of the live table, so that no plan can change them."""
    return [found for found in compared(tree(declared), tree(live)) if found.reason]


def _index_changes(declared: TableSchema, live: TableSchema) -> Iterator[Change]:
    for name in sorted(declared.indexes.keys() | live.indexes.keys()):
        before, after = live.indexes.get(name), declared.indexes.get(name)
        if before is None and after is not None:
            yield AddIndex(declared, after)
        elif after is None and before is not None:
            yield DropIndex(declared, before)
        elif before is not None and after is not None and not before.serves(after):
            yield ChangeIndex(declared, before, after)


def _fact_changes(
    schema: TableSchema, declared: Mapping[str, Value], live: Mapping[str, Value], index: str = ""
) -> Iterator[Change]:
    """One change for each fact of which a known part differs."""
    for name, value in declared.items():
        before = live.get(name)
        if name in SHARED and isinstance(before, Mapping) and isinstance(value, Mapping):
            before = {part: before.get(part) for part in value}
        differences = [found for found in compared(value, before) if not found.reason]
        if not all(found.agrees for found in differences):
            yield SetFact(schema, name, before, value, index)

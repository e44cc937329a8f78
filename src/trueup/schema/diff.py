"""The changes that lead from live tables to the declared ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .changes import (
    AddIndex,
    AddTable,
    Change,
    ChangeIndex,
    ChangeKey,
    DropIndex,
    DropTable,
    SetFact,
    SetStream,
    SetTtl,
)
from .facts import Difference, Unknown, Value, compared, known
from .tables import TableSchema, tree

SHARED = frozenset({"tags"})
"""Facts with parts of others: a change has the declared parts only, None for one that lacks."""


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
    if (declared.partition, declared.sort) != (live.partition, live.sort):
        yield ChangeKey(declared, live)
    yield from _index_changes(declared, live)
    if not isinstance(live.ttl, Unknown) and declared.ttl != live.ttl:
        yield SetTtl(declared, live.ttl, known(declared.ttl))
    if not isinstance(live.stream, Unknown) and declared.stream != live.stream:
        yield SetStream(declared, live.stream, known(declared.stream))
    yield from _fact_changes(declared, declared.facts, live.facts)
    for name, index in sorted(declared.indexes.items()):
        if name in live.indexes:
            yield from _fact_changes(declared, index.facts, live.indexes[name].facts, name)


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

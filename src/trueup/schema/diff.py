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
from .tables import Json, TableSchema


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
    """The changes of one existing table."""
    if (declared.partition, declared.sort) != (live.partition, live.sort):
        yield ChangeKey(declared, live)
    yield from _index_changes(declared, live)
    if declared.ttl != live.ttl:
        yield SetTtl(declared, live.ttl, declared.ttl)
    if declared.stream != live.stream:
        yield SetStream(declared, live.stream, declared.stream)
    for name, value in declared.facts.items():
        if name in live.facts and not _agree(value, live.facts[name]):
            yield SetFact(declared, name, live.facts[name], value)


def _index_changes(declared: TableSchema, live: TableSchema) -> Iterator[Change]:
    for name in sorted(declared.indexes.keys() | live.indexes.keys()):
        before, after = live.indexes.get(name), declared.indexes.get(name)
        if before is None and after is not None:
            yield AddIndex(declared, after)
        elif after is None and before is not None:
            yield DropIndex(declared, before)
        elif before is not None and after is not None and not before.serves(after):
            yield ChangeIndex(declared, before, after)


def _agree(declared: Json, live: Json) -> bool:
    """Whether two facts agree, as far as both are known: DynamoDB names the key that encrypts a
    table, while a declaration may only say that AWS owns the key."""
    if isinstance(declared, Mapping) and isinstance(live, Mapping):
        return all(_agree(declared[name], live[name]) for name in declared.keys() & live.keys())
    return declared == live

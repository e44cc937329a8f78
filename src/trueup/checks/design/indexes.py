"""Rules of indexes: each is paid for on every write, by what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.declarations.indexes import Index
from ...schema.severity import Severity
from ..rule import Rule
from .declared import DeclaredTable

_COSTS = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general.html"
_LOCAL = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html"
_MOVING = re.compile(r"(last_?)?(updated|modified|changed|seen|accessed|touched)(_at|_on)?")

WIDE_PROJECTION = Rule(
    "D003",
    Severity.MEDIUM,
    "An index holds more than its patterns read",
    "Every attribute of an index is stored, and written, twice; a write of an attribute that no "
    "pattern reads is paid for.",
    "name the fields in projection=",
    _COSTS,
)
LOCAL_INDEX = Rule(
    "D004",
    Severity.LOW,
    "An index is local",
    "All items of a partition and their local indexes are 10 GB at most, and a local index cannot "
    "be added or dropped later.",
    "leave local= out, unless queries of the index need consistent reads",
    _LOCAL,
)
LOCAL_ALL = Rule(
    "D005",
    Severity.MEDIUM,
    "A local index holds all attributes",
    "The 10 GB of a partition are used up twice as fast, and the index cannot be changed later.",
    "name the fields that queries of it read in projection=",
    _LOCAL,
)
REDUNDANT = Rule(
    "D006",
    Severity.MEDIUM,
    "An index repeats another, or the table",
    "Every write is paid for twice, and the other answers the same queries.",
    "drop it, and let its patterns name the other",
    _COSTS,
)
UNUSED = Rule(
    "D007",
    Severity.MEDIUM,
    "No pattern uses an index",
    "Every write is paid for once more, for an index that nothing is known to read.",
    "declare the access pattern that it is for, or drop it",
    _COSTS,
)
MOVING = Rule(
    "D008",
    Severity.LOW,
    "An index is sorted by what every update changes",
    "Each update deletes an item of the index and puts another: two writes more.",
    "sort by it only if a pattern needs that order, and hold few fields: projection=",
    _COSTS,
)


def wide_projection(declared: DeclaredTable) -> Iterator[str]:
    """Indexes of everything whose patterns all say that they need less."""
    for index in declared.table.indexes:
        patterns = [one for one in declared.table.patterns if one.index == index.name]
        if index.local or index.projection != "all":
            continue
        if not patterns or not all(one.needs for one in patterns):
            continue
        needed = {name for pattern in patterns for name in pattern.needs}
        keys = {*index.partition_fields, *index.sort_fields}
        keys |= {declared.table.partition, declared.table.sort or ""}
        if spare := [name for name in declared.attributes if name not in needed | keys]:
            yield (
                f"the index {index.name} of {declared.table.name} holds {', '.join(spare)}, "
                "which its patterns do not need"
            )


def local_index(declared: DeclaredTable) -> Iterator[str]:
    """Local indexes that say what they hold."""
    for index in declared.table.indexes:
        if index.local and index.projection != "all":
            yield f"the index {index.name} of {declared.table.name} is local"


def local_all(declared: DeclaredTable) -> Iterator[str]:
    """Local indexes of everything."""
    for index in declared.table.indexes:
        if index.local and index.projection == "all":
            yield f"the local index {index.name} of {declared.table.name} holds all attributes"


def redundant(declared: DeclaredTable) -> Iterator[str]:
    """Indexes whose key begins another's, which holds as much."""
    table = declared.table
    for index in table.indexes:
        keys = [*index.partition_fields], [*index.sort_fields]
        own = [table.partition], [table.sort] if table.sort else []
        if keys == own and index.shards == 1:
            yield f"the index {index.name} has the key of its table {table.name}"
            continue
        other = next((one for one in table.indexes if _covers(declared, one, index)), None)
        if other is not None:
            yield f"the index {other.name} of {table.name} answers all that {index.name} does"


def _covers(declared: DeclaredTable, one: Index, other: Index) -> bool:
    """Whether an index answers every query of another. Of two alike, the first covers."""
    if one is other or one.partition_fields != other.partition_fields:
        return False
    if (one.shards, one.local) != (other.shards, other.local):
        return False
    if one.sort_fields[: len(other.sort_fields)] != other.sort_fields:
        return False
    indexes, table = declared.description.indexes, declared.table
    held, needed = indexes[one.name].projection, indexes[other.name].projection
    if held is not None and (needed is None or not needed <= held):
        return False
    is_same = one.sort_fields == other.sort_fields and held == needed
    return not is_same or table.indexes.index(one) < table.indexes.index(other)


def unused(declared: DeclaredTable) -> Iterator[str]:
    """Indexes of a table with patterns that neither a pattern nor a function names."""
    table = declared.table
    used = {pattern.index for pattern in table.patterns}
    used |= {
        access.of
        for function in declared.layer.functions
        for access in function.accesses
        if access.table is table and access.call in ("query", "scan")
    }
    for index in table.indexes:
        if index.name not in used:
            yield f"no access pattern of {table.name} uses the index {index.name}"


def moving(declared: DeclaredTable) -> Iterator[str]:
    """Indexes whose sort key is called as times of changes are."""
    for index in declared.table.indexes:
        for name in index.sort_fields:
            if _MOVING.fullmatch(name):
                yield (
                    f"the index {index.name} of {declared.table.name} is sorted by {name}, which "
                    "every update changes"
                )


RULES = {
    WIDE_PROJECTION: wide_projection,
    LOCAL_INDEX: local_index,
    LOCAL_ALL: local_all,
    REDUNDANT: redundant,
    UNUSED: unused,
    MOVING: moving,
}

"""Rules of keys: partitions that many items share, and items that overwrite each other."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...model.description.tables import Attribute
from ...model.translation.shapes import Leaf, Scalar
from ...schema.severity import Severity
from ..rule import Rule
from .declared import DeclaredTable

FEWEST_VALUES = 100
"""Partitions by fewer values than this are few enough to be hot. Trueup's own."""
_SECONDS = (Scalar(Leaf.SECONDS), Scalar(Leaf.EPOCH))

FEW_PARTITIONS = Rule(
    "D001",
    Severity.MEDIUM,
    "A partition key has few values",
    "All items of one value are in one partition, which takes 1,000 writes and 3,000 reads a "
    "second; the table is throttled while the other partitions idle.",
    "spread an index with shards=, or add a field with more values to the partition key",
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html",
)
SAME_SECOND = Rule(
    "D002",
    Severity.HIGH,
    "A sort key is a time in whole seconds",
    "Two items of a partition in one second have one key: a put of the second replaces the first, "
    "and a create of it is refused.",
    'make the sort key of the time and of what tells items apart: composed("{time}#{id}")',
)


def few_partitions(declared: DeclaredTable) -> Iterator[str]:
    """Keys of the table and of indexes that are not spread over shards."""
    table = declared.table
    keys: dict[str, tuple[str, ...]] = {f"the table {table.name}": (table.partition,)}
    keys |= {
        f"the index {index.name} of {table.name}": index.partition_fields
        for index in table.indexes
        if index.shards == 1 and not index.local
    }
    for whose, names in keys.items():
        values = _values(declared.all_parts(names))
        if values is not None and values < FEWEST_VALUES:
            yield f"{whose} is partitioned by {' and '.join(names)}, of {values} values"


def _values(parts: tuple[Attribute, ...]) -> int | None:
    """How many values there are; None if that is not bounded."""
    choices = [len(part.constraints.choices) for part in parts]
    return math.prod(choices) if choices and all(choices) else None


def same_second(declared: DeclaredTable) -> Iterator[str]:
    """A sort key of the table in which nothing but seconds tells items apart."""
    table = declared.table
    names = {part.name for part in declared.parts(table.partition)}
    own = [part for part in declared.parts(table.sort or "") if part.name not in names]
    if own and all(part.shape in _SECONDS for part in own):
        yield (
            f"the sort key {table.sort!r} of {table.name} is a time in whole seconds: two items of "
            "one partition and second have one key"
        )


RULES = {FEW_PARTITIONS: few_partitions, SAME_SECOND: same_second}

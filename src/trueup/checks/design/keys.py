"""Rules of keys: partitions that many items share, and items that overwrite each other."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from ...model.declarations.table import Table
from ...model.description.tables import Attribute
from ...model.translation.shapes import Leaf, Scalar
from ...schema.severity import Severity
from ..rule import Rule
from .declared import DeclaredTable

FEWEST_VALUES = 100
"""Partitions by fewer values than this are few enough to be hot. Trueup's own."""
_FEW = re.compile(r"(?:.*_)?(?:type|kind|status|state|category|level|priority|severity|phase)")
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
MAYBE_FEW = Rule(
    "D017",
    Severity.LOW,
    "A partition key is called as what has few values is",
    "Types, states and kinds are few in most data, and all items of one are in one partition.",
    "declare the values, as a Literal or an enum; spread an index with shards=, or accept this "
    "where the values are many",
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html",
)
SAME_SECOND = Rule(
    "D002",
    Severity.HIGH,
    "A sort key is a time in whole seconds",
    "Two items of a partition in one second have one key: a put of the second replaces the first, "
    "and a create of it is refused.",
    'put into the sort key what tells items apart, too: composed("{time}#{id}")',
)


def few_partitions(declared: DeclaredTable) -> Iterator[str]:
    """Keys of the table and of indexes that are not spread over shards."""
    for whose, names in _whole_partitions(declared.table).items():
        values = _values(declared.all_parts(names))
        if values is not None and values < FEWEST_VALUES:
            yield f"{whose} is partitioned by {' and '.join(names)}, of {values} values"


def maybe_few(declared: DeclaredTable) -> Iterator[str]:
    """The same keys, of texts whose names tell that they are few."""
    for whose, names in _whole_partitions(declared.table).items():
        parts = declared.all_parts(names)
        called = [part for part in parts if part.constraints.choices or _FEW.fullmatch(part.name)]
        if parts and called == list(parts) and _values(parts) is None:
            yield f"{whose} is partitioned by {' and '.join(names)}"


def _whole_partitions(table: Table[Any]) -> dict[str, tuple[str, ...]]:
    """The partition fields of the table and of its indexes without shards."""
    keys: dict[str, tuple[str, ...]] = {f"the table {table.name}": (table.partition,)}
    return keys | {
        f"the index {index.name} of {table.name}": index.partition_fields
        for index in table.indexes
        if index.shards == 1 and not index.local
    }


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


RULES = {
    FEW_PARTITIONS: few_partitions,
    SAME_SECOND: same_second,
    MAYBE_FEW: maybe_few,
}

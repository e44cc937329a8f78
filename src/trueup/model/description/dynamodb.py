"""DynamoDB's limits of tables, and the check of declared tables against them.

They are here, below the engine, so that a layer for DynamoDB is refused at its declaration.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .tables import IndexDescription, TableDescription

MOST_GLOBAL_INDEXES = 20
MOST_LOCAL_INDEXES = 5

MOST_KEY_ATTRIBUTES = 4
"""Of a global index, of the partition and of the sort key each.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html"""

MOST_PROJECTED = 100
"""The attributes named in projections, of all indexes together."""
MOST_PROJECTED_BY_ONE = 20
"""Of one index. Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html
and, as seen on AWS, https://github.com/scalar-labs/scalardb/pull/107"""

SHORTEST_NAME, LONGEST_NAME = 3, 255
"""The characters of a table's or index's name."""
_NAME = re.compile(r"[a-zA-Z0-9_.-]*")

LONGEST_INDEXED_NAME = 255
"""The bytes of an attribute's name in a key or a projection, or of the expiry's name.
Source: https://github.com/scylladb/scylladb/issues/9169, whose tests ran on AWS."""
LONGEST_ATTRIBUTE_NAME = 65_535
"""The bytes of any other attribute's name; the source is the same."""


def refused_table(table: TableDescription) -> Iterator[str]:
    """The reasons why DynamoDB would refuse a table of any name, or its items."""
    indexes = list(table.indexes.values())
    local = [index for index in indexes if index.local]
    yield from _too_many("the table", "indexes", len(indexes) - len(local), MOST_GLOBAL_INDEXES)
    yield from _too_many("the table", "local indexes", len(local), MOST_LOCAL_INDEXES)
    for index in indexes:
        yield from refused_name("the name of an index", index.name)
        yield from _refused_key(table, index)
        what, count = f"index {index.name!r}", len(_projected(table, index))
        yield from _too_many(what, "projected attributes", count, MOST_PROJECTED_BY_ONE)
    projected = sum(len(_projected(table, index)) for index in indexes)
    yield from _too_many("the table", "projected attributes", projected, MOST_PROJECTED)
    yield from _refused_attributes(table)
    if table.expires and table.dynamodb.former_ttl:
        yield f"former_ttl has no effect: items expire by {table.expires.attribute!r}"


def refused_name(what: str, name: str) -> Iterator[str]:
    """The reasons why DynamoDB would refuse the name of a table or an index."""
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        yield (
            f"{what}, {name!r}, has {len(name)} characters; dynamodb takes {SHORTEST_NAME} to "
            f"{LONGEST_NAME}"
        )
    if not _NAME.fullmatch(name):
        yield f"{what}, {name!r}, has other characters than letters, digits, '_', '.' and '-'"


def _refused_key(table: TableDescription, index: IndexDescription) -> Iterator[str]:
    what = f"index {index.name!r}"
    if not index.local:
        partition, sort = len(index.physical_partition), len(index.sort)
        yield from _too_many(what, "partition fields", partition, MOST_KEY_ATTRIBUTES)
        yield from _too_many(what, "sort fields", sort, MOST_KEY_ATTRIBUTES)
        return
    if table.sort is None:
        yield f"{what} is local, which only an index of a table with a sort key can be"
    if len(index.sort) != 1:
        yield f"{what} is local, so it has one sort field, not {len(index.sort)}"


def _refused_attributes(table: TableDescription) -> Iterator[str]:
    indexed = {key.attribute for key in table.key}
    for index in table.indexes.values():
        indexed |= {key.attribute for key in index.attributes} | _projected(table, index)
    if table.expires is not None:
        indexed.add(table.expires.attribute)
    others = {attribute.attribute for attribute in table.attributes} | {table.discriminator or ""}
    for names, longest in (
        (indexed, LONGEST_INDEXED_NAME),
        (others - indexed, LONGEST_ATTRIBUTE_NAME),
    ):
        for name in sorted(names):
            length = len(name.encode())
            if length > longest:
                yield (
                    f"the attribute {name[:20] + '…'!r} has a name of {length} bytes; dynamodb "
                    f"takes at most {longest} here"
                )


def _projected(table: TableDescription, index: IndexDescription) -> frozenset[str]:
    """The attributes that have to be named in the projection."""
    keys = {key.attribute for key in (*index.attributes, *table.key)}
    return (index.projection or frozenset()) - keys


def _too_many(what: str, parts: str, count: int, most: int) -> Iterator[str]:
    if count > most:
        yield f"{what} has {count} {parts}; dynamodb has at most {most}"

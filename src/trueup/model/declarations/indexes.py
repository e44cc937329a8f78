"""Index declarations: the key attributes, their order, and the projection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ..._dataclass import dataclass

Projection = Literal["all", "keys"] | Sequence[str]
"""The attributes that an index holds in addition to its keys: all, none, or the named fields."""


def as_names(value: str | Sequence[str] | None) -> tuple[str, ...]:
    """Any number of field names as a tuple."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index. It is sparse: items that lack a key attribute are not in it.

    partition: one or more field names, on DynamoDB up to four; a query needs a value for each.
    sort: any number of field names, on DynamoDB up to four; a query may fix the leading fields and
        give a range for the next.
    projection: "all", "keys", or names of further fields; the item's expiry and entity are always
        included. A query that reads more is refused.
    shards: spread each partition over this many physical partitions, for partition values that many
        items share. Queries read all shards and merge them; order and cursors stay exact.
    local: shares the table's partition key and can be read consistently.
    description: explains the index in reports and documentation.
    """

    name: str
    partition: str | Sequence[str]
    sort: str | Sequence[str] | None = None
    projection: Projection = "all"
    shards: int = 1
    local: bool = False
    description: str = ""

    @property
    def partition_fields(self) -> tuple[str, ...]:
        """The partition fields as a tuple."""
        return as_names(self.partition)

    @property
    def sort_fields(self) -> tuple[str, ...]:
        """The sort fields as a tuple; empty if there are none."""
        return as_names(self.sort)

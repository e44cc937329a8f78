"""Index declarations: which attributes, in which order, projecting what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ..._dataclass import dataclass

Projection = Literal["all", "keys"] | Sequence[str]
"""What an index holds beside its keys: everything, nothing, or the named fields."""


def as_names(value: str | Sequence[str] | None) -> tuple[str, ...]:
    """One field name, several, or none, as a tuple."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index. Items that lack one of its key attributes are not in it (sparse).

    partition: one or more field names, on DynamoDB up to four; a query gives a value for each.
    sort: any number of field names, on DynamoDB up to four; a query may fix the first ones and
        give a range for the next.
    projection: "all", "keys", or names of further fields; what tells an item's expiry and entity
        is always among them. A query that reads more is refused.
    shards: spread each partition over this many physical ones, for partition values that many
        items share. Queries read all shards and merge; order and cursors stay exact.
    local: shares the table's partition key and can be read consistently.
    description: what the index is for, in words; it appears in reports and documentation.
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
        """The sort fields as a tuple, empty where there are none."""
        return as_names(self.sort)

"""The options of calls, each written once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from ..expressions import Condition
from ..model.declarations.patterns import Order
from ..operations.actions import Lock, Returning
from ..operations.plans.writes import VersionGiven


class GetOptions(TypedDict, total=False):
    """Options of every read.

    consistent: see every write acknowledged before; refused if the target cannot do it.
    include_expired: show items whose expiry has passed.
    """

    consistent: bool
    include_expired: bool


class ReadOptions(GetOptions, total=False):
    """Options of queries and scans.

    index: the index to read; by default, or if None, the table by its own key.
    filter: a condition on any attribute; items that fail it are read and dropped.
    limit: items to return, by default all. page_size: items to read at a time.
    after: a cursor of the same query, to continue after its item.
    """

    index: str | None
    filter: Condition | bool | None
    limit: int | None
    after: str | None
    page_size: int | None


class CountOptions(ReadOptions, total=False):
    """Options of a count: those of a query, which locks no rows.

    sort: a condition on the sort key, or on the parts that it is composed of: = < <= > >=, between
        or begins_with. Of parts, the first ones are equal to values, `{"order": "o#1"}`, and then
        one may have a range.
    order: "ascending" or "descending", by the sort key.
    """

    sort: Condition | bool | Mapping[str, Any] | None
    order: Order


class QueryOptions(CountOptions, total=False):
    """Options of a query.

    lock: lock the rows of a page until the session ends. Rows that others hold are waited for
        ("wait"), refused ("nowait": Unavailable) or left out ("skip_locked", for queues). Only in a
        session, on PostgreSQL.
    """

    lock: Lock | None


class DeleteWhereOptions(TypedDict, total=False):
    """Options of `delete_where`: of the query that finds the items.

    index, sort, filter: see `QueryOptions`. after: a cursor of the same call, to go on after its
        item. page_size: items to read at a time.
    """

    index: str | None
    sort: Condition | bool | Mapping[str, Any] | None
    filter: Condition | bool | None
    after: str | None
    page_size: int | None


class ScanOptions(ReadOptions, total=False):
    """Options of a scan.

    segments: the number of parts that the table is divided into, for several workers.
    segment: the part to read, from 0.
    """

    segment: int
    segments: int


class WriteOptions(TypedDict, total=False):
    """Options of every write.

    only_if: a condition on the stored item; ConditionFailed if it is false.
    returning: "old" or "new", for the item before or after the write.
    """

    only_if: Condition | bool | None
    returning: Returning


class VersionedOptions(WriteOptions, total=False):
    """Options of updates and deletes.

    version: the stored version that the write is based on, or ANY_VERSION; needed on a versioned
        table, unless the key is a model that was read.
    """

    version: VersionGiven

"""Rules of health, each over what is recorded. What is not recorded is not known, and never well.

A key is never told: CloudWatch names it to those who may read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ....model.description.tables import TableDescription
from ...checks import Finding, bad, good, unknown
from .records import Records

_CONCENTRATED = 3.0
"""How much more load the heaviest key has than the next, so that it is hot."""
_FULL_GB = 8.0
"""Of the 10 GB that the items of a partition may have with local indexes.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html"""
_AMPLIFIED = 1.5
_NOT_RECORDED = "record replies that cover it, or look in CloudWatch"


def check_health(records: Records, tables: Mapping[str, TableDescription]) -> Iterator[Finding]:
    """Every rule for every table and each of its indexes. tables: by physical name."""
    for name, table in tables.items():
        own = [index.name for index in table.indexes.values() if not index.local]
        for index in ("", *own):
            yield _hot_keys(records, name, index)
        if table.expires is not None:
            yield _expiry(records, name)
        for index in own:
            yield _index_reads(records, name, index)
            yield _index_writes(records, name, index)
            yield _index_throttles(records, name, index)
        if any(index.local for index in table.indexes.values()):
            yield _collections(records, name)


def _of(table: str, index: str) -> str:
    return f"the index {index} of {table}" if index else table


def _hot_keys(records: Records, table: str, index: str) -> Finding:
    check, of = "hot keys", _of(table, index)
    counts = [
        records.total(f"{direction}ThrottleEvents", 1, table, index)
        for direction in ("Read", "Write")
    ]
    known = [count for count in counts if count is not None]
    throttled = sum(known)
    status = records.insights(table, index)
    is_on = status is not None and status.ContributorInsightsStatus == "ENABLED"
    loads = records.loads(table, index)
    if loads and (len(loads) == 1 or loads[0] >= _CONCENTRATED * loads[1]):
        said = "and is throttled" if throttled else "and is not throttled yet"
        fix = "spread it: shards= of an index, or another partition key; CloudWatch names the key"
        return bad(check, f"one key of {of} has most of the load, {said}", fix)
    if throttled and not loads:
        fix = "count the keys: contributor_insights='throttled_keys'; then record again"
        return bad(check, f"{of} is throttled, and nothing says which keys are", fix)
    if status is None or len(known) < len(counts):
        return unknown(check, f"too little is recorded of {of}", _NOT_RECORDED)
    if not is_on:
        fix = "declare contributor_insights='throttled_keys'"
        return unknown(check, f"nothing counts the keys of {of}", fix)
    if not loads and status.ContributorInsightsMode != "THROTTLED_KEYS":
        fix = "look whether the table is used, and its rules in CloudWatch are enabled"
        return unknown(check, f"the keys of {of} are counted, and none is there", fix)
    return good(check, f"no key of {of} has most of the load")


def _expiry(records: Records, table: str) -> Finding:
    deleted = records.total("TimeToLiveDeletedItemCount", 14, table)
    if deleted is None:
        return unknown("expiry", f"14 days of expiries of {table} are not recorded", _NOT_RECORDED)
    if deleted == 0:
        fix = "look whether items get an expiry, in epoch seconds, under the attribute of the table"
        return bad("expiry", f"no item of {table} has expired for 14 days", fix)
    return good("expiry", f"{deleted:.0f} items of {table} have expired in 14 days")


def _index_reads(records: Records, table: str, index: str) -> Finding:
    check, of = "index reads", _of(table, index)
    reads = records.total("ConsumedReadCapacityUnits", 30, table, index)
    if reads is None:
        return unknown(check, f"30 days of reads of {of} are not recorded", _NOT_RECORDED)
    if reads == 0:
        fix = "ask who owns it, then drop it: each write of the table is paid for once more"
        return bad(check, f"nothing has read {of} for 30 days", fix)
    return good(check, f"{of} is read")


def _index_writes(records: Records, table: str, index: str) -> Finding:
    check, of = "index writes", _of(table, index)
    written = records.total("ConsumedWriteCapacityUnits", 1, table, index)
    base = records.total("ConsumedWriteCapacityUnits", 1, table)
    if written is None or base is None:
        return unknown(check, f"a day of writes of {of} is not recorded", _NOT_RECORDED)
    if base and written >= _AMPLIFIED * base:
        fix = "sort it by what changes less often, or name fewer fields in projection="
        return bad(check, f"{of} takes {written / base:.1f} times the writes of its table", fix)
    return good(check, f"{of} takes no more than its table's writes")


def _index_throttles(records: Records, table: str, index: str) -> Finding:
    check, of = "index throttles", _of(table, index)
    throttled = records.total("WriteThrottleEvents", 1, table, index)
    if throttled is None:
        return unknown(check, f"a day of throttled writes of {of} is not recorded", _NOT_RECORDED)
    if throttled:
        fix = "give the index more write units, or spread its partition key with shards="
        return bad(check, f"{of} is throttled, and so are the writes of its table", fix)
    return good(check, f"{of} holds up no write")


def _collections(records: Records, table: str) -> Finding:
    check = "item collections"
    sizes = records.ItemCollectionMetrics.get(table, [])
    most = max((size for one in sizes for size in one.SizeEstimateRangeGB), default=None)
    if most is None:
        fix = "record ItemCollectionMetrics of writes, which ReturnItemCollectionMetrics asks for"
        return unknown(check, f"the sizes of partitions of {table} are not recorded", fix)
    if most >= _FULL_GB:
        fix = "move old items away, or the local index to a global one; at 10 GB writes are refused"
        return bad(check, f"the items of a partition of {table} have up to {most:g} GB", fix)
    return good(check, f"the items of a partition of {table} have {most:g} GB at most")

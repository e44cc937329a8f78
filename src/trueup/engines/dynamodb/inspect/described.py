"""What DescribeTable tells, as a schema. Lists come in any order.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from ....schema.engine import LiveTable
from ....schema.facts import Unknown, Value
from ....schema.tables import AttributeSchema, IndexSchema, TableSchema
from ..ddl.words import NO_MAXIMUM, TABLE_CLASSES
from .parts import count_in, flag_in, part_in, parts_in, text_in, texts_in

ACTIVE = "ACTIVE"
NOT_READ = Unknown("it was not read")
NOT_TOLD = Unknown("the server does not tell")
_CHANGING = ("ENABLING", "DISABLING", "UPDATING")
Kinds = Mapping[str, Literal["S", "N", "B"]]
_KINDS: Kinds = {"S": "S", "N": "N", "B": "B"}
_MODES = {"PROVISIONED": "provisioned", "PAY_PER_REQUEST": "on_demand"}
_AWS_ALIAS = ":alias/aws/"
"""AWS alone makes aliases of such names.
Source: https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"""


def read_live(described: Mapping[str, Any]) -> LiveTable:
    """The live table in a table's description."""
    arn, table_id = text_in(described, "TableArn"), text_in(described, "TableId")
    statuses = dict(_statuses(described))
    return LiveTable(
        read_table(described),
        is_usable=all(status == ACTIVE for status in statuses.values()),
        identity=f"{arn} {table_id}".strip() if table_id else "",
        busy={
            **{what: status for what, status in statuses.items() if status != ACTIVE},
            **_encryption_under_way(described),
        },
        items=count_in(described, "ItemCount"),
        item_bytes=count_in(described, "TableSizeBytes"),
    )


def read_table(described: Mapping[str, Any]) -> TableSchema:
    """The schema in a table's description, without what other requests tell."""
    kinds: Kinds = {
        text_in(attribute, "AttributeName"): _KINDS[text_in(attribute, "AttributeType")]
        for attribute in parts_in(described, "AttributeDefinitions")
    }
    partition, sort = _key(described, kinds)
    mode = _mode(described)
    local = [_index(index, kinds) for index in parts_in(described, "LocalSecondaryIndexes")]
    wide = [_index(index, kinds, mode) for index in global_indexes(described)]
    stream = part_in(described, "StreamSpecification")
    view = text_in(stream, "StreamViewType")
    return TableSchema(
        name=_required(described, "TableName"),
        partition=partition,
        sort=sort,
        indexes={index.name: index for index in (*local, *wide)},
        ttl=NOT_READ,
        stream=view if flag_in(stream, "StreamEnabled") else None,
        facts=_facts(described, mode),
        source=text_in(described, "TableArn"),
    )


def global_indexes(described: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The descriptions of the global indexes."""
    return parts_in(described, "GlobalSecondaryIndexes")


def _facts(described: Mapping[str, Any], mode: str) -> dict[str, Value]:
    table_class = text_in(part_in(described, "TableClassSummary"), "TableClass", "STANDARD")
    names = {value: name for name, value in TABLE_CLASSES.items()}
    return {
        "billing": {"mode": mode, **_units(described, mode)},
        "table_class": names.get(table_class, table_class),
        "encryption": _encryption(part_in(described, "SSEDescription")),
        "deletion_protection": flag_in(described, "DeletionProtectionEnabled"),
        "warm_throughput": _warm_throughput(described),
        "pitr": NOT_READ,
        "contributor_insights": NOT_READ,
        "resource_policy": NOT_READ,
        "tags": NOT_READ,
    }


def _mode(described: Mapping[str, Any]) -> str:
    """How a table is billed; if it never was on-demand, it has units and no summary.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BillingModeSummary.html
    """
    units = count_in(part_in(described, "ProvisionedThroughput"), "ReadCapacityUnits")
    usual = "PROVISIONED" if units else "PAY_PER_REQUEST"
    mode = text_in(part_in(described, "BillingModeSummary"), "BillingMode", usual)
    return _MODES[mode]


def _units(described: Mapping[str, Any], mode: str) -> dict[str, Value]:
    """The units, or the most units, of a table or an index."""
    if mode == "provisioned":
        units = part_in(described, "ProvisionedThroughput")
        return {
            "read_units": count_in(units, "ReadCapacityUnits") or 0,
            "write_units": count_in(units, "WriteCapacityUnits") or 0,
        }
    maxima = part_in(described, "OnDemandThroughput")
    return {
        "max_read_request_units": _maximum(count_in(maxima, "MaxReadRequestUnits")),
        "max_write_request_units": _maximum(count_in(maxima, "MaxWriteRequestUnits")),
    }


def _maximum(units: int | None) -> int | None:
    return None if units == NO_MAXIMUM else units


def _warm_throughput(described: Mapping[str, Any]) -> Value:
    """The warm throughput, which AWS always tells, and which is never 0."""
    warm = part_in(described, "WarmThroughput")
    reads, writes = count_in(warm, "ReadUnitsPerSecond"), count_in(warm, "WriteUnitsPerSecond")
    if not reads or not writes:
        return NOT_TOLD
    return {"read_units_per_second": reads, "write_units_per_second": writes}


def _encryption(described: Mapping[str, Any]) -> Value:
    """The key; whose it is, only its alias can tell here."""
    if text_in(described, "Status", "DISABLED") not in ("ENABLED", "ENABLING", "UPDATING"):
        return {"type": "owned"}
    arn = text_in(described, "KMSMasterKeyArn")
    return {"type": "kms", "key": arn or None, "owner": "aws" if _AWS_ALIAS in arn else NOT_READ}


def _encryption_under_way(described: Mapping[str, Any]) -> dict[str, str]:
    status = text_in(part_in(described, "SSEDescription"), "Status")
    return {"encryption": status} if status in _CHANGING else {}


def _statuses(described: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "table", _required(described, "TableStatus")
    for index in global_indexes(described):
        status = text_in(index, "IndexStatus", ACTIVE)
        yield f"index {_required(index, 'IndexName')}", f"{status}{_backfilling(index, status)}"


def _backfilling(index: Mapping[str, Any], status: str) -> str:
    return ", backfilling" if status == "CREATING" and flag_in(index, "Backfilling") else ""


def _key(
    described: Mapping[str, Any], kinds: Kinds
) -> tuple[tuple[AttributeSchema, ...], tuple[AttributeSchema, ...]]:
    """The partition attributes and the sort attributes, in order."""
    names: dict[str, list[AttributeSchema]] = {"HASH": [], "RANGE": []}
    for attribute in parts_in(described, "KeySchema"):
        name = text_in(attribute, "AttributeName")
        names[text_in(attribute, "KeyType")].append(AttributeSchema(name, kinds[name]))
    if not names["HASH"]:
        raise ValueError
    return tuple(names["HASH"]), tuple(names["RANGE"])


def _index(described: Mapping[str, Any], kinds: Kinds, mode: str = "") -> IndexSchema:
    """An index. mode: the billing of a global index; empty for a local one."""
    partition, sort = _key(described, kinds)
    projection = part_in(described, "Projection")
    is_whole = text_in(projection, "ProjectionType") == "ALL"
    return IndexSchema(
        name=_required(described, "IndexName"),
        partition=partition,
        sort=sort,
        projection=None if is_whole else frozenset(texts_in(projection, "NonKeyAttributes")),
        is_local=not mode,
        facts=_index_facts(described, mode) if mode else {},
    )


def _index_facts(described: Mapping[str, Any], mode: str) -> dict[str, Value]:
    return {
        "billing": _units(described, mode),
        "warm_throughput": _warm_throughput(described),
        "contributor_insights": NOT_READ,
    }


def _required(described: Mapping[str, Any], name: str) -> str:
    """A text that is never absent or empty."""
    if text := text_in(described, name):
        return text
    raise ValueError

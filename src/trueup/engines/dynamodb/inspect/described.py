"""What DescribeTable tells, as a schema. Lists come in any order.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ....schema.engine import LiveTable
from ....schema.facts import Unknown, Value
from ....schema.tables import AttributeSchema, IndexSchema, TableSchema
from ..ddl.words import NO_MAXIMUM, TABLE_CLASSES

ACTIVE = "ACTIVE"
NOT_READ = Unknown("it was not read")
NOT_TOLD = Unknown("the server does not tell")
_CHANGING = ("ENABLING", "DISABLING", "UPDATING")
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
        items=_count(described.get("ItemCount")),
        item_bytes=_count(described.get("TableSizeBytes")),
    )


def read_table(described: Mapping[str, Any]) -> TableSchema:
    """The schema in a table's description, without what other requests tell."""
    kinds = {
        attribute["AttributeName"]: attribute["AttributeType"]
        for attribute in described.get("AttributeDefinitions") or ()
    }
    partition, sort = _key(described["KeySchema"], kinds)
    mode = _mode(described)
    local = [_index(index, kinds) for index in described.get("LocalSecondaryIndexes") or ()]
    wide = [_index(index, kinds, mode) for index in global_indexes(described)]
    stream = described.get("StreamSpecification") or {}
    return TableSchema(
        name=described["TableName"],
        partition=partition,
        sort=sort,
        indexes={index.name: index for index in (*local, *wide)},
        ttl=NOT_READ,
        stream=stream.get("StreamViewType") if stream.get("StreamEnabled") else None,
        facts=_facts(described, mode),
        source=text_in(described, "TableArn"),
    )


def text_in(described: Mapping[str, Any], name: str) -> str:
    """A text of a reply; empty if it is absent. Raises TypeError if it is something else."""
    value = described.get(name, "")
    if not isinstance(value, str):
        raise TypeError
    return value


def global_indexes(described: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The descriptions of the global indexes."""
    return described.get("GlobalSecondaryIndexes") or ()


def _facts(described: Mapping[str, Any], mode: str) -> dict[str, Value]:
    table_class = (described.get("TableClassSummary") or {}).get("TableClass", "STANDARD")
    names = {value: name for name, value in TABLE_CLASSES.items()}
    return {
        "billing": {"mode": mode, **_units(described, mode)},
        "table_class": names.get(table_class, table_class),
        "encryption": _encryption(described.get("SSEDescription") or {}),
        "deletion_protection": bool(described.get("DeletionProtectionEnabled")),
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
    mode = (described.get("BillingModeSummary") or {}).get("BillingMode")
    units = (described.get("ProvisionedThroughput") or {}).get("ReadCapacityUnits", 0)
    is_provisioned = mode == "PROVISIONED" or (mode is None and units)
    return "provisioned" if is_provisioned else "on_demand"


def _units(described: Mapping[str, Any], mode: str) -> dict[str, Value]:
    """The units, or the most units, of a table or an index."""
    if mode == "provisioned":
        units = described.get("ProvisionedThroughput") or {}
        reads, writes = units.get("ReadCapacityUnits", 0), units.get("WriteCapacityUnits", 0)
        return {"read_units": reads, "write_units": writes}
    maxima = described.get("OnDemandThroughput") or {}
    return {
        "max_read_request_units": _maximum(maxima.get("MaxReadRequestUnits")),
        "max_write_request_units": _maximum(maxima.get("MaxWriteRequestUnits")),
    }


def _maximum(units: int | None) -> int | None:
    return None if units == NO_MAXIMUM else units


def _warm_throughput(described: Mapping[str, Any]) -> Value:
    """The warm throughput, which AWS always tells, and which is never 0."""
    warm = described.get("WarmThroughput") or {}
    reads, writes = warm.get("ReadUnitsPerSecond"), warm.get("WriteUnitsPerSecond")
    if not reads or not writes:
        return NOT_TOLD
    return {"read_units_per_second": reads, "write_units_per_second": writes}


def _encryption(described: Mapping[str, Any]) -> Value:
    """The key; whose it is, only its alias can tell here."""
    if described.get("Status", "DISABLED") not in ("ENABLED", "ENABLING", "UPDATING"):
        return {"type": "owned"}
    arn = described.get("KMSMasterKeyArn")
    owner = "aws" if isinstance(arn, str) and _AWS_ALIAS in arn else NOT_READ
    return {"type": "kms", "key": arn, "owner": owner}


def _count(number: Any) -> int | None:
    return number if isinstance(number, int) else None


def _encryption_under_way(described: Mapping[str, Any]) -> dict[str, str]:
    status = (described.get("SSEDescription") or {}).get("Status")
    return {"encryption": status} if status in _CHANGING else {}


def _statuses(described: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "table", described["TableStatus"]
    for index in global_indexes(described):
        status = index.get("IndexStatus", ACTIVE)
        yield f"index {index['IndexName']}", f"{status}{_backfilling(index, status)}"


def _backfilling(index: Mapping[str, Any], status: str) -> str:
    return ", backfilling" if status == "CREATING" and index.get("Backfilling") else ""


def _key(
    schema: Sequence[Mapping[str, str]], kinds: Mapping[str, Any]
) -> tuple[tuple[AttributeSchema, ...], tuple[AttributeSchema, ...]]:
    """The partition attributes and the sort attributes, in order."""
    names: dict[str, list[AttributeSchema]] = {"HASH": [], "RANGE": []}
    for attribute in schema:
        name = attribute["AttributeName"]
        names[attribute["KeyType"]].append(AttributeSchema(name, kinds[name]))
    return tuple(names["HASH"]), tuple(names["RANGE"])


def _index(described: Mapping[str, Any], kinds: Mapping[str, Any], mode: str = "") -> IndexSchema:
    """An index. mode: the billing of a global index; empty for a local one."""
    partition, sort = _key(described["KeySchema"], kinds)
    projection = described.get("Projection") or {}
    is_whole = projection.get("ProjectionType") == "ALL"
    return IndexSchema(
        name=described["IndexName"],
        partition=partition,
        sort=sort,
        projection=None if is_whole else frozenset(projection.get("NonKeyAttributes") or ()),
        is_local=not mode,
        facts=_index_facts(described, mode) if mode else {},
    )


def _index_facts(described: Mapping[str, Any], mode: str) -> dict[str, Value]:
    return {
        "billing": _units(described, mode),
        "warm_throughput": _warm_throughput(described),
        "contributor_insights": NOT_READ,
    }

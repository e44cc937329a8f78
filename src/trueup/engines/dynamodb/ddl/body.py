"""The parameters of requests that create and change tables.

Needs no extra of the package.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ....schema.changes import SetFact
from ....schema.facts import Value, known
from ....schema.tables import AttributeSchema, IndexSchema, TableSchema

Body = dict[str, Any]

TABLE_CLASSES = {"standard": "STANDARD", "infrequent_access": "STANDARD_INFREQUENT_ACCESS"}

NO_MAXIMUM = -1
"""The value that removes a maximum of request units.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_OnDemandThroughput.html"""


def create_body(table: TableSchema) -> Body:
    """The parameters of CreateTable, without facts that have DynamoDB's default."""
    facts = table.facts
    body: Body = {
        "TableName": table.name,
        "AttributeDefinitions": _definitions(table.attributes),
        "KeySchema": _key_schema(table.partition, table.sort),
        "BillingMode": _billing_mode(table),
    }
    local = [_local_index(index, table) for index in table.indexes.values() if index.is_local]
    wide = [_global_index(index, table) for index in table.indexes.values() if not index.is_local]
    if local:
        body["LocalSecondaryIndexes"] = local
    if wide:
        body["GlobalSecondaryIndexes"] = wide
    if (stream := known(table.stream)) is not None:
        body |= stream_body(stream)
    body |= _throughput(table)
    if facts.get("table_class", "standard") != "standard":
        body["TableClass"] = TABLE_CLASSES[str(facts["table_class"])]
    if _fact(table, "encryption").get("type", "owned") != "owned":
        body |= _encryption_body(_fact(table, "encryption"))
    if facts.get("deletion_protection"):
        body["DeletionProtectionEnabled"] = True
    if tags := _fact(table, "tags"):
        body["Tags"] = [{"Key": name, "Value": value} for name, value in tags.items()]
    return body


def add_index_body(table: TableSchema, index: IndexSchema) -> Body:
    """The parameters of an UpdateTable that creates a global index."""
    return {
        "AttributeDefinitions": _definitions(index.attributes),
        "GlobalSecondaryIndexUpdates": [{"Create": _global_index(index, table)}],
    }


def drop_index_body(index: IndexSchema) -> Body:
    """The parameters of an UpdateTable that drops a global index."""
    return {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": index.name}}]}


def stream_body(view: str | None) -> Body:
    """The stream parameters of CreateTable and UpdateTable; a view of None disables the stream."""
    if view is None:
        return {"StreamSpecification": {"StreamEnabled": False}}
    return {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}}


def ttl_body(attribute: str, *, enabled: bool) -> Body:
    """The parameters of UpdateTimeToLive.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
    """
    return {"TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute}}


def backups_body(pitr_days: Value) -> Body:
    """The parameters of UpdateContinuousBackups. pitr_days: the days to restore from; 0 for none.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html
    """
    recovery: Body = {"PointInTimeRecoveryEnabled": bool(pitr_days)}
    if pitr_days:
        recovery["RecoveryPeriodInDays"] = pitr_days
    return {"PointInTimeRecoverySpecification": recovery}


def fact_body(change: SetFact) -> Body | None:
    """The parameters of an UpdateTable that sets a fact; None if UpdateTable cannot set it."""
    match change.name:
        case "billing":
            facts = {**change.schema.facts, "billing": change.after}
            return _billing_body(replace(change.schema, facts=facts))
        case "table_class":
            return {"TableClass": TABLE_CLASSES[str(change.after)]}
        case "encryption":
            return _encryption_body(_mapping(change.after))
        case "deletion_protection":
            return {"DeletionProtectionEnabled": bool(change.after)}
        case _:
            return None


def _definitions(attributes: Iterable[AttributeSchema]) -> list[dict[str, str]]:
    return [
        {"AttributeName": attribute.name, "AttributeType": attribute.kind}
        for attribute in attributes
    ]


def _key_schema(
    partition: Sequence[AttributeSchema], sort: Sequence[AttributeSchema]
) -> list[dict[str, str]]:
    """The key schema. A global index may have several attributes of each kind.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
    """
    pairs = [(attribute.name, "HASH") for attribute in partition] + [
        (attribute.name, "RANGE") for attribute in sort
    ]
    return [{"AttributeName": name, "KeyType": kind} for name, kind in pairs]


def _local_index(index: IndexSchema, table: TableSchema) -> Body:
    return {
        "IndexName": index.name,
        "KeySchema": _key_schema(table.partition, index.sort),
        "Projection": _projection(index.projection),
    }


def _global_index(index: IndexSchema, table: TableSchema) -> Body:
    """A global index, with the units or the maximum units of its table."""
    return {
        "IndexName": index.name,
        "KeySchema": _key_schema(index.partition, index.sort),
        "Projection": _projection(index.projection),
        **_throughput(table),
    }


def _projection(projection: frozenset[str] | None) -> Body:
    if projection is None:
        return {"ProjectionType": "ALL"}
    if not projection:
        return {"ProjectionType": "KEYS_ONLY"}
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": sorted(projection)}


def _billing_mode(table: TableSchema) -> str:
    is_provisioned = _fact(table, "billing").get("mode") == "provisioned"
    return "PROVISIONED" if is_provisioned else "PAY_PER_REQUEST"


def _throughput(table: TableSchema) -> Body:
    billing = _fact(table, "billing")
    if billing.get("mode") == "provisioned":
        reads, writes = billing["read_units"], billing["write_units"]
        return {"ProvisionedThroughput": {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}}
    maxima = [billing.get(f"max_{what}_request_units") for what in ("read", "write")]
    return {} if maxima == [None, None] else _maxima(*maxima)


def _maxima(reads: Value, writes: Value) -> Body:
    maxima = {"MaxReadRequestUnits": reads, "MaxWriteRequestUnits": writes}
    limited = {name: NO_MAXIMUM if units is None else units for name, units in maxima.items()}
    return {"OnDemandThroughput": limited}


def _billing_body(table: TableSchema) -> Body:
    """The billing of a table and its indexes, which change together."""
    throughput = _throughput(table) or _maxima(None, None)
    updates = [
        {"Update": {"IndexName": index.name, **throughput}}
        for index in table.indexes.values()
        if not index.is_local
    ]
    indexes = {"GlobalSecondaryIndexUpdates": updates} if updates else {}
    return {"BillingMode": _billing_mode(table), **throughput, **indexes}


def _encryption_body(encryption: Mapping[str, Value]) -> Body:
    if encryption["type"] == "owned":
        return {"SSESpecification": {"Enabled": False}}
    key = {"KMSMasterKeyId": encryption["key"]} if "key" in encryption else {}
    return {"SSESpecification": {"Enabled": True, "SSEType": "KMS", **key}}


def _fact(table: TableSchema, name: str) -> Mapping[str, Value]:
    return _mapping(table.facts.get(name))


def _mapping(fact: Value) -> Mapping[str, Value]:
    return fact if isinstance(fact, Mapping) else {}

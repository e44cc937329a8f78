"""The parameters of requests that create and change tables.

Needs no extra of the package.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ....schema.facts import Value, known
from ....schema.tables import AttributeSchema, IndexSchema, TableSchema
from .throughput import PROVISIONED, Body, billing_mode, mapping, throughput, warm_throughput
from .words import INSIGHTS_MODES, TABLE_CLASSES


def create_body(table: TableSchema) -> Body:
    """The parameters of CreateTable, without facts that have DynamoDB's default."""
    facts, billing = table.facts, mapping(table.facts.get("billing"))
    mode = billing.get("mode")
    body: Body = {
        "TableName": table.name,
        "AttributeDefinitions": _definitions(table.attributes),
        "KeySchema": _key_schema(table.partition, table.sort),
        **billing_mode(mode),
    }
    local = [_local_index(index, table) for index in table.indexes.values() if index.is_local]
    wide = [global_index(index, billing) for index in global_indexes(table)]
    if local:
        body["LocalSecondaryIndexes"] = local
    if wide:
        body["GlobalSecondaryIndexes"] = wide
    if (stream := known(table.stream)) is not None:
        body |= stream_body(stream)
    body |= throughput(billing, mode)
    body |= warm_throughput(facts.get("warm_throughput"))
    if facts.get("table_class", "standard") != "standard":
        body |= class_body(facts["table_class"])
    if mapping(facts.get("encryption")).get("type", "owned") != "owned":
        body |= encryption_body(facts["encryption"])
    if facts.get("deletion_protection"):
        body |= protection_body(True)
    if tags := mapping(facts.get("tags")):
        body["Tags"] = tag_list(tags)
    return body


def global_indexes(table: TableSchema) -> list[IndexSchema]:
    """The indexes of a table that come and go by themselves."""
    return [index for index in table.indexes.values() if not index.is_local]


def add_index_body(index: IndexSchema, billing: Mapping[str, Value]) -> Body:
    """The parameters of an UpdateTable that creates a global index. billing: the table's."""
    return {
        "AttributeDefinitions": _definitions(index.attributes),
        "GlobalSecondaryIndexUpdates": [{"Create": global_index(index, billing)}],
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


def recovery_body(recovery: Value) -> Body:
    """The parameters of UpdateContinuousBackups.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html
    """
    wanted = mapping(recovery)
    specification: Body = {"PointInTimeRecoveryEnabled": bool(wanted.get("enabled"))}
    if wanted.get("enabled") and isinstance(wanted.get("days"), int):
        specification["RecoveryPeriodInDays"] = wanted["days"]
    return {"PointInTimeRecoverySpecification": specification}


def insights_body(insights: Value) -> Body:
    """The parameters of UpdateContributorInsights.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContributorInsights.html
    """
    wanted = mapping(insights)
    if not wanted.get("enabled"):
        return {"ContributorInsightsAction": "DISABLE"}
    mode = INSIGHTS_MODES.get(str(wanted.get("mode")))
    told = {"ContributorInsightsMode": mode} if mode else {}
    return {"ContributorInsightsAction": "ENABLE", **told}


def class_body(table_class: Value) -> Body:
    """The class of a table."""
    return {"TableClass": TABLE_CLASSES[str(table_class)]}


def protection_body(is_protected: Value) -> Body:
    """Whether dropping a table is refused."""
    return {"DeletionProtectionEnabled": bool(is_protected)}


def encryption_body(encryption: Value) -> Body:
    """The key of a table."""
    wanted = mapping(encryption)
    if wanted.get("type") == "owned":
        return {"SSESpecification": {"Enabled": False}}
    key = wanted.get("key")
    is_own = isinstance(key, str) and wanted.get("owner") != "aws"
    named = {"KMSMasterKeyId": key} if is_own else {}
    return {"SSESpecification": {"Enabled": True, "SSEType": "KMS", **named}}


def tag_list(tags: Mapping[str, Value]) -> list[dict[str, Value]]:
    """Tags as requests have them."""
    return [{"Key": name, "Value": value} for name, value in tags.items()]


def global_index(index: IndexSchema, billing: Mapping[str, Value]) -> Body:
    """A global index, with units of its own, or the table's if it needs some and has none."""
    own, mode = mapping(index.facts.get("billing")), billing.get("mode")
    has_own = not (mode == PROVISIONED and own.get("read_units") is None)
    return {
        "IndexName": index.name,
        "KeySchema": _key_schema(index.partition, index.sort),
        "Projection": _projection(index.projection),
        **throughput(own if has_own else billing, mode),
        **warm_throughput(index.facts.get("warm_throughput")),
    }


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


def _projection(projection: frozenset[str] | None) -> Body:
    if projection is None:
        return {"ProjectionType": "ALL"}
    if not projection:
        return {"ProjectionType": "KEYS_ONLY"}
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": sorted(projection)}

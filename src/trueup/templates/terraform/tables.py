"""Tables of Terraform as CloudFormation has them: `aws_dynamodb_table`, and what stands beside it.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from ...schema.facts import Unknown
from ..template import Resolved
from .instances import Arguments, Instance, blocks, first_block

TABLE = "AWS::DynamoDB::Table"
Part = tuple[str, Resolved, str]
"""A property, its value, and the argument that says it."""


def table_parts(table: Instance) -> Iterator[Part]:
    """The properties of a table."""
    given = table.values
    yield "TableName", given.get("name"), "name"
    yield "BillingMode", given.get("billing_mode") or "PROVISIONED", "billing_mode"
    yield "KeySchema", _keys(given), "hash_key"
    yield "AttributeDefinitions", _definitions(given.get("attribute")), "attribute"
    yield from _throughput_parts(given)
    for name, key in (("global_secondary_index", "Global"), ("local_secondary_index", "Local")):
        listed = given.get(name)
        if isinstance(listed, Unknown):
            yield f"{key}SecondaryIndexes", listed, name
        elif blocks(listed):
            own = given.get("hash_key") if key == "Local" else None
            indexes = [_index(one, own) for one in blocks(listed)]
            yield f"{key}SecondaryIndexes", indexes, name
    yield from _settings(given)
    yield (
        "DeletionProtectionEnabled",
        is_on(given.get("deletion_protection_enabled")),
        "deletion_protection_enabled",
    )
    tags = given.get("tags_all") or given.get("tags")
    if isinstance(tags, Unknown):
        yield "Tags", tags, "tags"
    elif isinstance(tags, Mapping) and tags:
        yield "Tags", [{"Key": name, "Value": value} for name, value in tags.items()], "tags"


def _keys(given: Arguments, partition: Resolved = None) -> Resolved:
    """A key in either spelling: hash_key and range_key, or key_schema."""
    listed = given.get("key_schema")
    if isinstance(listed, Unknown):
        return listed
    if blocks(listed):
        own = [{"AttributeName": partition, "KeyType": "HASH"}] if partition else []
        return own + [
            {"AttributeName": one.get("attribute_name"), "KeyType": one.get("key_type")}
            for one in blocks(listed)
        ]
    named = ((partition or given.get("hash_key"), "HASH"), (given.get("range_key"), "RANGE"))
    return [{"AttributeName": name, "KeyType": kind} for name, kind in named if name]


def _definitions(listed: Resolved) -> Resolved:
    if isinstance(listed, Unknown):
        return listed
    return [
        {"AttributeName": one.get("name"), "AttributeType": one.get("type")}
        for one in blocks(listed)
    ]


def _index(given: Arguments, partition: Resolved) -> Resolved:
    held = given.get("non_key_attributes")
    projection: dict[str, Resolved] = {"ProjectionType": given.get("projection_type")}
    if held:
        projection["NonKeyAttributes"] = held
    return {
        "IndexName": given.get("name"),
        "KeySchema": _keys(given, partition),
        "Projection": projection,
        **{name: value for name, value, _ in _throughput_parts(given)},
    }


def _throughput_parts(given: Arguments) -> Iterator[Part]:
    reads, writes = given.get("read_capacity"), given.get("write_capacity")
    if reads and writes:
        units = {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}
        yield "ProvisionedThroughput", units, "read_capacity"
    for argument, name, parts in (
        (
            "on_demand_throughput",
            "OnDemandThroughput",
            {
                "max_read_request_units": "MaxReadRequestUnits",
                "max_write_request_units": "MaxWriteRequestUnits",
            },
        ),
        (
            "warm_throughput",
            "WarmThroughput",
            {
                "read_units_per_second": "ReadUnitsPerSecond",
                "write_units_per_second": "WriteUnitsPerSecond",
            },
        ),
    ):
        yield from _unknown(name, given.get(argument), argument)
        block = first_block(given.get(argument))
        if block:
            found = {parts[key]: value for key, value in block.items() if key in parts and value}
            if found:
                yield name, found, argument


def _settings(given: Arguments) -> Iterator[Part]:
    expiry = given.get("ttl")
    yield from _unknown("TimeToLiveSpecification", expiry, "ttl")
    block = first_block(expiry)
    if block and block.get("enabled"):
        yield (
            "TimeToLiveSpecification",
            {"AttributeName": block.get("attribute_name"), "Enabled": block["enabled"]},
            "ttl",
        )
    recovery = given.get("point_in_time_recovery")
    yield from _unknown("PointInTimeRecoverySpecification", recovery, "point_in_time_recovery")
    block = first_block(recovery)
    if block:
        days = block.get("recovery_period_in_days")
        said: dict[str, Resolved] = {"PointInTimeRecoveryEnabled": block.get("enabled")}
        if days:
            said["RecoveryPeriodInDays"] = days
        yield "PointInTimeRecoverySpecification", said, "point_in_time_recovery"
    encryption = given.get("server_side_encryption")
    yield from _unknown("SSESpecification", encryption, "server_side_encryption")
    block = first_block(encryption)
    if block:
        key = block.get("kms_key_arn")
        said = {"SSEEnabled": block.get("enabled")}
        if key:
            said |= {"SSEType": "KMS", "KMSMasterKeyId": key}
        yield "SSESpecification", said, "server_side_encryption"
    streams = is_on(given.get("stream_enabled"))
    yield from _unknown("StreamSpecification", streams, "stream_enabled")
    if streams is True:
        view = given.get("stream_view_type")
        yield "StreamSpecification", {"StreamViewType": view}, "stream_view_type"
    replicas = given.get("replica")
    yield from _unknown("Replicas", replicas, "replica")
    if blocks(replicas):
        regions = [one.get("region_name") for one in blocks(replicas)]
        yield "Replicas", [{"Region": one} for one in regions], "replica"
    if given.get("table_class"):
        yield "TableClass", given["table_class"], "table_class"


def is_on(flag: Resolved) -> bool | Unknown:
    """Whether an argument is true: Terraform takes the text for it, too."""
    return flag if isinstance(flag, Unknown) else flag is True or flag == "true"


def _unknown(name: str, value: Resolved, argument: str) -> Iterator[Part]:
    if isinstance(value, Unknown):
        yield name, value, argument


def insights(given: Arguments) -> Resolved:
    """The specification of `aws_dynamodb_contributor_insights`."""
    mode = {"Mode": given["mode"]} if given.get("mode") else {}
    return {"Enabled": True, **mode}


def policy_document(given: Arguments) -> Resolved:
    """The document of `aws_dynamodb_resource_policy`; a text that is no JSON stays a text."""
    policy = given.get("policy")
    if not isinstance(policy, str):
        return policy
    try:
        found: Resolved = json.loads(policy)
    except ValueError:
        return policy
    return found


def attached(
    properties: Mapping[str, Resolved], index: Resolved, said: Resolved
) -> dict[str, Resolved]:
    """A table's properties with the insights of the table, or of one of its indexes."""
    if not index:
        return {**properties, "ContributorInsightsSpecification": said}
    listed = properties.get("GlobalSecondaryIndexes")
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        return dict(properties)
    return {
        **properties,
        "GlobalSecondaryIndexes": [
            {**one, "ContributorInsightsSpecification": said}
            if isinstance(one, Mapping) and one.get("IndexName") == index
            else one
            for one in listed
        ],
    }

"""Tables in Terraform: blocks where CloudFormation has specifications, and resources of their own
for insights and policies.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ....errors import Place, UnsupportedByEngine
from ...values import Resource
from .values import Addresses, Part, label


def table_parts(table: Resource, addresses: Addresses) -> Iterator[Part]:
    """The table, then its insights and its policy."""
    given = addresses.plain(table.properties)
    name, address = label(table.id), addresses.of[table.id]
    yield "aws_dynamodb_table", name, _body(given, is_kept=table.is_kept)
    for index, insights in _insights(given):
        body = {"table_name": f"${{{address}.name}}"} | ({"index_name": index} if index else {})
        if insights["Enabled"]:
            mode = {"mode": insights["Mode"]} if "Mode" in insights else {}
            part = "_".join(filter(None, (name, label(index))))
            yield "aws_dynamodb_contributor_insights", part, {**body, **mode}
    if "ResourcePolicy" in given:
        policy = json.dumps(given["ResourcePolicy"]["PolicyDocument"], sort_keys=True)
        yield (
            "aws_dynamodb_resource_policy",
            name,
            {"resource_arn": f"${{{address}.arn}}", "policy": policy},
        )


def _insights(given: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for index, holder in (
        ("", given),
        *((one["IndexName"], one) for one in given.get("GlobalSecondaryIndexes", ())),
    ):
        if "ContributorInsightsSpecification" in holder:
            yield index, holder["ContributorInsightsSpecification"]


def _body(given: Mapping[str, Any], *, is_kept: bool) -> dict[str, Any]:
    """The arguments and blocks of a table."""
    body: dict[str, Any] = {
        "name": given["TableName"],
        "billing_mode": given.get("BillingMode", "PROVISIONED"),
        **_key(given["KeySchema"], given["TableName"]),
        "attribute": [
            {"name": one["AttributeName"], "type": one["AttributeType"]}
            for one in given["AttributeDefinitions"]
        ],
        **_throughput(given),
        **dict(_settings(given)),
    }
    for name, block in (("Global", "global"), ("Local", "local")):
        indexes = given.get(f"{name}SecondaryIndexes", ())
        if indexes:
            body[f"{block}_secondary_index"] = [
                _index(one, given["TableName"], is_local=name == "Local") for one in indexes
            ]
    if is_kept:
        body["lifecycle"] = {"prevent_destroy": True}
    return body


def _key(schema: Sequence[Mapping[str, str]], where: str) -> dict[str, str]:
    names = {"HASH": "hash_key", "RANGE": "range_key"}
    found: dict[str, str] = {}
    for one in schema:
        if names[one["KeyType"]] in found:
            raise UnsupportedByEngine(
                "Terraform's aws_dynamodb_table has indexes of one attribute for each key",
                where=Place(note=f"index of {where}"),
                fix="deploy the layer by CloudFormation, or compose the attributes into one",
            )
        found[names[one["KeyType"]]] = one["AttributeName"]
    return found


def _index(given: Mapping[str, Any], table: str, *, is_local: bool) -> dict[str, Any]:
    key = _key(given["KeySchema"], table)
    if is_local:
        key.pop("hash_key")
    projection = given["Projection"]
    held = projection.get("NonKeyAttributes")
    return {
        "name": given["IndexName"],
        **key,
        "projection_type": projection["ProjectionType"],
        **({"non_key_attributes": held} if held else {}),
        **_throughput(given),
    }


def _throughput(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    units = given.get("ProvisionedThroughput")
    if units:
        found["read_capacity"] = units["ReadCapacityUnits"]
        found["write_capacity"] = units["WriteCapacityUnits"]
    for name, block in (("OnDemandThroughput", "on_demand"), ("WarmThroughput", "warm")):
        if name in given:
            found[f"{block}_throughput"] = {
                label(part): value for part, value in given[name].items()
            }
    return found


def _settings(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What CloudFormation has as specifications."""
    expiry = given.get("TimeToLiveSpecification")
    if expiry:
        yield "ttl", {"attribute_name": expiry["AttributeName"], "enabled": True}
    recovery = given["PointInTimeRecoverySpecification"]
    days = recovery.get("RecoveryPeriodInDays")
    yield (
        "point_in_time_recovery",
        {"enabled": recovery["PointInTimeRecoveryEnabled"]}
        | ({"recovery_period_in_days": days} if days else {}),
    )
    if "SSESpecification" in given:
        key = given["SSESpecification"].get("KMSMasterKeyId")
        yield "server_side_encryption", {"enabled": True} | ({"kms_key_arn": key} if key else {})
    if "StreamSpecification" in given:
        yield "stream_enabled", True
        yield "stream_view_type", given["StreamSpecification"]["StreamViewType"]
    if "TableClass" in given:
        yield "table_class", given["TableClass"]
    yield "deletion_protection_enabled", given["DeletionProtectionEnabled"]
    yield "tags", {one["Key"]: one["Value"] for one in given["Tags"]}

"""Tables in Terraform: blocks where CloudFormation has specifications, and resources of their own
for insights and policies.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ....errors import Place, UnsupportedByEngine
from ..labels import label
from .kinds import Kind, Made, Rule, json_text, left_out, refused, renamed, spread
from .values import Part


def _parts(table: Made) -> Iterator[Part]:
    """The insights of a table and of its indexes, its policy, and its stream of Kinesis."""
    given = table.given
    name = {"table_name": table.attribute("name")}
    for index, insights in _insights(given):
        body = name | ({"index_name": index} if index else {})
        if insights["Enabled"]:
            mode = {"mode": insights["Mode"]} if "Mode" in insights else {}
            part = "_".join(filter(None, (table.name, label(index))))
            yield "aws_dynamodb_contributor_insights", part, {**body, **mode}
    if "ResourcePolicy" in given:
        policy = json_text(given["ResourcePolicy"]["PolicyDocument"])
        body = {"resource_arn": table.attribute("arn"), "policy": policy}
        yield "aws_dynamodb_resource_policy", table.name, body
    if "KinesisStreamSpecification" in given:
        stream = Kind("").body(given["KinesisStreamSpecification"])
        yield "aws_dynamodb_kinesis_streaming_destination", table.name, {**name, **stream}


def _insights(given: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for index, holder in (
        ("", given),
        *((one["IndexName"], one) for one in given.get("GlobalSecondaryIndexes", ())),
    ):
        if "ContributorInsightsSpecification" in holder:
            yield index, holder["ContributorInsightsSpecification"]


def _key(schema: Sequence[Mapping[str, str]]) -> dict[str, str]:
    names = {"HASH": "hash_key", "RANGE": "range_key"}
    found: dict[str, str] = {}
    for one in schema:
        if names[one["KeyType"]] in found:
            raise UnsupportedByEngine(
                "Terraform's aws_dynamodb_table has indexes of one attribute for each key",
                where=Place(note=f"{one['AttributeName']} of an index"),
                fix="deploy the layer by CloudFormation, or compose the attributes into one",
            )
        found[names[one["KeyType"]]] = one["AttributeName"]
    return found


def _key_arguments(schema: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    yield from _key(schema).items()


def _indexes(block: str, *without: str) -> Rule:
    """Indexes as blocks. A local one has the partition of its table, which goes without saying."""

    def blocks(value: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
        bodies = [_INDEX.body(one) for one in value]
        yield (
            block,
            [{name: one for name, one in body.items() if name not in without} for body in bodies],
        )

    return blocks


def _projection(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "projection_type", value["ProjectionType"]
    if value.get("NonKeyAttributes"):
        yield "non_key_attributes", value["NonKeyAttributes"]


def _encryption(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    key = value.get("KMSMasterKeyId")
    block = {"enabled": value["SSEEnabled"]} | ({"kms_key_arn": key} if key else {})
    yield "server_side_encryption", block


def _stream(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "stream_enabled", True
    yield "stream_view_type", value["StreamViewType"]


_UNITS = spread(ReadCapacityUnits="read_capacity", WriteCapacityUnits="write_capacity")
_INDEX = Kind(
    "",
    rules={
        "IndexName": "name",
        "KeySchema": _key_arguments,
        "Projection": _projection,
        "ProvisionedThroughput": _UNITS,
        "ContributorInsightsSpecification": left_out,
    },
)
TABLES: Mapping[str, Kind] = {
    "AWS::DynamoDB::Table": Kind(
        "aws_dynamodb_table",
        ref="${@.name}",
        attributes={"Arn": "${@.arn}", "StreamArn": "${@.stream_arn}"},
        rules={
            "TableName": "name",
            "KeySchema": _key_arguments,
            "AttributeDefinitions": renamed(
                "attribute", AttributeName="name", AttributeType="type"
            ),
            "ProvisionedThroughput": _UNITS,
            "GlobalSecondaryIndexes": _indexes("global_secondary_index"),
            "LocalSecondaryIndexes": _indexes("local_secondary_index", "hash_key"),
            "TimeToLiveSpecification": "ttl",
            "PointInTimeRecoverySpecification": renamed(
                "point_in_time_recovery", PointInTimeRecoveryEnabled="enabled"
            ),
            "SSESpecification": _encryption,
            "StreamSpecification": _stream,
            "ImportSourceSpecification": refused("ImportSourceSpecification of a table"),
            "VectorIndexes": refused("VectorIndexes of a table"),
            "ContributorInsightsSpecification": left_out,
            "ResourcePolicy": left_out,
            "KinesisStreamSpecification": left_out,
        },
        parts=_parts,
    ),
}

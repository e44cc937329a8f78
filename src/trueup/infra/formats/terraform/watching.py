"""Alarms, dashboards, scaling, keys and topics in Terraform.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_metric_alarm
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...resources.scaling import TARGET
from ...values import Attribute, Joined, Resource
from .kinds import Kind, as_json, pairs, snake


def _queries(value: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    yield "metric_query", [_query(one) for one in value]


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    """A metric, or an expression over metrics. CloudFormation returns what says nothing else."""
    given = dict(query)
    stated = given.pop("MetricStat", None)
    found = {**snake(given, {}), "return_data": given.get("ReturnData", True)}
    if stated is not None:
        metric = {"stat": stated["Stat"], "period": stated["Period"]}
        metric |= snake({"Unit": stated["Unit"]} if "Unit" in stated else {}, {})
        found["metric"] = [{**_METRIC.body(stated["Metric"]), **metric}]
    return found


_METRIC = Kind("", rules={"Dimensions": pairs("dimensions", "Name")})


def _composite(given: Mapping[str, Any]) -> dict[str, Any]:
    """A composite alarm. What silences it, and how long, is a block."""
    body = Kind("", rules={"OKActions": "ok_actions"}).body(given)
    suppressor = {
        name: body.pop(f"actions_suppressor{suffix}")
        for suffix, name in _SUPPRESSOR.items()
        if f"actions_suppressor{suffix}" in body
    }
    return body | ({"actions_suppressor": suppressor} if suppressor else {})


_SUPPRESSOR = {"": "alarm", "_wait_period": "wait_period", "_extension_period": "extension_period"}


def _scaled(target: str) -> Iterator[tuple[str, Any]]:
    """What a policy scales, which CloudFormation names by its target alone."""
    address = target.removeprefix("${").removesuffix(".resource_id}")
    for name in ("resource_id", "scalable_dimension", "service_namespace"):
        yield name, f"${{{address}.{name}}}"


def scaled_arguments(resources: Sequence[Resource]) -> dict[str, list[str]]:
    """The arguments of tables that follow their load, by the table. Those of indexes are parts of a
    block, which can only be ignored as a whole: a new index would then be ignored as well.

    Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table
    """
    found: dict[str, list[str]] = {}
    for one in resources:
        place, dimension = (one.properties.get(n) for n in ("ResourceId", "ScalableDimension"))
        if one.type == TARGET and isinstance(place, Joined) and dimension in _CAPACITIES:
            for part in place.parts:
                if isinstance(part, Attribute):
                    found.setdefault(part.resource, []).append(_CAPACITIES[str(dimension)])
    return found


_CAPACITIES = {
    "dynamodb:table:ReadCapacityUnits": "read_capacity",
    "dynamodb:table:WriteCapacityUnits": "write_capacity",
}

WATCHING: Mapping[str, Kind] = {
    "AWS::CloudWatch::Alarm": Kind(
        "aws_cloudwatch_metric_alarm",
        ref="${@.alarm_name}",
        rules={
            "OKActions": "ok_actions",
            "Dimensions": pairs("dimensions", "Name"),
            "Metrics": _queries,
            "EvaluateLowSampleCountPercentile": "evaluate_low_sample_count_percentiles",
        },
    ),
    "AWS::CloudWatch::CompositeAlarm": Kind(
        "aws_cloudwatch_composite_alarm",
        ref="${@.alarm_name}",
        whole=_composite,
    ),
    "AWS::CloudWatch::Dashboard": Kind(
        "aws_cloudwatch_dashboard",
        ref="${@.dashboard_name}",
        rules={"DashboardBody": as_json("dashboard_body")},
    ),
    "AWS::ApplicationAutoScaling::ScalableTarget": Kind(
        "aws_appautoscaling_target", ref="${@.resource_id}", rules={"RoleARN": "role_arn"}
    ),
    "AWS::ApplicationAutoScaling::ScalingPolicy": Kind(
        "aws_appautoscaling_policy",
        ref="${@.arn}",
        rules={"PolicyName": "name", "ScalingTargetId": _scaled},
    ),
    "AWS::KMS::Key": Kind(
        "aws_kms_key",
        ref="${@.key_id}",
        rules={
            "KeyPolicy": as_json("policy"),
            "PendingWindowInDays": "deletion_window_in_days",
            "Enabled": "is_enabled",
        },
    ),
    "AWS::KMS::Alias": Kind("aws_kms_alias", ref="${@.name}", rules={"AliasName": "name"}),
    "AWS::SNS::Topic": Kind(
        "aws_sns_topic",
        ref="${@.arn}",
        attributes={"TopicArn": "${@.arn}", "TopicName": "${@.name}"},
        rules={"TopicName": "name"},
    ),
}

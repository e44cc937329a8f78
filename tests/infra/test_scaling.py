"""Scaling in templates: a target with its policy, for reads and writes, of table and indexes."""

from __future__ import annotations

from typing import Any

import pytest

from trueup import DynamoDB, Index, Layer, Model, Scaling, Table
from trueup.infra import cloudformation, stack_of, terraform
from trueup.infra.values import Stack

TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"


class Metric(Model):
    """What is counted."""

    id: str
    kind: str = ""
    day: str = ""


def stack(**settings: Any) -> Stack:
    """The stack of a table with an index of its own units and a local one."""
    settings = {"billing": "provisioned", "read_units": 5, "write_units": 5, **settings}
    table = Table(
        "Metrics",
        Metric,
        partition="id",
        sort="kind",
        indexes=[
            Index("ByDay", partition="day"),
            Index("Local", partition="id", sort="day", local=True),
        ],
        dynamodb=DynamoDB(**settings),
    )
    return stack_of(Layer("ops", target="dynamodb", tables=[table]), {"Metrics": "metrics"})


def resources(**settings: Any) -> dict[str, Any]:
    found: dict[str, Any] = cloudformation(stack(**settings))["Resources"]
    return found


def of_type(kind: str, **settings: Any) -> dict[str, Any]:
    return {
        name: one["Properties"]
        for name, one in resources(**settings).items()
        if one["Type"] == kind
    }


SCALED = {"scaling": Scaling(least=5, most=100, target_percent=70)}


@pytest.mark.req("I89")
def test_units_are_those_of_a_new_table() -> None:
    table = resources(**SCALED)["MetricsTable"]["Properties"]
    assert table["BillingMode"] == "PROVISIONED"
    assert table["ProvisionedThroughput"] == {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}


@pytest.mark.parametrize(
    "direction",
    [
        pytest.param("Read", marks=pytest.mark.req("I90")),
        pytest.param("Write", marks=pytest.mark.req("I91")),
    ],
)
def test_table_scales_between_its_bounds(direction: str) -> None:
    target = of_type(TARGET, **SCALED)[f"Metrics{direction}ScalableTarget"]
    assert target["ScalableDimension"] == f"dynamodb:table:{direction}CapacityUnits"
    assert target["ResourceId"] == {"Fn::Sub": "table/${MetricsTable}"}
    assert (target["MinCapacity"], target["MaxCapacity"]) == (5, 100)
    assert target["ServiceNamespace"] == "dynamodb"
    assert target["RoleARN"]["Fn::Sub"].endswith(
        ":role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
        "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
    )
    policy = of_type(POLICY, **SCALED)[f"Metrics{direction}ScalingPolicy"]
    assert policy["PolicyType"] == "TargetTrackingScaling"
    assert policy["ScalingTargetId"] == {"Ref": f"Metrics{direction}ScalableTarget"}
    assert policy["TargetTrackingScalingPolicyConfiguration"] == {
        "PredefinedMetricSpecification": {
            "PredefinedMetricType": f"DynamoDB{direction}CapacityUtilization"
        },
        "TargetValue": 70,
    }


@pytest.mark.req("I92")
def test_each_global_index_scales_too() -> None:
    targets = of_type(TARGET, **SCALED)
    of_index = {
        one["ScalableDimension"]: one["ResourceId"]["Fn::Sub"]
        for one in targets.values()
        if "index" in one["ScalableDimension"]
    }
    assert of_index == {
        f"dynamodb:index:{direction}CapacityUnits": "table/${MetricsTable}/index/ByDay"
        for direction in ("Read", "Write")
    }
    assert len(targets) == 4, "two of the table, two of the index, none of the local one"
    index = targets["MetricsByDayReadScalableTarget"]
    assert index["ScalableDimension"] == "dynamodb:index:ReadCapacityUnits"
    assert (index["MinCapacity"], index["MaxCapacity"]) == (5, 100)


def test_no_target_is_without_policy() -> None:
    policies = {one["ScalingTargetId"]["Ref"] for one in of_type(POLICY, **SCALED).values()}
    assert policies == of_type(TARGET, **SCALED).keys()


def test_writes_can_scale_in_another_way_or_alone() -> None:
    writes = Scaling(least=2, most=20)
    bounds = {
        name: (one["MinCapacity"], one["MaxCapacity"])
        for name, one in of_type(TARGET, **SCALED, write_scaling=writes).items()
    }
    assert bounds["MetricsReadScalableTarget"] == (5, 100)
    assert bounds["MetricsWriteScalableTarget"] == bounds["MetricsByDayWriteScalableTarget"]
    assert bounds["MetricsWriteScalableTarget"] == (2, 20)
    assert all("Write" in name for name in of_type(TARGET, write_scaling=writes))


def test_fixed_units_do_not_scale() -> None:
    assert of_type(TARGET) == {}


def test_terraform_leaves_units_alone_that_follow_the_load() -> None:
    [table] = terraform(stack(**SCALED))["resource"]["aws_dynamodb_table"].values()
    assert table["lifecycle"]["ignore_changes"] == ["read_capacity", "write_capacity"]
    [table] = terraform(stack())["resource"]["aws_dynamodb_table"].values()
    assert "ignore_changes" not in table.get("lifecycle", {})

"""A declaration sets any property of any resource, and names no resource that is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.infra.stacks import STACKS
from tests.infra.terraform_schema import problems
from tests.infra.test_templates import FULL
from trueup import DeclarationError, Function, Infrastructure, Layer
from trueup.infra import cloudformation, stack_of, terraform
from trueup.infra.overrides import overridden
from trueup.infra.values import Stack


def stack(overrides: Mapping[str, Mapping[str, Any]]) -> Stack:
    layer = Layer(
        "shop",
        target="dynamodb",
        tables=[FULL],
        functions=[Function("read", handler="app:read", reads=[FULL.get])],
        infrastructure=Infrastructure(overrides=overrides),
    )
    return stack_of(layer, {"Orders": "orders"})


def properties(overrides: Mapping[str, Mapping[str, Any]], resource: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = cloudformation(stack(overrides))["Resources"][resource]["Properties"]
    return found


def test_property_is_added_merged_replaced_and_removed() -> None:
    kinesis = {"StreamArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"}
    before = properties({}, "OrdersTable")
    found = properties(
        {
            "OrdersTable": {
                "KinesisStreamSpecification": kinesis,
                "PointInTimeRecoverySpecification": {"RecoveryPeriodInDays": 9},
                "TableClass": "STANDARD",
                "WarmThroughput": None,
            }
        },
        "OrdersTable",
    )
    assert found["KinesisStreamSpecification"] == kinesis
    assert found["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True,
        "RecoveryPeriodInDays": 9,
    }
    assert (before["TableClass"], found["TableClass"]) == ("STANDARD_INFREQUENT_ACCESS", "STANDARD")
    assert "WarmThroughput" in before
    assert "WarmThroughput" not in found
    changed = {"KinesisStreamSpecification", "PointInTimeRecoverySpecification", "TableClass"}
    same = {name: one for name, one in found.items() if name not in changed}
    assert same == {name: before[name] for name in same}
    assert set(before) - set(found) == {"WarmThroughput"}


def test_vector_index_is_reached() -> None:
    index = {
        "IndexName": "Near",
        "VectorAttribute": {"AttributeName": "embedding"},
        "Dimensions": 256,
        "DistanceFunction": "COSINE",
    }
    assert properties({"OrdersTable": {"VectorIndexes": [index]}}, "OrdersTable")[
        "VectorIndexes"
    ] == [index]


def test_reference_is_one_in_every_format() -> None:
    changed = stack(
        {
            "ReadFunction": {
                "Description": {"Ref": "OrdersTable"},
                "Environment": {
                    "Variables": {
                        "STREAM": {"Fn::GetAtt": ["OrdersTable", "StreamArn"]},
                        "REGION": {"Ref": "AWS::Region"},
                        "BUCKET": {"Ref": "CodeBucket"},
                    }
                },
            }
        }
    )
    plain = cloudformation(changed)["Resources"]["ReadFunction"]["Properties"]
    assert plain["Description"] == {"Ref": "OrdersTable"}
    assert plain["Environment"]["Variables"]["STREAM"] == {
        "Fn::GetAtt": ["OrdersTable", "StreamArn"]
    }
    written = terraform(changed)
    assert problems(written) == []
    function = written["resource"]["aws_lambda_function"]["read_function"]
    assert function["description"] == "${aws_dynamodb_table.orders_table.name}"
    variables = function["environment"]["variables"]
    assert variables["STREAM"] == "${aws_dynamodb_table.orders_table.stream_arn}"
    assert variables["REGION"] == "${data.aws_region.current.id}"
    assert variables["BUCKET"] == "${var.code_bucket}"


@pytest.mark.parametrize(
    "overrides",
    [
        {"OrderTable": {"TableClass": "STANDARD"}},
        {"ReadFunction": {"Description": {"Ref": "OrderTable"}}},
        {"ReadFunction": {"Description": {"Fn::GetAtt": ["OrderTable", "Arn"]}}},
    ],
)
def test_unknown_resource_is_refused_with_the_nearest(
    overrides: Mapping[str, Mapping[str, Any]],
) -> None:
    with pytest.raises(DeclarationError, match="no resource 'OrderTable'; near it are OrdersTable"):
        stack(overrides)


def test_value_that_no_template_holds_is_refused_where_it_stands() -> None:
    with pytest.raises(DeclarationError, match=r"OrdersTable.Tags\[0\].Value is bytes"):
        stack({"OrdersTable": {"Tags": [{"Key": "team", "Value": b"shop"}]}})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"DeletionPolicy": "Retain"}, "DeletionPolicy is no property of .*: say removal="),
        ({"DependsOn": ["ReadLog"]}, "DependsOn is no property of .*: it stands beside"),
        ({"BilingMode": "PROVISIONED"}, "BilingMode is no property .*: did you mean BillingMode?"),
    ],
)
def test_what_is_no_property_is_refused(given: Mapping[str, Any], said: str) -> None:
    with pytest.raises(DeclarationError, match=said) as refusal:
        stack({"OrdersTable": given})
    assert "properties only" in refusal.value.fix


def test_property_that_is_called_almost_as_another_one_is_no_mistake() -> None:
    pdfjobs = STACKS["pdfjobs"]
    group = next(one.id for one in pdfjobs.resources if "SecurityGroupEgress" in one.properties)
    given: dict[str, dict[str, Any]] = {group: {"SecurityGroupIngress": []}}
    made = {one.id: one for one in overridden(pdfjobs, given, "here").resources}
    assert made[group].properties["SecurityGroupIngress"] == []

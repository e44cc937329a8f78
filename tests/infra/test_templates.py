"""Templates say all that the declaration says, in each format, and the same every time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from systems.nexus.tables import layer as nexus
from trueup import (
    DynamoDB,
    ExpiresAt,
    Index,
    Infrastructure,
    InvalidCall,
    Layer,
    Model,
    Table,
    UnsupportedByEngine,
)
from trueup.infra import Format, cloudformation, stack_files, stack_of, template_text, terraform
from trueup.infra.formats.terraform.kinds import Kind
from trueup.infra.formats.terraform.values import Addresses
from trueup.infra.values import Attribute, Joined, Output, Parameter, Resource, Stack


class Order(Model):
    """An item with all kinds of keys."""

    customer: str
    number: int
    day: str = ""
    note: bytes = b""
    expires_at: ExpiresAt | None = None


FULL = Table(
    "Orders",
    Order,
    partition="customer",
    sort="number",
    indexes=[
        Index("ByDay", partition="day", sort="number", projection=("note",)),
        Index("Local", partition="customer", sort="day", local=True, projection="keys"),
    ],
    stream="NEW_AND_OLD_IMAGES",
    dynamodb=DynamoDB(
        max_read_request_units=10,
        max_write_request_units=5,
        warm_read_units_per_second=12_000,
        warm_write_units_per_second=4_000,
        table_class="infrequent_access",
        pitr_days=7,
        encryption="customer",
        kms_key_arn="arn:aws:kms:eu-west-1:123456789012:key/a",
        contributor_insights="throttled_keys",
        resource_policy={
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem"}],
        },
        tags={"team": "shop"},
    ),
)
UNITS = Table(
    "Units",
    Order,
    partition="customer",
    indexes=[Index("ByDay", partition="day")],
    dynamodb=DynamoDB(
        billing="provisioned",
        read_units=3,
        write_units=2,
        pitr_days=0,
        tags={"Layer": "units"},
    ),
)
SHOP = Layer("shop", target="dynamodb", tables=[FULL, UNITS])
NAMES = {"Orders": "beta-orders", "Units": "beta-units"}


def template(*, is_protected: bool = False) -> dict[str, Any]:
    return cloudformation(stack_of(SHOP, NAMES, stage="beta", is_protected=is_protected))


def test_table_has_every_declared_property() -> None:
    table = template(is_protected=True)["Resources"]["OrdersTable"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    properties = table["Properties"]
    assert properties["TableName"] == "beta-orders"
    assert properties["OnDemandThroughput"] == {
        "MaxReadRequestUnits": 10,
        "MaxWriteRequestUnits": 5,
    }
    assert properties["WarmThroughput"] == {
        "ReadUnitsPerSecond": 12_000,
        "WriteUnitsPerSecond": 4_000,
    }
    assert properties["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert properties["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert properties["TimeToLiveSpecification"] == {"Enabled": True, "AttributeName": "expires_at"}
    assert properties["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True,
        "RecoveryPeriodInDays": 7,
    }
    assert properties["SSESpecification"] == {
        "SSEEnabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": "arn:aws:kms:eu-west-1:123456789012:key/a",
    }
    insights = {"Enabled": True, "Mode": "THROTTLED_KEYS"}
    assert properties["ContributorInsightsSpecification"] == insights
    [index] = properties["GlobalSecondaryIndexes"]
    assert index["ContributorInsightsSpecification"] == insights
    assert index["Projection"]["ProjectionType"] == "INCLUDE"
    assert properties["DeletionProtectionEnabled"] is True
    [statement] = properties["ResourcePolicy"]["PolicyDocument"]["Statement"]
    assert "table/beta-orders" in statement["Resource"][0]["Fn::Sub"]
    assert {"Key": "team", "Value": "shop"} in properties["Tags"]
    assert {"Key": "stage", "Value": "beta"} in properties["Tags"]


@pytest.mark.req("NT6")
@pytest.mark.parametrize(
    ("settings", "written"),
    [
        ({"encryption": "owned"}, None),
        ({"encryption": "aws_managed"}, {"SSEEnabled": True, "SSEType": "KMS"}),
        (
            {"encryption": "customer", "kms_key_arn": "alias/shop"},
            {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/shop"},
        ),
    ],
)
def test_key_of_a_table_is_a_choice_of_three(
    settings: dict[str, Any], written: dict[str, Any] | None
) -> None:
    """The default is a key that AWS owns, which scanners of policies refuse where they are told."""
    table = Table("Orders", Order, partition="customer", dynamodb=DynamoDB(**settings))
    stack = stack_of(Layer("shop", target="dynamodb", tables=[table]), {"Orders": "orders"})
    properties = cloudformation(stack)["Resources"]["OrdersTable"]["Properties"]
    assert properties.get("SSESpecification") == written


def test_declared_tags_win_over_those_of_the_stack_in_any_case() -> None:
    tags = template()["Resources"]["UnitsTable"]["Properties"]["Tags"]
    assert {one["Key"]: one["Value"] for one in tags} == {"Layer": "units", "stage": "beta"}


def test_stage_says_what_is_kept() -> None:
    for is_protected, policy in ((True, "Retain"), (False, "Delete")):
        table = template(is_protected=is_protected)["Resources"]["UnitsTable"]
        assert table["DeletionPolicy"] == policy
        assert table["Properties"]["DeletionProtectionEnabled"] is is_protected


def test_tables_with_indexes_are_made_one_after_the_other() -> None:
    resources = template()["Resources"]
    assert "DependsOn" not in resources["OrdersTable"]
    assert resources["UnitsTable"]["DependsOn"] == ["OrdersTable"]


def test_outputs_name_table_and_stream() -> None:
    outputs = template()["Outputs"]
    assert outputs["OrdersTableStreamArn"] == {
        "Description": "The StreamArn of the table beta-orders",
        "Value": {"Fn::GetAtt": ["OrdersTable", "StreamArn"]},
        "Export": {"Name": "shop-beta-OrdersTableStreamArn"},
    }
    assert "UnitsTableStreamArn" not in outputs


def test_terraform_has_blocks_for_specifications() -> None:
    written = terraform(stack_of(SHOP, NAMES, is_protected=True))["resource"]
    table = written["aws_dynamodb_table"]["orders_table"]
    assert (table["hash_key"], table["range_key"]) == ("customer", "number")
    assert table["ttl"] == {"attribute_name": "expires_at", "enabled": True}
    assert table["point_in_time_recovery"] == {"enabled": True, "recovery_period_in_days": 7}
    assert table["on_demand_throughput"] == {
        "max_read_request_units": 10,
        "max_write_request_units": 5,
    }
    assert table["lifecycle"] == {"prevent_destroy": True}
    assert table["local_secondary_index"][0] == {
        "name": "Local",
        "range_key": "day",
        "projection_type": "INCLUDE",
        "non_key_attributes": ["expires_at"],
    }
    units = written["aws_dynamodb_table"]["units_table"]
    assert (units["read_capacity"], units["write_capacity"]) == (3, 2)
    assert units["depends_on"] == ["aws_dynamodb_table.orders_table"]
    insights = written["aws_dynamodb_contributor_insights"]
    assert sorted(insights) == ["orders_table", "orders_table_by_day"]
    [policy] = written["aws_dynamodb_resource_policy"].values()
    assert "${data.aws_caller_identity.current.account_id}" in policy["policy"]
    errors = written["aws_cloudwatch_metric_alarm"]["orders_system_errors_alarm"]
    assert errors["metric_query"][0]["metric"][0]["dimensions"] == {
        "TableName": "${aws_dynamodb_table.orders_table.name}",
        "Operation": "GetItem",
    }
    assert errors["alarm_actions"] == ["${var.alarm_topic_arn}"]


def test_text_of_several_parts_names_what_it_refers_to() -> None:
    topic = Parameter("Topic", "A topic")
    joined = Joined(("table/", Attribute("UnitsTable"), "/${AWS::Region}/", topic))
    table = Resource("UnitsTable", "AWS::DynamoDB::Table", {})
    output = Output("Place", joined, "Where it is")
    outputs = cloudformation(Stack("s", "d", (table,), (output,)))["Outputs"]
    assert outputs["Place"]["Value"] == {"Fn::Sub": "table/${UnitsTable}/${AWS::Region}/${Topic}"}
    tenant = Output("Tenant", "${AWS::Region}/${aws:PrincipalTag/tenant}", "A policy's variable")
    written = cloudformation(Stack("s", "d", (table,), (tenant,)))["Outputs"]["Tenant"]["Value"]
    assert written == {"Fn::Sub": "${AWS::Region}/${!aws:PrincipalTag/tenant}"}
    attribute = Joined((Attribute("UnitsTable", "Arn"), "/index/*"))
    assert Addresses({"UnitsTable": ("aws_dynamodb_table.units_table", Kind(""))}).plain(
        attribute
    ) == ("${aws_dynamodb_table.units_table.arn}/index/*")


def test_terraform_has_no_index_over_several_attributes() -> None:
    wide = Table(
        "Wide", Order, partition="customer", indexes=[Index("Both", partition=("day", "number"))]
    )
    stack = stack_of(Layer("wide", target="dynamodb", tables=[wide]), {"Wide": "Wide"})
    assert cloudformation(stack)
    with pytest.raises(UnsupportedByEngine, match="one attribute for each key"):
        terraform(stack)


def test_layer_for_another_engine_has_no_stack() -> None:
    with pytest.raises(UnsupportedByEngine, match="targets sqlite"):
        stack_of(Layer("small", target="sqlite", tables=[UNITS]), NAMES)


def test_template_of_nexus_is_json_too() -> None:
    stack = stack_of(nexus, {table.name: table.name for table in nexus.tables})
    read = json.loads(template_text(stack, Format.CLOUDFORMATION, is_json=True))
    assert read.pop("Metadata")["Trueup"].startswith("Generated by trueup generate iac")
    assert read == json.loads(json.dumps(cloudformation(stack)))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: stack_of(nexus, {}), "names has no name for the tables"),
        (lambda: stack_of(nexus, "prod-{table}"), "names"),  # type: ignore[arg-type]  # refused
        (lambda: cloudformation(nexus), "stack is a Stack"),  # type: ignore[arg-type]  # refused
        (lambda: terraform(nexus), "stack is a Stack"),  # type: ignore[arg-type]  # refused
    ],
)
def test_what_no_stack_is_made_of_is_refused(make: Callable[[], object], says: str) -> None:
    with pytest.raises(InvalidCall, match=says):
        make()


def test_stack_of_more_resources_than_cloudformation_takes_is_refused() -> None:
    tables = [Table(f"T{number}", Order, partition="customer") for number in range(40)]
    layer = Layer("wide", target="dynamodb", tables=tables)
    stack = stack_of(layer, {one.name: one.name for one in tables})
    assert terraform(stack)
    with pytest.raises(UnsupportedByEngine, match="takes 500 in a stack") as refusal:
        cloudformation(stack)
    assert "without=" in refusal.value.fix


def test_stage_without_alarms_has_all_else() -> None:
    tables = [Table("One", Order, partition="customer")]
    given = Infrastructure(overrides={"OneReadThrottlesAlarm": {"Threshold": 3}})
    layer = Layer("one", target="dynamodb", tables=tables, infrastructure=given)
    whole = stack_of(layer, {"One": "one"})
    found = stack_of(layer, {"One": "one"}, alarms=False)
    watching = [one for one in whole.resources if "::CloudWatch::" in one.type]
    assert watching
    assert found.resources == tuple(one for one in whole.resources if one not in watching)
    assert "AlarmTopicArn" not in str(cloudformation(found))


def test_stacks_of_terraform_have_a_folder_each(tmp_path: Path) -> None:
    """Terraform reads all files of a folder as one configuration."""
    stacks = [stack_of(SHOP, NAMES, stage=stage) for stage in ("beta", "prod")]
    paths = [one.path for some in stacks for one in stack_files(some, Format.TERRAFORM, tmp_path)]
    assert len({path.parent for path in paths}) == 2
    named = tmp_path / "x.tf.json"
    assert stack_files(stacks[0], Format.TERRAFORM, named)[0].path == named

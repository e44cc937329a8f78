"""Terraform, as its own programs write it: one configuration's plan, state and state file.

`terraform/main.tf` was planned with `terraform show -json`, and applied to ministack, by
Terraform 1.11.4 with the provider `hashicorp/aws` 5.100.0; names of providers were taken out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infra.golden_templates import golden
from trueup.errors import DeclarationError
from trueup.schema.facts import Unknown
from trueup.templates.reading import read_template
from trueup.templates.template import Template, TemplateResource, Unresolved

_FOLDER = Path(__file__).with_name("terraform")
WRITTEN = ["plan.json", "state.json", "terraform.tfstate"]
ORDERS = "aws_dynamodb_table.orders"
TABLE = "AWS::DynamoDB::Table"


def read(file: str) -> Template:
    return read_template(_FOLDER / file)


def configuration(folder: Path, document: Any, **parameters: str) -> Template:
    path = folder / "main.tf.json"
    path.write_text(json.dumps(document))
    return read_template(path, parameters)


def table(template: Template, address: str = "aws_dynamodb_table.t") -> TemplateResource:
    found = template.resources[address]
    assert found.type == TABLE
    return found


@pytest.mark.parametrize("file", WRITTEN)
def test_modules_and_counts_are_resolved(file: str) -> None:
    tables = {
        one.properties["TableName"]: one.id
        for one in read(file).resources.values()
        if one.type == TABLE
    }
    assert tables == {
        "beta-orders": ORDERS,
        "many-0": "aws_dynamodb_table.many[0]",
        "many-1": "aws_dynamodb_table.many[1]",
        "red-scores": 'module.team["red"].aws_dynamodb_table.scores',
        "blue-scores": 'module.team["blue"].aws_dynamodb_table.scores',
    }


@pytest.mark.parametrize("file", WRITTEN)
def test_table_has_its_settings(file: str) -> None:
    said = table(read(file), ORDERS).properties
    assert said["KeySchema"] == [
        {"AttributeName": "customer", "KeyType": "HASH"},
        {"AttributeName": "day", "KeyType": "RANGE"},
    ]
    assert said["BillingMode"] == "PAY_PER_REQUEST"
    assert said["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    recovery: Any = said["PointInTimeRecoverySpecification"]
    assert recovery["PointInTimeRecoveryEnabled"] is True
    assert said["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    throughput: Any = said["OnDemandThroughput"]
    assert throughput["MaxReadRequestUnits"] == 10
    assert {"Key": "team", "Value": "x"} in said["Tags"]  # type: ignore[operator]  # a list
    units = table(read(file), "aws_dynamodb_table.many[1]").properties["ProvisionedThroughput"]
    assert units == {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}


@pytest.mark.parametrize("file", WRITTEN)
def test_local_index_has_the_key_of_its_table(file: str) -> None:
    said: Any = table(read(file), ORDERS).properties["LocalSecondaryIndexes"]
    assert [key["AttributeName"] for key in said[0]["KeySchema"]] == ["customer", "day"]


def test_insights_and_policies_belong_to_their_table() -> None:
    said: Any = table(read("plan.json"), ORDERS).properties
    assert said["GlobalSecondaryIndexes"][0]["ContributorInsightsSpecification"] == {
        "Enabled": True
    }
    assert said["ResourcePolicy"]["PolicyDocument"]["Statement"][0]["Effect"] == "Allow"


def test_what_is_known_after_apply_is_unknown_and_quoted() -> None:
    said: Any = table(read("plan.json"), ORDERS).properties["SSESpecification"]
    key = said["KMSMasterKeyId"]
    assert isinstance(key, Unresolved)
    assert key.expression == "aws_kms_key.k.arn"
    scores = 'module.team["red"].aws_dynamodb_table.scores'
    said = table(read("plan.json"), scores).properties["SSESpecification"]
    assert said["KMSMasterKeyId"].expression == "var.key_arn"


def test_default_of_the_provider_is_no_unknown() -> None:
    """A plan says `known after apply` of each block that is left out, too."""
    said = table(read("plan.json"), "aws_dynamodb_table.many[0]").properties
    assert not [name for name, value in said.items() if isinstance(value, Unknown)]
    assert "TimeToLiveSpecification" not in said


@pytest.mark.case("S4")
@pytest.mark.parametrize("file", WRITTEN)
def test_expiry_that_is_off_with_a_name_is_none(file: str) -> None:
    scores = 'module.team["blue"].aws_dynamodb_table.scores'
    assert "TimeToLiveSpecification" not in table(read(file), scores).properties


def test_alarm_has_its_dimensions() -> None:
    alarm = read("plan.json").resources["aws_cloudwatch_metric_alarm.a"]
    assert alarm.type == "AWS::CloudWatch::Alarm"
    assert alarm.properties["Dimensions"] == [{"Name": "TableName", "Value": "beta-orders"}]


def written(**arguments: Any) -> dict[str, Any]:
    return {"resource": {"aws_dynamodb_table": {"t": {"name": "t", **arguments}}}}


def test_key_in_either_spelling_is_the_same(tmp_path: Path) -> None:
    """The newer provider lists the key of an index."""
    index = {"name": "ByDay", "projection_type": "ALL"}
    old = written(
        hash_key="id", global_secondary_index=[{**index, "hash_key": "d", "range_key": "n"}]
    )
    new = written(
        key_schema=[{"attribute_name": "id", "key_type": "HASH"}],
        global_secondary_index=[
            {
                **index,
                "key_schema": [
                    {"attribute_name": "d", "key_type": "HASH"},
                    {"attribute_name": "n", "key_type": "RANGE"},
                ],
            }
        ],
    )
    assert (
        table(configuration(tmp_path, old)).properties
        == table(configuration(tmp_path, new)).properties
    )


def test_variables_are_resolved_and_others_quoted(tmp_path: Path) -> None:
    document = {
        "variable": {"stage": {"default": "dev"}, "days": {}},
        "locals": {"prefix": "${var.stage}-shop"},
        **written(
            name="${local.prefix}-orders",
            hash_key="${lower(var.stage)}",
            point_in_time_recovery={"enabled": True, "recovery_period_in_days": "${var.days}"},
        ),
    }
    said: Any = table(configuration(tmp_path, document, stage="beta")).properties
    assert said["TableName"] == "beta-shop-orders"
    assert said["KeySchema"][0]["AttributeName"].expression == "${lower(var.stage)}"
    days = said["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"]
    assert "--parameter days=" in days.why


def test_expression_that_leads_to_itself_ends(tmp_path: Path) -> None:
    document = {"locals": {"a": "${local.b}", "b": "${local.a}"}, **written(hash_key="${local.a}")}
    said: Any = table(configuration(tmp_path, document)).properties
    assert isinstance(said["KeySchema"][0]["AttributeName"], Unresolved)


def test_two_dollars_are_one(tmp_path: Path) -> None:
    said = table(configuration(tmp_path, written(hash_key="a$${b}"))).properties
    keys: Any = said["KeySchema"]
    assert keys[0]["AttributeName"] == "a${b}"


def test_number_that_is_not_known_is_no_absence(tmp_path: Path) -> None:
    template = configuration(tmp_path, written(count="${var.n}", hash_key="id"))
    assert "terraform show -json" in template.unknown["aws_dynamodb_table.t[*]"]


def test_configuration_has_lines(tmp_path: Path) -> None:
    path = tmp_path / "shop.tf.json"
    path.write_text(golden("shop.tf.json"))
    orders = table(read_template(path), "aws_dynamodb_table.orders_table")
    line = orders.line_of("TimeToLiveSpecification")
    assert golden("shop.tf.json").splitlines()[line - 1].strip().startswith('"ttl"')
    assert orders.attributes["DeletionPolicy"] == "Retain"


def test_text_of_the_language_itself_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    path.write_text('resource "aws_dynamodb_table" "t" {\n  name = "t"\n}\n')
    with pytest.raises(DeclarationError) as caught:
        read_template(path)
    assert "terraform show -json" in caught.value.fix


def test_id_is_the_name_of_tables_alone(tmp_path: Path) -> None:
    document = {
        "resource": {
            "aws_dynamodb_table": {"t": {"name": "notes", "hash_key": "id"}},
            "aws_sns_topic": {"s": {"name": "news"}},
            "aws_other": {
                "o": {
                    "table": "${aws_dynamodb_table.t.id}",
                    "topic": "${aws_sns_topic.s.id}",
                    "topic_name": "${aws_sns_topic.s.name}",
                }
            },
        }
    }
    said = configuration(tmp_path, document).resources["aws_other.o"].properties
    assert (said["table"], said["topic_name"]) == ("notes", "news")
    assert isinstance(said["topic"], Unresolved)
    assert said["topic"].resource == "aws_sns_topic.s"

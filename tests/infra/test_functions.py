"""Functions and their triggers in templates: each with what is its own, and nothing shared."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from trueup import (
    AccessPattern,
    ChangesOf,
    DynamoDB,
    ExpiresAt,
    Function,
    Index,
    Infrastructure,
    Layer,
    Model,
    RdsPostgres,
    Relational,
    Table,
    UnsupportedByEngine,
    name_from_environment,
)
from trueup.infra import cloudformation, stack_of


class Order(Model):
    """An item."""

    customer: str
    number: int
    status: str = "new"
    expires_at: ExpiresAt | None = None


KEY = "arn:aws:kms:eu-west-1:123456789012:key/abc"
ORDERS = Table(
    "orders",
    Order,
    partition="customer",
    sort="number",
    indexes=[Index("ByStatus", partition="status", sort="number")],
    patterns=[AccessPattern("orders_in_status", index="ByStatus")],
    stream="NEW_AND_OLD_IMAGES",
    dynamodb=DynamoDB(encryption="customer", kms_key_arn=KEY),
)
NOTES = Table(
    "notes",
    Order,
    partition="customer",
    physical=name_from_environment("NOTES_TABLE", default="notes"),
)
CONFIRM = Function(
    "confirm",
    handler="app.handlers:confirm",
    description="Tells customers of their orders",
    reads=[ORDERS.get],
    writes=[NOTES.create, NOTES.check],
    stream=ChangesOf(ORDERS, batch_size=50, with_expired=False),
    environment={"LEVEL": "info"},
    concurrent=5,
)
REPORT = Function(
    "report",
    handler="app.handlers:report",
    reads=[ORDERS.pattern("orders_in_status")],
    timeout_s=60,
    memory_mb=512,
    log_days=30,
)
SHOP = Layer("shop", target="dynamodb", tables=[ORDERS, NOTES], functions=[CONFIRM, REPORT])
NAMES = {"orders": "beta-orders", "notes": "beta-notes"}


def template(functions: Sequence[Function] = (CONFIRM, REPORT), stage: str = "beta") -> Any:
    layer = Layer("shop", target="dynamodb", tables=[ORDERS, NOTES], functions=functions)
    return cloudformation(stack_of(layer, NAMES, stage=stage))


def properties(id: str) -> Any:
    return template()["Resources"][id]["Properties"]


def test_function_has_what_is_declared() -> None:
    assert properties("ReportFunction") == {
        "FunctionName": "shop-beta-report",
        "Runtime": "python3.13",
        "Handler": "app.handlers.report",
        "Code": {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": {"Ref": "CodeKey"}},
        "Timeout": 60,
        "MemorySize": 512,
        "Environment": {
            "Variables": {"TRUEUP_STAGE": "beta", "TRUEUP_TABLE_ORDERS": "beta-orders"}
        },
        "Role": {"Fn::GetAtt": ["ReportRole", "Arn"]},
        "Tags": [{"Key": "layer", "Value": "shop"}, {"Key": "stage", "Value": "beta"}],
    }
    confirm = properties("ConfirmFunction")
    assert confirm["Description"] == "Tells customers of their orders"
    assert confirm["ReservedConcurrentExecutions"] == 5


def test_function_knows_the_names_of_its_tables_and_of_no_others() -> None:
    assert properties("ConfirmFunction")["Environment"]["Variables"] == {
        "NOTES_TABLE": "beta-notes",
        "TRUEUP_STAGE": "beta",
        "TRUEUP_TABLE_NOTES": "beta-notes",
        "TRUEUP_TABLE_ORDERS": "beta-orders",
        "LEVEL": "info",
    }


@pytest.mark.req("IT10")
def test_every_function_has_a_role_of_its_own() -> None:
    resources = template()["Resources"]
    roles = [
        one["Properties"]["Role"]["Fn::GetAtt"][0]
        for one in resources.values()
        if one["Type"] == "AWS::Lambda::Function"
    ]
    assert roles == ["ConfirmRole", "ReportRole"]
    for role in roles:
        [trusted] = resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trusted["Principal"] == {"Service": "lambda.amazonaws.com"}
        assert "ManagedPolicyArns" not in resources[role]["Properties"]


def test_log_is_there_before_the_function_and_ends() -> None:
    assert template()["Resources"]["ReportFunction"]["DependsOn"] == ["ReportLog"]
    assert properties("ReportLog")["LogGroupName"] == "/aws/lambda/shop-beta-report"
    assert properties("ReportLog")["RetentionInDays"] == 30
    assert properties("ConfirmLog")["RetentionInDays"] == 365


@pytest.mark.case("S36")
def test_mapping_gives_up_bad_records_and_keeps_the_others_moving() -> None:
    mapping = properties("ConfirmChanges")
    filters = mapping.pop("FilterCriteria")["Filters"]
    assert mapping == {
        "FunctionName": {"Ref": "ConfirmFunction"},
        "EventSourceArn": {"Fn::GetAtt": ["OrdersTable", "StreamArn"]},
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": 50,
        "MaximumBatchingWindowInSeconds": 1,
        "ParallelizationFactor": 1,
        "BisectBatchOnFunctionError": True,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "MaximumRetryAttempts": 5,
        "MaximumRecordAgeInSeconds": 21_600,
        "DestinationConfig": {
            "OnFailure": {"Destination": {"Fn::GetAtt": ["ConfirmDeadLetters", "Arn"]}}
        },
        "MetricsConfig": {"Metrics": ["EventCount", "ErrorCount"]},
        "Tags": [{"Key": "layer", "Value": "shop"}, {"Key": "stage", "Value": "beta"}],
    }
    assert [json.loads(one["Pattern"]) for one in filters] == [
        {"eventName": ["INSERT", "MODIFY"]},
        {"eventName": ["REMOVE"], "userIdentity": {"principalId": [{"exists": False}]}},
    ]


def test_records_of_expired_items_are_kept_unless_declared_otherwise() -> None:
    resources = template([Function("all", handler="a:b", stream=ORDERS)])["Resources"]
    assert "FilterCriteria" not in resources["AllChanges"]["Properties"]


def test_dead_letters_are_encrypted_and_kept_as_long_as_a_queue_keeps_anything() -> None:
    queue = properties("ConfirmDeadLetters")
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert queue["QueueName"] == "shop-beta-confirm-dead-letters"


def test_layer_without_functions_asks_for_no_code() -> None:
    assert "CodeBucket" in template()["Parameters"]
    assert "CodeBucket" not in template([])["Parameters"]


def test_name_that_is_too_long_on_a_stage_is_refused_with_its_place() -> None:
    long = Function("x" * 60, handler="a:b")
    with pytest.raises(UnsupportedByEngine, match="longer than the 64 characters") as caught:
        template([long])
    assert long.declared_at in str(caught.value)


@pytest.mark.req("D81", "D82", "DT9")
def test_function_with_a_database_reads_the_one_secret_and_nothing_of_the_data_api() -> None:
    rows = Table("rows", Order, partition="customer", relational=Relational())
    layer = Layer(
        "jobs",
        target="postgres",
        tables=[rows],
        functions=[Function("init", handler="app:init", database=True)],
        infrastructure=Infrastructure(database=RdsPostgres()),
    )
    resources = cloudformation(stack_of(layer, {"rows": "rows"}))["Resources"]
    declared = resources["InitRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    secrets = [one for one in declared if "secretsmanager" in str(one["Action"])]
    assert [one["Action"] for one in secrets] == [["secretsmanager:GetSecretValue"]]
    assert secrets[0]["Resource"] == {"Fn::GetAtt": ["Database", "MasterUserSecret.SecretArn"]}
    assert "rds-data" not in json.dumps(resources)
    assert all(one["Resource"] != "*" for one in declared)

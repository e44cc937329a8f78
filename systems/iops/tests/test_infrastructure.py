"""The stack of the dashboard has what its document names, on every stage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from trueup.configuration import StageOptions, load_stage
from trueup.infra import cloudformation, stack_of
from trueup.infra.values import Stack

FOLDER = Path(__file__).parents[1]
STAGES = ("dev", "beta", "prod")
METRICS, INSIGHTS = "IopsDashboardMetricsTable", "IopsDashboardInsightsTable"


@cache
def stack(stage: str) -> Stack:
    """The stack of a stage, as `trueup generate iac` makes it."""
    found = load_stage(StageOptions(stage), environ={}, folder=FOLDER)
    return stack_of(
        found.layer,
        found.table_names,
        stage=stage,
        is_protected=found.stage.protect,
        name=found.stage.stack,
        exports=found.stage.exports,
    )


@cache
def template(stage: str) -> Mapping[str, Any]:
    return cloudformation(stack(stage))


def listed(resource: Any) -> list[Mapping[str, str]]:
    """The resources of a statement, be it one or several."""
    return resource if isinstance(resource, list) else [resource]


OUTPUTS = [
    pytest.param(
        "MetricsTableName",
        "DynamoDB table for operational metrics",
        {"Ref": METRICS},
        marks=pytest.mark.req("I48"),
    ),
    pytest.param(
        "MetricsTableArn",
        "ARN of metrics table",
        {"Fn::GetAtt": [METRICS, "Arn"]},
        marks=pytest.mark.req("I49"),
    ),
    pytest.param(
        "InsightsTableName",
        "DynamoDB table for AI insights",
        {"Ref": INSIGHTS},
        marks=pytest.mark.req("I50"),
    ),
    pytest.param(
        "InsightsTableArn",
        "ARN of insights table",
        {"Fn::GetAtt": [INSIGHTS, "Arn"]},
        marks=pytest.mark.req("I51"),
    ),
    pytest.param(
        "MetricsTableStreamArn",
        "DynamoDB stream ARN for real-time updates",
        {"Fn::GetAtt": [METRICS, "StreamArn"]},
        marks=pytest.mark.req("I52"),
    ),
]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(("name", "description", "value"), OUTPUTS)
def test_output_has_its_name_description_and_export(
    stage: str, name: str, description: str, value: Mapping[str, Any]
) -> None:
    assert template(stage)["Outputs"][name] == {
        "Description": description,
        "Value": value,
        "Export": {"Name": f"IOpsDashboard-{name}"},
    }


@pytest.mark.req("I3")
@pytest.mark.parametrize("stage", STAGES)
def test_both_tables_are_outputs_and_nothing_else_is(stage: str) -> None:
    assert set(template(stage)["Outputs"]) == {str(one.values[0]) for one in OUTPUTS}


@pytest.mark.req("IT8")
@pytest.mark.parametrize("stage", STAGES)
def test_only_a_table_with_a_stream_has_an_output_of_one(stage: str) -> None:
    """The document would export the text N/A as an ARN."""
    assert "InsightsTableStreamArn" not in template(stage)["Outputs"]
    assert "StreamSpecification" not in template(stage)["Resources"][INSIGHTS]["Properties"]
    assert "N/A" not in json.dumps(template(stage)["Outputs"])


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(METRICS, marks=pytest.mark.req("I7", "I8")),
        pytest.param(INSIGHTS, marks=pytest.mark.req("I27", "I28")),
    ],
)
@pytest.mark.parametrize("stage", STAGES)
def test_table_is_paid_by_request_and_restorable(stage: str, table: str) -> None:
    found = template(stage)["Resources"][table]["Properties"]
    assert found["BillingMode"] == "PAY_PER_REQUEST"
    assert found["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(METRICS, marks=pytest.mark.req("I9")),
        pytest.param(INSIGHTS, marks=pytest.mark.req("I29")),
    ],
)
@pytest.mark.parametrize(
    ("stage", "policy"), [("dev", "Delete"), ("beta", "Delete"), ("prod", "Retain")]
)
def test_table_outlives_its_stack_in_production_only(stage: str, policy: str, table: str) -> None:
    found = template(stage)["Resources"][table]
    assert (found["DeletionPolicy"], found["UpdateReplacePolicy"]) == (policy, policy)


@pytest.mark.req("I10")
@pytest.mark.parametrize("stage", STAGES)
def test_metrics_have_a_stream_of_both_images(stage: str) -> None:
    found = template(stage)["Resources"][METRICS]["Properties"]
    assert found["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


@pytest.mark.req("I70")
@pytest.mark.parametrize("stage", STAGES)
def test_tables_have_indexes_expiry_and_backups(stage: str) -> None:
    resources = template(stage)["Resources"]
    indexes = {
        index["IndexName"]
        for table in (METRICS, INSIGHTS)
        for index in resources[table]["Properties"]["GlobalSecondaryIndexes"]
    }
    assert indexes == {
        "EntityTypeHealthIndex",
        "LastUpdatedIndex",
        "PredictionTypeIndex",
        "RiskScoreIndex",
    }
    ttl = resources[INSIGHTS]["Properties"]["TimeToLiveSpecification"]
    assert ttl == {"Enabled": True, "AttributeName": "ttl"}
    for table in (METRICS, INSIGHTS):
        recovery = resources[table]["Properties"]["PointInTimeRecoverySpecification"]
        assert recovery == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}


@pytest.mark.parametrize("stage", STAGES)
def test_stack_has_the_name_and_the_description_of_the_document(stage: str) -> None:
    assert stack(stage).name == "IOpsDashboard-DatabaseStack"
    assert template(stage)["Description"] == "DynamoDB tables for metrics and insights"


@pytest.mark.req("I46", "I47", "IT10")
@pytest.mark.parametrize("stage", STAGES)
def test_each_function_has_a_role_of_its_own_with_what_it_declares(stage: str) -> None:
    """One role with all rights on both tables, as the document has it, is nobody's least."""
    actions = {}
    for function in ("ProcessMetrics", "PredictRisks", "AskDashboard"):
        [policy] = template(stage)["Resources"][f"{function}Role"]["Properties"]["Policies"]
        actions[function] = {
            (action, resource["Fn::Sub"].rpartition("table/")[2])
            for statement in policy["PolicyDocument"]["Statement"]
            for action in statement["Action"]
            for resource in listed(statement["Resource"])
            if action.startswith("dynamodb:")
        }
    table = "iops-dashboard-metrics", "iops-dashboard-insights"
    assert actions == {
        "ProcessMetrics": {("dynamodb:PutItem", table[0])},
        "PredictRisks": {("dynamodb:GetItem", table[0]), ("dynamodb:PutItem", table[1])},
        "AskDashboard": {
            ("dynamodb:Query", f"{table[0]}/index/EntityTypeHealthIndex"),
            ("dynamodb:Query", table[1]),
        },
    }

"""The stacks of nexus: one declaration, and what each stage says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from systems.nexus.tables import enrichments, layer
from trueup import DeclarationError, Function, Layer, Model, Table
from trueup.configuration import StageOptions, load_stage
from trueup.infra import cloudformation, stack_of

FOLDER = Path(__file__).parents[1]
STAGES = ("alpha", "beta", "prod")
CORE = ("Frameworks", "Controls", "Mappings", "Reviews", "Feedbacks", "ControlEnrichments")
WRITER, READER = "NexusEnrichmentAgentLambda", "NexusScienceOrchestratorLambda"


@cache
def resources(stage: str) -> Mapping[str, Any]:
    """The resources of a stage's template."""
    found = load_stage(StageOptions(stage), environ={}, folder=FOLDER)
    protects = found.stage.protect
    stack = stack_of(found.layer, found.table_names, stage=stage, is_protected=protects)
    template: Mapping[str, Any] = cloudformation(stack)["Resources"]
    return template


def tables(stage: str) -> dict[str, Any]:
    """The tables of a stage's template, by their logical names."""
    return {table.name: resources(stage)[f"{table.name}Table"] for table in layer.tables}


def properties(stage: str) -> list[Mapping[str, Any]]:
    return [one["Properties"] for one in tables(stage).values()]


@pytest.mark.req("N28", "N41")
@pytest.mark.parametrize("stage", STAGES)
def test_one_declaration_makes_all_tables_of_every_stage(stage: str) -> None:
    made = [one for one in resources(stage).values() if one["Type"] == "AWS::DynamoDB::Table"]
    assert len(made) == len(layer.tables) == 9
    names = [one["Properties"]["TableName"] for one in made]
    prefix = "" if stage == "prod" else f"{stage}-"
    assert f"{prefix}Enrichment" in names
    assert all(name.startswith(prefix) for name in names)


@pytest.mark.req("N16", "N19", "N32")
@pytest.mark.parametrize("stage", STAGES)
def test_template_has_the_table_of_enrichments(stage: str) -> None:
    found = tables(stage)["ControlEnrichments"]["Properties"]
    assert found["KeySchema"] == [{"AttributeName": "control_id", "KeyType": "HASH"}]
    assert found["AttributeDefinitions"] == [{"AttributeName": "control_id", "AttributeType": "S"}]
    assert "GlobalSecondaryIndexes" not in found
    assert found["TimeToLiveSpecification"] == {"Enabled": True, "AttributeName": "expiryTime"}


@pytest.mark.req("N29", "N30", "N31", "N33")
@pytest.mark.parametrize("stage", STAGES)
def test_every_table_is_paid_by_request_restorable_protected_and_encrypted(stage: str) -> None:
    days = 35 if stage == "prod" else 7
    for found in properties(stage):
        assert found["BillingMode"] == "PAY_PER_REQUEST"
        assert found["PointInTimeRecoverySpecification"] == {
            "PointInTimeRecoveryEnabled": True,
            "RecoveryPeriodInDays": days,
        }
        assert found["DeletionProtectionEnabled"] is True
        assert "SSESpecification" not in found, "DynamoDB encrypts by a key of its own"


@pytest.mark.req("N34")
@pytest.mark.parametrize(("stage", "policy"), [("prod", "Retain"), ("beta", "Delete")])
def test_only_tables_of_production_outlive_their_stack(stage: str, policy: str) -> None:
    for found in tables(stage).values():
        assert (found["DeletionPolicy"], found["UpdateReplacePolicy"]) == (policy, policy)


@pytest.mark.req("N35")
@pytest.mark.parametrize(("stage", "account"), [("beta", "444455556666"), ("prod", "777788889999")])
def test_another_account_may_read_every_table_of_a_stage(stage: str, account: str) -> None:
    for found in properties(stage):
        [statement] = found["ResourcePolicy"]["PolicyDocument"]["Statement"]
        assert statement["Principal"] == {"AWS": [f"arn:aws:iam::{account}:root"]}
        assert not [one for one in statement["Action"] if "Put" in one or "Delete" in one]


@pytest.mark.req("N36")
@pytest.mark.parametrize("stage", STAGES)
def test_every_table_has_the_tags_of_the_team_and_of_the_stage(stage: str) -> None:
    for found in properties(stage):
        tags = {one["Key"]: one["Value"] for one in found["Tags"]}
        assert tags.keys() >= {"Service", "Team", "Stage", "CostCenter", "Owner"}
        assert tags["Stage"] == stage


@pytest.mark.req("N37", "N38")
@pytest.mark.parametrize("stage", STAGES)
def test_mappings_and_controls_have_streams_of_both_images(stage: str) -> None:
    views = {
        name: one["Properties"]["StreamSpecification"]
        for name, one in tables(stage).items()
        if "StreamSpecification" in one["Properties"]
    }
    view = {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert views == {"Mappings": view, "Controls": view}


@pytest.mark.req("N42")
@pytest.mark.parametrize("stage", STAGES)
def test_every_table_that_a_function_is_told_of_is_in_its_template(stage: str) -> None:
    """Names and permissions both: a table of the code that no template makes cannot be named."""
    made = {one["TableName"] for one in properties(stage)}
    for name in (WRITER, READER):
        variables = resources(stage)[f"{name}Function"]["Properties"]["Environment"]["Variables"]
        told = {value for key, value in variables.items() if key.startswith("TRUEUP_TABLE_")}
        assert told
        assert told <= made
        [policy] = resources(stage)[f"{name}Role"]["Properties"]["Policies"]
        text = json.dumps(policy)
        assert all(f"table/{table}" in text for table in told)


@pytest.mark.req("N42")
def test_function_on_a_table_that_is_not_declared_fails_at_import() -> None:
    class Lost(Model):
        id: str

    lost = Table("Lost", Lost, partition="id")
    lone = Function(WRITER, handler="app:enrich", writes=[lost.put])
    with pytest.raises(DeclarationError, match="the table 'Lost' is not one of the layer"):
        Layer("nexus", target="dynamodb", tables=[enrichments], functions=[lone])


@pytest.mark.parametrize("stage", STAGES)
def test_writer_puts_and_reader_gets_and_no_more(stage: str) -> None:
    prefix = "" if stage == "prod" else f"{stage}-"
    allowed = {
        name: {
            action
            for statement in resources(stage)[f"{name}Role"]["Properties"]["Policies"][0][
                "PolicyDocument"
            ]["Statement"]
            if f"table/{prefix}Enrichment" in json.dumps(statement["Resource"])
            for action in statement["Action"]
        }
        for name in (WRITER, READER)
    }
    assert allowed == {WRITER: {"dynamodb:PutItem"}, READER: {"dynamodb:GetItem"}}


@pytest.mark.req("NT14")
@pytest.mark.parametrize("stage", STAGES)
def test_tables_with_indexes_are_made_one_after_the_other(stage: str) -> None:
    """DynamoDB makes few tables with indexes at once, and refuses the others."""
    found = tables(stage)
    indexed = [name for name, one in found.items() if "GlobalSecondaryIndexes" in one["Properties"]]
    waits = {name: found[name].get("DependsOn", []) for name in indexed}
    assert len(indexed) == 7
    assert waits == {
        name: [f"{before}Table"] if before else []
        for name, before in zip(indexed, ("", *indexed), strict=False)
    }

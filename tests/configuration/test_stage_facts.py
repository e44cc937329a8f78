"""What a stage says of its tables holds wherever the stage is opened, before the declarations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.configuration.projects import ProjectFolder
from trueup import ConfigurationError, DynamoDB, connect
from trueup.configuration import StagedLayer
from trueup.configuration.dynamodb import DynamoDBSettings, TableSettings
from trueup.engines.open_tables import open_tables
from trueup.infra import cloudformation, stack_of
from trueup.lifecycle.declared import declared_tables

LAYER = """
from trueup import DynamoDB, Layer, Model, Table


class Note(Model):
    id: str


notes = Table("Notes", Note, partition="id", dynamodb=DynamoDB(pitr_days=9, tags={"team": "a"}))
orders = Table("Orders", Note, partition="id")
layer = Layer("shop", target="TARGET", tables=[notes, orders])
"""
KEY = "arn:aws:kms:eu-west-1:111122223333:key/a"
SETTINGS = f"""
pitr_days = 7
tags = {{stage = "beta", team = "b"}}
deletion_protection = true
removal = "drop"
max_read_request_units = 40
max_write_request_units = 20
[tool.trueup.stages.beta.dynamodb.tables.Orders]
pitr_days = 0
removal = "keep"
billing = "provisioned"
read_units = 5
write_units = 4
encryption = "customer"
kms_key_arn = "{KEY}"
contributor_insights = "throttled_keys"
tags = {{cost = "low"}}
resource_policy = {{Version = "2012-10-17", Statement = [
  {{Effect = "Allow", Principal = {{AWS = "111122223333"}}, Action = "dynamodb:GetItem"}},
]}}
"""


def staged(
    project: ProjectFolder, settings: str = SETTINGS, target: str = "dynamodb"
) -> StagedLayer:
    """The stage beta with settings for DynamoDB."""
    project.write_module(LAYER.replace("TARGET", target))
    project.write(
        "pyproject.toml",
        f'[tool.trueup]\nlayer = "{project.module}:layer"\n[tool.trueup.stages.beta]\n'
        f'url = "dynamodb://eu-west-1"\nprotect = true\n'
        f"[tool.trueup.stages.beta.dynamodb]\n{settings}",
    )
    return project.load(stage="beta")


def refusal(project: ProjectFolder, settings: str, target: str = "dynamodb") -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        staged(project, settings, target)
    return [one.removeprefix("tool.trueup.stages.beta.") for one in raised.value.problems]


def facts(found: StagedLayer) -> Mapping[str, Mapping[str, Any]]:
    """What plan, apply and verify compare with, by table."""
    with open_tables(found.stage.url, found.layer, table_names=found.table_names) as opened:
        declared = declared_tables(opened.open_layer, protect=found.stage.protect)
    return {name: schema.facts for name, schema in declared.items()}


def templates(found: StagedLayer) -> Mapping[str, Any]:
    """The resource of each table in the template of the stage."""
    stack = stack_of(found.layer, found.table_names, stage="beta", is_protected=True)
    resources = cloudformation(stack)["Resources"]
    return {name: resources[f"{name}Table"] for name in ("Notes", "Orders")}


def test_a_stage_goes_before_the_declaration(project: ProjectFolder) -> None:
    notes = facts(staged(project))["Notes"]
    assert notes["pitr"] == {"enabled": True, "days": 7}
    assert notes["deletion_protection"] is True
    assert notes["billing"] == {
        "mode": "on_demand",
        "max_read_request_units": 40,
        "max_write_request_units": 20,
    }
    assert notes["tags"] == {"team": "b", "stage": "beta"}


def test_what_is_said_of_one_table_goes_before_what_is_said_of_all(project: ProjectFolder) -> None:
    orders = facts(staged(project))["Orders"]
    assert orders["pitr"] == {"enabled": False}
    assert orders["billing"] == {"mode": "provisioned", "read_units": 5, "write_units": 4}
    assert orders["encryption"] == {"type": "kms", "key": KEY}
    assert orders["contributor_insights"] == {"enabled": True, "mode": "throttled_keys"}
    assert orders["tags"] == {"team": "b", "stage": "beta", "cost": "low"}
    assert "dynamodb:GetItem" in orders["resource_policy"]


def test_template_says_what_the_commands_compare_with(project: ProjectFolder) -> None:
    found = staged(project)
    notes, orders = templates(found).values()
    assert notes["Properties"]["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"] == 7
    assert notes["Properties"]["OnDemandThroughput"]["MaxReadRequestUnits"] == 40
    assert {"Key": "team", "Value": "b"} in notes["Properties"]["Tags"]
    assert orders["Properties"]["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": False
    }
    assert orders["Properties"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    assert orders["Properties"]["SSESpecification"]["KMSMasterKeyId"] == KEY
    assert "ResourcePolicy" in orders["Properties"]


def test_removal_and_protection_are_two_settings(project: ProjectFolder) -> None:
    found = templates(staged(project))
    removal = {
        name: (one["DeletionPolicy"], one["UpdateReplacePolicy"]) for name, one in found.items()
    }
    assert removal == {"Notes": ("Delete", "Delete"), "Orders": ("Retain", "Retain")}
    assert all(one["Properties"]["DeletionProtectionEnabled"] for one in found.values())


def test_declaration_is_as_it_was(project: ProjectFolder) -> None:
    found = staged(project)
    notes = found.layer.tables[0]
    assert notes.dynamodb == DynamoDB(pitr_days=9, tags={"team": "a"})
    assert found.layer.describe(notes).dynamodb.pitr_days == 7


def test_stage_without_such_settings_has_the_declared_ones(project: ProjectFolder) -> None:
    found = staged(project, "")
    assert facts(found)["Notes"]["pitr"] == {"enabled": True, "days": 9}
    assert templates(found)["Notes"]["DeletionPolicy"] == "Retain"


def test_opened_stage_knows_its_tables(project: ProjectFolder) -> None:
    """They are the declared ones, so that repositories of them open."""
    found = staged(project)
    with connect("sqlite://", found.layer) as db:
        db.create_tables()
        assert db.repository(found.layer.tables[0]).get("1") is None


def test_units_of_another_billing_go_with_it(project: ProjectFolder) -> None:
    found = staged(
        project,
        'billing = "provisioned"\nread_units = 1\nwrite_units = 2\n'
        '[tool.trueup.stages.beta.dynamodb.tables.Orders]\nbilling = "on_demand"\n',
    )
    assert facts(found)["Orders"]["billing"]["mode"] == "on_demand"
    assert facts(found)["Notes"]["billing"]["read_units"] == 1


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ("pitr_days = 40", "dynamodb: of the table Notes, pitr_days=40 is not 1 to 35 days, or 0"),
        ('billing = "provisioned"', "billing='provisioned' needs read_units and write_units"),
        ('kms_key_arn = "a"', "kms_key_arn has no effect with encryption='owned'"),
        ("pitr_day = 4", "dynamodb.pitr_day: there is no such setting; did you mean 'pitr_days'?"),
        ('billing = "free"', "dynamodb.billing: it has to be 'on_demand' or 'provisioned'"),
        (
            "[tool.trueup.stages.beta.dynamodb.tables.Order]",
            "dynamodb.tables.Order: the layer shop",
        ),
        (
            "[tool.trueup.stages.beta.dynamodb.tables.Orders]\ntag = {}",
            "dynamodb.tables.Orders.tag: there is no such setting; did you mean 'tags'?",
        ),
        (
            "[tool.trueup.stages.beta.dynamodb.tables.Orders]\npitr_days = -1",
            "dynamodb.tables.Orders: of the table Orders, pitr_days=-1",
        ),
    ],
)
def test_wrong_setting_is_told_with_its_key(
    project: ProjectFolder, settings: str, problem: str
) -> None:
    assert any(problem in one for one in refusal(project, settings)), refusal(project, settings)


def test_settings_are_for_layers_on_dynamodb(project: ProjectFolder) -> None:
    assert "targets sqlite" in refusal(project, "pitr_days = 3", "sqlite")[0]


def test_a_stage_can_say_whatever_a_declaration_can() -> None:
    assert TableSettings.model_fields.keys() == DynamoDB.__dataclass_fields__.keys()
    assert DynamoDBSettings.model_fields.keys() - TableSettings.model_fields.keys() == {"tables"}


def in_aws(project: ProjectFolder, *lines: str) -> StagedLayer:
    """A stage with settings of its stack."""
    project.write_module(LAYER.replace("TARGET", "dynamodb"))
    project.write(
        "pyproject.toml",
        f'[tool.trueup]\nlayer = "{project.module}:layer"\n[tool.trueup.stages.beta]\n'
        'url = "dynamodb://eu-west-1"\n' + "\n".join(lines),
    )
    return project.load(stage="beta")


def test_stage_names_its_stack_and_what_that_exports(project: ProjectFolder) -> None:
    stage = in_aws(project, 'stack = "Shop-Data"', 'exports = "Shop-{output}"').stage
    assert (stage.stack, stage.exports) == ("Shop-Data", "Shop-{output}")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('stack = "shop data"', "stack: a stack has a letter, then letters, digits and -, 128"),
        ('stack = "' + "a" * 129 + '"', "stack: a stack has a letter"),
        ('exports = "Shop"', "exports: write {output} once in it, and no other braces"),
        ('exports = "{output}-{stage}"', "exports: write {output} once in it"),
    ],
)
def test_wrong_name_of_a_stack_is_told(project: ProjectFolder, line: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        in_aws(project, line)
    assert raised.value.problems[0].startswith(f"tool.trueup.stages.beta.{problem}")

"""The app of iops makes the stacks of its document, each with the role and in their order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from systems.iops.tests.test_infrastructure import template as declared
from tests.iac.test_cdk import synthesised

APP = Path(__file__).parents[2] / "systems" / "iops" / "cdk" / "app.py"
CORE, DATABASE, INTELLIGENCE = (
    f"IOpsDashboard-{name}Stack" for name in ("Core", "Database", "Intelligence")
)
ROLE = "LambdaExecutionRole"


class Assembly:
    """What CDK wrote for a stage. said: its warnings."""

    def __init__(self, stage: str, environments: Path, out: Path) -> None:
        self.stage, self.out = stage, out
        context = {"CDK_CONTEXT_JSON": json.dumps({"stage": stage})}
        self.said = synthesised(APP, environments, out, context)
        self.stacks = json.loads((out / "manifest.json").read_text("utf-8"))["artifacts"]

    def template(self, stack: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads((self.out / f"{stack}.template.json").read_text())
        return found

    def of_type(self, stack: str, kind: str) -> list[Mapping[str, Any]]:
        resources = self.template(stack)["Resources"].values()
        return [one["Properties"] for one in resources if one["Type"] == kind]

    def exported(self, stack: str) -> set[str]:
        """The names of what a stack exports for others of the app."""
        outputs = self.template(stack).get("Outputs", {}).values()
        return {one["Export"]["Name"] for one in outputs if "Export" in one}


@pytest.fixture(scope="module", params=["dev", "beta", "prod"])
def assembly(
    request: pytest.FixtureRequest, environments: Path, tmp_path_factory: pytest.TempPathFactory
) -> Assembly:
    stage: str = request.param
    return Assembly(stage, environments, tmp_path_factory.mktemp(stage))


@pytest.mark.req("I1", "IT7")
def test_stack_of_the_tables_is_the_declared_one(assembly: Assembly) -> None:
    """With all properties in their present form: CDK warns of none that it calls deprecated."""
    made = dict(assembly.template(DATABASE)["Resources"])
    policies = [name for name, one in made.items() if one["Type"] == "AWS::IAM::Policy"]
    assert len(policies) == 1
    del made[policies[0]]
    assert made == declared(assembly.stage)["Resources"]
    recovery = [
        one["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        for one in assembly.of_type(DATABASE, "AWS::DynamoDB::Table")
    ]
    assert recovery == [True, True]
    assert "deprecated" not in assembly.said


@pytest.mark.parametrize(
    ("stack", "description"),
    [
        pytest.param(
            CORE,
            "Core infrastructure for Intelligent Operations Dashboard",
            marks=pytest.mark.req("I55"),
        ),
        pytest.param(
            DATABASE, "DynamoDB tables for metrics and insights", marks=pytest.mark.req("I56")
        ),
        pytest.param(INTELLIGENCE, "AI inference and alerting", marks=pytest.mark.req("I57")),
    ],
)
def test_stack_is_described_and_shares_the_role(
    assembly: Assembly, stack: str, description: str
) -> None:
    """The core exposes the role, and the two others take it: their policies name it."""
    assert assembly.template(stack)["Description"] == description
    [exported] = assembly.exported(CORE)
    assert ROLE in exported
    if stack == CORE:
        assert len(assembly.of_type(CORE, "AWS::IAM::Role")) == 1
    else:
        [policy] = assembly.of_type(stack, "AWS::IAM::Policy")
        assert policy["Roles"] == [{"Fn::ImportValue": exported}]


@pytest.mark.req("I58")
def test_core_is_deployed_first(assembly: Assembly) -> None:
    for stack in (DATABASE, INTELLIGENCE):
        assert CORE in assembly.stacks[stack]["dependencies"]
    assert DATABASE not in assembly.stacks[CORE].get("dependencies", [])


def allowed(assembly: Assembly, table: str) -> set[tuple[str, str]]:
    """What the role may do with a table and its indexes: action, and what is after the name."""
    [policy] = assembly.of_type(DATABASE, "AWS::IAM::Policy")
    found = set()
    for statement in policy["PolicyDocument"]["Statement"]:
        assert isinstance(statement["Action"], str)
        _, name, rest = str(statement["Resource"]["Fn::Join"][1][-1]).partition(table)
        if name:
            found.add((statement["Action"], rest))
    return found


@pytest.mark.req("I2")
@pytest.mark.parametrize(
    ("table", "calls"),
    [
        pytest.param(
            "iops-dashboard-metrics",
            {
                ("dynamodb:PutItem", ""),
                ("dynamodb:GetItem", ""),
                ("dynamodb:Query", "/index/EntityTypeHealthIndex"),
            },
            marks=pytest.mark.req("I46"),
        ),
        pytest.param(
            "iops-dashboard-insights",
            {("dynamodb:PutItem", ""), ("dynamodb:Query", "")},
            marks=pytest.mark.req("I47"),
        ),
    ],
)
def test_role_that_is_given_may_read_and_write_as_declared(
    assembly: Assembly, table: str, calls: set[tuple[str, str]]
) -> None:
    assert allowed(assembly, table) == calls


@pytest.mark.req("I54")
def test_account_and_region_are_those_of_cdk(environments: Path, tmp_path: Path) -> None:
    def place(variables: Mapping[str, str]) -> set[str]:
        out = tmp_path / "-".join(["out", *variables.values()])
        synthesised(APP, environments, out, dict(variables))
        stacks = json.loads((out / "manifest.json").read_text("utf-8"))["artifacts"].values()
        return {one["environment"] for one in stacks if "environment" in one}

    assert place({}) == {"aws://unknown-account/us-east-1"}
    given = {"CDK_DEFAULT_ACCOUNT": "111122223333", "CDK_DEFAULT_REGION": "eu-west-1"}
    assert place(given) == {"aws://111122223333/eu-west-1"}

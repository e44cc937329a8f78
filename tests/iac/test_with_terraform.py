"""Terraform accepts what is generated, and makes tables of it on ministack."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.infra.stacks import STACKS
from trueup.infra import terraform
from trueup.infra.values import Stack
from trueup.testing.ministack import running_ministack

_SETTINGS = """
provider_installation {{
  filesystem_mirror {{
    path = "{mirror}"
  }}
}}
disable_checkpoint = true
"""
_NEW_ARGUMENTS = re.compile(r'"warm_throughput"|"mode": "')
"""Those that version 6 of the provider brought."""


class Folder:
    """A folder in which Terraform runs, with the provider that the mirror has."""

    def __init__(self, path: Path) -> None:
        self.path = path
        settings = path / "settings.tfrc"
        settings.write_text(_SETTINGS.format(mirror=os.environ["TERRAFORM_MIRROR"]), "utf-8")
        self._environment = {"TF_CLI_CONFIG_FILE": str(settings), "HOME": str(path)}

    def run(self, *arguments: str) -> str:
        """What a command of Terraform prints; it must succeed."""
        ran = subprocess.run(
            [os.environ["TERRAFORM"], *arguments],
            cwd=self.path,
            env={"PATH": os.environ["PATH"], **self._environment},
            capture_output=True,
            check=False,
            text=True,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def write(self, configuration: dict[str, Any], **others: Any) -> None:
        """The configuration that the next command is about."""
        (self.path / "main.tf.json").write_text(json.dumps({**configuration, **others}), "utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    found = Folder(tmp_path_factory.mktemp("terraform"))
    found.write(terraform(STACKS["nexus"]))
    found.run("init", "-no-color")
    return found


def _is_old(folder: Folder) -> bool:
    said = json.loads(folder.run("version", "-json"))["provider_selections"]
    version = said["registry.terraform.io/hashicorp/aws"]
    return int(version.partition(".")[0]) < 6


@pytest.mark.parametrize("name", STACKS)
def test_configuration_is_valid(name: str, folder: Folder) -> None:
    configuration = terraform(STACKS[name])
    if _is_old(folder) and _NEW_ARGUMENTS.search(json.dumps(configuration)):
        pytest.skip("it needs version 6 of hashicorp/aws")
    folder.write(configuration)
    folder.run("validate", "-no-color")


@pytest.fixture(scope="module")
def ministack() -> Iterator[str]:
    with running_ministack("") as server:
        yield f"http://{server.host}:{server.port}"


def _provider(url: str) -> dict[str, Any]:
    skipped = ("credentials_validation", "metadata_api_check", "requesting_account_id")
    return {
        "aws": {
            **{"region": "us-east-1", "access_key": "test", "secret_key": "test"},
            **{f"skip_{name}": True for name in skipped},
            "endpoints": dict.fromkeys(("dynamodb", "sts", "iam"), url),
        }
    }


def _tables_alone(stack: Stack) -> Stack:
    tables = [one for one in stack.resources if one.type == "AWS::DynamoDB::Table"]
    return replace(stack, resources=tuple(tables), outputs=(), parameters=())


@pytest.mark.server
def test_tables_are_made_and_a_second_plan_changes_nothing(folder: Folder, ministack: str) -> None:
    stack = _tables_alone(STACKS["iops"])
    folder.write(terraform(stack), provider=_provider(ministack))
    folder.run("apply", "-auto-approve", "-no-color")
    client = boto3.client(
        "dynamodb",
        endpoint_url=ministack,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    for table in stack.resources:
        name = str(table.properties["TableName"])
        found = client.describe_table(TableName=name)["Table"]
        assert found["KeySchema"] == table.properties["KeySchema"]
        recovery = client.describe_continuous_backups(TableName=name)
        described = recovery["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        assert described["PointInTimeRecoveryStatus"] == "ENABLED"
    # The emulator forgets for how many days it is to keep what it recovers from.
    assert _changed(folder) <= {"point_in_time_recovery"}


def _changed(folder: Folder) -> set[str]:
    """The arguments that a plan would change, of any resource."""
    folder.run("plan", "-out", "planned", "-no-color")
    changes = json.loads(folder.run("show", "-json", "planned"))["resource_changes"]
    assert {action for one in changes for action in one["change"]["actions"]} <= {"no-op", "update"}
    return {
        name
        for one in changes
        for name, value in one["change"]["after"].items()
        if value != one["change"]["before"][name]
    }

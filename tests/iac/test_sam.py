"""AWS's translator makes of a template of SAM the one of CloudFormation."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.infra.stacks import STACKS
from trueup.infra import cloudformation

_TRANSLATE = """
import json, sys, yaml
from samtranslator.translator.transform import transform

class NoPolicies:
    def load(self):
        return {}

template = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
parameters = {name: "given" for name in template.get("Parameters", {})}
print(json.dumps(transform(template, parameters, NoPolicies())))
"""


@pytest.mark.parametrize("name", STACKS)
def test_translated_template_is_the_one_of_cloudformation(
    name: str, environments: Path, written: Path
) -> None:
    [file] = (written / name).glob("*.sam.yaml")
    translated = subprocess.run(
        [environments / "lint/bin/python", "-c", _TRANSLATE, file],
        capture_output=True,
        check=True,
        text=True,
        env={"AWS_DEFAULT_REGION": "eu-west-1"},
    )
    found = json.loads(translated.stdout)["Resources"]
    assert found == _expected(name)


def _expected(name: str) -> dict[str, Any]:
    """The resources, with those of events as SAM makes them: under names of its own, a trigger
    without tags, a permission for each stage of the API."""
    resources = cloudformation(STACKS[name])["Resources"]
    methods = {one.id for one in STACKS[name].resources if one.type == "AWS::ApiGateway::Method"}
    found = {}
    for one, body in resources.items():
        if name == "every" or body["Type"] not in _EVENTS:
            continue
        source = body["Properties"]["FunctionName"]
        function = source.get("Ref") or source["Fn::GetAtt"][0]
        if body["Type"].endswith("Mapping"):
            body["Properties"].pop("Tags")
        elif one.replace("Permission", "Method") not in methods:
            continue
        else:
            arn = body["Properties"]["SourceArn"]["Fn::Sub"]
            filled = arn.replace("${Api}/v1/", "${__ApiId__}/${__Stage__}/")
            filled = filled.replace("${AWS::Partition}", "aws")
            filling = {"__ApiId__": {"Ref": "Api"}, "__Stage__": "*"}
            body["Properties"]["SourceArn"]["Fn::Sub"] = [filled, filling]
        body["Properties"]["FunctionName"] = {"Ref": function}
        found[one] = f"{function}{one}{_EVENTS[body['Type']]}"
    text = json.dumps(resources)
    for before, after in found.items():
        text = text.replace(f'"{before}"', f'"{after}"').replace(f"${{{before}.", f"${{{after}.")
    expected: dict[str, Any] = json.loads(text)
    return expected


_EVENTS = {"AWS::Lambda::EventSourceMapping": "", "AWS::Lambda::Permission": "PermissionStage"}

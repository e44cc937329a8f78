"""A stack as a CloudFormation template.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..._kinds import checks_kinds
from ...errors import Place, UnsupportedByEngine
from ..values import Attribute, Joined, Output, Parameter, Property, Resource, Stack

MOST_RESOURCES = 500
"""Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
_WITH_DATA = (
    *("AWS::DynamoDB::Table", "AWS::RDS::DBInstance", "AWS::SecretsManager::Secret"),
    *("AWS::Logs::LogGroup", "AWS::SQS::Queue", "AWS::KMS::Key"),
)
"""Types whose deletion loses something: the template always says what becomes of them."""


@checks_kinds(fix="give a stack: stack_of(layer, names)")
def cloudformation(stack: Stack) -> dict[str, Any]:
    """The template, as plain values in the order of the stack.

    Raises UnsupportedByEngine for more resources than a stack can have.
    """
    refuse_too_many(stack)
    template: dict[str, Any] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": stack.description,
    }
    if stack.parameters:
        template["Parameters"] = {one.name: _parameter(one) for one in stack.parameters}
    template["Resources"] = {one.id: _resource(one) for one in stack.resources}
    if stack.outputs:
        template["Outputs"] = {one.id: _output(one) for one in stack.outputs}
    return template


def refuse_too_many(stack: Stack) -> None:
    """Raise UnsupportedByEngine if CloudFormation would refuse a stack for its size."""
    made = len(stack.resources)
    if made > MOST_RESOURCES:
        alarms = sum(one.type == "AWS::CloudWatch::Alarm" for one in stack.resources)
        raise UnsupportedByEngine(
            f"it has {made} resources, {alarms} of them alarms; CloudFormation takes "
            f"{MOST_RESOURCES} in a stack",
            where=Place(note=f"the stack {stack.name}"),
            fix="leave out kinds of alarms, Infrastructure(alarms=Alarms(without=[...])), or all "
            "of a stage, alarms = false; or divide the layer",
        )


def _parameter(parameter: Parameter) -> dict[str, str]:
    default = {"Default": parameter.default} if parameter.default else {}
    return {"Type": "String", "Description": parameter.description, **default}


def _resource(resource: Resource) -> dict[str, Any]:
    found: dict[str, Any] = {"Type": resource.type}
    if resource.depends_on:
        found["DependsOn"] = list(resource.depends_on)
    if resource.is_kept or resource.type in _WITH_DATA:
        policy = "Retain" if resource.is_kept else "Delete"
        found |= {"DeletionPolicy": policy, "UpdateReplacePolicy": policy}
    found["Properties"] = _plain(resource.properties)
    return found


def _output(output: Output) -> dict[str, Any]:
    found = {"Description": output.description, "Value": _plain(output.value)}
    return found | ({"Export": {"Name": output.export}} if output.export else {})


def _plain(value: Property) -> Any:
    match value:
        case Attribute(resource, ""):
            return {"Ref": resource}
        case Attribute(resource, name):
            return {"Fn::GetAtt": [resource, name]}
        case Parameter():
            return {"Ref": value.name}
        case Joined(parts):
            return {"Fn::Sub": "".join(_part(part) for part in parts)}
        case str():
            return {"Fn::Sub": _part(value)} if "${AWS::" in value else value
        case bool() | int() | float():
            return value
        case Mapping():
            return {name: _plain(one) for name, one in value.items()}
        case _:
            return [_plain(one) for one in value]


def _part(part: str | Attribute | Parameter) -> str:
    """A part of a text that AWS fills in; a variable of a policy is not for it."""
    match part:
        case str():
            return re.sub(r"\$\{(?!AWS::)", "${!", part)
        case Parameter():
            return f"${{{part.name}}}"
        case Attribute(resource, name):
            return f"${{{resource}.{name}}}" if name else f"${{{resource}}}"

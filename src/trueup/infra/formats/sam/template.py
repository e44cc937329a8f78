"""A stack as a template of AWS SAM: functions with their events; the rest stays CloudFormation.

A function keeps the role that names what it does, and no more: the policies that SAM makes itself
allow every log and every stream of the account.

Source:
    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...._kinds import checks_kinds
from ...values import Property, Resource, Stack
from ..cloudformation import cloudformation
from ..references import renamed
from .events import Event, events_of

_FUNCTION = "AWS::Lambda::Function"


@checks_kinds(fix="give a stack: stack_of(layer, names)")
def sam(stack: Stack) -> dict[str, Any]:
    """The template, as plain values in the order of the stack."""
    template = cloudformation(replace(stack, resources=tuple(_resources(stack))))
    version = template.pop("AWSTemplateFormatVersion")
    return {
        "AWSTemplateFormatVersion": version,
        "Transform": "AWS::Serverless-2016-10-31",
        **template,
    }


def _resources(stack: Stack) -> Iterator[Resource]:
    """Functions hold their events; what names the resource of one names what SAM makes of it."""
    functions = {one.id for one in stack.resources if one.type == _FUNCTION and _fits(one)}
    events = {one.resource: one for one in events_of(stack, functions)}
    ids = {name: one.made for name, one in events.items()}
    for one in stack.resources:
        if one.id not in events:
            own = [event for event in events.values() if event.function == one.id]
            written = _function(one, own) if one.id in functions else one
            properties = {name: renamed(part, ids) for name, part in written.properties.items()}
            after = tuple(ids.get(name, name) for name in one.depends_on)
            yield replace(written, properties=properties, depends_on=after)


_SAME = (
    *("Architectures", "Description", "Environment", "EphemeralStorage", "FileSystemConfigs"),
    *("FunctionName", "Handler", "ImageConfig", "KmsKeyArn", "Layers", "LoggingConfig"),
    *("MemorySize", "PackageType", "ReservedConcurrentExecutions", "Role", "Runtime"),
    *("SnapStart", "Timeout", "VpcConfig"),
)
_OTHER = ("Code", "Tags", "TracingConfig")


def _fits(function: Resource) -> bool:
    """Whether SAM has a word for all that a function has; one with more stays as it is."""
    return all(name in _SAME or name in _OTHER for name in function.properties)


def _function(function: Resource, events: Sequence[Event]) -> Resource:
    given = dict(function.properties)
    code = given.pop("Code")
    tags = given.pop("Tags", ())
    tracing = given.pop("TracingConfig", None)
    properties: dict[str, Property] = {
        **given,
        "CodeUri": _code(code),
        **({"Tracing": tracing["Mode"]} if isinstance(tracing, Mapping) else {}),
        "Tags": _by_name(tags),
        "PropagateTags": True,  # to the triggers
        **({"Events": {one.resource: one.body for one in events}} if events else {}),
    }
    return replace(function, type="AWS::Serverless::Function", properties=properties)


def _code(code: Property) -> Property:
    names = {"S3Bucket": "Bucket", "S3Key": "Key", "S3ObjectVersion": "Version"}
    parts = code if isinstance(code, Mapping) else {}
    return {names[name]: one for name, one in parts.items()}


def _by_name(tags: Property) -> Property:
    """Tags, which SAM has by name."""
    pairs = tags if isinstance(tags, (list, tuple)) else ()
    return {str(one["Key"]): one["Value"] for one in pairs if isinstance(one, Mapping)}

"""SAM's resources as those that its transform makes of them: tables, functions, and what starts
functions by streams and queues. Others stay as they are.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...schema.facts import Path
from ..documents.files import refused
from ..template import Resolved, TemplateResource, unresolved
from .resolving import Lines

SIMPLE_TABLE = "AWS::Serverless::SimpleTable"
FUNCTION = "AWS::Serverless::Function"
_GLOBALS = {SIMPLE_TABLE: "SimpleTable", FUNCTION: "Function"}
_KINDS = {"String": "S", "Number": "N", "Binary": "B"}
_RENAMED = {"Tracing": "TracingConfig", "DeadLetterQueue": "DeadLetterConfig", "CodeUri": "Code"}
_SOURCES = {"DynamoDB": "Stream", "Kinesis": "Stream", "SQS": "Queue"}
"""Events that are polled, with the property that names their source."""
_OF_SAM = ("Events", "Policies", "AutoPublishAlias", "DeploymentPreference", "Tags", "InlineCode")

Properties = Mapping[str, Resolved]


def plain_resources(
    resource: TemplateResource, every: Mapping[str, Resolved]
) -> Iterator[TemplateResource]:
    """What the transform makes of a resource. every: the section Globals, resolved.

    Raises DeclarationError (invalid-template) for a table that it would refuse.
    """
    common = every.get(_GLOBALS.get(resource.type, ""), {})
    if isinstance(common, Mapping) and common:
        merged = _merged(common, resource.properties)
        resource = replace(resource, properties=merged if isinstance(merged, Mapping) else {})
    if resource.type == SIMPLE_TABLE:
        yield _table(resource)
    elif resource.type == FUNCTION:
        yield _function(resource)
        yield from _triggers(resource)
        yield from _role(resource)
    else:
        yield resource


def _merged(common: Resolved, own: Resolved) -> Resolved:
    """A property with what all resources have: of a mapping both, of a list both, else its own.

    Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
    """
    if isinstance(common, Mapping) and isinstance(own, Mapping):
        names = dict.fromkeys((*common, *own))
        return {
            name: _merged(common[name], own[name])
            if name in common and name in own
            else own.get(name, common.get(name))
            for name in names
        }
    return [*common, *own] if isinstance(common, list) and isinstance(own, list) else own


def _table(resource: TemplateResource) -> TemplateResource:
    own = dict(resource.properties)
    key = own.pop("PrimaryKey", {"Name": "id", "Type": "String"})
    lines = dict(resource.lines)
    if isinstance(key, Mapping):
        kind = key.get("Type", "String")
        if isinstance(kind, str) and kind not in _KINDS:
            place = resource.line_of("PrimaryKey", "Type")
            raise refused(
                "PrimaryKey.Type has to be String, Number or Binary", resource.file, place
            )
        name, kind = key.get("Name", "id"), _KINDS[kind] if isinstance(kind, str) else kind
        own["KeySchema"] = [{"AttributeName": name, "KeyType": "HASH"}]
        own["AttributeDefinitions"] = [{"AttributeName": name, "AttributeType": kind}]
    else:
        own["KeySchema"] = own["AttributeDefinitions"] = key
    for target in ("KeySchema", "AttributeDefinitions"):
        if ("PrimaryKey",) in lines:
            lines[(target,)] = lines[("PrimaryKey",)]
    if "ProvisionedThroughput" not in own:
        own["BillingMode"] = "PAY_PER_REQUEST"
    own |= _tags(own.get("Tags"), lines)
    return replace(resource, type="AWS::DynamoDB::Table", properties=own, lines=lines)


def _function(resource: TemplateResource) -> TemplateResource:
    own = resource.properties
    lines = dict(resource.lines)
    made = {_RENAMED.get(name, name): own[name] for name in own if name not in _OF_SAM}
    if isinstance(mode := made.get("TracingConfig"), str):
        made["TracingConfig"] = {"Mode": mode}
    if isinstance(letters := made.get("DeadLetterConfig"), Mapping):
        made["DeadLetterConfig"] = {"TargetArn": letters.get("TargetArn")}
    if isinstance(code := own.get("InlineCode"), str):
        made["Code"] = {"ZipFile": code}
    for name, renamed in _RENAMED.items():
        _move(lines, (name,), (renamed,))
    made |= _tags(own.get("Tags"), lines)
    return replace(resource, type="AWS::Lambda::Function", properties=made, lines=lines)


def _role(resource: TemplateResource) -> Iterator[TemplateResource]:
    """The role of a function that names none, with the policies that are written out."""
    own = resource.properties
    given = own.get("Policies")
    listed = given if isinstance(given, list) else [given]
    policies: list[Resolved] = []
    lines: Lines = {}
    for number, one in enumerate(listed):
        if "Role" in own or not isinstance(one, Mapping) or "Statement" not in one:
            continue
        at = ("Policies", str(number)) if isinstance(given, list) else ("Policies",)
        for path, line in resource.lines.items():
            if path[: len(at)] == at:
                new = ("Policies", str(len(policies)), "PolicyDocument")
                lines[(*new, *path[len(at) :])] = line
        policies.append({"PolicyDocument": one})
    if policies:
        properties: dict[str, Resolved] = {"Policies": policies}
        kind = "AWS::IAM::Role"
        yield replace(
            resource, id=f"{resource.id}Role", type=kind, properties=properties, lines=lines
        )


def _triggers(resource: TemplateResource) -> Iterator[TemplateResource]:
    """What starts a function from a stream or a queue."""
    events = resource.properties.get("Events", {})
    for name, event in events.items() if isinstance(events, Mapping) else ():
        kind = event.get("Type") if isinstance(event, Mapping) else None
        given = event.get("Properties", {}) if isinstance(event, Mapping) else None
        if not isinstance(kind, str) or kind not in _SOURCES or not isinstance(given, Mapping):
            continue
        source = _SOURCES[kind]
        cause = f"the resource {resource.id} gives it"
        own: dict[str, Resolved] = {
            "FunctionName": unresolved(f"!Ref {resource.id}", cause, resource=resource.id),
            "EventSourceArn": given.get(source),
            **{part: value for part, value in given.items() if part != source},
        }
        lines: Lines = {}
        path = ("Events", name, "Properties")
        for at, line in resource.lines.items():
            if at[:3] == path:
                lines[tuple("EventSourceArn" if one == source else one for one in at[3:])] = line
        yield replace(
            resource,
            id=f"{resource.id}{name}",
            type="AWS::Lambda::EventSourceMapping",
            properties=own,
            line=resource.line_of("Events", name),
            lines=lines,
        )


def _tags(tags: Resolved, lines: Lines) -> dict[str, Resolved]:
    """Tags, which SAM has as a mapping, as a list."""
    if not isinstance(tags, Mapping):
        return {} if tags is None else {"Tags": tags}
    for position, name in enumerate(tags):
        _move(lines, ("Tags", name), ("Tags", str(position)))
    return {"Tags": [{"Key": name, "Value": value} for name, value in tags.items()]}


def _move(lines: Lines, source: Path, target: Path) -> None:
    for path, line in list(lines.items()):
        if path[: len(source)] == source:
            lines[target + path[len(source) :]] = line

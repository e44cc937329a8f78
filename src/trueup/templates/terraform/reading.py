"""A document of Terraform as a template: tables with what stands beside them, and the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ...schema.facts import Unknown
from ..documents.nodes import Node
from ..template import Form, Resolved, Template, TemplateResource
from .configurations import configured
from .instances import Arguments, Instance, in_state_file, plain, planned, stored
from .others import other_parts
from .tables import TABLE, attached, insights, policy_document, table_parts

_BESIDE = ("aws_dynamodb_contributor_insights", "aws_dynamodb_resource_policy")
_TABLE_ARN = re.compile(r":table/([^/]+)$")
_HIDING = ("awscc_dynamodb_table", "awscc_dynamodb_global_table", "aws_cloudformation_stack")
"""Types that are or hold tables, in forms that are not read here."""
_UNKNOWN_NUMBER = "how many of it there are is not known: read a plan, by terraform show -json"


def is_terraform(document: Node) -> bool:
    """Whether a document looks like one of Terraform's."""
    names = document.value if isinstance(document.value, Mapping) else {}
    return (
        "terraform_version" in names
        or "planned_values" in names
        or ("resource" in names and "Resources" not in names)
        or ("format_version" in names and "values" in names)
    )


def read_terraform(document: Node, file: str, parameters: Mapping[str, str]) -> Template:
    """The resources of a plan, a state or a configuration. parameters: values of variables."""
    form, instances = _instances(document, parameters)
    resources: dict[str, TemplateResource] = {}
    for one in instances:
        if one.type == "aws_dynamodb_table":
            resources[one.address] = _resource(TABLE, one, table_parts(one), file)
        elif one.type not in _BESIDE:
            kind, parts = other_parts(one)
            resources[one.address] = _resource(kind, one, parts, file)
    unknown = {one.address: _UNKNOWN_NUMBER for one in instances if one.address.endswith("[*]")}
    unknown |= {
        one.address: f"which tables it makes is not read of {one.type}"
        for one in instances
        if one.type in _HIDING
    }
    for one in instances:
        if one.type in _BESIDE:
            address = _table_of(one, resources)
            if address:
                resources[address] = _with(resources[address], one)
            else:
                unknown[one.address] = "which table it is for is not known"
    return Template(file, form, resources, unknown)


def _instances(document: Node, parameters: Mapping[str, str]) -> tuple[Form, list[Instance]]:
    names: Mapping[str, Node] = document.value if isinstance(document.value, Mapping) else {}
    if "resource" in names:
        return "terraform configuration", list(configured(document, parameters))
    whole = plain(document)
    given: Arguments = whole if isinstance(whole, Mapping) else {}
    if "planned_values" in given:
        return "terraform plan", list(planned(given))
    if "values" in given:
        return "terraform state", list(stored(given))
    return "terraform state", list(in_state_file(given))


def _resource(
    kind: str, instance: Instance, parts: Iterable[tuple[str, Resolved, str]], file: str
) -> TemplateResource:
    listed = [part for part in parts if part[1] is not None]
    return TemplateResource(
        id=instance.address,
        type=kind,
        properties={name: value for name, value, _ in listed},
        attributes=dict(_attributes(instance)),
        file=file,
        line=instance.line,
        lines={
            (name,): instance.lines[argument]
            for name, _, argument in listed
            if argument in instance.lines
        },
    )


def _attributes(instance: Instance) -> Iterator[tuple[str, Resolved]]:
    block = instance.block("lifecycle")
    if block and block.get("prevent_destroy"):
        yield "DeletionPolicy", "Retain"
        yield "UpdateReplacePolicy", "Retain"
    depends = instance.values.get("depends_on")
    if isinstance(depends, Sequence) and depends:
        yield "DependsOn", depends


def _table_of(beside: Instance, resources: Mapping[str, TemplateResource]) -> str:
    """The address of the table that a resource is for; empty if it is not known."""
    for said in (beside.values.get("table_name"), beside.values.get("resource_arn")):
        if isinstance(said, str):
            name = match[1] if (match := _TABLE_ARN.search(said)) else said
            for address, one in resources.items():
                if one.type == TABLE and one.properties.get("TableName") == name:
                    return address
    referred = [
        *beside.references.get("table_name", ()),
        *beside.references.get("resource_arn", ()),
    ]
    module = beside.address.rpartition(f"{beside.type}.")[0]
    for address, one in resources.items():
        if one.type == TABLE and any(
            name.startswith(f"{address.removeprefix(module)}.") for name in referred
        ):
            return address
    return ""


def _with(table: TemplateResource, beside: Instance) -> TemplateResource:
    properties: Mapping[str, Resolved]
    if beside.type == "aws_dynamodb_resource_policy":
        policy = policy_document(beside.values)
        said: Resolved = policy if isinstance(policy, Unknown) else {"PolicyDocument": policy}
        properties = {**table.properties, "ResourcePolicy": said}
    else:
        index = beside.values.get("index_name")
        properties = attached(table.properties, index, insights(beside.values))
    return replace(table, properties=properties)

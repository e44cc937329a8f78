"""A document of Terraform as a template: tables with what stands beside them, and the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ...schema.facts import Unknown
from ..documents.nodes import Node
from ..template import Form, Resolved, Template, TemplateResource, Unresolved, unresolved
from .beside import BESIDE, table_of, with_part
from .configurations import configured, variables_of
from .hiding import hidden_by_blocks, hidden_by_document, hidden_by_types
from .instances import Arguments, Instance, in_state_file, plain, planned, stored
from .others import other_parts
from .tables import TABLE, is_on, table_parts

_TABLE = "aws_dynamodb_table"


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
    form, instances, unknown = _instances(document, file, parameters)
    regions = {str(one.values.get("region")) for one in instances if one.type == _TABLE}
    own = parameters.get("AWS::Region")
    resources: dict[str, TemplateResource] = {}
    for one in instances:
        if one.type == _TABLE:
            table = _elsewhere(one, own, len(regions) > 1 or form.endswith("configuration"))
            resources[one.address] = _resource(TABLE, table, table_parts(one), file)
        elif one.type not in BESIDE:
            kind, parts = other_parts(one)
            resources[one.address] = _resource(kind, one, parts, file)
    for one in instances:
        if one.type in BESIDE:
            address = table_of(one, resources)
            if address:
                resources[address] = with_part(resources[address], one)
            else:
                unknown[one.address] = f"{one.address}: which table it is for is not known"
    found = _variables(document, file, parameters)
    return Template(file, form, resources, unknown, parameters=found)


def _elsewhere(table: Instance, own: str | None, is_told: bool) -> Instance:
    """A table that is in doubt, if it may be in another region than the one that is asked for.

    own: that region, if it is known. is_told: whether the document names regions to tell them
    apart, as a state names that of each table.
    """
    region = table.values.get("region")
    if region is None or region == own or (own is None and not is_told) or table.doubt:
        return table
    shown = region.expression if isinstance(region, Unresolved) else region
    why = unresolved(f"region {shown}", "whether that is meant: give --parameter AWS::Region=…")
    return replace(table, doubt=why)


def _instances(
    document: Node, file: str, parameters: Mapping[str, str]
) -> tuple[Form, list[Instance], dict[str, str]]:
    """The form, the resources, and what may hide some."""
    names: Mapping[str, Node] = document.value if isinstance(document.value, Mapping) else {}
    if "resource" in names:
        listed = list(configured(document, file, parameters))
        hidden = {**dict(hidden_by_blocks(document)), **dict(hidden_by_types(listed))}
        return "terraform configuration", listed, hidden
    whole = plain(document)
    given: Arguments = whole if isinstance(whole, Mapping) else {}
    form: Form = "terraform plan" if "planned_values" in given else "terraform state"
    read = planned if "planned_values" in given else stored if "values" in given else in_state_file
    listed = list(read(given))
    hidden = {**dict(hidden_by_document(given)), **dict(hidden_by_types(listed))}
    return form, [one for one in listed if not one.is_deposed], hidden


def _variables(document: Node, file: str, parameters: Mapping[str, str]) -> Mapping[str, Resolved]:
    """The variables of a configuration, or of a plan, whose values are those it was made with."""
    names: Mapping[str, Node] = document.value if isinstance(document.value, Mapping) else {}
    if "resource" in names:
        return variables_of(document, file, parameters)
    planned = plain(names["variables"]) if "variables" in names else {}
    return {
        name: one.get("value") if isinstance(one, Mapping) else None
        for name, one in (planned.items() if isinstance(planned, Mapping) else ())
    }


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
    block = instance.block("lifecycle") or {}
    kept = is_on(block.get("prevent_destroy"))
    if kept:
        policy = kept if isinstance(kept, Unknown) else "Retain"
        yield "DeletionPolicy", policy
        yield "UpdateReplacePolicy", policy
    if instance.doubt:
        yield "Condition", instance.doubt
    depends = instance.values.get("depends_on")
    if isinstance(depends, Sequence) and depends:
        yield "DependsOn", depends

"""A template of one stack, read.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..documents.files import refused
from ..documents.nodes import Node
from ..template import Resolved, Template, TemplateResource, Unresolved, unresolved
from .conditions import condition
from .loops import Expanded, expanded
from .parameters import PSEUDO, parameter_values, pseudo_values
from .resolving import Lines, resolve, resolve_at
from .sam import plain_resources
from .scope import Scope, failed, shown_scalar, text_in

SAM = "AWS::Serverless-2016-10-31"
_EXPANDED = (SAM, "AWS::LanguageExtensions")
_HARMLESS = ("AWS::SecretsManager-", "AWS::CodeDeployBlueGreen", "AWS::ServiceCatalog")
"""Transforms that change no table.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-reference.html"""
_ATTRIBUTES = ("DeletionPolicy", "UpdateReplacePolicy", "DependsOn", "Metadata")


def read_stack(root: Node, file: str, given: Mapping[str, Resolved]) -> Template:
    """The template in a document. given: values of parameters, pseudo parameters and exports.

    Raises DeclarationError (invalid-template) for what no deployment would take.
    """
    parts = _mapping(root, "the template", file)
    sections = {
        name: _mapping(parts[name], name, file)
        for name in ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")
        if name in parts and parts[name].value is not None
    }
    values = parameter_values(sections.get("Parameters", {}), given, file)
    scope = Scope(
        file,
        {**pseudo_values(given), **values},
        exports=given,
        mappings=sections.get("Mappings", {}),
    )
    conditions = expanded(sections.get("Conditions", {}), scope, resolve)
    found = _resources(sections.get("Resources", {}), scope)
    scope = Scope(
        file, scope.parameters, given, scope.mappings, conditions.nodes, dict(found.nodes)
    )
    transforms = list(_transforms(parts.get("Transform")))
    made = (_resource(name, node, scope) for name, node in found.nodes.items())
    kept = [resource for resource in made if resource is not None]
    if SAM in transforms:
        common = resolve(parts["Globals"], scope) if "Globals" in parts else {}
        every = common if isinstance(common, Mapping) else {}
        kept = [plain for resource in kept for plain in plain_resources(resource, every)]
    outputs = _outputs(sections.get("Outputs", {}), scope)
    return Template(
        file,
        "sam" if SAM in transforms else "cloudformation",
        {resource.id: resource for resource in kept},
        unknown={**_macros(transforms), **{key: one.why for key, one in found.doubts.items()}},
        outputs={name: value for name, (value, _) in outputs.items()},
        parameters={**values, **{name: given[name] for name in PSEUDO if name in given}},
        output_lines={name: line for name, (_, line) in outputs.items()},
    )


def _mapping(node: Node, what: str, file: str) -> Mapping[str, Node]:
    if not isinstance(node.value, Mapping):
        raise refused(f"{what} is no mapping", file, node.line)
    return node.value


def _resources(entries: Mapping[str, Node], scope: Scope) -> Expanded:
    """The resources, loops written out; what a transform includes is not known."""
    found = expanded(
        {name: node for name, node in entries.items() if name != "Fn::Transform"}, scope, resolve
    )
    if "Fn::Transform" in entries:
        node = Node({"Fn::Transform": entries["Fn::Transform"]}, entries["Fn::Transform"].line)
        found.doubts["Fn::Transform"] = failed(node, "what it includes is not known")
    return found


def _transforms(node: Node | None) -> Iterator[str]:
    if node is None:
        return
    listed = node.value if isinstance(node.value, tuple) else (node,)
    for one in listed:
        name = one.value
        if isinstance(name, Mapping):
            name = name["Name"].value if "Name" in name else None
        if name is not None:
            yield shown_scalar(name)


def _macros(transforms: list[str]) -> dict[str, str]:
    """The transforms that may change anything."""
    unknown = [
        name for name in transforms if name not in _EXPANDED and not name.startswith(_HARMLESS)
    ]
    why = "what the transform makes of the template is not known"
    return {f"Transform {name}": unresolved(f"Transform {name}", why).why for name in unknown}


def _resource(name: str, node: Node, scope: Scope) -> TemplateResource | None:
    """A resource; None if its condition is false."""
    parts = _mapping(node, f"the resource {name}", scope.file)
    kind = parts["Type"].value if "Type" in parts else None
    if not isinstance(kind, str):
        raise refused(f"the resource {name} has no type", scope.file, node.line)
    attributes: dict[str, Resolved] = {
        one: resolve(parts[one], scope) for one in _ATTRIBUTES if one in parts
    }
    if "Condition" in parts:
        wanted = text_in(parts["Condition"], scope)
        truth = condition(wanted, scope, parts["Condition"].line, resolve)
        if truth is False:
            return None
        attributes["Condition"] = truth if isinstance(truth, Unresolved) else wanted
    lines: Lines = {}
    properties: Resolved = {}
    if "Properties" in parts and parts["Properties"].value is not None:
        properties = resolve_at(parts["Properties"], scope, (), lines)
    if isinstance(properties, Unresolved):
        attributes["Properties"], properties = properties, {}
    if not isinstance(properties, Mapping):
        raise refused(
            f"the properties of {name} are no mapping", scope.file, parts["Properties"].line
        )
    return TemplateResource(name, kind, properties, attributes, scope.file, node.line, lines)


def _outputs(entries: Mapping[str, Node], scope: Scope) -> dict[str, tuple[Resolved, int]]:
    """The values of the outputs with their lines, without those whose condition is false."""
    found: dict[str, tuple[Resolved, int]] = {}
    for name, node in expanded(entries, scope, resolve).nodes.items():
        parts = _mapping(node, f"the output {name}", scope.file)
        if "Condition" in parts:
            wanted = text_in(parts["Condition"], scope)
            if condition(wanted, scope, node.line, resolve) is False:
                continue
        if "Value" in parts:
            found[name] = resolve(parts["Value"], scope), parts["Value"].line
    return found

"""A template of one stack, read.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

from collections.abc import Mapping

from ..documents.files import refused
from ..documents.nodes import Node
from ..template import Resolved, Template, TemplateResource, Unresolved
from .conditions import condition
from .hiding import SAM, hiding, macros, transforms
from .loops import Expanded, expanded
from .parameters import PSEUDO, parameter_values, pseudo_values
from .resolving import Lines, resolve, resolve_at
from .sam import plain_resources
from .scope import Scope, failed, text_in

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
    transformed = list(transforms(parts))
    made = (_resource(name, node, scope) for name, node in found.nodes.items())
    kept = [resource for resource in made if resource is not None]
    if SAM in transformed:
        common = resolve(parts["Globals"], scope) if "Globals" in parts else {}
        every = common if isinstance(common, Mapping) else {}
        kept = [plain for resource in kept for plain in plain_resources(resource, every)]
    outputs = _outputs(sections.get("Outputs", {}), scope)
    return Template(
        file,
        "sam" if SAM in transformed else "cloudformation",
        {resource.id: resource for resource in kept},
        unknown={
            **macros(transformed),
            **{key: one.why for key, one in found.doubts.items()},
            **dict(hiding(kept)),
        },
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
    for name, node in list(found.nodes.items()):
        if isinstance(node.value, Mapping) and "Fn::Transform" in node.value:
            whole = Node({"Fn::Transform": node.value["Fn::Transform"]}, node.line)
            found.doubts[name] = failed(whole, "what it makes of the resource is not known")
            if "Type" not in node.value:
                del found.nodes[name]
    return found


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
    if "Fn::Transform" in parts:
        whole = Node({"Fn::Transform": parts["Fn::Transform"]}, node.line)
        properties = failed(whole, "what it makes of the resource is not known")
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

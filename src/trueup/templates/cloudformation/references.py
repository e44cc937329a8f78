"""What expressions refer to: parameters, resources, and attributes of resources.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ref.html
"""

from __future__ import annotations

from collections.abc import Mapping

from ..documents.files import refused
from ..documents.nodes import Node
from ..template import Resolved, Unresolved, is_open, unresolved
from .conditions import Resolve
from .scope import NO_VALUE, Scope, failed, quoted, shown_scalar

_NAMED = (
    "AWS::DynamoDB::Table",
    "AWS::DynamoDB::GlobalTable",
    "AWS::Serverless::SimpleTable",
)
_TABLE_NAME = "TableName"


def ref(node: Node, argument: Node, scope: Scope, resolve: Resolve) -> Resolved:
    """`Ref`."""
    return referred(node, name_in(node, argument, scope), scope, resolve)


def referred(node: Node, name: str, scope: Scope, resolve: Resolve) -> Resolved:
    """What a name refers to: a parameter, or what identifies a resource."""
    if name == "AWS::NoValue":
        return NO_VALUE
    if name in scope.parameters:
        value = scope.parameters[name]
        return failed(node, value) if isinstance(value, Unresolved) else value
    if name in scope.resources:
        return _name_of(node, name, scope, resolve)
    return unresolved(quoted(node), f"there is no {name} in this template", resource=name)


def _name_of(node: Node, name: str, scope: Scope, resolve: Resolve) -> Resolved:
    """What `Ref` gives of a resource: the name of a table, if it is written; else a reference."""
    reference = unresolved(quoted(node), f"the resource {name} gives it", resource=name)
    key = f"Ref {name}"
    if key not in scope.known:
        scope.known[key] = None
        written = _written_name(scope.resources[name])
        scope.known[key] = resolve(written, scope) if written else None
    found = scope.known[key]
    return found if isinstance(found, str) and not is_open(found) else reference


def _written_name(node: Node) -> Node | None:
    parts = node.value if isinstance(node.value, Mapping) else {}
    kind, properties = parts.get("Type"), parts.get("Properties")
    if kind is None or kind.value not in _NAMED or properties is None:
        return None
    return properties.value.get(_TABLE_NAME) if isinstance(properties.value, Mapping) else None


def get_att(node: Node, argument: Node, scope: Scope, resolve: Resolve) -> Resolved:
    """`Fn::GetAtt`, whose attributes are made at deployment."""
    if isinstance(argument.value, tuple):
        parts = [resolve(part, scope) for part in argument.value]
        if len(parts) < 2 or not all(isinstance(part, str) for part in parts):
            return failed(node, "the attribute is not known")
        name, attribute = str(parts[0]), ".".join(map(str, parts[1:]))
    else:
        name, _, attribute = name_in(node, argument, scope).partition(".")
    return attribute_of(quoted(node), name, attribute)


def attribute_of(expression: str, name: str, attribute: str) -> Unresolved:
    """An attribute of a resource."""
    cause = f"the resource {name} gives it"
    return unresolved(expression, cause, resource=name, attribute=attribute)


def name_in(node: Node, argument: Node, scope: Scope) -> str:
    """The text that a function takes. Raises DeclarationError (invalid-template)."""
    if isinstance(argument.value, Mapping | tuple) or argument.value is None:
        raise wrong(node, f"{quoted(node)} has no text as its argument", scope)
    return shown_scalar(argument.value)


def wrong(node: Node, what: str, scope: Scope) -> Exception:
    """The error for a call that no deployment would take."""
    return refused(what, scope.file, node.line)

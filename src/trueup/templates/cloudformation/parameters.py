"""The values of a template's parameters.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

from collections.abc import Mapping

from ..documents.files import refused
from ..documents.nodes import Node
from ..template import Resolved, unresolved
from .scope import shown_scalar

PSEUDO = (
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
)
"""Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html"""


def parameter_values(
    declared: Mapping[str, Node], given: Mapping[str, Resolved], file: str
) -> dict[str, Resolved]:
    """The value of each declared parameter: as given, else its default, else unresolved.

    Raises DeclarationError (invalid-template) for a value that its declaration does not allow.
    """
    return {name: _value(name, node, given, file) for name, node in declared.items()}


def pseudo_values(given: Mapping[str, Resolved]) -> dict[str, Resolved]:
    """The pseudo parameters: as given, else they stand for themselves in texts."""
    return {name: given.get(name, f"${{{name}}}") for name in PSEUDO}


def _value(name: str, node: Node, given: Mapping[str, Resolved], file: str) -> Resolved:
    if not isinstance(node.value, Mapping):
        raise refused(f"the parameter {name} is no mapping", file, node.line)
    parts = {part: inner.value for part, inner in node.value.items()}
    kind = str(parts.get("Type", "String"))
    if shown_scalar(parts.get("NoEcho")).lower() == "true":
        cause = f"the parameter {name} is a secret (NoEcho), and is not looked at"
        return unresolved(f"!Ref {name}", cause)
    if name in given:
        value = given[name]
        if isinstance(value, str):
            _check_allowed(name, value, node, file)
            return _typed(value, kind)
        return value
    if kind.startswith("AWS::SSM::"):
        return _unknown(name, f"the parameter {name} is read from SSM")
    if "Default" not in parts or isinstance(parts["Default"], Mapping | tuple):
        return _unknown(name, f"the parameter {name} has no value")
    return _typed(shown_scalar(parts["Default"]), kind)


def _unknown(name: str, cause: str) -> Resolved:
    return unresolved(f"!Ref {name}", f"{cause}; give --parameter {name}=…")


def _typed(text: str, kind: str) -> Resolved:
    is_list = kind == "CommaDelimitedList" or "List<" in kind
    return [part.strip() for part in text.split(",")] if is_list else text


def _check_allowed(name: str, value: str, node: Node, file: str) -> None:
    assert isinstance(node.value, Mapping)
    allowed = node.value.get("AllowedValues")
    if allowed is None or not isinstance(allowed.value, tuple):
        return
    values = [shown_scalar(one.value) for one in allowed.value]
    if value not in values:
        raise refused(
            f"the parameter {name} does not allow the value that is given",
            file,
            allowed.line,
            fix=f"give one of {', '.join(values)}",
        )

"""Scope: what the expressions of a template may refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from ..._dataclass import dataclass
from ..documents.files import refused
from ..documents.nodes import Node
from ..template import Resolved, Unresolved, unresolved

NO_VALUE = unresolved("!Ref AWS::NoValue", "it is left out")
"""What stands for a property, or an element of a list, that is left out."""
MOST_QUOTED = 120
"""Characters of an expression that are quoted."""


@dataclass(frozen=True, slots=True)
class Scope:
    """parameters: the values of parameters and pseudo parameters, some unresolved. exports: given
    values of what other stacks export. conditions, resources: as they stand in the template.

    known: the conditions and names that were worked out already; a name without a value is being
    worked out.
    """

    file: str
    parameters: Mapping[str, Resolved]
    exports: Mapping[str, Resolved] = field(default_factory=dict)
    mappings: Mapping[str, Node] = field(default_factory=dict)
    conditions: Mapping[str, Node] = field(default_factory=dict)
    resources: Mapping[str, Node] = field(default_factory=dict)
    known: dict[str, Resolved] = field(default_factory=dict)


def quoted(node: Node) -> str:
    """An expression as it is written in short form, on one line, cut if it is long."""
    text = ""
    for piece in _pieces(node):
        text += piece
        if len(text) > MOST_QUOTED:
            return f"{text[:MOST_QUOTED]}…"
    return text


def failed(node: Node, cause: str | Unresolved) -> Unresolved:
    """An expression that is not known: its own cause, or that of a part of it."""
    return unresolved(quoted(node), cause.cause if isinstance(cause, Unresolved) else cause)


def text_in(node: Node, scope: Scope) -> str:
    """A text, such as the name of a condition. Raises DeclarationError (invalid-template)."""
    if isinstance(node.value, Mapping | tuple):
        raise refused(f"{quoted(node)} is no text", scope.file, node.line)
    return shown_scalar(node.value)


def is_call(node: Node) -> bool:
    """Whether a value is a function with its argument."""
    if not isinstance(node.value, Mapping) or len(node.value) != 1:
        return False
    (name,) = node.value
    return name == "Ref" or (name.startswith("Fn::") and not name.startswith("Fn::ForEach::"))


def _pieces(node: Node) -> Iterator[str]:
    value = node.value
    if isinstance(value, Mapping):
        if is_call(node):
            ((name, argument),) = value.items()
            yield f"!{name.removeprefix('Fn::')} "
            yield from _pieces(argument)
            return
        yield "{"
        for position, (name, inner) in enumerate(value.items()):
            yield f"{', ' if position else ''}{name}: "
            yield from _pieces(inner)
        yield "}"
    elif isinstance(value, tuple):
        yield "["
        for position, inner in enumerate(value):
            yield ", " if position else ""
            yield from _pieces(inner)
        yield "]"
    else:
        yield shown_scalar(value)


def shown_scalar(value: object) -> str:
    """A value without parts, as CloudFormation writes it into texts."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)

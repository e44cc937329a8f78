"""Loops: `Fn::ForEach` written out, for each value of its list.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ..._dataclass import dataclass
from ..documents.files import refused
from ..documents.nodes import Node
from ..template import Unresolved, is_open
from .conditions import Resolve
from .scope import Scope, failed, shown_scalar, text_in

FOR_EACH = "Fn::ForEach::"
MOST_REPEATED = 5_000
"""How many entries all loops of one place make at most; a template has 500 resources."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """Entries without loops. doubts: the loops whose lists are not known."""

    nodes: dict[str, Node] = field(default_factory=dict)
    doubts: dict[str, Unresolved] = field(default_factory=dict)


def expanded(entries: Mapping[str, Node], scope: Scope, resolve: Resolve) -> Expanded:
    """Entries of a mapping with each loop among them written out.

    Raises DeclarationError (invalid-template) for what is no loop, or repeats without measure.
    """
    found = Expanded()
    _expand(entries, scope, resolve, found)
    return found


def _expand(entries: Mapping[str, Node], scope: Scope, resolve: Resolve, found: Expanded) -> None:
    for key, node in entries.items():
        if not key.startswith(FOR_EACH):
            if len(found.nodes) >= MOST_REPEATED:
                raise refused(f"there are more than {MOST_REPEATED:,}", scope.file, node.line)
            found.nodes[key] = node
            continue
        name, listed, body = _parts(node, scope)
        values = _values(node, listed, scope, resolve)
        if isinstance(values, Unresolved):
            found.doubts[key] = values
            continue
        for value in values:
            written = replaced(body, name, value)
            assert isinstance(written.value, Mapping)
            _expand(written.value, scope, resolve, found)


def _parts(node: Node, scope: Scope) -> tuple[str, Node, Node]:
    parts = node.value
    if not isinstance(parts, tuple) or len(parts) != 3 or not isinstance(parts[2].value, Mapping):
        what = "Fn::ForEach takes a name, a list and a mapping"
        raise refused(what, scope.file, node.line)
    return text_in(parts[0], scope), parts[1], parts[2]


def _values(node: Node, listed: Node, scope: Scope, resolve: Resolve) -> list[str] | Unresolved:
    values = resolve(listed, scope)
    if isinstance(values, Unresolved):
        return failed(listed, values)
    if not isinstance(values, list):
        raise refused("Fn::ForEach repeats over no list", scope.file, node.line)
    if len(values) > MOST_REPEATED:
        raise refused(f"there are more than {MOST_REPEATED:,}", scope.file, node.line)
    found: list[str] = []
    for value in values:
        if isinstance(value, Unresolved):
            return failed(listed, value)
        if is_open(value):
            return failed(listed, f"{value} is not given")
        found.append(shown_scalar(value))
    return found


def replaced(node: Node, name: str, value: str) -> Node:
    """A value with a variable of a loop in place: `!Ref Name`, `${Name}`, and `&{Name}`, which
    keeps only letters and digits."""
    inner = node.value
    if isinstance(inner, Mapping):
        if len(inner) == 1 and "Ref" in inner and inner["Ref"].value == name:
            return Node(value, node.line)
        return Node(
            {_filled(key, name, value): replaced(one, name, value) for key, one in inner.items()},
            node.line,
        )
    if isinstance(inner, tuple):
        return Node(tuple(replaced(one, name, value) for one in inner), node.line)
    return Node(_filled(inner, name, value), node.line) if isinstance(inner, str) else node


def _filled(text: str, name: str, value: str) -> str:
    bare = "".join(character for character in value if character.isalnum())
    return text.replace(f"${{{name}}}", value).replace(f"&{{{name}}}", bare)

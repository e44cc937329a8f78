"""Values of a template with their functions resolved, and the lines where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...schema.facts import Path
from ..documents.files import refused
from ..documents.nodes import Node
from ..template import Resolved, Unresolved
from .conditions import condition
from .functions import FUNCTIONS
from .loops import FOR_EACH, expanded
from .scope import NO_VALUE, Scope, failed, is_call, text_in

Lines = dict[Path, int]


def resolve(node: Node, scope: Scope) -> Resolved:
    """A value; `NO_VALUE` if it is left out."""
    return resolve_at(node, scope, (), {})


def resolve_at(node: Node, scope: Scope, path: Path, lines: Lines) -> Resolved:
    """A value that stands at a path. lines: are filled with those of the paths from there on."""
    lines[path] = node.line
    if is_call(node):
        return _called(node, scope, path, lines)
    value = node.value
    if isinstance(value, Mapping):
        if "Fn::Transform" in value:
            return failed(node, "what a transform makes of it is not known")
        return _mapping(value, scope, path, lines)
    if isinstance(value, tuple):
        found: list[Resolved] = []
        for inner in value:
            one = resolve_at(inner, scope, (*path, str(len(found))), lines)
            found += [] if one is NO_VALUE else [one]
        return found
    assert not isinstance(value, Sequence) or isinstance(value, str)
    if isinstance(value, str) and "{{resolve:" in value:
        return failed(node, "it is resolved at deployment")
    return value


def _mapping(
    value: Mapping[str, Node], scope: Scope, path: Path, lines: Lines
) -> dict[str, Resolved]:
    found: dict[str, Resolved] = {}
    for name, inner in value.items():
        if name.startswith(FOR_EACH):
            repeated = expanded({name: inner}, scope, resolve)
            found |= {place: failed(inner, doubt) for place, doubt in repeated.doubts.items()}
            found |= _mapping(repeated.nodes, scope, path, lines)
        else:
            one = resolve_at(inner, scope, (*path, name), lines)
            found |= {} if one is NO_VALUE else {name: one}
    return found


def _called(node: Node, scope: Scope, path: Path, lines: Lines) -> Resolved:
    assert isinstance(node.value, Mapping)
    ((name, argument),) = node.value.items()
    if name == "Fn::If":
        return _if(node, argument, scope, path, lines)
    if name not in FUNCTIONS:
        return failed(node, f"{name} is not evaluated here")
    return FUNCTIONS[name](node, argument, scope, resolve)


def _if(node: Node, argument: Node, scope: Scope, path: Path, lines: Lines) -> Resolved:
    parts = argument.value
    if not isinstance(parts, tuple) or len(parts) != 3:
        raise refused("Fn::If takes a condition and two values", scope.file, node.line)
    name = text_in(parts[0], scope)
    truth = condition(name, scope, node.line, resolve)
    if isinstance(truth, Unresolved):
        first, second = (resolve(part, scope) for part in parts[1:])
        is_same = first == second and not isinstance(first, Unresolved)
        return first if is_same else failed(node, truth)
    return resolve_at(parts[1 if truth else 2], scope, path, lines)

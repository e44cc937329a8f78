"""Conditions of three values: true, false, or not known.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..documents.files import refused
from ..documents.nodes import Node
from ..template import Resolved, Unresolved, is_open, unresolved
from .scope import Scope, failed, quoted, shown_scalar, text_in

Resolve = Callable[[Node, Scope], Resolved]
Truth = bool | Unresolved


def condition(name: str, scope: Scope, line: int, resolve: Resolve) -> Truth:
    """Whether a condition of the template holds.

    Raises DeclarationError (invalid-template) if there is none, or if it refers to itself.
    """
    node = scope.conditions.get(name)
    if node is None:
        raise refused(f"there is no condition {name}", scope.file, line)
    key = f"Condition {name}"
    if key in scope.known:
        found = scope.known[key]
        if found is None:
            raise refused(f"the condition {name} refers to itself", scope.file, node.line)
        return found if isinstance(found, bool | Unresolved) else bool(found)
    scope.known[key] = None
    truth = truth_of(node, scope, resolve)
    if isinstance(truth, Unresolved):
        truth = unresolved(f"Condition {name} ({quoted(node)})", truth.cause)
    scope.known[key] = truth
    return truth


def truth_of(node: Node, scope: Scope, resolve: Resolve) -> Truth:
    """Whether the expression of a condition holds."""
    if not isinstance(node.value, Mapping) or len(node.value) != 1:
        raise refused("this is no condition", scope.file, node.line)
    ((name, argument),) = node.value.items()
    if name == "Condition":
        return condition(text_in(argument, scope), scope, node.line, resolve)
    if name == "Fn::Equals":
        return _equal(node, _parts(argument, scope, 2, 2), scope, resolve)
    if name == "Fn::Not":
        (inner,) = _parts(argument, scope, 1, 1)
        truth = truth_of(inner, scope, resolve)
        return failed(node, truth) if isinstance(truth, Unresolved) else not truth
    if name in ("Fn::And", "Fn::Or"):
        decisive = name == "Fn::Or"
        truths = [truth_of(one, scope, resolve) for one in _parts(argument, scope, 1, 10)]
        if any(truth is decisive for truth in truths):
            return decisive
        doubts = [truth for truth in truths if isinstance(truth, Unresolved)]
        return failed(node, doubts[0]) if doubts else not decisive
    return failed(node, f"{name} is not evaluated here")


def _equal(node: Node, parts: Sequence[Node], scope: Scope, resolve: Resolve) -> Truth:
    values = [resolve(part, scope) for part in parts]
    for value in values:
        if isinstance(value, Unresolved):
            return failed(node, value)
        if is_open(value):
            return failed(node, f"{value} is not given")
    first, second = ("" if value is None else value for value in values)
    if isinstance(first, str | bool | int | float) and isinstance(second, str | bool | int | float):
        return shown_scalar(first) == shown_scalar(second)
    return first == second


def _parts(node: Node, scope: Scope, least: int, most: int) -> Sequence[Node]:
    if not isinstance(node.value, tuple) or not least <= len(node.value) <= most:
        raise refused(f"{quoted(node)} is not what the condition takes", scope.file, node.line)
    return node.value

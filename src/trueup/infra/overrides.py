"""Properties that a declaration has no word for: written over the resources of a finished stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from ..errors import DeclarationError, Place
from .values import Attribute, Parameter, Property, Stack

Known = Mapping[str, Parameter | None]
"""What a reference may name: parameters, and None for each resource."""

_KEEPS = "say removal= in DynamoDB(...) or in the stage, or protect = true of the stage"
_BESIDE = {
    "DeletionPolicy": _KEEPS,
    "UpdateReplacePolicy": _KEEPS,
    **dict.fromkeys(
        (
            *("Type", "Properties", "DependsOn", "Condition", "Metadata"),
            *("CreationPolicy", "UpdatePolicy"),
        ),
        "it stands beside the properties, which overrides= alone can change",
    ),
}
"""What a resource has beside its properties.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html"""
_MISSPELT = 0.9
_ALIKE = {"SecurityGroupIngress", "SecurityGroupEgress"}
"""Names of properties that differ as little as misspelt ones do."""


def overridden(stack: Stack, given: Mapping[str, Mapping[str, Any]], declared_at: str) -> Stack:
    """The stack with other properties. given: by the resource's logical name, in CloudFormation's
    words: a mapping is merged into the one that is there, None removes, all else replaces.

    Raises DeclarationError, which names the nearest, for a resource that the stack does not have,
    and for what is no property: a part of a resource beside them, or a misspelt one.
    """
    _check_properties(stack, given, declared_at)
    known: dict[str, Parameter | None] = {one.id: None for one in stack.resources}
    known |= {one.name: one for one in stack.parameters}
    try:
        for name in given:
            _check(name, {one.id: None for one in stack.resources}, stack.name)
        resources = [
            replace(one, properties=_merged(one.properties, given.get(one.id, {}), known, stack))
            for one in stack.resources
        ]
    except LookupError as error:
        [problem] = error.args
        raise DeclarationError(
            f"overrides=: {problem}",
            where=Place(note=declared_at),
            fix="name a resource of the template that trueup generate iac writes",
            problems=[problem],
        ) from None
    return replace(stack, resources=tuple(resources))


def _check_properties(
    stack: Stack, given: Mapping[str, Mapping[str, Any]], declared_at: str
) -> None:
    problems = [
        f"{one.id}.{name} is no property of {one.type}: {hint}"
        for one in stack.resources
        for name in given.get(one.id, {})
        if name not in one.properties and (hint := _hint(name, one.properties))
    ]
    if problems:
        raise DeclarationError(
            f"overrides=: {'; '.join(problems)}",
            where=Place(note=declared_at),
            fix="write properties only, as CloudFormation's reference of the type spells them",
            problems=problems,
        )


def _hint(name: str, properties: Mapping[str, Property]) -> str:
    """What to do about a name that is no property; empty if it may be one."""
    if name in _BESIDE:
        return _BESIDE[name]
    near = get_close_matches(name, properties, 1, cutoff=_MISSPELT)
    return f"did you mean {near[0]}?" if near and {name, near[0]} != _ALIKE else ""


def _check(name: str, known: Known, stack: str) -> None:
    if name not in known:
        near = get_close_matches(name, known, 3, cutoff=0.5)
        hint = f"; near it are {', '.join(near)}" if near else ""
        raise LookupError(f"the stack {stack} has no resource {name!r}{hint}")


def _merged(
    before: Mapping[str, Property], given: Mapping[str, Any], known: Known, stack: Stack
) -> Mapping[str, Property]:
    found = dict(before)
    for name, value in given.items():
        there = found.pop(name, None)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            found[name] = _merged(there, value, known, stack)
        elif value is not None:
            found[name] = _read(value, known, stack)
    return found


def _read(value: Any, known: Known, stack: Stack) -> Property:
    """A value, whose references are those that every format can write."""
    match value:
        case {"Ref": str(name)} if name.startswith("AWS::"):
            return f"${{{name}}}"
        case {"Ref": str(name)}:
            _check(name, known, stack.name)
            return known[name] or Attribute(name)
        case {"Fn::GetAtt": [str(resource), str(name)]}:
            _check(resource, known, stack.name)
            return Attribute(resource, name)
        case Mapping():
            return {
                name: _read(one, known, stack) for name, one in value.items() if one is not None
            }
        case list() | tuple():
            return [_read(one, known, stack) for one in value]
    found: Property = value
    return found

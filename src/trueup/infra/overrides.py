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


def overridden(stack: Stack, given: Mapping[str, Mapping[str, Any]], declared_at: str) -> Stack:
    """The stack with other properties. given: by the resource's logical name, in CloudFormation's
    words: a mapping is merged into the one that is there, None removes, all else replaces.

    Raises DeclarationError, which names the nearest, for a resource that the stack does not have.
    """
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

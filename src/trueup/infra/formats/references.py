"""What a resource refers to, and the same under other names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..values import Attribute, Joined, Parameter, Property, Resource


def referred(resource: Resource) -> Iterator[str]:
    """The ids of the resources that its properties name, in their order."""
    return _referred(resource.properties)


def _referred(value: Property) -> Iterator[str]:
    match value:
        case Attribute(resource):
            yield resource
        case Joined(parts):
            yield from (one.resource for one in parts if isinstance(one, Attribute))
        case str() | bool() | int() | float() | Parameter():
            return
        case Mapping():
            for one in value.values():
                yield from _referred(one)
        case _:
            for one in value:
                yield from _referred(one)


def renamed(value: Property, ids: Mapping[str, str]) -> Property:
    """A value whose references are to other ids."""
    match value:
        case Attribute(resource, name):
            return Attribute(ids.get(resource, resource), name)
        case Joined(parts):
            return Joined(
                tuple(
                    replace(one, resource=ids.get(one.resource, one.resource))
                    if isinstance(one, Attribute)
                    else one
                    for one in parts
                )
            )
        case str() | bool() | int() | float() | Parameter():
            return value
        case Mapping():
            return {name: renamed(one, ids) for name, one in value.items()}
        case _:
            return [renamed(one, ids) for one in value]

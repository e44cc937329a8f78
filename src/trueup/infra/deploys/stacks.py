"""The stack after each of several updates: the declared one, with indexes and expiries as they are
by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...errors import Place, UnsupportedByEngine
from ...schema.changes import AddIndex, Change, DropIndex, SetTtl
from ...schema.facts import Unknown
from ...templates.template import Template, TemplateResource
from ..resources.tables import TABLE
from ..values import Property, Resource, Stack
from .schedule import Deploy, steps_of

_INDEXES, _DEFINITIONS = "GlobalSecondaryIndexes", "AttributeDefinitions"
_EXPIRY = "TimeToLiveSpecification"


def stacks_of(target: Stack, deploys: Sequence[Deploy], deployed: Template) -> Iterator[Stack]:
    """The stack after each update; the last is the declared one.

    deployed: the template that the first update finds.

    Raises UnsupportedByEngine if an index that a later update drops cannot be written again, since
    the template does not tell all of it.
    """
    for number in range(1, len(deploys) + 1):
        left = [step for deploy in deploys[number:] for step in steps_of(deploy)]
        yield replace(
            target, resources=tuple(_resource(one, left, deployed) for one in target.resources)
        )


def table_ids(stack: Stack) -> dict[str, str]:
    """The ids of the tables of a stack, by physical name."""
    return {
        str(one.properties.get("TableName")): one.id for one in stack.resources if one.type == TABLE
    }


def _resource(resource: Resource, left: Sequence[Change], deployed: Template) -> Resource:
    """A resource before the changes that are left."""
    name = resource.properties.get("TableName")
    mine = [step for step in left if step.schema.name == name]
    if resource.type != TABLE or not mine:
        return resource
    before = _table(deployed, str(name))
    properties = dict(resource.properties)
    for step in reversed(mine):
        _undo(properties, step, before)
    _define(properties, before)
    return replace(resource, properties=properties)


def _undo(properties: dict[str, Property], step: Change, before: TemplateResource) -> None:
    listed: list[Any] = list(_list(properties.get(_INDEXES)))
    match step:
        case AddIndex(_, index):
            kept = [one for one in listed if one["IndexName"] != index.name]
            properties[_INDEXES] = kept
            if not kept:
                del properties[_INDEXES]
        case DropIndex(_, index):
            properties[_INDEXES] = [*listed, _index(before, index.name)]
        case SetTtl(_, None, _):
            was = before.properties.get(_EXPIRY)
            name = was.get("AttributeName") if isinstance(was, Mapping) else None
            properties.pop(_EXPIRY, None)
            if isinstance(name, str):
                properties[_EXPIRY] = {"AttributeName": name, "Enabled": False}
        case _:
            pass


def _table(deployed: Template, name: str) -> TemplateResource:
    return next(
        one
        for one in deployed.resources.values()
        if one.type == TABLE and one.properties.get("TableName") == name
    )


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _index(table: TemplateResource, name: str) -> Mapping[str, Any]:
    """An index as the deployed template has it."""
    for one in _list(table.properties.get(_INDEXES)):
        if isinstance(one, Mapping) and one.get("IndexName") == name and not _has_unknown(one):
            return one
    raise UnsupportedByEngine(
        f"the index {name} is dropped by a later update, and the template does not tell all of it",
        where=Place(note=table.file),
        fix="give its parameters: --parameter NAME=VALUE",
    )


def _has_unknown(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_unknown, value.values()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return any(map(_has_unknown, value))
    return isinstance(value, Unknown)


def _define(properties: dict[str, Property], before: TemplateResource) -> None:
    """The definitions of exactly the attributes that keys name: more or fewer are refused."""
    known = {
        one["AttributeName"]: one
        for one in (*_list(before.properties.get(_DEFINITIONS)), *_list(properties[_DEFINITIONS]))
    }
    keyed = [properties, *_list(properties.get(_INDEXES))]
    keyed += _list(properties.get("LocalSecondaryIndexes"))
    names = dict.fromkeys(key["AttributeName"] for one in keyed for key in _list(one["KeySchema"]))
    properties[_DEFINITIONS] = [known[name] for name in names]

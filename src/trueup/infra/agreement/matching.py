"""Which resource of a template stands for a declared one: by its id, by the name that it has in the
account, or since a resource that is known already refers to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...templates.template import TemplateResource, Unresolved

Resources = Mapping[str, TemplateResource]
_HASH = re.compile("[0-9A-F]{8}$")
"""What the CDK adds to the name of a construct.
Source: https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html"""
_NAMES = (
    *("AlarmName", "FunctionName", "RoleName", "QueueName", "DashboardName", "LogGroupName"),
    *("UsagePlanName", "PolicyName", "DBProxyName", "DBInstanceIdentifier", "Name"),
    *("dashboard_name", "name", "identifier"),
)
"""Properties that are the name of a resource in its account, of types that have such a one."""
_NAMED_BY_OTHERS = (
    *("AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission"),
    *("AWS::IAM::RolePolicy", "AWS::IAM::Policy", "AWS::ApplicationAutoScaling::ScalingPolicy"),
)
"""Types whose FunctionName is that of another resource, or whose name is one within another."""


def matched_resources(
    declared: Resources, found: Resources, tables: Mapping[str, str]
) -> dict[str, TemplateResource]:
    """The resources that stand for declared ones, by the ids of the latter. tables: ids of tables
    in the template by declared ones."""
    matches: dict[str, TemplateResource] = {}
    for id_, one in declared.items():
        if (there := found.get(id_)) and there.type == one.type:
            matches[id_] = there
    _add(matches, declared, _named(declared, found))
    _add(matches, declared, _alike(declared, found))
    while _add(matches, declared, [*_referred(matches, declared, found, tables)]):
        pass
    return matches


def _add(
    matches: dict[str, TemplateResource],
    declared: Resources,
    found: list[tuple[str, TemplateResource]],
) -> bool:
    """Add what is certain: no resource stands for two."""
    before = len(matches)
    for id_, one in found:
        taken = {match.id for match in matches.values()}
        if id_ in declared and id_ not in matches and one.id not in taken:
            matches[id_] = one
    return len(matches) > before


def _named(declared: Resources, found: Resources) -> list[tuple[str, TemplateResource]]:
    names = {(one.type, name): one for one in found.values() if (name := natural_name(one))}
    return [
        (id_, names[(one.type, name)])
        for id_, one in declared.items()
        if (name := natural_name(one)) and (one.type, name) in names
    ]


def natural_name(resource: TemplateResource) -> str:
    """The name of a resource in its account; empty if it has none that is known."""
    if resource.type in _NAMED_BY_OTHERS:
        return ""
    named = (resource.properties.get(name) for name in _NAMES)
    return next((one for one in named if isinstance(one, str)), "")


def _alike(declared: Resources, found: Resources) -> list[tuple[str, TemplateResource]]:
    """By ids without the stack they are in, or the CDK's hash."""
    short: dict[tuple[str, str], TemplateResource] = {}
    for one in found.values():
        last = one.id.rpartition("/")[2]
        short[(one.type, _HASH.sub("", last))] = short[(one.type, last)] = one
    return [
        (id_, short[(one.type, id_)]) for id_, one in declared.items() if (one.type, id_) in short
    ]


def _referred(
    matches: Mapping[str, TemplateResource],
    declared: Resources,
    found: Resources,
    tables: Mapping[str, str],
) -> Iterator[tuple[str, TemplateResource]]:
    """What matched resources refer to by the same property; and what refers to matched ones."""
    for id_, match in matches.items():
        one = declared.get(id_)
        for name, value in (one.properties if one else {}).items():
            there = match.properties.get(name)
            if isinstance(value, Unresolved) and isinstance(there, Unresolved):
                target = found.get(there.resource)
                known = declared.get(value.resource)
                if target and known and target.type == known.type:
                    yield value.resource, target
    ids = {**tables, **{id_: match.id for id_, match in matches.items()}}
    for id_, one in declared.items():
        wanted = {
            name: ids.get(value.resource, value.resource)
            for name, value in one.properties.items()
            if isinstance(value, Unresolved) and value.resource
        }
        fitting = [
            other for other in found.values() if other.type == one.type and _fits(other, wanted)
        ]
        if wanted and id_ not in matches and len(fitting) == 1:
            yield id_, fitting[0]


def _fits(resource: TemplateResource, wanted: Mapping[str, str]) -> bool:
    values = {name: resource.properties.get(name) for name in wanted}
    return all(
        isinstance(value, Unresolved) and value.resource == wanted[name]
        for name, value in values.items()
    )

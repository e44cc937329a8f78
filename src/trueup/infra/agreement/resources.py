"""Declared resources beside those of templates: what differs, what is not there, what was added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from ..._dataclass import dataclass
from ...schema.facts import Difference, Unknown
from ...schema.severity import Severity
from ...schema.verify import Finding
from ...templates.mending import RESOURCE, with_mends
from ...templates.template import Template, TemplateResource, Unresolved
from ..formats.labels import label
from ..values import Stack
from .consequences import counted, kind_of, severity_of_property
from .declared import Declared, declared_resources
from .matching import Resources, matched_resources, natural_name
from .properties import Sides, compared_properties
from .references import References

_ATTACHED = {
    "AWS::IAM::RolePolicy": ("RoleName", "role", "Role"),
    "AWS::IAM::Policy": ("Roles",),
    "AWS::IAM::ManagedPolicy": ("Roles",),
    "aws_iam_role_policy_attachment": ("role",),
}
"""Types that give a role more, with the properties that name it."""


Key: TypeAlias = tuple[str, str]
"""The kind of a resource, and its name in the account, else its id."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """compared, absent: how many resources of which kind were found, and were not.

    findings: what differs, property by property; of one that agrees, that it does. lacking: of
    those that are not there as declared, the kinds, and the names in the account, else the ids.
    """

    findings: tuple[Finding, ...]
    compared: Mapping[str, int]
    absent: Mapping[str, int]
    lacking: frozenset[Key]


def verify_resources(
    stack: Stack,
    templates: Sequence[Template],
    *,
    declared_at: str,
    is_whole: bool,
) -> Agreement:
    """The resources of a stack that are no tables, beside those of templates.

    declared_at: where the layer is. is_whole: whether one that is in no template is a finding.
    """
    findings: list[Finding] = []
    found: dict[Key, str] = {}
    lacking: set[Key] = set()
    missing: dict[Key, TemplateResource] = {}
    for template in templates:
        declared = declared_resources(stack, template.form, _parameters(template))
        tables = _tables(declared, template)
        matches = matched_resources(declared.others, template.resources, tables)
        ids = {**tables, **{id_: match.id for id_, match in matches.items()}}
        sides = Sides(References(template.resources, ids), References(template.resources, {}))
        for id_, match in matches.items():
            one = declared.others[id_]
            compared = list(_compared(one, match, sides, declared_at))
            differing = [fact for fact in compared if fact.verdict != "agrees"]
            findings += differing or [_agreeing(one, match, declared_at)]
            found[_key(one)] = one.type
            if differing:
                lacking.add(_key(one))
        findings += _added(matches, template.resources)
        rest = [one for id_, one in declared.others.items() if id_ not in matches]
        missing |= {_key(one): one for one in rest}
    absent = {key: one for key, one in missing.items() if key not in found}
    if is_whole:
        findings += [_missing(one, declared_at) for one in absent.values()]
    return Agreement(
        tuple(with_mends(findings, templates)),
        counted(found.values()),
        counted(one.type for one in absent.values()),
        frozenset(lacking | absent.keys()),
    )


def _parameters(template: Template) -> dict[str, str]:
    """The parameters that have values, which the declared side takes as well."""
    return {
        name: str(value)
        for name, value in template.parameters.items()
        if isinstance(value, str | int)
    }


def _key(resource: TemplateResource) -> Key:
    """What tells a declared resource in templates of every form: its name, else its id."""
    name = natural_name(resource) or label(resource.id.rpartition(".")[2])
    return kind_of(resource.type), name


def _tables(declared: Declared, template: Template) -> dict[str, str]:
    """The ids of tables in the template by those of the declarations: by their names."""
    names = {
        one.properties.get("TableName"): one.id
        for one in template.resources.values()
        if one.type.startswith("AWS::DynamoDB::")
    }
    found = ((id_, one.properties.get("TableName")) for id_, one in declared.tables.items())
    return {id_: names[name] for id_, name in found if isinstance(name, str) and name in names}


def _compared(
    declared: TemplateResource, match: TemplateResource, sides: Sides, declared_at: str
) -> Iterator[Finding]:
    condition = match.attributes.get("Condition")
    if isinstance(condition, Unknown):
        doubt = Difference(RESOURCE, kind_of(declared.type), condition)
        yield Finding(declared.id, doubt, declared_at, match.place_of(), Severity.HIGH)
        return
    for one in compared_properties(declared, match, sides):
        place = match.place_of(*one.inner)
        yield Finding(declared.id, one.difference, declared_at, place, one.severity)


def _agreeing(declared: TemplateResource, match: TemplateResource, declared_at: str) -> Finding:
    kind = kind_of(declared.type)
    same = Difference(RESOURCE, kind, kind)
    return Finding(declared.id, same, declared_at, match.place_of(), Severity.LOW)


def _added(matches: Mapping[str, TemplateResource], found: Resources) -> Iterator[Finding]:
    """Policies of declared roles that no declaration has."""
    roles = {match.id for match in matches.values() if match.type == "AWS::IAM::Role"}
    taken = {match.id for match in matches.values()}
    for one in found.values():
        if one.id in taken or one.type not in _ATTACHED:
            continue
        named: list[object] = []
        for name in _ATTACHED[one.type]:
            value = one.properties.get(name)
            named += value if isinstance(value, list) else [value]
        for role in named:
            if isinstance(role, Unresolved) and role.resource in roles:
                more = Difference(RESOURCE, None, f"a policy of {role.resource}")
                yield Finding(one.id, more, "", one.place_of(), Severity.CRITICAL)


def _missing(resource: TemplateResource, declared_at: str) -> Finding:
    difference = Difference(RESOURCE, kind_of(resource.type), None)
    severity = severity_of_property(resource.type, ())
    return Finding(resource.id, difference, declared_at, "", severity)

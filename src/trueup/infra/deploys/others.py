"""What else a deploy changes: resources beside the tables, properties of tables that no declaration
has a word for, and outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...schema.facts import Unknown
from ...templates.cloudformation.scope import shown_scalar
from ...templates.reading import read_text
from ...templates.template import Template, TemplateResource, Unresolved
from ..formats.files import Format, template_text
from ..resources.tables import TABLE
from ..values import Stack

_DECLARED = {
    *("TableName", "AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput"),
    *("OnDemandThroughput", "WarmThroughput", "TableClass", "GlobalSecondaryIndexes"),
    *("LocalSecondaryIndexes", "StreamSpecification", "TimeToLiveSpecification"),
    *("PointInTimeRecoverySpecification", "DeletionProtectionEnabled", "SSESpecification"),
    *("ContributorInsightsSpecification", "ResourcePolicy", "Tags"),
}
"""Properties of tables that declarations have words for: `plan_deploys` compares what they say."""
_POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")
_OF_CDK = "AWS::CDK::"


def other_changes(stack: Stack, deployed: Template, given: Mapping[str, str]) -> list[str] | None:
    """The ids of what else differs between a template and a stack, outputs after a dot; None for a
    template of another kind than CloudFormation's, whose resources have other names.

    given: values of parameters, as the template was read with.
    """
    if deployed.form.startswith("terraform"):
        return None
    form = Format.SAM if deployed.form == "sam" else Format.CLOUDFORMATION
    names = {one.name for one in stack.parameters}
    own = {name: value for name, value in given.items() if name in names or "::" in name}
    new = read_text(template_text(stack, form, is_json=True), stack.name, own)
    before, after = _resources(_own(deployed, set(new.resources))), _resources(new.resources)
    outputs = {f"Outputs.{name}": _plain(value) for name, value in deployed.outputs.items()}
    new_outputs = {f"Outputs.{name}": _plain(value) for name, value in new.outputs.items()}
    return [*_differing(before, after), *_differing(outputs, new_outputs)]


def _differing(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    for name in {**before, **after}:
        if name not in before or name not in after or before[name] != after[name]:
            yield name


def _own(deployed: Template, ids: set[str]) -> Mapping[str, TemplateResource]:
    """The resources of the stack itself: of several in a folder, that which has most of the ids."""
    stacks: dict[str, dict[str, TemplateResource]] = {"": {}}
    for one in deployed.resources.values():
        prefix, _, id = one.id.rpartition("/")
        stacks.setdefault(prefix, {})[id] = one
    return max(stacks.values(), key=lambda one: len(ids & set(one)))


def _resources(resources: Mapping[str, TemplateResource]) -> Mapping[str, object]:
    """All that is compared of each resource. A table is told by its name, whatever its id."""
    return {
        id if one.type != TABLE else f"table {_plain(one.properties.get('TableName'))}": _told(one)
        for id, one in resources.items()
        if not one.type.startswith(_OF_CDK) and (one.type != TABLE or _told(one))
    }


def _told(one: TemplateResource) -> object:
    if one.type == TABLE:
        return _plain({name: it for name, it in one.properties.items() if name not in _DECLARED})
    policies = [_plain(one.attributes.get(name, "Delete")) for name in _POLICIES]
    return one.type, policies, _plain(one.properties)


def _plain(value: object) -> Any:
    """A value without what makes no difference: the order of lists, and how scalars are written."""
    match value:
        case Unresolved():
            return ("?", value.expression)
        case Unknown():
            return ("?", value.why)
        case Mapping():
            return {str(name): _plain(one) for name, one in value.items()}
        case Sequence() if not isinstance(value, str):
            return sorted((_plain(one) for one in value), key=repr)
        case float() if value.is_integer():
            return str(int(value))
    return shown_scalar(value)

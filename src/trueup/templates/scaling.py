"""How a template lets units of tables follow the load: targets, and the policies that move them.

A target without a policy moves nothing. Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalabletarget.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalingpolicy.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from ..schema.facts import Unknown, Value
from .template import Resolved, Template, TemplateResource, Unresolved

_TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
_POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
_SCHEDULE = "aws_appautoscaling_scheduled_action"
_TABLES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
_SCALED = re.compile(r"table/(?P<table>.+?)(?:/index/(?P<index>[^/]+))?")
_WORD, _INDEX = re.compile(r"[\w.]+"), re.compile(r"/index/[\w.-]+")
_CONFIGURATION = "TargetTrackingScalingPolicyConfiguration"

Key: TypeAlias = tuple[str, str, str]
"""Table, index (empty for the table itself) and direction: what a scaling target is of."""


def shown(least: object, most: object, percent: object) -> str:
    """Bounds and target in words: `5 to 100 at 70%`."""
    number = int(percent) if isinstance(percent, float) and percent.is_integer() else percent
    return f"{least} to {most} at {number}%"


def scaled_targets(template: Template) -> Iterator[tuple[Key | None, Value, TemplateResource]]:
    """Each target with what it is of, None if it does not tell, and how it scales."""
    for one in template.resources.values():
        if one.type == _TARGET:
            place, dimension = (one.properties.get(n) for n in ("ResourceId", "ScalableDimension"))
            if isinstance(place, Unresolved):
                place = _referred(place.expression, one.id, template)
            told = _SCALED.fullmatch(place) if isinstance(place, str) else None
            key = None
            if (
                told
                and isinstance(dimension, str)
                and bool(told["index"]) == (":index:" in dimension)
            ):
                direction = "read" if "ReadCapacity" in dimension else "write"
                key = (told["table"], told["index"] or "", direction)
            elif isinstance(place, str) and not told:
                continue  # of another service
            yield key, _scales(one, template), one


def _scales(target: TemplateResource, template: Template) -> Value:
    """How a target scales, in words; unknown if anything of it is."""
    least, most = (target.properties.get(name) for name in ("MinCapacity", "MaxCapacity"))
    doubts = [target.attributes.get("Condition"), least, most]
    for doubt in doubts:
        if isinstance(doubt, Unknown):
            return doubt
    if target.properties.get("ScheduledActions") or _has(_SCHEDULE, target, template):
        return Unknown(f"a schedule moves the bounds of {target.id}")
    if _has_true(target.properties.get("SuspendedState")):
        return f"{least} to {most}, suspended"
    policies = [one for one in _of_type(_POLICY, template) if _points(one, target)]
    if not policies:
        lost = [one for one in _of_type(_POLICY, template) if _points(one, target) is None]
        none = f"{least} to {most}, without a policy"
        return Unknown(f"{lost[0].id} may be its policy") if lost else none
    return _moved(least, most, policies[0])


def _moved(least: Resolved, most: Resolved, policy: TemplateResource) -> Value:
    """The bounds with the target of a policy."""
    configuration = policy.properties.get(_CONFIGURATION)
    if isinstance(doubt := policy.attributes.get("Condition"), Unknown):
        return doubt
    if not isinstance(configuration, Mapping):
        return Unknown(f"{policy.id} is no target tracking that is read")
    percent = configuration.get("TargetValue")
    stays = configuration.get("DisableScaleIn")
    for one in (percent, stays):
        if isinstance(one, Unknown):
            return one
    text = shown(least, most, percent)
    return f"{text}, never in" if _has_true(stays) else text


def _of_type(kind: str, template: Template) -> list[TemplateResource]:
    return [one for one in template.resources.values() if one.type == kind]


def _has(kind: str, target: TemplateResource, template: Template) -> bool:
    """Whether a resource of a type is, or may be, for a target."""
    return any(_points(one, target) is not False for one in _of_type(kind, template))


def _points(one: TemplateResource, target: TemplateResource) -> bool | None:
    """Whether a resource is for a target; None if it does not tell."""
    given = one.properties
    said = given.get("ScalingTargetId", given.get("ResourceId", given.get("resource_id")))
    if isinstance(said, Unresolved):
        own = target.properties.get("ResourceId")
        if said.resource:
            return said.resource == target.id
        if isinstance(own, Unresolved) and own.expression == said.expression:
            return _dimension(one) == _dimension(target)
        name = target.id.rpartition("/")[2]
        named = re.search(rf"(?<![\w.]){re.escape(name)}(?![\w\[])", said.expression)
        return True if named else None
    return (said, _dimension(one)) == (target.properties.get("ResourceId"), _dimension(target))


def _dimension(one: TemplateResource) -> Resolved:
    return one.properties.get("ScalableDimension", one.properties.get("scalable_dimension"))


def _has_true(value: Resolved) -> bool:
    """Whether a flag, or one in a mapping or a list, is on, or may be."""
    if isinstance(value, Mapping):
        return any(map(_has_true, value.values()))
    if isinstance(value, list):
        return any(map(_has_true, value))
    return isinstance(value, Unknown) or str(value).lower() == "true"


def _referred(expression: str, target: str, template: Template) -> str | None:
    """What an expression names by the only table in it, whose id stands for its name; None if it
    refers to none, or to several. target: the id of the resource that it is in."""
    stack = target[: target.rfind("/") + 1]
    words = (f"{stack}{word}" for word in _WORD.findall(expression))
    referred = {one for word in words for one in (word, word.rpartition(".")[0])}
    resources = (template.resources[one] for one in referred if one in template.resources)
    tables = [one.id for one in resources if one.type in _TABLES]
    if len(tables) != 1:
        return None
    index = _INDEX.search(expression)
    return f"table/{tables[0]}" + (index[0] if index else "")

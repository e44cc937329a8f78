"""The scaling of a template's table as it would be declared: once, for table and indexes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ..model.declarations.scaling import TARGET_PERCENT, Scaling
from ..schema.facts import Value
from ..schema.tables import TableSchema
from .beside import REMOVAL, SCALING
from .scaling import Key, scaled_targets
from .template import Template, TemplateResource, Unresolved

_POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
_TRACKING = "TargetTrackingScalingPolicyConfiguration"
_BOUNDS = re.compile(r"(\d+) to (\d+)")


def removal_setting(schema: TableSchema) -> Mapping[str, str]:
    """`removal=`, if the template says something else than the other settings imply."""
    implied = "keep" if schema.facts.get("deletion_protection") is True else "drop"
    found = schema.facts.get(REMOVAL)
    return {"removal": str(found)} if found in ("keep", "drop") and found != implied else {}


def scaling_settings(
    template: Template, schema: TableSchema, units: Mapping[str, object]
) -> tuple[Mapping[str, Scaling], Sequence[str]]:
    """`scaling=` and `write_scaling=`, and what of the scaling no declaration can say.

    units: `read_units` and `write_units`, which have to be within the bounds.
    """
    bounds = schema.facts.get(SCALING)
    if not isinstance(bounds, Mapping) or not any(bounds.values()):
        others = [name for name, one in schema.indexes.items() if _scales(one.facts.get(SCALING))]
        return {}, [_undeclared(f"only of {', '.join(others)}, not of the table")] if others else []
    percents = dict(_percents(template))
    of = {one: percents.get((schema.name, "", one)) for one in bounds}
    read, write = (_scaling(bounds[one], of[one]) for one in ("read", "write"))
    problems = [
        *(
            _undeclared(f"{one} is {bounds[one]}")
            for one, made in (("read", read), ("write", write))
            if bounds[one] is not None and made is None
        ),
    ]
    if read and bounds["write"] is None:
        problems.append(_undeclared("only reads scale, not writes"))
    for scaling, name in ((read, "read_units"), (write, "write_units")):
        first = units.get(name)
        problems += map(_undeclared, scaling.problems(name, _whole(first)) if scaling else ())
    if problems:
        return {}, problems
    notes = [
        f"the index {name} does not scale as the table does: it will"
        for name, one in schema.indexes.items()
        if not one.is_local and _bounds(one.facts.get(SCALING)) != _bounds(bounds)
    ]
    if any(value is None for one, value in of.items() if bounds[one] is not None):
        notes.append(f"no policy tells at which load it scales: {TARGET_PERCENT} % is assumed")
    made = {"scaling": read, "write_scaling": None if write == read else write}
    return {name: one for name, one in made.items() if one is not None}, notes


def _scales(bounds: object) -> bool:
    return isinstance(bounds, Mapping) and any(bounds.values())


def _undeclared(why: str) -> str:
    return " ".join(f"it scales, which is not declared here: {why}".split())


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _bounds(scaling: Value) -> dict[str, object]:
    """The bounds of each direction alone: the load at which it scales is told by policies."""
    parts = scaling.items() if isinstance(scaling, Mapping) else ()
    found = {one: _BOUNDS.match(text) if isinstance(text, str) else None for one, text in parts}
    return {one: match and match[0] for one, match in found.items()}


def _scaling(bounds: object, percent: int | None) -> Scaling | None:
    found = _BOUNDS.match(bounds) if isinstance(bounds, str) else None
    if found is None:
        return None
    least, most = map(int, found.groups())
    return Scaling(least=least, most=most, target_percent=percent or TARGET_PERCENT)


def _percents(template: Template) -> Iterator[tuple[Key, int]]:
    """The load at which each target scales, of those that a policy tells."""
    policies = [one for one in template.resources.values() if one.type == _POLICY]
    for key, _, target in scaled_targets(template):
        for policy in policies:
            tracking = policy.properties.get(_TRACKING)
            value = tracking.get("TargetValue") if isinstance(tracking, Mapping) else None
            if key and isinstance(value, int | float | str) and _is_of(policy, target):
                number = float(value)
                yield key, int(number) if number.is_integer() else round(number)


def _is_of(policy: TemplateResource, target: TemplateResource) -> bool:
    """Whether a policy is of a target: it refers to it, or names what it names."""
    named = policy.properties.get("ScalingTargetId", policy.properties.get("ResourceId"))
    if isinstance(named, Unresolved) and named.resource == target.id:
        return True
    names = ("ResourceId", "ScalableDimension")
    return "ResourceId" in policy.properties and all(
        policy.properties.get(one) == target.properties.get(one) for one in names
    )

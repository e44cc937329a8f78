"""Global tables as tables: what a declaration can say of them stands at the table, or is the same
at every replica.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..schema.facts import Path, Unknown
from .documents.files import refused
from .template import Resolved, TemplateResource, is_open, unresolved

GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"

_OF_REPLICAS = (
    "ContributorInsightsSpecification",
    "DeletionProtectionEnabled",
    "PointInTimeRecoverySpecification",
    "ResourcePolicy",
    "TableClass",
    "Tags",
)
_SETTINGS = {
    ("WriteOnDemandThroughputSettings", "MaxWriteRequestUnits"): "OnDemandThroughput",
    ("ReadOnDemandThroughputSettings", "MaxReadRequestUnits"): "OnDemandThroughput",
    ("WriteProvisionedThroughputSettings", "WriteCapacityUnits"): "ProvisionedThroughput",
    ("ReadProvisionedThroughputSettings", "ReadCapacityUnits"): "ProvisionedThroughput",
}
"""Where a global table says what a table says in one place."""

Mapped = dict[str, Resolved]


def as_table(resource: TemplateResource, region: str) -> TemplateResource:
    """A global table as the table of a region; empty for that of the stack, and if no replica is
    in it, what all have in common is known.

    Raises DeclarationError (invalid-template) if it has no replicas.
    """
    replicas = resource.properties.get("Replicas")
    lines = dict(resource.lines)
    own = {name: one for name, one in resource.properties.items() if name not in _OF_REPLICAS}
    if isinstance(replicas, Unknown):
        return replace(resource, properties={**own, **dict.fromkeys(_OF_REPLICAS, replicas)})
    if not isinstance(replicas, list) or not replicas:
        line = resource.line_of("Replicas")
        raise refused(f"{resource.id} has no Replicas", resource.file, line)
    chosen = _chosen(replicas, region)
    first = ("Replicas", str(replicas.index(chosen[0])))
    made = {**own, **_common(chosen, _OF_REPLICAS)}
    for name in _OF_REPLICAS:
        _move(lines, (*first, name), (name,))
    made |= _throughput(resource.properties, chosen)
    if "SSESpecification" in _names(chosen):
        made["SSESpecification"] = _encryption(resource.properties, chosen)
    indexes = resource.properties.get("GlobalSecondaryIndexes")
    if isinstance(indexes, list):
        made["GlobalSecondaryIndexes"] = [_index(index, chosen) for index in indexes]
    return replace(resource, properties=made, lines=lines)


def absent_from(resource: TemplateResource, region: str) -> Unknown | None:
    """Why a region has none of the table's replicas; None if it has one, or may have."""
    replicas = resource.properties.get("Replicas")
    listed = replicas if isinstance(replicas, list) else []
    regions = [one.get("Region") if isinstance(one, Mapping) else one for one in listed]
    is_known = all(isinstance(one, str) and not is_open(one) for one in regions)
    if not region or not is_known or region in regions:
        return None
    return unresolved(
        f"Replicas of {resource.id}",
        f"none is in {region}, and CloudFormation refuses a stack whose region has none",
    )


def others(resource: TemplateResource, region: str) -> dict[Path, Unknown]:
    """What is not declared of the replicas that are not in a region, empty for that of the stack:
    whether they are protected, and how far back they can be restored."""
    replicas = resource.properties.get("Replicas")
    listed = replicas if isinstance(replicas, list) else []
    own = _chosen(listed, region) if resource.type == GLOBAL_TABLE else []
    found: dict[Path, Unknown] = {}
    if isinstance(replicas, Unknown):
        found[("replicas",)] = replicas
    for number, one in enumerate(listed):
        if len(own) != 1 or one not in own:
            name = one.get("Region") if isinstance(one, Mapping) else None
            place = name if isinstance(name, str) else str(number)
            found[("replicas", place)] = unresolved(
                f"Replicas.{number}",
                "no declaration says how another replica is protected and restored",
            )
    return found


def _chosen(replicas: Sequence[Resolved], region: str) -> list[Resolved]:
    """The replica of a region, or all."""
    region = region or "${AWS::Region}"
    found: list[Resolved] = [
        one for one in replicas if isinstance(one, Mapping) and one.get("Region") == region
    ]
    return found or list(replicas)


def _common(replicas: Sequence[Resolved], names: Sequence[str]) -> Mapped:
    """What all replicas say alike; what they do not is not known."""
    found: Mapped = {}
    for name in names:
        said = [one.get(name) if isinstance(one, Mapping) else one for one in replicas]
        if any(value != said[0] for value in said):
            found[name] = unresolved(
                f"Replicas.{name}", "the replicas differ; give --parameter AWS::Region=…"
            )
        elif said[0] is not None:
            found[name] = said[0]
    return found


def _throughput(properties: Mapping[str, Resolved], replicas: Sequence[Resolved]) -> Mapped:
    """The units and maxima of a table or an index; those that scaling moves are not known."""
    own = {**properties, **_common(replicas, [name for name, _ in _SETTINGS if "Read" in name])}
    found: dict[str, Mapped] = {}
    for (settings, unit), target in _SETTINGS.items():
        value = own.get(settings)
        if value is None:
            continue
        if isinstance(value, Mapping):
            scaling = next((name for name in value if name.endswith("AutoScalingSettings")), "")
            value = unresolved(scaling, "scaling moves it") if scaling else value.get(unit)
        found.setdefault(target, {})[unit] = value
    return {**found}


def _encryption(properties: Mapping[str, Resolved], replicas: Sequence[Resolved]) -> Resolved:
    own = properties.get("SSESpecification")
    common = _common(replicas, ["SSESpecification"])["SSESpecification"]
    if not isinstance(own, Mapping):
        return own
    if isinstance(common, Mapping):
        return {**own, "KMSMasterKeyId": common.get("KMSMasterKeyId")}
    return {**own, "KMSMasterKeyId": common}


def _index(index: Resolved, replicas: Sequence[Resolved]) -> Resolved:
    """An index with what the replicas say of it."""
    if not isinstance(index, Mapping):
        return index
    said = [_index_of(replica, index.get("IndexName")) for replica in replicas]
    common = _common(said, ["ContributorInsightsSpecification"])
    return {**index, **common, **_throughput(index, said)}


def _index_of(replica: Resolved, name: Resolved) -> Resolved:
    listed = replica.get("GlobalSecondaryIndexes") if isinstance(replica, Mapping) else None
    indexes = listed if isinstance(listed, list) else []
    named = (one for one in indexes if isinstance(one, Mapping) and one.get("IndexName") == name)
    return next(named, {})


def _names(replicas: Sequence[Resolved]) -> set[str]:
    return {name for one in replicas if isinstance(one, Mapping) for name in one}


def _move(lines: dict[Path, int], source: Path, target: Path) -> None:
    """Let what stands at one path be found at another."""
    for path, line in list(lines.items()):
        if path[: len(source)] == source:
            lines[target + path[len(source) :]] = line

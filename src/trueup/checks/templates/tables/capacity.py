"""Rules of capacity: how a table is paid for, and how it scales."""

from __future__ import annotations

from collections.abc import Iterator

from ....schema.severity import Severity
from ...rule import Rule
from ..check import Found, TemplateCheck
from ..links import TABLE, TABLES, Links
from ..part import Part

TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
_DIRECTIONS = ("Read", "Write")
_SCALING = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html"
_TABLE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html"

CAPPED = Rule(
    "T030",
    Severity.HIGH,
    "OnDemandThroughput is set on a provisioned table",
    "The deployment fails, or the cap that somebody relies on is not there.",
    "write BillingMode: PAY_PER_REQUEST, or cap it by ProvisionedThroughput",
    _TABLE,
)
BILLING = Rule(
    "T031",
    Severity.CRITICAL,
    "The billing mode and the provisioned units contradict each other",
    "The deployment fails: PROVISIONED, which is the default, needs units for the table and each "
    "index, and PAY_PER_REQUEST takes none.",
    "write BillingMode: PAY_PER_REQUEST without units, or units everywhere",
    _TABLE,
)
SCALED_ON_DEMAND = Rule(
    "T032",
    Severity.HIGH,
    "An on-demand table is scaled",
    "The deployment fails, or the target does nothing: only provisioned units scale.",
    "drop the target and its policy, or write BillingMode: PROVISIONED",
    _SCALING,
)
NO_SCALING_POLICY = Rule(
    "T033",
    Severity.HIGH,
    "A scaling target has no policy",
    "It deploys, and never scales: the lack is seen when the load comes.",
    "add a ScalingPolicy of type TargetTrackingScaling for it",
    _SCALING,
)
UNSCALED_INDEX = Rule(
    "T034",
    Severity.HIGH,
    "A table scales, and an index of it does not",
    "Writes of the table wait for the index: it throttles the table that was scaled.",
    "add a target and a policy for the index: table/NAME/index/INDEX",
    _SCALING,
)
UNSCALED_TABLE = Rule(
    "T035",
    Severity.MEDIUM,
    "A provisioned table does not scale",
    "Beyond its units calls are throttled, and below them they are paid for.",
    "add scaling for reads and writes, or write BillingMode: PAY_PER_REQUEST",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-1",
)
WRONG_DIMENSION = Rule(
    "T036",
    Severity.HIGH,
    "A scaling target and its resource or its policy do not fit",
    "The deployment fails, or writes scale by the load of reads.",
    "write dynamodb:index: for an index, dynamodb:table: for a table, and the metric of the same "
    "direction",
    _SCALING,
)
RANGE = Rule(
    "T037",
    Severity.CRITICAL,
    "The least of a scaling target is more than its most",
    "The deployment fails.",
    "write a MinCapacity that is not more than MaxCapacity",
    _SCALING,
)


def is_provisioned(table: Part) -> bool:
    """Whether a table is paid for by units, which is the default."""
    return table["BillingMode"].text() in ("PROVISIONED", "")


def capped(table: Part, _: Links) -> Iterator[Found]:
    """Caps of on-demand requests in a provisioned table."""
    parts = [table, *table["GlobalSecondaryIndexes"]]
    for part in parts:
        if part["OnDemandThroughput"].is_there and is_provisioned(table):
            yield part["OnDemandThroughput"], "it caps requests of a table that is PROVISIONED"


def billing(table: Part, _: Links) -> Iterator[Found]:
    """Units where none are taken, and none where they are needed."""
    needs = is_provisioned(table)
    for part in (table, *table["GlobalSecondaryIndexes"]):
        units = part["ProvisionedThroughput"]
        whose = f"the index {part['IndexName'].text()}" if part.path else "the table"
        if units.is_there and not needs:
            values = [one.number() for _, one in units.entries()]
            if any(values):  # units of 0 count as none
                yield units, f"{whose} is on demand, and has units"
        elif needs and not units.is_there:
            yield part, f"{whose} is provisioned, and has no units"


def _is_of_dynamodb(target: Part) -> bool:
    return target["ServiceNamespace"].text() == "dynamodb"


def scaled_on_demand(target: Part, links: Links) -> Iterator[Found]:
    """Targets of tables that are on demand."""
    if not _is_of_dynamodb(target):
        return
    table = links.must_name(target["ResourceId"], TABLE)
    if table is not None and not is_provisioned(table):
        yield target, f"it scales {table.resource.id}, which is on demand"


def no_scaling_policy(target: Part, links: Links) -> Iterator[Found]:
    """Targets that no policy names, by reference or by the same resource and dimension."""
    for policy in links.of_type(POLICY):
        named = links.named(policy["ScalingTargetId"], TARGET)
        if named is not None and named.resource is target.resource:
            return
        same = ("ResourceId", "ScalableDimension")
        if policy["ResourceId"].is_there and all(
            policy[name].value == target[name].value for name in same
        ):
            return
        if named is None and policy["ScalingTargetId"].is_unknown:
            policy["ScalingTargetId"].known()
    if not list(target["ScheduledActions"]):
        yield target, "no policy scales it"


def _scaled(table: Part, links: Links) -> set[str]:
    """What of a table scales: dimension and index, such as `index:WriteCapacityUnits ByDay`."""
    found = set()
    for target in links.of_type(TARGET):
        named = links.named(target["ResourceId"], TABLE)
        if not _is_of_dynamodb(target) or named is None or named.resource is not table.resource:
            continue
        dimension = target["ScalableDimension"].text().removeprefix("dynamodb:")
        value = target["ResourceId"].value
        said = value if isinstance(value, str) else str(value)
        for index in table["GlobalSecondaryIndexes"] if dimension.startswith("index:") else ():
            name = index["IndexName"].text()
            if f"index/{name}" in said or f"/{name}" in said:
                found.add(f"{dimension} {name}")
        if dimension.startswith("table:"):
            found.add(dimension)
    return found


def unscaled_index(table: Part, links: Links) -> Iterator[Found]:
    """Indexes that do not scale with their table."""
    scaled = _scaled(table, links)
    if not scaled or not is_provisioned(table):
        return
    for index in table["GlobalSecondaryIndexes"]:
        name = index["IndexName"].text()
        for direction in _DIRECTIONS:
            units = f"{direction}CapacityUnits"
            if f"table:{units}" in scaled and f"index:{units} {name}" not in scaled:
                yield index, f"{direction.lower()}s of the table scale, of its index {name} not"


def unscaled_table(table: Part, links: Links) -> Iterator[Found]:
    """Provisioned tables of fixed units."""
    if not is_provisioned(table):
        return
    scaled = _scaled(table, links)
    missing = [one.lower() for one in _DIRECTIONS if f"table:{one}CapacityUnits" not in scaled]
    if missing:
        yield table["ProvisionedThroughput"], f"{' and '.join(missing)} units do not scale"


def wrong_dimension(target: Part, links: Links) -> Iterator[Found]:
    """Dimensions of something else than the resource, and policies of the other direction."""
    if not _is_of_dynamodb(target):
        return
    resource, dimension = target["ResourceId"], target["ScalableDimension"].text()
    if not resource.is_unknown:
        is_index = "/index/" in resource.text()
        if is_index != dimension.startswith("dynamodb:index:"):
            yield target["ScalableDimension"], f"{dimension} is of {resource.text()}"
    for policy in links.of_type(POLICY):
        named = links.named(policy["ScalingTargetId"], TARGET)
        metric = policy.at(
            "TargetTrackingScalingPolicyConfiguration",
            "PredefinedMetricSpecification",
            "PredefinedMetricType",
        )
        if named is None or named.resource is not target.resource or not metric.is_there:
            continue
        for one in _DIRECTIONS:
            if f":{one}Capacity" in dimension and not metric.text().startswith(f"DynamoDB{one}"):
                yield metric, f"{metric.text()} scales {dimension}"


def capacity_range(target: Part, _: Links) -> Iterator[Found]:
    """A least beyond the most."""
    least, most = target["MinCapacity"], target["MaxCapacity"]
    if least.number() > most.number():
        yield least, f"MinCapacity {least.text()} is more than MaxCapacity {most.text()}"


CHECKS = (
    TemplateCheck(CAPPED, TABLES, capped),
    TemplateCheck(BILLING, (TABLE,), billing),
    TemplateCheck(SCALED_ON_DEMAND, (TARGET,), scaled_on_demand),
    TemplateCheck(NO_SCALING_POLICY, (TARGET,), no_scaling_policy),
    TemplateCheck(UNSCALED_INDEX, (TABLE,), unscaled_index),
    TemplateCheck(UNSCALED_TABLE, (TABLE,), unscaled_table),
    TemplateCheck(WRONG_DIMENSION, (TARGET,), wrong_dimension),
    TemplateCheck(RANGE, (TARGET,), capacity_range),
)

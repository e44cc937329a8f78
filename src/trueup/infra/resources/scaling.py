"""Scaling of provisioned units as resources: each target has its policy.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalabletarget.html
    https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-dynamodb.html
        (dimensions, metrics, the role that AWS makes for it)
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model.declarations.dynamodb import DynamoDB
from ...model.declarations.scaling import Scaling
from ...schema.tables import TableSchema
from ..names import resource_id
from ..values import ARNS, Attribute, Joined, Resource

TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
_SERVICE = "dynamodb.application-autoscaling.amazonaws.com"
_ROLE = (
    f"{ARNS}:iam::${{AWS::AccountId}}:role/aws-service-role/{_SERVICE}/"
    "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
)


def scaling_resources(
    table: Resource, schema: TableSchema, settings: DynamoDB, logical: str
) -> Iterator[Resource]:
    """A target and a policy for what scales of a table, and of each of its global indexes.

    logical: the table's name. An index that did not scale would throttle the writes of its table.
    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/gsi-throttling.html
    """
    whole = ("table/", Attribute(table.id))
    indexes = [one.name for one in schema.indexes.values() if not one.is_local]
    for direction, scaling in settings.scalings():
        words = (direction.title(), scaling)
        yield from _pair(resource_id(logical), "table", Joined(whole), *words)
        for index in indexes:
            of_index = Joined((*whole, f"/index/{index}"))
            yield from _pair(resource_id(logical, index), "index", of_index, *words)


def _pair(
    of: str, kind: str, scaled: Joined, direction: str, scaling: Scaling
) -> Iterator[Resource]:
    target = Resource(
        f"{of}{direction}ScalableTarget",
        TARGET,
        {
            "ServiceNamespace": "dynamodb",
            "ResourceId": scaled,
            "ScalableDimension": f"dynamodb:{kind}:{direction}CapacityUnits",
            "MinCapacity": scaling.least,
            "MaxCapacity": scaling.most,
            "RoleARN": _ROLE,
        },
    )
    yield target
    yield Resource(
        f"{of}{direction}ScalingPolicy",
        POLICY,
        {
            "PolicyName": f"{direction}CapacityUtilization",
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": Attribute(target.id),
            "TargetTrackingScalingPolicyConfiguration": {
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": f"DynamoDB{direction}CapacityUtilization"
                },
                "TargetValue": scaling.target_percent,
            },
        },
    )

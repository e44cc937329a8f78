"""The dimensions with which metrics have datapoints. Any others are no error: they are silence.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from .watched import Metric

Dimensions: TypeAlias = frozenset[str]

_TABLE = frozenset({"TableName"})
_INDEX = _TABLE | {"GlobalSecondaryIndexName"}
_CALLS = _TABLE | {"Operation"}
_ACCOUNT: Dimensions = frozenset()
_FUNCTION = frozenset({"FunctionName"})

_OF_TABLES: dict[tuple[str, ...], Sequence[Dimensions]] = {
    ("UserErrors",): (_ACCOUNT,),
    (
        *("AccountProvisionedReadCapacityUtilization", "AccountMaxReads", "AccountMaxWrites"),
        "AccountProvisionedWriteCapacityUtilization",
    ): (_ACCOUNT,),
    ("SystemErrors", "ThrottledRequests", "FaultInjectionServiceInducedErrors"): (_CALLS,),
    ("SuccessfulRequestLatency", "ReturnedItemCount"): (_CALLS, _CALLS | {"StreamLabel"}),
    ("ConditionalCheckFailedRequests", "TransactionConflict", "TimeToLiveDeletedItemCount"): (
        _TABLE,
    ),
    ("OnlineIndexThrottleEvents", "OnlineIndexPercentageProgress"): (_INDEX,),
    ("OnlineIndexConsumedWriteCapacity",): (_INDEX,),
    ("ReplicationLatency", "PendingReplicationCount"): (_TABLE | {"ReceivingRegion"},),
    ("AgeOfOldestUnreplicatedRecord", "FailedToReplicateRecordCount", "ThrottledPutRecordCount"): (
        _TABLE | {"DelegatedOperation"},
    ),
    (
        *("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"),
        *("ProvisionedReadCapacityUnits", "ProvisionedWriteCapacityUnits"),
        *("OnDemandMaxReadRequestUnits", "OnDemandMaxWriteRequestUnits"),
        *(
            f"{direction}{reason}ThrottleEvents"
            for direction in ("Read", "Write")
            for reason in (
                *("", "KeyRangeThroughput", "ProvisionedThroughput", "AccountLimit"),
                "MaxOnDemandThroughput",
            )
        ),
    ): (_TABLE, _INDEX),
}
_BY_NAME = {name: sets for names, sets in _OF_TABLES.items() for name in names}

_FUNCTIONS = (
    *(_ACCOUNT, _FUNCTION, _FUNCTION | {"Resource"}),
    _FUNCTION | {"Resource", "ExecutedVersion"},
)
_CONSUMERS = (frozenset({"EventSourceMappingUUID"}),)
_CONSUMED = ("PolledEventCount", "FilteredOutEventCount", "InvokedEventCount", "DroppedEventCount")
_API = frozenset({"ApiName"})
_APIS = (_API, _API | {"Stage"}, _API | {"Stage", "Resource", "Method"})


def known_dimensions(metric: Metric) -> Sequence[Dimensions]:
    """The dimensions that a metric may have, each a whole; none if we do not know the metric."""
    match metric.namespace:
        case "AWS/DynamoDB":
            return _BY_NAME.get(metric.name, ())
        case "AWS/Lambda":
            return _CONSUMERS if metric.name in _CONSUMED else _FUNCTIONS
        case "AWS/ApiGateway" if metric.name in ("4XXError", "5XXError", "Latency", "Count"):
            return (*_APIS, frozenset({"ApiId"}), frozenset({"ApiId", "Stage"}))
        case "AWS/SQS":
            return (frozenset({"QueueName"}),)
    return ()

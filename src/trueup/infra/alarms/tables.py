"""Alarms of tables, and of each of their global indexes.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model.declarations.infrastructure.alarms import Alarms
from ..values import Attribute, Resource
from .alarm import AWS, OURS, Alarm, Series
from .capacity import capacity_alarms
from .errors import system_errors

NAMESPACE = "AWS/DynamoDB"
LATENCY_MS = {"GetItem": (20, 100), "PutItem": (20, 100), "Query": (50, 200)}
"""The average and the 99th percentile that are still well, of calls for single items and for pages.
AWS names 10 to 20 ms for single items; those of queries are ours: a page is up to 1 MB."""
_DAY_S = 86_400


def table_alarms(table: Resource, scaled: Mapping[str, float], given: Alarms) -> Iterator[Alarm]:
    """The alarms of a table. scaled: the most units that scaling gives, by dimension: see
    `capacity_alarms`."""
    properties: Mapping[str, Any] = table.properties
    name = {"TableName": Attribute(table.id)}
    yield from _throttles(name)
    yield from capacity_alarms(name, properties, properties, scaled)
    for index in properties.get("GlobalSecondaryIndexes", ()):
        of_index = {**name, "GlobalSecondaryIndexName": index["IndexName"]}
        yield from _throttles(of_index)
        yield from capacity_alarms(of_index, index, properties, scaled)
        yield _backfill(of_index)
    yield from system_errors(name, given.operations, injects_faults=given.injects_faults)
    yield from _account_limits(name)
    yield from _latencies(name)
    yield from _refused_writes(name)
    if properties.get("TimeToLiveSpecification", {}).get("Enabled"):
        yield _no_expiries(name)
    if "KinesisStreamSpecification" in properties:
        yield from _kinesis(name)


def series(
    metric: str, of: Mapping[str, Any], statistic: str = "Sum", period_s: int = 60
) -> Series:
    """A metric of a table, or of one of its indexes."""
    return Series(NAMESPACE, metric, of, statistic, period_s)


def _throttles(of: Mapping[str, Any]) -> Iterator[Alarm]:
    part = str(of.get("GlobalSecondaryIndexName", ""))
    for direction in ("Read", "Write"):
        lower = direction.lower()
        yield Alarm(
            f"{lower}-throttles",
            (series(f"{direction}ThrottleEvents", of),),
            0,
            *(5, 5),
            "ticket",
            f"{lower}s are throttled: see which of the alarms beside this one says why",
            AWS,
            part,
        )
        yield Alarm(
            f"{lower}-hot-partition",
            (series(f"{direction}KeyRangeThroughputThrottleEvents", of),),
            0,
            *(3, 5),
            "page",
            "one partition has all the load: contributor insights name the key; spread it with "
            "shards= or another partition key",
            OURS,
            part,
        )


def _backfill(of: Mapping[str, Any]) -> Alarm:
    return Alarm(
        "index-build-throttles",
        (series("OnlineIndexThrottleEvents", of),),
        0,
        *(3, 3),
        "information",
        "the index is being built, more slowly than it could: raise its write units meanwhile",
        OURS,
        str(of["GlobalSecondaryIndexName"]),
    )


def _account_limits(of: Mapping[str, Any]) -> Iterator[Alarm]:
    for direction in ("Read", "Write"):
        yield Alarm(
            f"{direction.lower()}-account-limit",
            (series(f"{direction}AccountLimitThrottleEvents", of),),
            0,
            *(1, 1),
            "page",
            "the account's quota is used up: raise it in Service Quotas, or stop a runaway job",
            OURS,
        )


def _latencies(of: Mapping[str, Any]) -> Iterator[Alarm]:
    for operation, (average, slowest) in LATENCY_MS.items():
        asked = {**of, "Operation": operation}
        yield Alarm(
            f"latency-{operation.lower()}",
            (series("SuccessfulRequestLatency", asked, "Average"),),
            average,
            *(10, 10),
            "ticket",
            "calls take longer inside DynamoDB: look at the size of items and pages, then at "
            "the AWS Health Dashboard",
            AWS,
            missing="missing",
        )
        yield Alarm(
            f"latency-p99-{operation.lower()}",
            (series("SuccessfulRequestLatency", asked, "p99"),),
            slowest,
            *(10, 10),
            "information",
            "one call of a hundred is slow: look for large items, and pages of many of them",
            OURS,
            missing="missing",
        )


def _refused_writes(of: Mapping[str, Any]) -> Iterator[Alarm]:
    """Refused conditions and conflicts, as a part of the units that are written: DynamoDB counts
    no writes. A refused write takes units too, so that a part of 100 % can be reached."""
    for kind, metric, percent, bad, severity, runbook in (
        (
            "refused-conditions",
            "ConditionalCheckFailedRequests",
            20,
            10,
            "information",
            "many conditions refuse: retries of idempotent creations do so by design; else "
            "writers work on stale items",
        ),
        (
            "transaction-conflicts",
            "TransactionConflict",
            1,
            5,
            "ticket",
            "writers meet at the same items: look for a counter that all of them change",
        ),
    ):
        yield Alarm(
            kind,
            (series(metric, of), series("ConsumedWriteCapacityUnits", of)),
            percent,
            *(bad, bad),
            "ticket" if severity == "ticket" else "information",
            runbook,
            OURS,
            expression="IF(FILL(m2,0)+FILL(m1,0)>0,100*FILL(m1,0)/(FILL(m2,0)+FILL(m1,0)),0)",
            most=100,
        )


def _no_expiries(of: Mapping[str, Any]) -> Alarm:
    return Alarm(
        "no-expiries",
        (series("TimeToLiveDeletedItemCount", of, period_s=_DAY_S),),
        0,
        *(7, 7),
        "information",
        "nothing has expired for a week: look whether expiries are written, in epoch seconds",
        OURS,
        comparison="LessThanOrEqualToThreshold",
        missing="breaching",
    )


def _kinesis(of: Mapping[str, Any]) -> Iterator[Alarm]:
    """Of what is copied to Kinesis.
    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds_gettingstarted.html
    """
    copied = {**of, "DelegatedOperation": "PutRecord"}
    yield Alarm(
        "kinesis-age",
        (series("AgeOfOldestUnreplicatedRecord", copied, "Maximum", 300),),
        300_000,
        *(3, 3),
        "ticket",
        "changes reach Kinesis late: look at the shards of the stream",
        AWS,
        missing="missing",
    )
    yield Alarm(
        "kinesis-failed",
        (series("FailedToReplicateRecordCount", copied),),
        0,
        *(1, 1),
        "page",
        "changes do not reach Kinesis and are lost there: look whether the stream is active",
        AWS,
    )
    yield Alarm(
        "kinesis-throttled",
        (series("ThrottledPutRecordCount", copied, "Maximum"),),
        0,
        *(10, 10),
        "ticket",
        "Kinesis throttles: add shards to the stream, or make it on-demand",
        AWS,
    )

"""Alarms of PostgreSQL on RDS.

Sources:
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TypeAlias

from ..values import Attribute, Property, Resource
from .alarm import AWS, OURS, Alarm, Comparison, Series, Severity
from .instances import instance_size

NAMESPACE = "AWS/RDS"
_GIB = 1 << 30

Row: TypeAlias = tuple[str, str, str, str, float, int, Severity, str]
"""Kind, metric, statistic, comparison, threshold, minutes, severity, source."""

_COMPARISONS: dict[str, Comparison] = {"<": "LessThanThreshold", ">": "GreaterThanThreshold"}

_ALWAYS: tuple[Row, ...] = (
    ("cpu", "CPUUtilization", "Average", ">", 90, 5, "ticket", AWS),
    ("read-latency", "ReadLatency", "p90", ">", 0.02, 5, "ticket", AWS),
    ("write-latency", "WriteLatency", "p90", ">", 0.02, 5, "ticket", AWS),
    ("transaction-ids", "MaximumUsedTransactionIDs", "Average", ">", 1e9, 1, "page", AWS),
    ("io-balance", "EBSIOBalance%", "Average", "<", 10, 3, "ticket", AWS),
    ("byte-balance", "EBSByteBalance%", "Average", "<", 10, 3, "ticket", AWS),
    ("deadlocks", "Deadlocks", "Sum", ">", 0, 1, "information", OURS),
    ("slot-lag", "OldestReplicationSlotLag", "Maximum", ">", _GIB, 5, "page", OURS),
)

_PERCENTS = ("CPUUtilization", "EBSIOBalance%", "EBSByteBalance%")

_RUNBOOKS = {
    "cpu": "the processor is busy: look for slow statements, or take a larger instance",
    "read-latency": "reads of the disk take more than 20 ms: look at its IOPS",
    "write-latency": "writes of the disk take more than 20 ms: look at its IOPS",
    "transaction-ids": "transaction ids run out: look why vacuum does not finish",
    "io-balance": "the bursts of I/O are almost used up: take a larger instance",
    "byte-balance": "the bursts of throughput are almost used up: take a larger instance",
    "deadlocks": "transactions lock the same rows in different orders: the log names them",
    "slot-lag": "a replication slot keeps the log: drop it if nothing reads it",
    "free-storage": "the disk is almost full, and a full one stops the database: raise its size",
    "log-storage": "the log of transactions takes a fifth of the disk: look at replication slots",
    "connections": "connections run out: look for leaks, or connect through the proxy",
    "free-memory": "memory is short: take a larger instance, or lower work_mem",
    "load": "more sessions work than there are processors: look for slow statements",
    "replica-lag": "the replica is more than a minute behind: look for long transactions",
}


def instance_alarms(instance: Resource) -> Iterator[Alarm]:
    """The alarms of an instance. Those of connections, memory and load need its size: an instance
    of a class that is not known has none of them."""
    for row in (*_ALWAYS, *_of_storage(instance), *_of_size(instance), *_of_replica(instance)):
        kind, metric, statistic, comparison, threshold, minutes, severity, source = row
        yield Alarm(
            kind,
            (
                Series(
                    NAMESPACE, metric, {"DBInstanceIdentifier": Attribute(instance.id)}, statistic
                ),
            ),
            threshold,
            *(minutes, minutes),
            severity,
            _RUNBOOKS[kind],
            source,
            comparison=_COMPARISONS[comparison],
            missing="missing",
            most=100 if metric in _PERCENTS else math.inf,
        )


def _of_storage(instance: Resource) -> Iterator[Row]:
    storage = _number(instance.properties.get("AllocatedStorage")) * _GIB
    if storage:
        yield "free-storage", "FreeStorageSpace", "Minimum", "<", storage // 10, 5, "page", AWS
        used = "TransactionLogsDiskUsage"
        yield "log-storage", used, "Maximum", ">", storage // 5, 5, "ticket", OURS


def _of_size(instance: Resource) -> Iterator[Row]:
    size = instance_size(str(instance.properties.get("DBInstanceClass", "")))
    if size is None:
        return
    most, memory = size.connections * 9 // 10, size.memory_bytes // 4
    yield "connections", "DatabaseConnections", "Average", ">", most, 5, "page", AWS
    yield "free-memory", "FreeableMemory", "Average", "<", memory, 15, "ticket", AWS
    if instance.properties.get("EnablePerformanceInsights") is True:
        yield "load", "DBLoad", "Average", ">", size.processors, 15, "ticket", AWS


def _of_replica(instance: Resource) -> Iterator[Row]:
    if "SourceDBInstanceIdentifier" in instance.properties:
        yield "replica-lag", "ReplicaLag", "Maximum", ">", 60, 10, "ticket", AWS


def _number(value: Property | None) -> int:
    """CloudFormation has it as text, too. 0 if it is known on deployment only."""
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else 0

"""Alarms of tables: what is watched, when it is too much, and what to do then.

CloudWatch adds nothing up: an alarm that lacks a dimension is no error, it is silent. So each
metric stands here with all its dimensions.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from ..._dataclass import dataclass
from ...schema.facts import known
from ...schema.tables import TableSchema

Severity = Literal["page", "ticket", "information"]
AWS = "recommended by AWS"
OURS = "Trueup's own"


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm over one metric of a table, or of one of its global indexes.

    suffix: its name after the table's. index: empty for the table. operations: the metric is added
        up over these, since it has no value for a whole table; empty if it has one.
    most: the value that is still well, by which comparison. of: the last datapoints, of which `bad`
        must be worse. period_s: of a datapoint.
    missing: what no datapoint means. runbook: what to do. source: who says so.
    """

    suffix: str
    metric: str
    most: float
    bad: int
    of: int
    severity: Severity
    runbook: str
    source: str
    index: str = ""
    statistic: str = "Sum"
    period_s: int = 60
    is_least: bool = False
    operations: tuple[str, ...] = ()
    missing: Literal["notBreaching", "missing", "breaching"] = "notBreaching"


OPERATIONS = (
    *("GetItem", "BatchGetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem"),
    *("BatchWriteItem", "TransactGetItems", "TransactWriteItems"),
)
"""Those whose errors DynamoDB counts by operation only; an alarm adds up ten at most."""

_DAY_S = 86_400


def alarms_of(table: TableSchema) -> Iterator[Alarm]:
    """The alarms of a table, and of each of its global indexes."""
    indexes = [index.name for index in table.indexes.values() if not index.is_local]
    for index in ("", *indexes):
        yield from _throttles(table, index)
    yield Alarm(
        "system-errors",
        "SystemErrors",
        0,
        *(15, 15),
        "page",
        "DynamoDB fails: look at the AWS Health Dashboard; retries go on, and nothing is lost",
        AWS,
        operations=OPERATIONS,
    )
    for direction in ("Read", "Write"):
        yield Alarm(
            f"{direction.lower()}-account-limit",
            f"{direction}AccountLimitThrottleEvents",
            0,
            *(1, 1),
            "page",
            "the account's quota is used up: raise it in Service Quotas, or stop a runaway job",
            OURS,
        )
    yield Alarm(
        "transaction-conflicts",
        "TransactionConflict",
        10,
        *(5, 5),
        "ticket",
        "writers meet at the same items: look for a counter that all of them change",
        OURS,
    )
    if known(table.ttl) is not None:
        yield Alarm(
            "no-expiries",
            "TimeToLiveDeletedItemCount",
            0,
            *(7, 7),
            "information",
            "nothing has expired for a week: look whether expiries are written, in epoch seconds",
            OURS,
            period_s=_DAY_S,
            is_least=True,
            missing="breaching",
        )


def _throttles(table: TableSchema, index: str) -> Iterator[Alarm]:
    billing = _billing(table, index)
    of = f"-{index}" if index else ""
    for direction in ("Read", "Write"):
        lower = direction.lower()
        yield Alarm(
            f"{lower}-throttles{of}",
            f"{direction}ThrottleEvents",
            0,
            *(5, 5),
            "ticket",
            f"{lower}s are throttled: see which of the alarms beside this one says why",
            AWS,
            index,
        )
        yield Alarm(
            f"{lower}-hot-partition{of}",
            f"{direction}KeyRangeThroughputThrottleEvents",
            0,
            *(3, 5),
            "page",
            "one partition has all the load: contributor insights name the key; spread it with "
            "shards= or another partition key",
            OURS,
            index,
        )
        if billing.get(f"max_{lower}_request_units") is not None:
            yield Alarm(
                f"{lower}-cap{of}",
                f"{direction}MaxOnDemandThroughputThrottleEvents",
                0,
                *(1, 1),
                "ticket",
                f"the cap max_{lower}_request_units is reached: raise it, or find the load",
                OURS,
                index,
            )
        if billing.get(f"{lower}_units") is not None:
            yield Alarm(
                f"{lower}-provisioned{of}",
                f"{direction}ProvisionedThroughputThrottleEvents",
                0,
                *(5, 5),
                "ticket",
                f"the provisioned {lower} units do not suffice: raise {lower}_units",
                OURS,
                index,
            )


def _billing(table: TableSchema, index: str) -> Mapping[str, object]:
    facts = table.indexes[index].facts if index else table.facts
    billing = facts.get("billing")
    return billing if isinstance(billing, Mapping) else {}

"""Alarms of capacity: what is consumed, beside what is declared as the most.

Only a declared number divides: the `Provisioned…` metrics of a table on demand are 0, and a part of
0 is never too much, or always. A table on demand without a maximum has no such alarm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .alarm import OURS, Alarm, Series

NAMESPACE = "AWS/DynamoDB"


def capacity_alarms(
    of: Mapping[str, Any],
    holder: Mapping[str, Any],
    table: Mapping[str, Any],
    scaled: Mapping[str, float],
) -> Iterator[Alarm]:
    """The alarms of what a table or an index may consume.

    of: its dimensions. holder: its own properties. table: those of the table.
    scaled: the most units that scaling gives, by its resource and dimension:
        `table/orders/index/ByDay:dynamodb:index:ReadCapacityUnits`.
    """
    index = str(of.get("GlobalSecondaryIndexName", ""))
    place = f"table/{table.get('TableName')}" + (f"/index/{index}" if index else "")
    kind = "index" if index else "table"
    for direction in ("Read", "Write"):
        cap = holder.get("OnDemandThroughput", {}).get(f"Max{direction}RequestUnits")
        units = holder.get("ProvisionedThroughput", {}).get(f"{direction}CapacityUnits")
        most = scaled.get(f"{place}:dynamodb:{kind}:{direction}CapacityUnits", units)
        if isinstance(cap, int):
            yield _refused(of, index, direction, "cap", f"max_{direction.lower()}_request_units")
            yield _consumed(of, index, direction, cap)
        elif isinstance(most, int | float):
            yield _refused(of, index, direction, "provisioned", f"{direction.lower()}_units")
            yield _consumed(of, index, direction, most)


def _refused(of: Mapping[str, Any], index: str, direction: str, kind: str, setting: str) -> Alarm:
    is_cap = kind == "cap"
    metric = "MaxOnDemand" if is_cap else "Provisioned"
    bad = 1 if is_cap else 5
    return Alarm(
        f"{direction.lower()}-{kind}",
        (Series(NAMESPACE, f"{direction}{metric}ThroughputThrottleEvents", of),),
        0,
        *(bad, bad),
        "ticket",
        f"{setting} does not suffice: raise it, or find the load",
        OURS,
        index,
    )


def _consumed(of: Mapping[str, Any], index: str, direction: str, most: float) -> Alarm:
    """In percent of the most. The sum of a minute, by second."""
    return Alarm(
        f"{direction.lower()}-consumed",
        (Series(NAMESPACE, f"Consumed{direction}CapacityUnits", of),),
        80,
        *(5, 5),
        "ticket",
        f"more than four fifths of the {most:g} units per second are consumed: raise them before "
        "calls are throttled",
        OURS,
        index,
        expression=f"100*FILL(m1,0)/60/{most:g}",
    )

"""Errors of the service: DynamoDB counts them by operation only, so they are added up.

An alarm takes ten metrics at most: more operations become several alarms, under one composite.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .alarm import AWS, MOST_METRICS, Alarm, Series

NAMESPACE = "AWS/DynamoDB"
SYSTEM_ERRORS = "system-errors"


def system_errors(
    of: Mapping[str, Any], operations: Sequence[str], *, injects_faults: bool
) -> Iterator[Alarm]:
    """One alarm, or several that are parts of one.

    injects_faults: whether AWS FIS injects faults here: while it does, its errors are none.
    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    """
    size = MOST_METRICS // 2 if injects_faults else MOST_METRICS
    groups = [operations[start : start + size] for start in range(0, len(operations), size)]
    for number, group in enumerate(groups, start=1):
        metrics = ["SystemErrors"] + ["FaultInjectionServiceInducedErrors"] * injects_faults
        added = [
            Series(NAMESPACE, metric, {**of, "Operation": operation})
            for metric in metrics
            for operation in group
        ]
        errors, faults = _added(1, len(group)), _added(len(group) + 1, len(added))
        yield Alarm(
            SYSTEM_ERRORS,
            tuple(added),
            0,
            *(15, 15),
            "page",
            "DynamoDB fails: look at the AWS Health Dashboard; retries go on, and nothing is lost",
            AWS,
            part=str(number) if len(groups) > 1 else "",
            expression=f"IF({faults}>0,0,{errors})" if injects_faults else errors,
        )


def _added(first: int, last: int) -> str:
    """A series without a datapoint counts as 0."""
    return "+".join(f"FILL(m{number},0)" for number in range(first, last + 1))

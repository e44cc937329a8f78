"""Alarms of an account in a region: metrics without dimensions, once for a stack.

`UserErrors` counts refused requests of all tables together, and neither throttled ones nor refused
conditions: an alarm on it that names a table never goes off.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from .alarm import AWS, Alarm, Series


def table_account_alarms() -> Iterator[Alarm]:
    """For an account that has tables."""
    yield Alarm(
        "user-errors",
        (Series("AWS/DynamoDB", "UserErrors", {}),),
        0,
        *(10, 10),
        "information",
        "some program of this account sends requests that DynamoDB refuses: its logs have the "
        "errors; throttled requests and refused conditions are not counted here",
        AWS,
        missing="missing",
    )
    for direction in ("Read", "Write"):
        yield Alarm(
            f"{direction.lower()}-quota",
            (
                Series(
                    "AWS/DynamoDB",
                    f"AccountProvisioned{direction}CapacityUtilization",
                    {},
                    "Maximum",
                    300,
                ),
            ),
            80,
            *(2, 2),
            "ticket",
            "most of the units that the account may provision are provisioned: raise the quota",
            AWS,
            missing="missing",
            most=100,
        )


def function_account_alarms(concurrency: int) -> Iterator[Alarm]:
    """For an account that has functions. concurrency: the calls that the account may have at once.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    yield Alarm(
        "lambda-concurrency",
        (Series("AWS/Lambda", "ConcurrentExecutions", {}, "Maximum"),),
        0.9 * concurrency,
        *(10, 10),
        "page",
        "the functions of this account soon run out of concurrency: raise the quota, or reserve "
        "some for those that matter",
        AWS,
        missing="missing",
    )

"""Alarms of the REST API.

Sources:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
"""

from __future__ import annotations

from collections.abc import Iterator

from ..values import Property
from .alarm import AWS, Alarm, Series

NAMESPACE = "AWS/ApiGateway"


def api_alarms(name: Property, stage: Property) -> Iterator[Alarm]:
    """The alarms of a stage of a REST API. name: of the API, which is not its id."""
    of = {"ApiName": name, "Stage": stage}
    for kind, metric, bad, severity, runbook in (
        ("4xx", "4XXError", 5, "ticket", "clients are refused: keys, quotas, paths, bad bodies"),
        ("5xx", "5XXError", 3, "page", "calls fail: look at the functions behind the API"),
    ):
        yield Alarm(
            kind,
            (Series(NAMESPACE, metric, of, "Average"),),
            0.05,
            *(bad, bad),
            "page" if severity == "page" else "ticket",
            f"more than one call in twenty ends with {kind}; {runbook}",
            AWS,
            most=1,
        )
    yield Alarm(
        "latency",
        (Series(NAMESPACE, "Latency", of, "p90"),),
        2500,
        *(5, 5),
        "ticket",
        "one call in ten takes too long: look at the durations of the functions behind the API",
        AWS,
        comparison="GreaterThanOrEqualToThreshold",
    )

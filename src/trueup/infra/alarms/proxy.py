"""Alarms of RDS Proxy. Its hosts have values of their own, so that counts are sums.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..values import Attribute, Resource
from .alarm import OURS, Alarm, Comparison, Series, Severity

NAMESPACE = "AWS/RDS"
_USED = "DatabaseConnections"
_PART = "IF(FILL(m2,0)>0,100*FILL(m1,0)/FILL(m2,0),0)"
"""In percent; nothing of nothing is 0."""


_ROWS: tuple[tuple[str, tuple[str, ...], str, float, int, Severity], ...] = (
    ("pinned", ("DatabaseConnectionsCurrentlySessionPinned", _USED), "Sum", 20, 5, "ticket"),
    ("proxy-connections", (_USED, "MaxDatabaseConnectionsAllowed"), "Sum", 80, 5, "ticket"),
    ("borrow-latency", ("DatabaseConnectionsBorrowLatency",), "Average", 100_000, 5, "ticket"),
    ("refused-logins", ("ClientConnectionsSetupFailedAuth",), "Sum", 0, 3, "page"),
    ("availability", ("AvailabilityPercentage",), "Average", 100, 3, "page"),
    ("without-tls", ("ClientConnectionsNoTLS",), "Sum", 0, 1, "page"),
)
"""Kind, metrics, statistic, threshold, minutes, severity."""

_RUNBOOKS = {
    "pinned": "sessions hold on to their connections: the proxy's log says what pins them",
    "proxy-connections": "the proxy's connections run out: raise connections_percent",
    "borrow-latency": "calls wait for a connection: shorten transactions, or raise "
    "connections_percent",
    "refused-logins": "clients cannot log in: look at the secret, and at what IAM allows",
    "availability": "the database cannot be reached through the proxy: look at the instance",
    "without-tls": "a client connects without encryption: RequireTLS is off",
}


def proxy_alarms(proxy: Resource) -> Iterator[Alarm]:
    """The alarms of a proxy."""
    of = {"ProxyName": Attribute(proxy.id)}
    for kind, metrics, statistic, threshold, minutes, severity in _ROWS:
        comparison: Comparison = (
            "LessThanThreshold" if kind == "availability" else "GreaterThanThreshold"
        )
        yield Alarm(
            kind,
            tuple(Series(NAMESPACE, metric, of, statistic) for metric in metrics),
            threshold,
            *(minutes, minutes),
            severity,
            _RUNBOOKS[kind],
            OURS,
            expression=_PART if len(metrics) > 1 else "",
            comparison=comparison,
            most=100 if len(metrics) > 1 or kind == "availability" else math.inf,
        )

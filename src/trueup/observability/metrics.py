"""Metrics of an open database in CloudWatch's embedded metric format: slow requests, connections.

A function in AWS Lambda prints such a line, and CloudWatch makes metrics of it; no call is sent.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from ..errors import UnsupportedByEngine
from ..operations.connections import ConnectionCounts
from ..operations.events import RequestEvent, RequestFinished

NAMESPACE = "Trueup"
SLOW_S = 0.5
EVERY_S = 60.0


class Observed(Protocol):
    """A `Database` or an `AsyncDatabase`."""

    @property
    def connections(self) -> ConnectionCounts:
        """How many connections there are. Raises UnsupportedByEngine where none are counted."""
        ...


class MetricsLog:
    """A subscriber that writes a line for each slow request, and at times one for the connections:
    `db.subscribe(MetricsLog(db))`.

    slow_s: requests that take longer are written, with table, index and operation, and neither
        keys nor items. every_s: how often connections are counted, when requests end.
    write: gets each line; it prints by default, as the log of a function in AWS Lambda wants it.
    clock: seconds since 1970.
    """

    def __init__(
        self,
        db: Observed,
        *,
        slow_s: float = SLOW_S,
        every_s: float = EVERY_S,
        namespace: str = NAMESPACE,
        write: Callable[[str], object] = print,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._db = db
        self._slow_s = slow_s
        self._every_s = every_s
        self._namespace = namespace
        self._write = write
        self._clock = clock
        self._counted_at_s = float("-inf")

    def __call__(self, event: RequestEvent) -> None:
        """Write what a request that ended tells."""
        if not isinstance(event, RequestFinished):
            return
        now_s = self._clock()
        if event.duration_s > self._slow_s:
            self._tell_slow(event, now_s)
        if now_s - self._counted_at_s >= self._every_s:
            self._counted_at_s = now_s
            self._tell_connections(now_s)

    def _tell_slow(self, event: RequestFinished, now_s: float) -> None:
        where = {"operation": event.operation, "table": event.table}
        others = {"action": event.action, "index": event.index, "error": event.error}
        measured = {
            "SlowRequests": ("Count", 1),
            "SlowDuration": ("Milliseconds", round(event.duration_s * 1000, 1)),
        }
        self._tell(now_s, where, measured, others)

    def _tell_connections(self, now_s: float) -> None:
        try:
            counts = self._db.connections
        except UnsupportedByEngine:
            return
        numbers = {
            "ConnectionsInUse": counts.open - counts.idle,
            "ConnectionsIdle": counts.idle,
            "CallsWaiting": counts.waiting,
            "ConnectionsOpened": counts.opened,
            "ConnectionsMost": counts.most,
        }
        measured = {name: ("Count", number) for name, number in numbers.items()}
        self._tell(now_s, {}, measured, {})

    def _tell(
        self,
        now_s: float,
        dimensions: Mapping[str, str],
        measured: Mapping[str, tuple[str, float]],
        others: Mapping[str, str | None],
    ) -> None:
        units = [{"Name": name, "Unit": unit} for name, (unit, _) in measured.items()]
        about = {
            "Namespace": self._namespace,
            "Dimensions": [[*dimensions]],
            "Metrics": units,
        }
        line = {
            "_aws": {"Timestamp": int(now_s * 1000), "CloudWatchMetrics": [about]},
            **dimensions,
            **{name: number for name, (_, number) in measured.items()},
            **{name: text for name, text in others.items() if text},
        }
        self._write(json.dumps(line))

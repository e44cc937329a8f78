"""Alarm: what is watched, when it is too much, how urgent that is, and what to do then.

CloudWatch adds nothing up: an alarm that lacks a dimension is no error, it is silent. So each
metric stands here with all its dimensions.

Sources:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, TypeAlias

from ..._dataclass import dataclass
from ..values import Property

Severity: TypeAlias = Literal["page", "ticket", "information"]
Missing: TypeAlias = Literal["notBreaching", "breaching", "missing", "ignore"]
Comparison: TypeAlias = Literal[
    "GreaterThanThreshold",
    "GreaterThanOrEqualToThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
]

AWS = "recommended by AWS"
OURS = "Trueup's own"

MOST_METRICS = 10
"""Metrics of one alarm.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"""


@dataclass(frozen=True, slots=True)
class Series:
    """A metric with all its dimensions: one datapoint a period, or none."""

    namespace: str
    metric: str
    dimensions: Mapping[str, Property]
    statistic: str = "Sum"
    period_s: int = 60


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm over one metric, or over an expression of several.

    kind: its stable name, under which its threshold is set: `read-throttles`. part: what it is of
        within its resource: an index, an operation; empty for the whole.
    expression: over `m1`, `m2` …, which are the series in their order; empty for the only one.
    threshold: in the unit of the metric. bad: how many of the last `of` datapoints have to compare
        so. missing: what no datapoint means. most: the largest value that there can be.
    runbook: what to do. source: who says so.
    """

    kind: str
    series: tuple[Series, ...]
    threshold: float
    bad: int
    of: int
    severity: Severity
    runbook: str
    source: str
    part: str = ""
    expression: str = ""
    comparison: Comparison = "GreaterThanThreshold"
    missing: Missing = "notBreaching"
    most: float = math.inf

    @property
    def suffix(self) -> str:
        """Its name after that of its resource."""
        return f"{self.kind}-{self.part}" if self.part else self.kind

    @property
    def is_possible(self) -> bool:
        """Whether some value is beyond the threshold, and some is not. No metric is below 0."""
        match self.comparison:
            case "GreaterThanThreshold" | "LessThanOrEqualToThreshold":
                return 0 <= self.threshold < self.most
            case _:
                return 0 < self.threshold <= self.most

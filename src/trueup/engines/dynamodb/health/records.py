"""Records: replies about tables, as one document.

    {"StartTime": "2026-01-01T00:00:00Z", "EndTime": "2026-01-31T00:00:00Z",
     "MetricDataQueries": […], "MetricDataResults": […],
     "ContributorInsights": [{"TableName": "orders", "ContributorInsightsStatus": "ENABLED"}],
     "InsightRuleReports": [{"TableName": "orders", "RuleName": "DynamoDBContributorInsights-PKT-…",
        "Contributors": [{"ApproximateAggregateValue": 12}]}],
     "ItemCollectionMetrics": {"orders": [{"SizeEstimateRangeGB": [7.5, 8.5]}]}}

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContributorInsights.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetInsightRuleReport.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ItemCollectionMetrics.html
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from ....errors import ErrorCode, InvalidCall, Place
from .metric_data import MetricData, recorded_series

DAY_S = 86_400


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class InsightsStatus(_Reply):
    """A reply of DescribeContributorInsights."""

    TableName: str
    IndexName: str = ""
    ContributorInsightsStatus: str
    ContributorInsightsMode: str = "ACCESSED_AND_THROTTLED_KEYS"


class Contributor(_Reply):
    """One of the keys with most load. Which it is stays in the reply, and out of logs."""

    ApproximateAggregateValue: FiniteFloat


class InsightReport(_Reply):
    """A reply of GetInsightRuleReport, with what it is of."""

    TableName: str
    IndexName: str = ""
    RuleName: str
    Contributors: list[Contributor] = Field(default_factory=list)


class CollectionSize(_Reply):
    """The size of the items of one partition, from and to."""

    SizeEstimateRangeGB: list[FiniteFloat]


class Records(MetricData):
    """What was asked and replied. StartTime, EndTime: those of GetMetricData."""

    StartTime: AwareDatetime
    EndTime: AwareDatetime
    ContributorInsights: list[InsightsStatus] = Field(default_factory=list)
    InsightRuleReports: list[InsightReport] = Field(default_factory=list)
    ItemCollectionMetrics: dict[str, list[CollectionSize]] = Field(default_factory=dict)

    def total(self, metric: str, days: int, table: str, index: str = "") -> float | None:
        """The sum of a metric over the last days; None if that is not known: it was not asked, not
        for so long, or not replied completely. No datapoint is none of what is counted."""
        end = int(self.EndTime.timestamp())
        start = end - days * DAY_S
        if int(self.StartTime.timestamp()) > start:
            return None
        of = [("TableName", table)] + [("GlobalSecondaryIndexName", index)] * bool(index)
        wanted = (metric, "Sum", tuple(sorted(of)))
        for one in recorded_series(self):
            if (one.metric, one.statistic, one.dimensions) == wanted:
                points = [value for at, value in one.points if start <= at < end]
                return sum(points) if one.is_complete else None
        return None

    def insights(self, table: str, index: str = "") -> InsightsStatus | None:
        """Whether keys are counted; None if it was not asked."""
        every = (one for one in self.ContributorInsights if one.TableName == table)
        return next((one for one in every if one.IndexName == index), None)

    def loads(self, table: str, index: str = "") -> Sequence[float]:
        """The load of the heaviest partition keys, heaviest first: the throttled ones if any are,
        else those that are asked for. Sort keys are left out."""
        reports = [
            one
            for one in self.InsightRuleReports
            if (one.TableName, one.IndexName) == (table, index)
        ]
        for kind in ("-PKT-", "-PKC-"):
            loads = [
                key.ApproximateAggregateValue
                for one in reports
                if kind in one.RuleName
                for key in one.Contributors
            ]
            if loads:
                return sorted(loads, reverse=True)
        return ()


def read_records(path: Path) -> Records:
    """The records in a file. Raises InvalidCall for what has none."""
    try:
        return Records.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise refused_records(path, error) from error


def refused_records(path: Path, error: OSError | ValidationError) -> InvalidCall:
    """Why a file has no recorded replies. No value of it is told."""
    at = ""
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        told, at = first["msg"], ".".join(map(str, first["loc"]))
    else:
        told = error.strerror or str(error)
    return InvalidCall(
        f"recorded replies cannot be read: {told}" + (f", at {at}" if at else ""),
        where=Place(note=str(path)),
        fix="write to it what was asked and replied, in the form that the command's page shows",
        code=ErrorCode.USAGE,
    )

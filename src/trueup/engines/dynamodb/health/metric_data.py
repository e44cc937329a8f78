"""Metric data: what CloudWatch was asked by GetMetricData, and what it replied.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, FiniteFloat

from ...._dataclass import dataclass

COMPLETE = "Complete"


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class NamedDimension(_Reply):
    """A dimension."""

    Name: str
    Value: str


class AskedMetric(_Reply):
    """A metric."""

    Namespace: str
    MetricName: str
    Dimensions: list[NamedDimension] = Field(default_factory=list)


class StatedMetric(_Reply):
    """A metric with its statistic, and the seconds of a period."""

    Metric: AskedMetric
    Stat: str
    Period: int = Field(ge=1)


class MetricDataQuery(_Reply):
    """What is asked: a metric, or an expression over others."""

    Id: str
    MetricStat: StatedMetric | None = None


class MetricDataResult(_Reply):
    """What is replied."""

    Id: str
    Timestamps: list[AwareDatetime]
    Values: list[FiniteFloat]
    StatusCode: str = COMPLETE


class MetricData(_Reply):
    """Both, as one document."""

    MetricDataQueries: list[MetricDataQuery]
    MetricDataResults: list[MetricDataResult]


@dataclass(frozen=True, slots=True)
class RecordedSeries:
    """A metric with what was replied. dimensions: sorted by name. points: by the start of their
    periods, in epoch seconds. is_complete: whether the reply says that it has all."""

    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period_s: int
    points: tuple[tuple[int, float], ...]
    is_complete: bool


def recorded_series(data: MetricData) -> Iterator[RecordedSeries]:
    """Each metric that was asked and replied. Expressions are left out: they say no metric."""
    asked = {one.Id: one.MetricStat for one in data.MetricDataQueries if one.MetricStat}
    for result in data.MetricDataResults:
        stated = asked.get(result.Id)
        if stated is None:
            continue
        pairs = zip(result.Timestamps, result.Values, strict=False)
        yield RecordedSeries(
            stated.Metric.Namespace,
            stated.Metric.MetricName,
            tuple(sorted((one.Name, one.Value) for one in stated.Metric.Dimensions)),
            stated.Stat,
            stated.Period,
            tuple((int(at.timestamp()) // stated.Period * stated.Period, v) for at, v in pairs),
            result.StatusCode == COMPLETE,
        )

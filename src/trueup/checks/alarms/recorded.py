"""Recorded series: what CloudWatch was asked, and what it replied.

    {"MetricDataQueries": [{"Id": "m1", "MetricStat": {"Stat": "Sum", "Period": 60, "Metric": {
        "Namespace": "AWS/DynamoDB", "MetricName": "ReadThrottleEvents",
        "Dimensions": [{"Name": "TableName", "Value": "orders"}]}}}],
     "MetricDataResults": [{"Id": "m1", "Timestamps": ["2026-01-01T00:00:00Z"], "Values": [3.0]}]}

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ...errors import ErrorCode, InvalidCall, Place
from .compute import Points
from .watched import Metric


class _Named(BaseModel):
    Name: str
    Value: str


class _Asked(BaseModel):
    Namespace: str
    MetricName: str
    Dimensions: list[_Named] = Field(default_factory=list)


class _Stated(BaseModel):
    Metric: _Asked
    Stat: str
    Period: int = Field(ge=1)


class _Query(BaseModel):
    model_config = ConfigDict(extra="ignore")

    Id: str
    MetricStat: _Stated | None = None


class _Result(BaseModel):
    model_config = ConfigDict(extra="ignore")

    Id: str
    Timestamps: list[AwareDatetime]
    Values: list[float]
    StatusCode: str = "Complete"


class _Recorded(BaseModel):
    model_config = ConfigDict(extra="ignore")

    MetricDataQueries: list[_Query]
    MetricDataResults: list[_Result]


def read_series(path: Path) -> Mapping[Metric, Points]:
    """The series of a file, by their metrics; datapoints by the start of their periods.

    A result that CloudWatch did not complete is left out: what is not known is no datapoint.

    Raises InvalidCall for what is no such file.
    """
    try:
        recorded = _Recorded.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise _refused(path, error) from error
    asked = {one.Id: one.MetricStat for one in recorded.MetricDataQueries if one.MetricStat}
    found: dict[Metric, dict[int, float]] = {}
    for result in recorded.MetricDataResults:
        stated = asked.get(result.Id)
        if stated is None or result.StatusCode not in ("Complete", "PartialData"):
            continue
        points = found.setdefault(_metric(stated), {})
        for time, value in zip(result.Timestamps, result.Values, strict=False):
            points[int(time.timestamp()) // stated.Period * stated.Period] = value
    return found


def _metric(stated: _Stated) -> Metric:
    metric = stated.Metric
    dimensions = tuple(sorted((one.Name, one.Value) for one in metric.Dimensions))
    return Metric(metric.Namespace, metric.MetricName, dimensions, stated.Stat, stated.Period)


def _refused(path: Path, error: Exception) -> InvalidCall:
    details: Any = error.errors()[0] if isinstance(error, ValidationError) else {}
    told = details.get("msg") or (error.strerror if isinstance(error, OSError) else "")
    at = ".".join(map(str, details.get("loc", ())))
    return InvalidCall(
        f"recorded series cannot be read: {told}" + (f", at {at}" if at else ""),
        where=Place(note=str(path)),
        fix="write the queries and the reply of GetMetricData to it; see docs/commands/check.md",
        code=ErrorCode.USAGE,
    )

"""Recorded series of alarms' metrics: what CloudWatch was asked, and what it replied.

{"MetricDataQueries": [{"Id": "m1", "MetricStat": {"Stat": "Sum", "Period": 60, "Metric": {
    "Namespace": "AWS/DynamoDB", "MetricName": "ReadThrottleEvents",
    "Dimensions": [{"Name": "TableName", "Value": "orders"}]}}}],
 "MetricDataResults": [{"Id": "m1", "Timestamps": ["2026-01-01T00:00:00Z"], "Values": [3.0]}]}
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from ...engines.dynamodb.health.metric_data import MetricData, recorded_series
from ...engines.dynamodb.health.records import refused_records
from ...lifecycle.files import read_regular
from .compute import Points
from .watched import Metric


def read_series(path: Path) -> Mapping[Metric, Points]:
    """The series of a file, by their metrics; datapoints by the start of their periods.

    A result that CloudWatch did not complete is left out: what is not known is no datapoint.

    Raises InvalidCall for what is no such file.
    """
    try:
        data = MetricData.model_validate_json(read_regular(path))
    except (OSError, ValidationError) as error:
        raise refused_records(path, error) from error
    found: dict[Metric, dict[int, float]] = {}
    for one in recorded_series(data):
        if one.is_complete:
            metric = Metric(one.namespace, one.metric, one.dimensions, one.statistic, one.period_s)
            found.setdefault(metric, {}).update(one.points)
    return found

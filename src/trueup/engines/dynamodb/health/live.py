"""The same records, asked of AWS now: metrics of 30 days, and which keys have most load.

Sources:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights_HowItWorks.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from ....model.description.tables import TableDescription
from ...checks import Examination, Finding, unknown
from ..asking import Answer, send
from ..errors import read_failure
from ..port import DynamoWire, HttpPayload
from ..wire.aws.service import CLOUDWATCH
from .check import check_health
from .metric_data import MetricDataResult
from .records import DAY_S, Records

_HOUR_S = 3_600
_DAYS = 30
_MOST_QUERIES = 100
"""Of one request: its datapoints are limited to 100,800, and there are 720 for each metric."""
_MOST_PAGES = 20
_KEYS = ("-PKT-", "-PKC-")
_METRICS = (
    *("ReadThrottleEvents", "WriteThrottleEvents"),
    *("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"),
)


class _Page(BaseModel):
    """A reply of GetMetricData."""

    MetricDataResults: list[MetricDataResult]
    NextToken: str | None = None


class _NoRecords(Exception):
    """CloudWatch did not reply, or not so that it can be read. The message says why."""


def check_live_health(wire: DynamoWire, examined: Examination) -> Iterator[Finding]:
    """Every rule that replies of AWS decide; sizes of partitions are in replies to writes only."""
    end = int(examined.clock()) // _HOUR_S * _HOUR_S
    try:
        records = _records(wire, examined.tables, end)
    except _NoRecords as error:
        fix = "allow cloudwatch:GetMetricData; emulators have no metrics of tables"
        yield unknown("health", f"CloudWatch does not say how tables do: {error}", fix)
        return
    yield from check_health(records, examined.tables)


def _records(wire: DynamoWire, tables: Mapping[str, TableDescription], end: int) -> Records:
    queries = list(_queries(tables))
    asked = {"StartTime": end - _DAYS * DAY_S, "EndTime": end}
    results = [
        result
        for start in range(0, len(queries), _MOST_QUERIES)
        for result in _results(wire, queries[start : start + _MOST_QUERIES], asked)
    ]
    statuses = [status for status in _statuses(wire, tables) if status]
    document = {
        **asked,
        "MetricDataQueries": queries,
        "MetricDataResults": results,
        "ContributorInsights": statuses,
        "InsightRuleReports": [one for status in statuses for one in _reports(wire, status, end)],
    }
    try:
        return Records.model_validate(document)
    except ValidationError:
        raise _NoRecords("its reply cannot be read") from None


def _queries(tables: Mapping[str, TableDescription]) -> Iterator[dict[str, Any]]:
    places = [(name, index) for name in tables for index in ("", *_indexes(tables[name]))]
    wanted = [(metric, *place) for place in places for metric in _METRICS]
    wanted += [("TimeToLiveDeletedItemCount", name, "") for name in tables if tables[name].expires]
    for number, (metric, table, index) in enumerate(wanted):
        of = [{"Name": "TableName", "Value": table}]
        of += [{"Name": "GlobalSecondaryIndexName", "Value": index}] * bool(index)
        named = {"Namespace": "AWS/DynamoDB", "MetricName": metric, "Dimensions": of}
        stated = {"Metric": named, "Stat": "Sum", "Period": _HOUR_S}
        yield {"Id": f"q{number}", "MetricStat": stated}


def _indexes(table: TableDescription) -> list[str]:
    return [index.name for index in table.indexes.values() if not index.local]


def _results(
    wire: DynamoWire, queries: list[dict[str, Any]], asked: Mapping[str, int]
) -> list[dict[str, Any]]:
    """The results of some queries, of all their pages: those of one id are one."""
    found: dict[str, dict[str, Any]] = {}
    token: dict[str, Any] = {}
    for _ in range(_MOST_PAGES):
        page = _ask(wire, "GetMetricData", {**asked, "MetricDataQueries": queries, **token})
        for one in page.MetricDataResults:
            whole = found.setdefault(one.Id, {"Id": one.Id, "Timestamps": [], "Values": []})
            whole["Timestamps"] += one.Timestamps
            whole["Values"] += one.Values
            whole["StatusCode"] = one.StatusCode
        if not page.NextToken:
            return list(found.values())
        token = {"NextToken": page.NextToken}
    raise _NoRecords("it has too many pages")


def _statuses(
    wire: DynamoWire, tables: Mapping[str, TableDescription]
) -> Iterator[Mapping[str, Any]]:
    """Whether keys are counted; what may not be asked is left out, and so is not known."""
    for name, table in tables.items():
        for index in ("", *_indexes(table)):
            body = {"TableName": name, **({"IndexName": index} if index else {})}
            payload = HttpPayload("DescribeContributorInsights", json.dumps(body).encode())
            reply = _read(send(wire, payload))
            if reply is not None and "ContributorInsightsStatus" in reply:
                yield {**reply, **body}


def _reports(wire: DynamoWire, status: Mapping[str, Any], end: int) -> Iterator[dict[str, Any]]:
    """The heaviest partition keys of the last day."""
    of = {name: status[name] for name in ("TableName", "IndexName") if name in status}
    rules = status.get("ContributorInsightsRuleList")
    for rule in rules if isinstance(rules, list) else ():
        if any(kind in str(rule) for kind in _KEYS):
            body = {"RuleName": rule, "StartTime": end - DAY_S, "EndTime": end, "Period": _HOUR_S}
            payload = HttpPayload("GetInsightRuleReport", json.dumps(body).encode(), CLOUDWATCH)
            reply = _read(send(wire, payload))
            if reply is not None:
                yield {**of, "RuleName": rule, "Contributors": reply.get("Contributors", [])}


def _ask(wire: DynamoWire, operation: str, body: Mapping[str, Any]) -> _Page:
    answer = send(wire, HttpPayload(operation, json.dumps(body).encode(), CLOUDWATCH))
    reply = _read(answer)
    if reply is not None:
        try:
            return _Page.model_validate(reply)
        except ValidationError:
            raise _NoRecords("its reply cannot be read") from None
    if answer.reply is None:
        raise _NoRecords(answer.error.what if answer.error else "no answer")
    raise _NoRecords(read_failure(answer.reply).code or f"status {answer.reply.status}")


def _read(answer: Answer) -> dict[str, Any] | None:
    """A reply as JSON; None for anything else."""
    if answer.reply is None or answer.reply.status != 200:
        return None
    try:
        found = json.loads(answer.reply.body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None

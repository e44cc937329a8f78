"""The dashboard of a stack: what its alarms watch, as graphs, and how they are.

Sources:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..alarms.alarm import Alarm, Series
from ..alarms.watched import Watched
from ..values import ARNS, PLACE, Attribute, Joined, Property, Resource

DASHBOARD = "AWS::CloudWatch::Dashboard"
_WIDTH, _HEIGHT, _COLUMNS = 8, 6, 3
"""Of a graph, on a page that is 24 wide, and how many stand beside each other."""
_MOST_STATES = 100
"""Alarms in one widget of states."""

_TITLES = {
    "Consumed": "Units",
    "Throttle": "Throttled",
    "Latency": "Latency",
    "Duration": "Latency",
    "Errors": "Errors",
    "Error": "Errors",
    "Connections": "Connections",
    "Storage": "Storage",
}
"""The graph of a metric, by a word of its name; the first that fits."""
_OTHERS = "Others"
_ALWAYS = {
    "AWS::DynamoDB::Table": ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"),
    "AWS::Lambda::Function": ("Invocations",),
    "AWS::ApiGateway::Stage": ("Count",),
}
"""How much is done, which no alarm need watch."""


def dashboard_resource(
    stack: str, watched: Sequence[Watched], alarms: Sequence[Resource]
) -> Resource:
    """The dashboard. stack: its name. alarms: the resources of the alarms."""
    widgets = list(_placed([_states(alarms), *map(_graphs, watched)]))
    properties: dict[str, Property] = {
        "DashboardName": stack,
        "DashboardBody": _body({"widgets": widgets}),
    }
    return Resource("Dashboard", DASHBOARD, properties)


def _placed(rows: Sequence[Sequence[Mapping[str, Any]]]) -> Iterator[dict[str, Any]]:
    """The widgets of rows, one below the other, three beside each other."""
    top = 0
    for row in rows:
        for number, widget in enumerate(row):
            line, column = divmod(number, _COLUMNS)
            at = {"x": column * _WIDTH, "y": top + line * _HEIGHT}
            yield {**at, "width": _WIDTH, "height": _HEIGHT, **widget}
        top += -(-len(row) // _COLUMNS) * _HEIGHT


def _states(alarms: Sequence[Resource]) -> list[dict[str, Any]]:
    """How the alarms are, the first of them; composites stand for those of tables."""
    names = [str(one.properties["AlarmName"]) for one in alarms]
    arns = [f"{ARNS}:cloudwatch:{PLACE}:alarm:{name}" for name in names]
    parts = [arns[start : start + _MOST_STATES] for start in range(0, len(arns), _MOST_STATES)]
    return [{"type": "alarm", "properties": {"title": "Alarms", "alarms": one}} for one in parts]


def _graphs(one: Watched) -> list[dict[str, Any]]:
    """The graphs of a resource: its metrics, by what they are about."""
    graphs: dict[str, list[Series]] = {}
    for series in _distinct([*_always(one), *(each for a in one.alarms for each in a.series)]):
        graphs.setdefault(_title(series), []).append(series)
    return [
        {
            "type": "metric",
            "properties": {
                "title": f"{one.name}: {title}",
                "region": "${AWS::Region}",
                "view": "timeSeries",
                "metrics": [_metric(series) for series in several],
            },
        }
        for title, several in graphs.items()
    ]


def _always(one: Watched) -> Iterator[Series]:
    """Of the resource as a whole, and of each of its indexes."""
    for of in _distinct(_places(one.alarms)):
        for metric in _ALWAYS.get(one.type, ()):
            yield replace(of, metric=metric)


def _places(alarms: Sequence[Alarm]) -> Iterator[Series]:
    for alarm in alarms:
        for series in alarm.series:
            if series.period_s == 60 and "Operation" not in "".join(series.dimensions):
                yield replace(series, metric="", statistic="Sum")


def _distinct(several: Iterable[Series]) -> list[Series]:
    """Each once, in their order."""
    found: list[Series] = []
    for series in several:
        if series not in found:
            found.append(series)
    return found


def _title(series: Series) -> str:
    return next((title for word, title in _TITLES.items() if word in series.metric), _OTHERS)


def _metric(series: Series) -> list[Any]:
    """A metric as dashboards have it: its namespace, its name, its dimensions, how it is shown."""
    named = [part for dimension in series.dimensions.items() for part in dimension]
    shown = {"stat": series.statistic, "period": series.period_s}
    return [series.namespace, series.metric, *named, shown]


def _body(body: Mapping[str, Any]) -> Joined:
    """The text in JSON, and between its parts what is known on deployment only."""
    found: list[Attribute] = []

    def mark(value: object) -> str:
        if not isinstance(value, Attribute):
            raise TypeError(f"a dimension cannot be {type(value).__name__}")
        found.append(value)
        return f"\0{len(found) - 1}\0"

    text = json.dumps(body, default=mark, separators=(",", ":"), ensure_ascii=False)
    parts = text.split("\\u0000")
    return Joined(
        tuple(found[int(part)] if number % 2 else part for number, part in enumerate(parts))
    )

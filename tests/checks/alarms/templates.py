"""Templates of a few lines, with alarms that a test is about."""

from __future__ import annotations

import json
from typing import Any

from trueup.checks.alarms.examine import Examined, Series, examine
from trueup.checks.alarms.watched import WatchedAlarm, alarms_of
from trueup.templates.cloudformation.stacks import read_stack
from trueup.templates.documents.json_events import json_events
from trueup.templates.documents.nodes import nodes_of
from trueup.templates.template import Template

TABLES = {
    "Orders": {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {"TableName": "orders", "BillingMode": "PAY_PER_REQUEST"},
    }
}
FIVE = {
    "Threshold": 0,
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 5,
    "DatapointsToAlarm": 3,
    "TreatMissingData": "notBreaching",
}


def alarm(metric: str = "", namespace: str = "AWS/DynamoDB", **given: Any) -> dict[str, Any]:
    """An alarm of 3 of 5 datapoints above 0. dimensions: by name."""
    dimensions = given.pop("dimensions", {"TableName": "orders"})
    named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    single = {
        "Namespace": namespace,
        "MetricName": metric,
        "Dimensions": named,
        "Statistic": "Sum",
        "Period": 60,
    }
    properties = {"AlarmName": "it", **FIVE, **(single if metric else {}), **given}
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}


def queries(*metrics: str, expression: str, stat: str = "Sum", **given: Any) -> list[Any]:
    """Metrics m1, m2 … and an expression over them."""
    namespace = given.pop("namespace", "AWS/DynamoDB")
    named = [{"Name": name, "Value": value} for name, value in given.items()]
    asked: list[Any] = [
        {
            "Id": f"m{number}",
            "ReturnData": False,
            "MetricStat": {
                "Metric": {"Namespace": namespace, "MetricName": metric, "Dimensions": named},
                "Stat": stat,
                "Period": 60,
            },
        }
        for number, metric in enumerate(metrics, start=1)
    ]
    return [*asked, {"Id": "e1", "Expression": expression}]


def template(**resources: Any) -> Template:
    """A template with a table on demand, and these resources."""
    text = json.dumps({"Resources": {**TABLES, **resources}})
    return read_stack(nodes_of(json_events(text)), "it.json", {})


def examined(series: Series | None = None, **resources: Any) -> Examined:
    """All that is found in such a template."""
    return examine(template(**resources), series)


def only_alarm(resource: dict[str, Any]) -> WatchedAlarm:
    """The alarm as a value."""
    [found] = alarms_of(template(It=resource))
    assert isinstance(found, WatchedAlarm)
    return found

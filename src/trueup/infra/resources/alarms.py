"""Alarms as resources of CloudWatch: one each, and one for a table as a whole.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-compositealarm.html
"""

from __future__ import annotations

from collections.abc import Sequence

from ..alarms.tables import Alarm
from ..values import Attribute, Parameter, Property, Resource

ALARM = "AWS::CloudWatch::Alarm"
COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
NAMESPACE = "AWS/DynamoDB"
TOPIC = Parameter("AlarmTopicArn", "The ARN of the SNS topic that alarms are sent to")


def alarm_resource(table: Resource, name: str, alarm: Alarm, resource_id: str) -> Resource:
    """One alarm. name: the table's physical name."""
    measured = _sum(table, alarm) if alarm.operations else _metric(table, alarm)
    properties: dict[str, Property] = {
        "AlarmName": f"{name}-{alarm.suffix}",
        "AlarmDescription": f"[{alarm.severity}] {alarm.runbook} ({alarm.source})",
        **measured,
        "Threshold": alarm.most,
        "ComparisonOperator": (
            "LessThanOrEqualToThreshold" if alarm.is_least else "GreaterThanThreshold"
        ),
        "DatapointsToAlarm": alarm.bad,
        "EvaluationPeriods": alarm.of,
        "TreatMissingData": alarm.missing,
        "AlarmActions": [TOPIC],
        "OKActions": [TOPIC],
    }
    return Resource(resource_id, ALARM, properties)


def _metric(table: Resource, alarm: Alarm) -> dict[str, Property]:
    return {
        "Namespace": NAMESPACE,
        "MetricName": alarm.metric,
        "Dimensions": _dimensions(table, alarm),
        "Statistic": alarm.statistic,
        "Period": alarm.period_s,
    }


def _sum(table: Resource, alarm: Alarm) -> dict[str, Property]:
    """The metric, added up over operations. One without a datapoint counts as 0."""
    metrics: list[Property] = [
        {
            "Id": f"m{number}",
            "ReturnData": False,
            "MetricStat": {
                "Metric": {
                    "Namespace": NAMESPACE,
                    "MetricName": alarm.metric,
                    "Dimensions": [
                        *_dimensions(table, alarm),
                        {"Name": "Operation", "Value": operation},
                    ],
                },
                "Stat": alarm.statistic,
                "Period": alarm.period_s,
            },
        }
        for number, operation in enumerate(alarm.operations, start=1)
    ]
    added = "+".join(f"FILL(m{number},0)" for number in range(1, len(metrics) + 1))
    total: Property = {"Id": "total", "Expression": added, "Label": alarm.metric}
    return {"Metrics": [*metrics, total]}


def _dimensions(table: Resource, alarm: Alarm) -> list[Property]:
    found: list[Property] = [{"Name": "TableName", "Value": Attribute(table.id)}]
    if alarm.index:
        found.append({"Name": "GlobalSecondaryIndexName", "Value": alarm.index})
    return found


def composite_resource(name: str, alarms: Sequence[Resource], resource_id: str) -> Resource:
    """One alarm for all that page or need a ticket, so that a bad day is one message."""
    rule = " OR ".join(f'ALARM("{alarm.properties["AlarmName"]}")' for alarm in alarms)
    properties: dict[str, Property] = {
        "AlarmName": f"{name}-health",
        "AlarmDescription": f"An alarm of the table {name} is on; it says what to do.",
        "AlarmRule": rule,
        "AlarmActions": [TOPIC],
        "OKActions": [TOPIC],
    }
    return Resource(resource_id, COMPOSITE, properties, depends_on=tuple(one.id for one in alarms))

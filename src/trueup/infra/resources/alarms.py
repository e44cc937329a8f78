"""Alarms as resources of CloudWatch: one each, and composites for a table as a whole.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-compositealarm.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ...model.declarations.infrastructure.alarms import Alarms
from ..alarms.alarm import Alarm, Series
from ..alarms.errors import SYSTEM_ERRORS
from ..alarms.watched import Watched
from ..names import resource_id
from ..values import Parameter, Property, Resource
from .tables import TABLE

ALARM = "AWS::CloudWatch::Alarm"
COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
TOPIC = Parameter("AlarmTopicArn", "The ARN of the SNS topic that alarms are sent to")
_WAIT_S = 120
"""How long a composite waits for its suppressor, and how long it is still silent after it."""

_MOST_MEMBERS, _LONGEST_RULE = 100, 10_240
"""Of the rule of a composite alarm.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"""


def alarm_resources(watched: Sequence[Watched], given: Alarms) -> Iterator[Resource]:
    """All alarms of a stack."""
    for one in watched:
        is_table = one.type == TABLE
        made = [
            (alarm, _alarm_resource(one, alarm, given, is_table=is_table)) for alarm in one.alarms
        ]
        yield from (resource for _, resource in made)
        if is_table:
            yield from _composites(one, made, given)


def _alarm_resource(of: Watched, alarm: Alarm, given: Alarms, *, is_table: bool) -> Resource:
    address = f"; see {given.runbooks}#{alarm.kind}" if given.runbooks else ""
    is_told = not (is_table and given.suppressor) or alarm.severity == "information"
    properties: dict[str, Property] = {
        "AlarmName": f"{of.name}-{alarm.suffix}",
        "AlarmDescription": f"[{alarm.severity}] {alarm.runbook} ({alarm.source}){address}",
        **(_expression(alarm) if alarm.expression else _metric(alarm.series[0])),
        "Threshold": alarm.threshold,
        "ComparisonOperator": alarm.comparison,
        "DatapointsToAlarm": alarm.bad,
        "EvaluationPeriods": alarm.of,
        "TreatMissingData": alarm.missing,
        **(_told() if is_told else {}),
    }
    return Resource(_id(of, alarm.suffix), ALARM, properties)


def _id(of: Watched, suffix: str) -> str:
    return resource_id(of.id.removesuffix("Table"), suffix, "Alarm")


def _told() -> dict[str, Property]:
    return {"AlarmActions": [TOPIC], "OKActions": [TOPIC]}


def _metric(series: Series) -> dict[str, Property]:
    is_percentile = re.fullmatch(r"p[\d.]+", series.statistic)
    return {
        "Namespace": series.namespace,
        "MetricName": series.metric,
        **({"Dimensions": _dimensions(series)} if series.dimensions else {}),
        "ExtendedStatistic" if is_percentile else "Statistic": series.statistic,
        "Period": series.period_s,
    }


def _expression(alarm: Alarm) -> dict[str, Property]:
    metrics: list[Property] = [
        {
            "Id": f"m{number}",
            "ReturnData": False,
            "MetricStat": {
                "Metric": {
                    "Namespace": series.namespace,
                    "MetricName": series.metric,
                    "Dimensions": _dimensions(series),
                },
                "Stat": series.statistic,
                "Period": series.period_s,
            },
        }
        for number, series in enumerate(alarm.series, start=1)
    ]
    total: Property = {"Id": "total", "Expression": alarm.expression, "Label": alarm.kind}
    return {"Metrics": [*metrics, total]}


def _dimensions(series: Series) -> list[Property]:
    return [{"Name": name, "Value": value} for name, value in series.dimensions.items()]


def _composites(
    table: Watched, made: Sequence[tuple[Alarm, Resource]], given: Alarms
) -> Iterator[Resource]:
    """One alarm for all that page or need a ticket, so that a bad day is one message, and one for
    errors that are counted by several alarms. With a suppressor one more for what pages: it is not
    to wait behind a ticket."""
    errors = [one for alarm, one in made if alarm.kind == SYSTEM_ERRORS]
    serious = [one for alarm, one in made if alarm.severity != "information"]
    pages = [one for alarm, one in made if alarm.severity == "page"]
    if len(errors) > 1:
        yield _composite(table, SYSTEM_ERRORS, "DynamoDB fails", errors, {})
    silenced: dict[str, Property] = {}
    if given.suppressor:
        silenced = {
            "ActionsSuppressor": given.suppressor,
            "ActionsSuppressorWaitPeriod": _WAIT_S,
            "ActionsSuppressorExtensionPeriod": _WAIT_S,
        }
        said = f"An alarm that pages is on for the table {table.name}"
        yield from _over_all(table, "page", said, pages, silenced | _told())
    said = f"An alarm of the table {table.name} is on; it says what to do."
    yield from _over_all(table, "health", said, serious, silenced | _told())


def _over_all(
    table: Watched,
    suffix: str,
    said: str,
    alarms: Sequence[Resource],
    others: Mapping[str, Property],
) -> Iterator[Resource]:
    """A composite alarm; over parts of its own, if there are more than a rule takes."""
    parts: list[list[Resource]] = []
    for one in alarms:
        if not parts or not _fits([*parts[-1], one]):
            parts.append([])
        parts[-1].append(one)
    if len(parts) > 1:
        alarms = [
            _composite(table, f"{suffix}-{number}", said, part, {})
            for number, part in enumerate(parts, start=1)
        ]
        yield from alarms
    if alarms:
        yield _composite(table, suffix, said, alarms, others)


def _fits(alarms: Sequence[Resource]) -> bool:
    return len(alarms) <= _MOST_MEMBERS and len(_rule(alarms)) <= _LONGEST_RULE


def _rule(alarms: Sequence[Resource]) -> str:
    return " OR ".join(f'ALARM("{one.properties["AlarmName"]}")' for one in alarms)


def _composite(
    table: Watched,
    suffix: str,
    said: str,
    alarms: Sequence[Resource],
    others: Mapping[str, Property],
) -> Resource:
    properties: dict[str, Property] = {
        "AlarmName": f"{table.name}-{suffix}",
        "AlarmDescription": said,
        "AlarmRule": _rule(alarms),
        **others,
    }
    return Resource(
        _id(table, suffix), COMPOSITE, properties, depends_on=tuple(one.id for one in alarms)
    )

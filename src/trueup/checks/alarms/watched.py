"""Alarms of a template as values: what they measure, and when they are on.

What a template refers to stands under its name if the template says it, else under its id.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from ..._dataclass import dataclass
from ...schema.facts import Unknown
from ...templates.template import Resolved, Template, TemplateResource, Unresolved
from .formula import Formula, UnknownFormula, parse
from .states import BREACHES, Limit

ALARM = "AWS::CloudWatch::Alarm"
COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
_NAMES = ("TableName", "FunctionName", "QueueName", "DBInstanceIdentifier", "DBProxyName", "Name")
_MOST_S = 7 * 86_400
_MISSING = ("missing", "notBreaching", "breaching", "ignore")


@dataclass(frozen=True, slots=True)
class Metric:
    """A series of datapoints: a metric with its dimensions, a statistic and a period."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period_s: int

    def __str__(self) -> str:
        of = ", ".join(f"{name}={value}" for name, value in self.dimensions)
        return f"{self.name} ({of})" if of else self.name


@dataclass(frozen=True, slots=True)
class WatchedAlarm:
    """An alarm over metrics.

    metrics: by id. formulas: by id, of expressions. returned: the id of that which is compared.
    """

    name: str
    metrics: Mapping[str, Metric]
    formulas: Mapping[str, Formula]
    returned: str
    limit: Limit
    resource: TemplateResource

    @property
    def period_s(self) -> int:
        """Of a datapoint."""
        return next((metric.period_s for metric in self.metrics.values()), 60)


@dataclass(frozen=True, slots=True)
class WatchedComposite:
    """An alarm over the states of others."""

    name: str
    rule: str
    resource: TemplateResource


@dataclass(frozen=True, slots=True)
class Unread:
    """An alarm that could not be read. why: in words."""

    name: str
    why: str
    resource: TemplateResource


def alarms_of(template: Template) -> Iterator[WatchedAlarm | WatchedComposite | Unread]:
    """The alarms of a template, in its order."""
    for resource in template.resources.values():
        if resource.type not in (ALARM, COMPOSITE):
            continue
        name = _name(resource, template)
        try:
            if resource.type == ALARM:
                yield _alarm(name, resource, template)
            else:
                rule = _text(resource.properties.get("AlarmRule"), template)
                yield WatchedComposite(name, rule, resource)
        except UnknownFormula as error:
            yield Unread(name, str(error), resource)


def _name(resource: TemplateResource, template: Template) -> str:
    try:
        return _text(resource.properties.get("AlarmName"), template)
    except UnknownFormula:
        return resource.id


def _alarm(name: str, resource: TemplateResource, template: Template) -> WatchedAlarm:
    given = resource.properties
    metrics: dict[str, Metric] = {}
    formulas: dict[str, Formula] = {}
    returned = "m1"
    if "Metrics" in given:
        for query in _mappings(given["Metrics"]):
            id = _text(query.get("Id"), template)
            if "Expression" in query:
                formulas[id] = parse(_text(query["Expression"], template))
            else:
                metrics[id] = _metric_of_query(query, template)
            if query.get("ReturnData", True) is True:
                returned = id
    else:
        metrics["m1"] = _metric(given, given, template)
    limit = _limit(given, _missing(given, metrics, template))
    alarm = WatchedAlarm(name, metrics, formulas, returned, limit, resource)
    if len({metric.period_s for metric in metrics.values()}) > 1:
        raise UnknownFormula("its metrics have different periods, which CloudWatch refuses")
    if limit.of * alarm.period_s > _MOST_S:
        raise UnknownFormula("it looks back more than a week, which CloudWatch refuses")
    return alarm


def _missing(
    given: Mapping[str, Resolved], metrics: Mapping[str, Metric], template: Template
) -> str:
    """What no datapoint means: of DynamoDB's metrics it is ignored, unless the alarm says else.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """
    is_table = any(metric.namespace == "AWS/DynamoDB" for metric in metrics.values())
    found = _text(given.get("TreatMissingData", "ignore" if is_table else "missing"), template)
    if found not in _MISSING:
        raise UnknownFormula(f"TreatMissingData is not {found!r}")
    return found


def _metric_of_query(query: Mapping[str, Resolved], template: Template) -> Metric:
    stated = query.get("MetricStat")
    if not isinstance(stated, Mapping):
        raise UnknownFormula("a metric has neither MetricStat nor Expression")
    metric = stated.get("Metric")
    if not isinstance(metric, Mapping):
        raise UnknownFormula("a MetricStat has no Metric")
    return _metric(metric, stated, template)


def _metric(
    metric: Mapping[str, Resolved], stated: Mapping[str, Resolved], template: Template
) -> Metric:
    statistic = next(
        (stated[name] for name in ("Stat", "Statistic", "ExtendedStatistic") if name in stated),
        None,
    )
    dimensions = sorted(
        (_text(one.get("Name"), template), _text(one.get("Value"), template))
        for one in _mappings(metric.get("Dimensions", ()))
    )
    return Metric(
        _text(metric.get("Namespace"), template),
        _text(metric.get("MetricName"), template),
        tuple(dimensions),
        _text(statistic, template),
        _count(stated.get("Period", 60), "Period"),
    )


def _limit(given: Mapping[str, Resolved], missing: str) -> Limit:
    periods = _count(given.get("EvaluationPeriods"), "EvaluationPeriods")
    comparison = given.get("ComparisonOperator")
    if not isinstance(comparison, str) or comparison not in BREACHES:
        raise UnknownFormula(f"the comparison {comparison!r} is not computed here")
    bad = _count(given.get("DatapointsToAlarm", periods), "DatapointsToAlarm")
    if bad > periods:
        raise UnknownFormula(f"{bad} of {periods} datapoints are never bad")
    return Limit(_number(given.get("Threshold"), "Threshold"), comparison, bad, periods, missing)


def _mappings(value: Resolved) -> Sequence[Mapping[str, Resolved]]:
    if isinstance(value, Unknown):
        raise UnknownFormula(value.why)
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise UnknownFormula("something stands in the place of a list")
    found = [one for one in value if isinstance(one, Mapping)]
    if len(found) < len(value):
        raise UnknownFormula("a part of a list is not known")
    return found


def _number(value: Resolved, name: str) -> float:
    if isinstance(value, Unknown):
        raise UnknownFormula(f"{name}: {value.why}")
    try:
        found = float(value)  # type: ignore[arg-type]  # what is no number raises
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise UnknownFormula(f"{name} is no number")
    return found


def _count(value: Resolved, name: str) -> int:
    """A number of seconds or periods, as far as CloudWatch looks back.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    found = _number(value, name)
    if not (found.is_integer() and 1 <= found <= _MOST_S):
        raise UnknownFormula(f"{name} is not 1 to {_MOST_S}")
    return int(found)


def _text(value: Resolved, template: Template) -> str:
    """A text, or the name of what it refers to."""
    if isinstance(value, Unresolved) and value.resource in template.resources:
        properties = template.resources[value.resource].properties
        names = [properties[name] for name in _NAMES if isinstance(properties.get(name), str)]
        return str(names[0]) if names else value.resource
    if isinstance(value, Unknown):
        raise UnknownFormula(value.why)
    if not isinstance(value, str):
        raise UnknownFormula(f"{value!r} stands in the place of a text")
    return value

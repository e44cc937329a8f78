"""Rules of alarms: most mistakes deploy, and are silent for ever.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from ...schema.severity import Severity
from ..rule import Rule
from .check import Found, TemplateCheck
from .links import TABLES, Links
from .metrics import METRICS, NEED_OPERATION, OF_ACCOUNT, SUMS
from .part import Part
from .tables.capacity import is_provisioned

ALARM = "AWS::CloudWatch::Alarm"
COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
_DIMENSIONS = (
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html"
)
_ALARM = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
_NAMED = re.compile(r"""(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*["']?([^"')]+)["']?\s*\)""")
MOST_METRICS = 10
_DAY_S, _WEEK_S, _HOUR_S = 86_400, 604_800, 3_600

USER_ERRORS = Rule(
    "T101",
    Severity.HIGH,
    "An alarm on a metric of the account names a table",
    "The alarm never fires: UserErrors and its like have no dimensions, and a metric that nobody "
    "writes is no error. UserErrors counts neither throttles nor failed conditions.",
    "drop the dimensions, once for the account; for a table watch ReadThrottleEvents and "
    "WriteThrottleEvents",
    _DIMENSIONS,
)
NO_OPERATION = Rule(
    "T102",
    Severity.HIGH,
    "An alarm on a metric of operations names none",
    "The alarm never fires: SystemErrors, ThrottledRequests and SuccessfulRequestLatency have the "
    "dimensions TableName and Operation, and CloudWatch adds nothing up.",
    "add the dimension Operation, or add up all operations by metric math",
    _DIMENSIONS,
)
MANY_METRICS = Rule(
    "T103",
    Severity.CRITICAL,
    "An alarm has more than ten metrics",
    "The deployment fails, perhaps after an upgrade that watches one operation more.",
    "split it into alarms of ten metrics, and join them by a composite alarm",
    _ALARM,
)
NO_UNITS = Rule(
    "T104",
    Severity.HIGH,
    "An alarm on provisioned units watches an on-demand table",
    "The units are 0: as a divisor they make any read an alarm, or none.",
    "compare with the table's cap, or watch throttles",
    _DIMENSIONS,
)
MANY_DATAPOINTS = Rule(
    "T105",
    Severity.CRITICAL,
    "An alarm wants more datapoints than it has periods",
    "The deployment fails, or the alarm cannot fire.",
    "write DatapointsToAlarm of EvaluationPeriods at most",
    _ALARM,
)
LONG_WINDOW = Rule(
    "T106",
    Severity.CRITICAL,
    "An alarm looks back further than CloudWatch allows",
    "The deployment fails: periods below an hour span a day at most, others a week.",
    "take fewer or longer periods",
    _ALARM,
)
NO_ACTION = Rule(
    "T107",
    Severity.HIGH,
    "An alarm tells nobody",
    "It changes its colour on a page that nobody looks at.",
    "write AlarmActions, or name it in a composite alarm that has some",
    _ALARM,
)
ABSENT_ALARM = Rule(
    "T108",
    Severity.HIGH,
    "A composite alarm names an alarm that the template does not have",
    "The deployment fails, or depends on what somebody made by hand.",
    "correct the name, or refer to the alarm: ${Alarm}",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html",
)
ABSENT_INDEX = Rule(
    "T109",
    Severity.HIGH,
    "An alarm watches an index that its table does not have",
    "The alarm never fires.",
    "correct the name of the index",
    _DIMENSIONS,
)
MISSPELT_METRIC = Rule(
    "T110",
    Severity.HIGH,
    "An alarm watches a metric that there is not",
    "The alarm never fires.",
    "correct the name of the metric",
    _DIMENSIONS,
)
AVERAGED = Rule(
    "T111",
    Severity.HIGH,
    "An alarm takes the average of events",
    "Each event counts 1, so that the average is 1, and no higher with a thousand of them.",
    "write Statistic: Sum",
    _DIMENSIONS,
)
SERIES = Rule(
    "T112",
    Severity.CRITICAL,
    "The metrics of an alarm do not give one series",
    "The deployment fails: one metric or expression returns data, the others say ReturnData: "
    "false.",
    "write ReturnData: false for all but one",
    _ALARM,
)


def metrics_of(alarm: Part) -> Iterator[Part]:
    """The metrics of DynamoDB, each with MetricName and Dimensions."""
    found = [alarm] if alarm["MetricName"].is_there else []
    found += [one.at("MetricStat", "Metric") for one in alarm["Metrics"]]
    yield from (one for one in found if one["Namespace"].text() == "AWS/DynamoDB")


def _dimensions(metric: Part) -> dict[str, Part]:
    return {one["Name"].text(): one["Value"] for one in metric["Dimensions"]}


def user_errors(alarm: Part, _: Links) -> Iterator[Found]:
    """Metrics of the account, with a dimension."""
    for metric in metrics_of(alarm):
        name = metric["MetricName"].text()
        if name in OF_ACCOUNT and (given := _dimensions(metric)):
            yield metric["Dimensions"], f"{name} has no dimension {', '.join(given)}"


def no_operation(alarm: Part, _: Links) -> Iterator[Found]:
    """Metrics of operations, without one."""
    for metric in metrics_of(alarm):
        name = metric["MetricName"].text()
        if name in NEED_OPERATION and "Operation" not in _dimensions(metric):
            yield metric, f"{name} has no value without the dimension Operation"


def many_metrics(alarm: Part, _: Links) -> Iterator[Found]:
    """More metrics than CloudWatch takes."""
    count = sum(one["MetricStat"].is_there for one in alarm["Metrics"])
    if count > MOST_METRICS:
        yield alarm["Metrics"], f"it has {count} metrics, where {MOST_METRICS} are the most"


def no_units(alarm: Part, links: Links) -> Iterator[Found]:
    """Provisioned units of tables that have none."""
    for metric in metrics_of(alarm):
        name, given = metric["MetricName"], _dimensions(metric)
        if re.fullmatch("Provisioned(Read|Write)CapacityUnits", name.text()) and (
            "TableName" in given
        ):
            table = links.must_name(given["TableName"], *TABLES)
            if table is not None and not is_provisioned(table):
                yield name, f"{name.text()} of {table.resource.id}, which is on demand, is 0"


def many_datapoints(alarm: Part, _: Links) -> Iterator[Found]:
    """M of fewer than M."""
    wanted, periods = alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]
    if wanted.is_there and wanted.number() > periods.number():
        yield wanted, f"it wants {wanted.text()} datapoints of {periods.text()}"


def long_window(alarm: Part, _: Links) -> Iterator[Found]:
    """Windows of more than a day, or a week."""
    periods = [alarm["Period"].number()]
    periods += [one.at("MetricStat", "Period").number() for one in alarm["Metrics"]]
    periods += [one["Period"].number() for one in alarm["Metrics"]]
    count, period_s = alarm["EvaluationPeriods"], max(periods)
    if count.number() * period_s > (_DAY_S if period_s < _HOUR_S else _WEEK_S):
        yield count, f"{count.text()} periods of {period_s:g} seconds are too long"


def no_action(alarm: Part, links: Links) -> Iterator[Found]:
    """Alarms that do nothing, and are in no composite alarm."""
    has_actions = bool(list(alarm["AlarmActions"]))
    if has_actions and alarm["ActionsEnabled"].flag(absent=True):
        return
    names = {alarm.resource.id, alarm["AlarmName"].text()} - {""}
    for composite in links.of_type(COMPOSITE):
        if composite.resource is not alarm.resource and any(
            re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", _rule_of(composite))
            for name in names
        ):
            return
    yield alarm, "its actions are off" if has_actions else "it has no actions"


def _rule_of(composite: Part) -> str:
    value = composite["AlarmRule"].value
    return value if isinstance(value, str) else str(value)


def absent_alarm(composite: Part, links: Links) -> Iterator[Found]:
    """Names in a rule that no alarm has. What is referred to is there, or nothing deploys."""
    alarms = list(links.of_type(ALARM, COMPOSITE))
    for name in _NAMED.findall(_rule_of(composite)):
        plain = name.rpartition(":alarm:")[2].strip()
        if plain.startswith("${"):
            continue
        if not any(one["AlarmName"].value == plain for one in alarms):
            for one in alarms:
                one["AlarmName"].known()
            yield composite["AlarmRule"], f"the template has no alarm {plain}"


def absent_index(alarm: Part, links: Links) -> Iterator[Found]:
    """Indexes that are not those of the table."""
    for metric in metrics_of(alarm):
        given = _dimensions(metric)
        index = given.get("GlobalSecondaryIndexName")
        table = links.named(given["TableName"], *TABLES) if "TableName" in given else None
        if index is None or table is None:
            continue
        names = [one["IndexName"].text() for one in table["GlobalSecondaryIndexes"]]
        if index.text() not in names:
            yield index, f"{table.resource.id} has no index {index.text()}"


def misspelt_metric(alarm: Part, _: Links) -> Iterator[Found]:
    """Names that are nearly those of a metric."""
    for metric in metrics_of(alarm):
        name = metric["MetricName"].text()
        near = get_close_matches(name, METRICS, 1, 0.8)
        if name not in METRICS and near:
            yield metric["MetricName"], f"there is no metric {name}; did you mean {near[0]}?"


def averaged(alarm: Part, _: Links) -> Iterator[Found]:
    """Averages of what each counts one."""
    stats = [(alarm, alarm["Statistic"])]
    stats += [
        (one.at("MetricStat", "Metric"), one.at("MetricStat", "Stat")) for one in alarm["Metrics"]
    ]
    for metric, stat in stats:
        is_ours = metric["Namespace"].text() == "AWS/DynamoDB"
        name = metric["MetricName"].text() if is_ours else ""
        if name in SUMS and stat.text() in ("Average", "Minimum", "Maximum"):
            yield stat, f"{stat.text()} of {name}"


def series(alarm: Part, _: Links) -> Iterator[Found]:
    """None, or several metrics that return data."""
    metrics = list(alarm["Metrics"])
    returning = [one for one in metrics if one["ReturnData"].flag(absent=True)]
    if metrics and len(returning) != 1:
        yield alarm["Metrics"], f"{len(returning)} of its metrics return data"


CHECKS = (
    TemplateCheck(USER_ERRORS, (ALARM,), user_errors),
    TemplateCheck(NO_OPERATION, (ALARM,), no_operation),
    TemplateCheck(MANY_METRICS, (ALARM,), many_metrics),
    TemplateCheck(NO_UNITS, (ALARM,), no_units),
    TemplateCheck(MANY_DATAPOINTS, (ALARM,), many_datapoints),
    TemplateCheck(LONG_WINDOW, (ALARM,), long_window),
    TemplateCheck(NO_ACTION, (ALARM, COMPOSITE), no_action),
    TemplateCheck(ABSENT_ALARM, (COMPOSITE,), absent_alarm),
    TemplateCheck(ABSENT_INDEX, (ALARM,), absent_index),
    TemplateCheck(MISSPELT_METRIC, (ALARM,), misspelt_metric),
    TemplateCheck(AVERAGED, (ALARM,), averaged),
    TemplateCheck(SERIES, (ALARM,), series),
)

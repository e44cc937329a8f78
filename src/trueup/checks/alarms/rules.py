"""The rules of alarms: those that are silent, those that cannot be on, those that are unread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...schema.severity import Severity
from ...templates.template import Template
from ..problem import Problem
from ..rule import Rule
from .composite import named_in
from .dimensions import known_dimensions
from .drill import Trial
from .formula import UnknownFormula
from .ranges import can_be_bad, is_always_bad, range_of
from .watched import Metric, Unread, WatchedAlarm, WatchedComposite

_MATH = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/"
    "Create-alarm-on-metric-math-expression.html"
)
_METRICS = (
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html"
)
_EVALUATION = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html"
)
MOST_METRICS = 10

SILENT = Rule(
    "A001",
    Severity.HIGH,
    "An alarm names dimensions that its metric does not have",
    "CloudWatch adds nothing up, and takes any dimensions: there is never a datapoint, nor an "
    "error. UserErrors is of the account alone, SystemErrors of a table and an operation.",
    "name exactly the dimensions of the metric; add several up by metric math",
    _METRICS,
)
NEVER = Rule(
    "A002",
    Severity.HIGH,
    "An alarm can never be on",
    "Its expression has no value beyond the threshold: a part from 0 to 1 beside a threshold in "
    "percent.",
    "compare in the unit of the expression: multiply it by 100, or divide the threshold",
    _MATH,
)
ALWAYS = Rule(
    "A003",
    Severity.MEDIUM,
    "An alarm is always on",
    "Every value of its expression is beyond the threshold: nobody looks at such an alarm.",
    "take a threshold between the values that are well and those that are not",
    _MATH,
)
TOO_MANY = Rule(
    "A004",
    Severity.HIGH,
    "An alarm has more than ten metrics",
    "CloudWatch refuses it, and with it the whole deployment.",
    "make several alarms of ten metrics, and a composite alarm over them",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html",
)
NO_UNITS = Rule(
    "A005",
    Severity.HIGH,
    "An alarm compares with provisioned units that a table on demand does not have",
    "They are 0: any load is too much of nothing, or the division has no datapoint.",
    "compare with the declared maximum of the table, or leave the alarm out",
    _METRICS,
)
NO_MEMBER = Rule(
    "A006",
    Severity.HIGH,
    "A composite alarm is over an alarm that there is not",
    "CloudWatch refuses it, or its part of the rule never holds.",
    "name alarms of the template as they are called there",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html",
)
OTHERWISE = Rule(
    "A007",
    Severity.HIGH,
    "An alarm does not come to the state that is expected",
    "It would be silent in trouble, or tell of trouble that is none.",
    "look at its threshold, datapoints and treatment of missing data",
    _EVALUATION,
)
UNREAD = Rule(
    "A008",
    Severity.MEDIUM,
    "An alarm could not be computed",
    "What is not computed is not known to go off.",
    "give its parameters; or use the functions of metric math that docs/commands/check.md lists",
    _MATH,
)
RULES: Sequence[Rule] = (SILENT, NEVER, ALWAYS, TOO_MANY, NO_UNITS, NO_MEMBER, OTHERWISE, UNREAD)


def problem_of(rule: Rule, one: WatchedAlarm | WatchedComposite | Unread, what: str) -> Problem:
    """A case of a rule, at the place of the alarm in its template."""
    resource = one.resource
    return rule.problem(
        f"the alarm {one.name} {what}",
        file=resource.file,
        line=resource.line,
        of=resource.id,
        is_unknown=rule is UNREAD,
    )


def problems_of(alarm: WatchedAlarm, template: Template) -> Iterator[Problem]:
    """What is wrong in an alarm, before it is shown anything."""
    for metric in alarm.metrics.values():
        known = known_dimensions(metric)
        if known and frozenset(name for name, _ in metric.dimensions) not in known:
            right = " or ".join(_listed(one) for one in known)
            yield problem_of(SILENT, alarm, f"is silent: {metric.name} has {right}")
        if metric.name.startswith("Provisioned") and _is_on_demand(metric, template):
            yield problem_of(NO_UNITS, alarm, f"compares with {metric.name} of a table on demand")
    if len(alarm.metrics) > MOST_METRICS:
        yield problem_of(TOO_MANY, alarm, f"has {len(alarm.metrics)} metrics")
    values = range_of(alarm)
    told = f"its values are {values.least:g} to {values.most:g}"
    threshold = f"the threshold is {alarm.limit.threshold:g}"
    if not can_be_bad(alarm, values) and alarm.limit.missing != "breaching":
        yield problem_of(NEVER, alarm, f"cannot fire: {told}, and {threshold}")
    elif is_always_bad(alarm, values):
        yield problem_of(ALWAYS, alarm, f"is always on: {told}, and {threshold}")


def member_problems(composite: WatchedComposite, names: frozenset[str]) -> Iterator[Problem]:
    """What is wrong in a composite alarm. names: of the alarms of the template."""
    try:
        named = named_in(composite.rule)
    except UnknownFormula as error:
        yield problem_of(UNREAD, composite, f"could not be read: {error}")
        return
    for name in named:
        if name not in names:
            yield problem_of(NO_MEMBER, composite, f"is over {name}, which is not in the template")


def trial_problem(alarm: WatchedAlarm | WatchedComposite, trial: Trial) -> Problem:
    """An alarm that did otherwise than it says."""
    what = f"is {trial.state} after {trial.shown}, and should be {trial.expected}"
    return problem_of(OTHERWISE, alarm, what)


def _listed(dimensions: frozenset[str]) -> str:
    return "no dimensions" if not dimensions else " and ".join(sorted(dimensions))


def _is_on_demand(metric: Metric, template: Template) -> bool:
    name = dict(metric.dimensions).get("TableName")
    return any(
        one.properties.get("BillingMode") == "PAY_PER_REQUEST"
        for one in template.resources.values()
        if one.type == "AWS::DynamoDB::Table" and one.properties.get("TableName", one.id) == name
    )

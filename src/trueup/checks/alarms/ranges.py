"""The values that an expression can have at all, so that an alarm beyond them is seen.

An estimate from above: what is not known may be anything.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..._dataclass import dataclass
from .formula import Between, Call, Formula, Name, Number
from .watched import Metric, WatchedAlarm

_FRACTIONS = {("AWS/ApiGateway", "4XXError"), ("AWS/ApiGateway", "5XXError")}
"""Metrics whose average is a part of the calls, from 0 to 1.
Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html"""
_PERCENTS = {
    *("CPUUtilization", "AvailabilityPercentage", "EBSIOBalance%", "EBSByteBalance%"),
    *("AccountProvisionedReadCapacityUtilization", "AccountProvisionedWriteCapacityUtilization"),
    *("ACUUtilization", "BufferCacheHitRatio", "OnlineIndexPercentageProgress"),
}
_PARTS = {
    "Errors": "Invocations",
    "4XXError": "Count",
    "5XXError": "Count",
    "DatabaseConnectionsCurrentlySessionPinned": "DatabaseConnections",
}
"""Metrics that count some of what another one counts."""
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Range:
    """From the least to the most."""

    least: float
    most: float

    def __or__(self, other: Range) -> Range:
        return Range(min(self.least, other.least), max(self.most, other.most))


ANYTHING = Range(-math.inf, math.inf)
_COUNTED = Range(0, math.inf)


def range_of(alarm: WatchedAlarm) -> Range:
    """The values that an alarm's expression can have."""
    return _range(Name(alarm.returned), alarm, 0)


def can_be_bad(alarm: WatchedAlarm, values: Range) -> bool:
    """Whether any of these values is bad."""
    return any(map(alarm.limit.breaches, (values.least, values.most)))


def is_always_bad(alarm: WatchedAlarm, values: Range) -> bool:
    """Whether each of these values is bad."""
    return all(map(alarm.limit.breaches, (values.least, values.most)))


def metric_range(metric: Metric) -> Range:
    """The values that a metric can have."""
    if metric.statistic not in ("Sum", "SampleCount"):
        if (metric.namespace, metric.name) in _FRACTIONS:
            return Range(0, 1)
        if metric.name in _PERCENTS:
            return Range(0, 100)
    return _COUNTED


def _range(tree: Formula, alarm: WatchedAlarm, depth: int) -> Range:
    if depth > _DEEPEST:
        return ANYTHING
    match tree:
        case Number(value):
            return Range(value, value)
        case Name(id) if id in alarm.metrics:
            return metric_range(alarm.metrics[id])
        case Name(id) if id in alarm.formulas:
            return _range(alarm.formulas[id], alarm, depth + 1)
        case Between("/", top, bottom) if _is_part(_without_factor(top)[1], bottom, alarm, depth):
            factor = _without_factor(top)[0]
            return Range(min(factor, 0), max(factor, 0))
        case Between(sign, left, right):
            return _joined(sign, _range(left, alarm, depth + 1), _range(right, alarm, depth + 1))
        case Call(function, arguments):
            return _called(function, [_range(one, alarm, depth + 1) for one in arguments], alarm)
    return ANYTHING


def _called(function: str, given: list[Range], alarm: WatchedAlarm) -> Range:
    match function, given:
        case "FILL", [series, value] if value is not ANYTHING:
            return series | value
        case "FILL", [series, *_]:
            return series
        case "IF", [_, yes, no]:
            return yes | no
        case "PERIOD", [_]:
            return Range(alarm.period_s, alarm.period_s)
        case ("[", [first, *others]) | ("AVG" | "MIN" | "MAX", [first, *others]):
            for one in others:
                first |= one
            return first
        case "SUM" | "ABS" | "CEIL" | "FLOOR", [one] if one.least >= 0:
            return _COUNTED
    return ANYTHING


def _joined(sign: str, left: Range, right: Range) -> Range:
    if sign not in ("+", "-", "*", "/", "^"):
        return Range(0, 1)
    if sign == "/" and right.least <= 0 <= right.most:
        return _COUNTED if left.least >= 0 and right.least >= 0 else ANYTHING
    ends = [
        _end(sign, one, other)
        for one in (left.least, left.most)
        for other in (right.least, right.most)
    ]
    return ANYTHING if any(map(math.isnan, ends)) else Range(min(ends), max(ends))


def _end(sign: str, left: float, right: float) -> float:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return 0.0 if 0 in (left, right) else left * right
        case "/":
            return left / right
    return math.nan


def _without_factor(tree: Formula) -> tuple[float, Formula]:
    """`100*m1` is 100 and `m1`."""
    match tree:
        case Between("*", Number(value), other) | Between("*", other, Number(value)):
            return value, other
    return 1.0, tree


def _is_part(top: Formula, bottom: Formula, alarm: WatchedAlarm, depth: int) -> bool:
    """Whether one is a term of the other, or counts some of what that counts."""
    part, terms = _without_fill(top), [_without_fill(one) for one in _terms(bottom)]
    if any(_range(one, alarm, depth + 1).least < 0 for one in (part, *terms)):
        return False
    return part in terms or any(_counts_some(part, one, alarm) for one in terms)


def _counts_some(part: Formula, whole: Formula, alarm: WatchedAlarm) -> bool:
    if not (isinstance(part, Name) and isinstance(whole, Name)):
        return False
    some, all_ = alarm.metrics.get(part.id), alarm.metrics.get(whole.id)
    if some is None or all_ is None or _PARTS.get(some.name) != all_.name:
        return False
    return (some.namespace, some.dimensions, some.statistic, some.period_s) == (
        *(all_.namespace, all_.dimensions, all_.statistic, all_.period_s),
    )


def _terms(tree: Formula) -> Iterator[Formula]:
    if isinstance(tree, Between) and tree.sign == "+":
        yield from _terms(tree.left)
        yield from _terms(tree.right)
    else:
        yield tree


def _without_fill(tree: Formula) -> Formula:
    return tree.arguments[0] if isinstance(tree, Call) and tree.function == "FILL" else tree

"""Formulas computed over datapoints: of each period a number, or none.

What is here is what Trueup generates, and what is usual beside. Anything else is not guessed.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from ..._dataclass import dataclass
from .formula import Between, Call, Formula, Name, Number, Text, UnknownFormula

Points: TypeAlias = Mapping[int, float]
"""Datapoints by the start of their period, in epoch seconds."""

Computed: TypeAlias = "float | Points | list[Computed]"

_SIGNS: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": math.pow,
    "==": lambda a, b: float(a == b),
    "!=": lambda a, b: float(a != b),
    "<": lambda a, b: float(a < b),
    ">": lambda a, b: float(a > b),
    "<=": lambda a, b: float(a <= b),
    ">=": lambda a, b: float(a >= b),
    "&&": lambda a, b: float(bool(a) and bool(b)),
    "||": lambda a, b: float(bool(a) or bool(b)),
    "AND": lambda a, b: float(bool(a) and bool(b)),
    "OR": lambda a, b: float(bool(a) or bool(b)),
}
_EACH: dict[str, Callable[[float], float]] = {
    "ABS": abs,
    "CEIL": lambda value: float(math.ceil(value)),
    "FLOOR": lambda value: float(math.floor(value)),
}
_OVER: dict[str, Callable[[Sequence[float]], float]] = {
    "SUM": math.fsum,
    "AVG": lambda values: math.fsum(values) / len(values),
    "MIN": min,
    "MAX": max,
}
FUNCTIONS = ("FILL", "IF", "METRICS", "PERIOD", *_EACH, *_OVER)


@dataclass(frozen=True, slots=True)
class Computation:
    """What a formula is computed over.

    series: by id, those of metrics. formulas: by id, other expressions. times: the starts of the
    periods that are looked at, oldest first. period_s: of a datapoint.
    """

    series: Mapping[str, Points]
    formulas: Mapping[str, Formula]
    times: Sequence[int]
    period_s: int

    def points(self, tree: Formula) -> Points:
        """The datapoints of a formula. Raises UnknownFormula."""
        found = self._compute(tree, 0)
        if isinstance(found, list):
            raise UnknownFormula("it gives several series")
        if isinstance(found, int | float):
            raise UnknownFormula("it is a number, and no series")
        return found

    def _compute(self, tree: Formula, depth: int) -> Computed:
        if depth > 100:
            raise UnknownFormula("it is nested too deeply, or leads in a circle")
        match tree:
            case Number(value):
                return value
            case Text():
                raise UnknownFormula("a text stands in the place of a series")
            case Name(id):
                return self._named(id, depth)
            case Between(sign, left, right):
                pair = [self._compute(one, depth + 1) for one in (left, right)]
                return _joined(pair[0], pair[1], _SIGNS[sign])
            case Call("[", arguments):
                return [self._compute(one, depth + 1) for one in arguments]
            case Call(function, arguments):
                return self._call(function, arguments, depth)

    def _named(self, id: str, depth: int) -> Computed:
        if id in self.series:
            return self.series[id]
        if id in self.formulas:
            return self._compute(self.formulas[id], depth + 1)
        raise UnknownFormula(f"there is no metric {id!r}")

    def _call(self, function: str, arguments: tuple[Formula, ...], depth: int) -> Computed:
        if function == "METRICS":
            return self._metrics(arguments)
        if function == "FILL" and arguments[1:] == (Name("REPEAT"),):
            return self._repeated(self._compute(arguments[0], depth + 1))
        given = [self._compute(one, depth + 1) for one in arguments]
        match function, given:
            case "FILL", [series, int() | float() as value]:
                return self._filled(series, value)
            case "IF", [condition, yes, no]:
                return self._chosen(condition, yes, no)
            case "PERIOD", [_]:
                return float(self.period_s)
            case name, [value] if name in _EACH:
                return _each(value, _EACH[name])
            case name, [list() as several] if name in _OVER:
                return _over(several, _OVER[name])
        raise UnknownFormula(f"{function} of {len(arguments)} is not computed here")

    def _metrics(self, arguments: Sequence[Formula]) -> Computed:
        match arguments:
            case ():
                return list(self.series.values())
            case (Text(part),):
                return [points for id, points in self.series.items() if part in id]
        raise UnknownFormula("METRICS takes a text at most")

    def _filled(self, series: Computed, value: float) -> Computed:
        if isinstance(series, list):
            return [self._filled(one, value) for one in series]
        if isinstance(series, int | float):
            return series
        return {time: series.get(time, value) for time in self.times}

    def _repeated(self, series: Computed) -> Computed:
        if not isinstance(series, Mapping):
            raise UnknownFormula("FILL with REPEAT is of one series")
        found: dict[int, float] = {}
        last: float | None = None
        for time in self.times:
            last = series.get(time, last)
            if last is not None:
                found[time] = last
        return found

    def _chosen(self, condition: Computed, yes: Computed, no: Computed) -> Computed:
        """By each datapoint of the condition; a number stands for all."""
        if isinstance(condition, int | float):
            return yes if condition else no
        if not isinstance(condition, Mapping):
            raise UnknownFormula("IF takes a series as its condition")
        found: dict[int, float] = {}
        for time, holds in condition.items():
            value = _at(yes if holds else no, time)
            if value is not None:
                found[time] = value
        return found


def _at(value: Computed, time: int) -> float | None:
    if isinstance(value, list):
        raise UnknownFormula("several series stand in the place of one")
    return float(value) if isinstance(value, int | float) else value.get(time)


def _joined(left: Computed, right: Computed, sign: Callable[[float, float], float]) -> Computed:
    """Datapoints that both have. A list is joined one by one."""
    if isinstance(left, list):
        return [_joined(one, right, sign) for one in left]
    if isinstance(right, list):
        return [_joined(left, one, sign) for one in right]
    if isinstance(left, int | float) and isinstance(right, int | float):
        value = _finite(sign, left, right)
        if value is None:
            raise UnknownFormula("it divides a number by 0")
        return value
    times = [set(one) for one in (left, right) if isinstance(one, Mapping)]
    found: dict[int, float] = {}
    for time in sorted(set.intersection(*times)):
        first, second = _at(left, time), _at(right, time)
        if first is not None and second is not None:
            value = _finite(sign, first, second)
            if value is not None:
                found[time] = value
    return found


def _finite(sign: Callable[[float, float], float], left: float, right: float) -> float | None:
    """None for what is no number: CloudWatch has no datapoint then."""
    try:
        value = sign(left, right)
    except (ArithmeticError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _each(value: Computed, function: Callable[[float], float]) -> Computed:
    if isinstance(value, list):
        return [_each(one, function) for one in value]
    if isinstance(value, int | float):
        return function(value)
    return {time: function(point) for time, point in value.items()}


def _over(several: Iterable[Computed], function: Callable[[Sequence[float]], float]) -> Points:
    """Across series: of each period those that have a datapoint."""
    by_time: dict[int, list[float]] = {}
    for one in several:
        if not isinstance(one, Mapping):
            raise UnknownFormula("a list of numbers stands in the place of series")
        for time, value in one.items():
            by_time.setdefault(time, []).append(value)
    return {time: function(values) for time, values in sorted(by_time.items())}

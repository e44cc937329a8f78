"""A drill: each alarm is shown a breach, a near miss and missing data, and has to do as it says.

What an alarm is shown is found by trying: values of one of its metrics, with the others at rest,
until its expression is bad; then, in halves, the last value that is still well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product

from ..._dataclass import dataclass
from .compute import Computation, Points
from .evaluate import state_of
from .formula import Name
from .partitions import Direction, even_load, hot_load, throttles
from .ranges import metric_range
from .states import State
from .watched import Metric, WatchedAlarm

_END = 1_767_225_600
"""The time of drills, in epoch seconds: a start of a day, so that it is one of every period."""
_RESTS = (0.0, 1.0, 1e3, 1e9)
_VALUES = (0.0, *(float(f"1e{power}") for power in range(-3, 19)))
_HALVES = 60
_PARTITIONS = 8
_HOT = "KeyRangeThroughputThrottleEvents"


@dataclass(frozen=True, slots=True)
class Trial:
    """What an alarm was shown, what it should have come to, and what it came to."""

    alarm: str
    shown: str
    expected: State
    state: State

    @property
    def is_as_expected(self) -> bool:
        """Whether the alarm did as it says."""
        return self.expected is self.state


@dataclass(frozen=True, slots=True)
class _Values:
    """Values of all metrics of an alarm: bad ones, and the nearest that are well."""

    bad: Mapping[Metric, float]
    well: Mapping[Metric, float]


def drill(alarm: WatchedAlarm) -> Sequence[Trial]:
    """The trials of an alarm; none if no values were found that are bad.

    Raises UnknownFormula for an expression that is not computed here.
    """
    values = _values(alarm)
    if values is None:
        return ()
    limit = alarm.limit
    bad, well = values.bad, values.well
    all_bad, all_well = [bad] * limit.periods, [well] * limit.periods
    enough = [*all_well[limit.bad :], *[bad] * limit.bad]
    shown = [
        ("a breach", all_bad, State.ALARM),
        ("just as many bad datapoints as it takes", enough, State.ALARM),
        ("a near miss", all_well, State.OK),
    ]
    if limit.bad > 1:
        few = [*all_well[limit.bad - 1 :], *[bad] * (limit.bad - 1)]
        shown.append(("one bad datapoint too few", few, State.OK))
    trials = [
        Trial(alarm.name, what, expected, state_of(alarm, _series(columns), _END))
        for what, columns, expected in shown
    ]
    trials.append(Trial(alarm.name, "missing data", _silent(alarm), state_of(alarm, {}, _END)))
    return [*trials, *_hot_partition(alarm)]


def _silent(alarm: WatchedAlarm) -> State:
    """What an alarm should make of no data: what it says, or what its expression fills in."""
    filled = _value(alarm, {})
    if filled is not None:
        return State.ALARM if alarm.limit.breaches(filled) else State.OK
    return {"breaching": State.ALARM, "missing": State.NO_DATA}.get(alarm.limit.missing, State.OK)


def _values(alarm: WatchedAlarm) -> _Values | None:
    metrics = tuple(dict.fromkeys(alarm.metrics.values()))
    for metric, rest in product(metrics, _RESTS):
        others = {one: _within(one, rest) for one in metrics}
        tried = sorted({_within(metric, value) for value in _VALUES})
        outcomes = [(value, _is_bad(alarm, {**others, metric: value})) for value in tried]
        for (first, is_first), (second, is_second) in pairwise(outcomes):
            if {is_first, is_second} == {True, False}:
                well, bad = (second, first) if is_first else (first, second)
                well = _nearest(alarm, others, metric, well, bad)
                return _Values({**others, metric: bad}, {**others, metric: well})
    return None


def _within(metric: Metric, value: float) -> float:
    values = metric_range(metric)
    return min(max(value, values.least), values.most)


def _nearest(
    alarm: WatchedAlarm, others: Mapping[Metric, float], metric: Metric, well: float, bad: float
) -> float:
    """The value nearest to `bad` that is still well."""
    for _ in range(_HALVES):
        middle = (well + bad) / 2
        if _is_bad(alarm, {**others, metric: middle}):
            bad = middle
        else:
            well = middle
    return well


def _is_bad(alarm: WatchedAlarm, values: Mapping[Metric, float]) -> bool | None:
    value = _value(alarm, values)
    return None if value is None else alarm.limit.breaches(value)


def _value(alarm: WatchedAlarm, values: Mapping[Metric, float]) -> float | None:
    """What the expression makes of values in one period; None for no datapoint."""
    series = {
        id: ({_END: values[metric]} if metric in values else {})
        for id, metric in alarm.metrics.items()
    }
    computation = Computation(series, alarm.formulas, [_END], alarm.period_s)
    return computation.points(Name(alarm.returned)).get(_END)


def _series(columns: Sequence[Mapping[Metric, float]]) -> dict[Metric, Points]:
    """Series whose last datapoints are these. columns: values by metric, one for each period."""
    return {
        metric: {
            _END + (number - len(columns)) * metric.period_s: column[metric]
            for number, column in enumerate(columns)
        }
        for metric in columns[0]
    }


def _hot_partition(alarm: WatchedAlarm) -> Iterator[Trial]:
    """Simulated loads, for an alarm of hot partitions."""
    metric = alarm.metrics.get(alarm.returned)
    if metric is None or not metric.name.endswith(_HOT):
        return
    direction: Direction = "Read" if metric.name.startswith("Read") else "Write"
    minutes = range(_END - alarm.limit.periods * 60, _END, 60)
    for what, load, expected in (
        ("a load on one key", hot_load(direction, _PARTITIONS), State.ALARM),
        ("the same load on many keys", even_load(direction, _PARTITIONS), State.OK),
    ):
        throttled = throttles(load, direction, _PARTITIONS, minutes)
        yield Trial(alarm.name, what, expected, state_of(alarm, {metric: throttled}, _END))

"""The states that alarms come to over series of datapoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .composite import holds, named_in
from .compute import Computation, Points
from .formula import Name, UnknownFormula
from .states import State
from .watched import Metric, WatchedAlarm, WatchedComposite

NO_POINTS: Points = {}


def state_of(
    alarm: WatchedAlarm, series: Mapping[Metric, Points], end: int, before: State = State.OK
) -> State:
    """The state of an alarm at a time. end: in epoch seconds; the period that it stands in has not
    ended, and is not looked at. before: the state before.

    Raises UnknownFormula for an expression that is not computed here.
    """
    period_s = alarm.period_s
    last = end // period_s * period_s
    times = range(last - alarm.limit.periods * period_s, last, period_s)
    looked_at = {
        id: {time: point for time, point in series.get(metric, NO_POINTS).items() if time in times}
        for id, metric in alarm.metrics.items()
    }
    computed = Computation(looked_at, alarm.formulas, times, period_s).points(Name(alarm.returned))
    return alarm.limit.state([computed.get(time) for time in times], before)


def states_of_composites(
    composites: Sequence[WatchedComposite], states: Mapping[str, State]
) -> Mapping[str, State]:
    """The states of composite alarms, some of which may be over others. states: of all others.

    One whose rule is none, or names an alarm that there is not, is unknown.
    """
    found = dict(states)
    waiting = list(composites)
    while waiting:
        names = {one.name for one in waiting}
        ready = [one for one in waiting if not names & set(_named(one))]
        if not ready:  # they lead in a circle
            found |= dict.fromkeys(names, State.UNKNOWN)
            break
        for one in ready:
            found[one.name] = _state(one, found)
        waiting = [one for one in waiting if one not in ready]
    return {one.name: found[one.name] for one in composites}


def _named(composite: WatchedComposite) -> tuple[str, ...]:
    try:
        return named_in(composite.rule)
    except UnknownFormula:
        return ()


def _state(composite: WatchedComposite, states: Mapping[str, State]) -> State:
    try:
        return holds(composite.rule, states)
    except UnknownFormula:
        return State.UNKNOWN

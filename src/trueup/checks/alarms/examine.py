"""Everything about the alarms of a template: what is wrong, and what a drill and records show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..._dataclass import dataclass
from ...templates.template import Template
from ..problem import Problem
from .compute import Points
from .drill import Trial, drill
from .evaluate import state_of, states_of_composites
from .formula import UnknownFormula
from .rules import UNREAD, member_problems, problem_of, problems_of, trial_problem
from .states import State
from .watched import Metric, Unread, WatchedAlarm, WatchedComposite, alarms_of

Series = Mapping[Metric, Points]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found. trials: of the drill. states: over recorded series, by alarm; empty without.
    unseen: how many alarms the records say nothing about."""

    alarms: int
    trials: tuple[Trial, ...]
    states: Mapping[str, State]
    unseen: int
    problems: tuple[Problem, ...]


def examine(template: Template, series: Series | None = None) -> Examined:
    """The alarms of a template. series: recorded ones, in whose last period states are told."""
    found = list(alarms_of(template))
    plain = [one for one in found if isinstance(one, WatchedAlarm)]
    composites = [one for one in found if isinstance(one, WatchedComposite)]
    names = frozenset(one.name for one in found)
    problems = [
        problem_of(UNREAD, one, f"could not be read: {one.why}")
        for one in found
        if isinstance(one, Unread)
    ]
    trials: list[Trial] = []
    for alarm in plain:
        own = list(problems_of(alarm, template))
        problems += own
        shown, unknown = _drilled(alarm)
        trials += shown
        problems += unknown if not own else []
        problems += [trial_problem(alarm, one) for one in shown if not one.is_as_expected]
    for composite in composites:
        own = list(member_problems(composite, names))
        problems += own
        if not own:
            shown = list(_joined(composite, names, composites))
            trials += shown
            problems += [trial_problem(composite, one) for one in shown if not one.is_as_expected]
    states, unseen = _states(plain, composites, series) if series is not None else ({}, 0)
    return Examined(len(found), tuple(trials), states, unseen, tuple(problems))


def merged(several: Sequence[Examined]) -> Examined:
    """What was found in several templates."""
    return Examined(
        sum(one.alarms for one in several),
        tuple(trial for one in several for trial in one.trials),
        {name: state for one in several for name, state in one.states.items()},
        sum(one.unseen for one in several),
        tuple(problem for one in several for problem in one.problems),
    )


def _drilled(alarm: WatchedAlarm) -> tuple[Sequence[Trial], list[Problem]]:
    try:
        trials = drill(alarm)
    except UnknownFormula as error:
        return (), [problem_of(UNREAD, alarm, f"could not be computed: {error}")]
    if trials:
        return trials, []
    return (), [problem_of(UNREAD, alarm, "was not made to go off by any value that was tried")]


def _joined(
    composite: WatchedComposite, names: frozenset[str], composites: Sequence[WatchedComposite]
) -> Iterator[Trial]:
    """A composite alarm is off while all is well, and on if any of them goes off alone."""
    well = dict.fromkeys(names, State.OK)
    quiet = states_of_composites(composites, well)[composite.name]
    yield Trial(composite.name, "all that is well", State.OK, quiet)
    alone = [
        states_of_composites([composite], {**well, name: State.ALARM})[composite.name]
        for name in sorted(names - {composite.name})
    ]
    loudest = State.ALARM if State.ALARM in alone else State.OK
    yield Trial(composite.name, "one of its alarms", State.ALARM, loudest)


def _states(
    alarms: Sequence[WatchedAlarm], composites: Sequence[WatchedComposite], series: Series
) -> tuple[dict[str, State], int]:
    """States at the end of what is recorded. Alarms that records say nothing about have none."""
    ends = [max(points) + metric.period_s for metric, points in series.items() if points]
    states: dict[str, State] = {}
    unseen = 0
    for alarm in alarms:
        if not any(metric in series for metric in alarm.metrics.values()):
            states[alarm.name] = State.UNKNOWN
            unseen += 1
            continue
        try:
            states[alarm.name] = state_of(alarm, series, max(ends, default=0))
        except UnknownFormula:
            states[alarm.name] = State.UNKNOWN
    return {**states, **states_of_composites(composites, states)}, unseen

"""What `trueup check --alarms` looks at, and how it tells of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from rich.text import Text

from ...checks.alarms.examine import Examined, examine, merged
from ...checks.alarms.generated import template_of
from ...checks.alarms.recorded import read_series
from ...checks.alarms.states import State
from ...configuration import StageOptions, load_project_layer, load_stage
from ...engines.connect import physical_names
from ...infra import stack_of
from ...infra.staged import staged_stack
from ...infra.values import Stack
from ...templates.reading import read_template
from ..output import BAD, GOOD, WARNING
from ..wording import counted
from .given import check_parameters

_SIGNS = {
    State.ALARM: ("✗", BAD),
    State.NO_DATA: ("?", WARNING),
    State.UNKNOWN: ("?", WARNING),
    State.OK: ("✓", GOOD),
}


class AlarmsDocument(BaseModel):
    """What was found of alarms. trials: what they were shown. states: over recorded series, by the
    names of alarms. unseen: how many of them the records say nothing about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    alarms: int
    trials: int
    as_expected: int
    states: dict[str, State]
    unseen: int


def examined(
    options: StageOptions,
    templates: Sequence[Path],
    parameters: Mapping[str, str],
    series: Path | None,
) -> Examined:
    """The alarms of templates, or, without any, those that the layer would have on a stage.

    Raises ConfigurationError, DeclarationError, UnsupportedByEngine; InvalidCall for series that
    cannot be read.
    """
    recorded = read_series(series) if series else None
    read = [read_template(path, parameters) for path in templates]
    check_parameters(parameters, read)
    return merged(
        [examine(one, recorded) for one in read or [template_of(_stack(options))]],
    )


def _stack(options: StageOptions) -> Stack:
    if options.stage:
        return staged_stack(load_stage(options))
    layer = load_project_layer(options)
    return stack_of(layer, physical_names(layer, {}, {}))


def alarms_document(found: Examined) -> AlarmsDocument:
    """What was found, for `--json`."""
    return AlarmsDocument(
        alarms=found.alarms,
        trials=len(found.trials),
        as_expected=sum(one.is_as_expected for one in found.trials),
        states=dict(found.states),
        unseen=found.unseen,
    )


def alarm_lines(found: Examined) -> Iterator[Text]:
    """What was found, for terminals: the drill, then what is on over recorded series."""
    document = alarms_document(found)
    yield Text(
        f"{counted(document.alarms, 'alarm')}, {counted(document.trials, 'trial')}: "
        f"{document.as_expected} as expected"
    )
    if not found.states:
        return
    for name, state in found.states.items():
        if state in (State.ALARM, State.NO_DATA):
            sign, style = _SIGNS[state]
            yield Text(f"{sign} ", style) + Text(f"{name}: {state}", "none")
    counts = Counter(found.states.values())
    told = ", ".join(
        f"{counts[state]} {state}"
        for state in State
        if counts[state] and state is not State.UNKNOWN
    )
    more = f"; nothing is recorded of {found.unseen}" if found.unseen else ""
    yield Text(f"at the end of the records: {told or 'nothing'}{more}")

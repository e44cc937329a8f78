"""trueup check: mistakes in declarations, templates and code, found without a database."""

from __future__ import annotations

import json as standard_json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from .._dataclass import dataclass
from ..checks.accepted import Outcome, lines_of_file, sort_out
from ..checks.design.layer import design_problems
from ..checks.migrations.check import migration_problems
from ..checks.problem import Problem
from ..checks.rules import rules_by_code
from ..checks.sarif import sarif
from ..configuration import StageOptions, load_project_layer
from ..configuration.settings import find_project
from ..errors import ErrorCode, InvalidCall, Place
from ..schema.severity import Severity
from .checking.alarms import alarm_lines, alarms_document, examined
from .checking.code import problems_of_code
from .checking.document import CheckDocument, document
from .checking.given import parameter_values
from .checking.templates import notes_on_templates, problems_of_templates
from .checking.text import report, summary
from .exit_codes import ExitCode
from .options import JsonOption
from .output import Output
from .verify import FailOn
from .wording import from_here

__all__ = ["CheckDocument", "run"]


class Form(StrEnum):
    """The form of the report."""

    TEXT = "text"
    SARIF = "sarif"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be checked. parameters: values of the templates' parameters."""

    templates: tuple[Path, ...] = ()
    code: tuple[Path, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)


def run(
    *,
    template: Annotated[
        list[Path] | None,
        typer.Option("--template", help="A template, instead of the layer; can be repeated."),
    ] = None,
    code: Annotated[
        list[Path] | None,
        typer.Option("--code", help="A folder of code, instead of the layer; can be repeated."),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", metavar="NAME=VALUE", help="A parameter of the templates."),
    ] = None,
    layer: Annotated[str, typer.Option("--layer", help="The layer: app.tables:layer.")] = "",
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="The least severity that fails.")
    ] = FailOn.LOW,
    form: Annotated[Form, typer.Option("--format", help="The form of the report.")] = Form.TEXT,
    everything: Annotated[bool, typer.Option("--all", help="Show what is accepted, too.")] = False,
    alarms: Annotated[
        bool, typer.Option("--alarms", help="Check alarms, and nothing else.")
    ] = False,
    series: Annotated[
        Path | None, typer.Option("--series", help="Of alarms: recorded datapoints.")
    ] = None,
    stage: Annotated[str, typer.Option("--stage", help="Of alarms: the stage they are for.")] = "",
    json: JsonOption = False,
) -> ExitCode:
    """Find mistakes in the declarations of the layer, in templates, or in code, without a database.

    With the declarations for PostgreSQL, the migrations of the project are checked, too.

    With --alarms: each alarm of the layer or the templates is shown a breach, a near miss and
    missing data, and has to do as it says.

    Ends with 0 if none is found, 2 if some are, 1 if something could not be checked.
    """
    asked = Asked(tuple(template or ()), tuple(code or ()), parameter_values(parameter or ()))
    options = StageOptions(layer=layer, stage=stage)
    _refuse_without_alarms(alarms, {"--series": series, "--stage": stage})
    found = examined(options, asked.templates, asked.parameters, series) if alarms else None
    problems = _problems(asked, options) if found is None else found.problems
    family = "A" if alarms else "DM"
    outcome = _sorted_out(problems, family if asked == Asked() else "")
    notes = () if alarms else notes_on_templates(asked.templates)
    outcome = replace(outcome, notes=(*outcome.notes, *notes))
    ending = exit_code(outcome, Severity[fail_on.name])
    output = Output(json)
    output.document(document(outcome, ending, alarms_document(found) if found else None))
    if form is Form.SARIF:
        output.plain(_log(outcome))
        return ending
    for note in outcome.notes:
        output.note(f"! {note}")
    for line in alarm_lines(found) if found else ():
        output.print(line)
    _print(outcome, output, everything=everything)
    return ending


def _log(outcome: Outcome) -> str:
    log = sarif(outcome, rules_by_code(), version("trueup"))
    return standard_json.dumps(log, indent=2, ensure_ascii=False)


def _print(outcome: Outcome, output: Output, *, everything: bool) -> None:
    for line in report(outcome, output.width, everything=everything):
        output.print(line)
    output.print(summary(outcome))


def _refuse_without_alarms(alarms: bool, given: Mapping[str, object]) -> None:
    named = [option for option, value in given.items() if value]
    if named and not alarms:
        raise InvalidCall(
            f"{' and '.join(named)} is of alarms",
            where=Place(note="trueup check"),
            fix="leave it out, or check --alarms",
            code=ErrorCode.USAGE,
        )


def _problems(asked: Asked, options: StageOptions) -> Iterator[Problem]:
    """What each source finds; the declarations, if none is asked for. A source is a function that
    returns problems."""
    yield from problems_of_templates(asked.templates, asked.parameters)
    for path in asked.code:
        yield from problems_of_code(path)
    if asked == Asked():
        layer = load_project_layer(options)
        yield from design_problems(layer, datetime.now(UTC))
        if layer.target == "postgres":
            project = find_project(Path.cwd())
            yield from migration_problems(project.folder / project.settings.migrations)


def _sorted_out(problems: Iterable[Problem], whole: str) -> Outcome:
    """The problems with places from here, without what the project accepts."""
    accept = find_project(Path.cwd()).settings.check.accept
    placed = (replace(one, file=from_here(one.file)) for one in problems)
    return sort_out(placed, accept, lines_of_file, whole)


def exit_code(outcome: Outcome, fail_on: Severity) -> ExitCode:
    """What the command ends with: what is not known is never green."""
    if any(one.severity >= fail_on and not one.is_unknown for one in outcome.open):
        return ExitCode.CHANGES
    return ExitCode.ERROR if any(one.is_unknown for one in outcome.open) else ExitCode.DONE

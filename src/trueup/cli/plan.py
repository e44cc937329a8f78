"""trueup plan: what apply would change, and how."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass as standard_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer
from rich.text import Text

from ..configuration import load_stage
from ..errors import ErrorCode, InvalidCall, Place
from ..infra.staged import staged_stack
from ..lifecycle.inspection import Intent, inspect
from ..schema.hazard import Allowance
from ..templates.reading import read_template
from .checking.given import parameter_values
from .exit_codes import ExitCode
from .generating.files import write_changed
from .options import Common
from .output import Output
from .planning.deploys import (
    AnyPlanDocument,
    deploy_view,
    deploys_document,
    deploys_text,
    live_tables,
)
from .planning.document import check_plan_file, plan_document, write_plan
from .planning.locks import LockOptions
from .planning.observed import with_observations
from .planning.sql import plan_sql
from .planning.target import open_target_to_read
from .planning.text import plan_text
from .planning.view import PlanView, view_of
from .wording import counted, wrapped

__all__ = ["AnyPlanDocument", "run"]


class Way(StrEnum):
    """How the changes are made, if not by apply, or what form they are told in."""

    CLOUDFORMATION = "cloudformation"
    SQL = "sql"


# The standard decorator: see `options.py`.
@standard_dataclass(frozen=True)
class Deploying:
    """The options of a plan of deploys."""

    form: Annotated[
        Way | None,
        typer.Option("--format", help="Print SQL; or plan deploys by CloudFormation, not apply."),
    ] = None
    template: Annotated[
        Path | None, typer.Option("--template", help="The template that is deployed now.")
    ] = None
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", metavar="NAME=VALUE", help="A parameter of the template."),
    ] = None
    live: Annotated[
        bool, typer.Option("--live", help="Look at the live tables for what a deploy runs into.")
    ] = False

    @property
    def is_given(self) -> bool:
        """Whether a plan of deploys is wanted."""
        is_form = self.form is Way.CLOUDFORMATION
        return bool(is_form or self.template or self.parameter or self.live)


VerboseOption = Annotated[
    bool, typer.Option("--verbose", help="Show each step, and how it is undone.")
]


# The standard decorator: see `options.py`.
@standard_dataclass(frozen=True)
class Observing:
    """The options of what a plan shows."""

    observe: Annotated[
        bool, typer.Option("--observe", help="Try it on a shadow database: locks, scans, times.")
    ] = False
    shadow_url: Annotated[
        str,
        typer.Option("--shadow-url", metavar="URL", help="An empty database for the shadow."),
    ] = ""
    verbose: VerboseOption = False


TableOption = Annotated[
    list[str] | None, typer.Option("--table", help="Only this table; can be repeated.")
]
PruneOption = Annotated[bool, typer.Option("--prune", help="Drop what is not declared.")]
DestroyOption = Annotated[bool, typer.Option("--destroy", help="Drop every table of the layer.")]


def run(
    common: Common,
    deploying: Deploying,
    locks: LockOptions,
    observing: Observing,
    *,
    table: TableOption = None,
    prune: PruneOption = False,
    destroy: DestroyOption = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="PATH", help="A file for apply; of deploys, a folder."),
    ] = None,
) -> ExitCode:
    """Show what apply would change, or which deploys of a template are needed; nothing is changed.

    Ends with 0 if there is nothing to change, 2 otherwise; 3 if a deploy would be refused.
    """
    if deploying.is_given:
        return _deploys(common, deploying, prune=prune, others=bool(table or destroy), out=out)
    if out is not None:
        check_plan_file(out)
    staged = locks.of(load_stage(common.stage_options))
    allowed = [Allowance.PRUNE] if prune else []
    with open_target_to_read(staged, table or []) as target:
        view = view_of(target, inspect(target), new_intent(allowed, destroy))
    if observing.observe or observing.shadow_url:
        view = with_observations(view, staged.stage.url, observing.shadow_url)
    output = Output(common.json, goes_on=out is not None)
    if deploying.form is Way.SQL:
        for line in plan_sql(view):
            output.lines(Text(line))
    else:
        show_plan(output, view, verbose=observing.verbose)
    document = plan_document(view)
    output.document(document)
    if out is not None:
        write_plan(out, document)
        command = common.named(f"trueup apply {quote(str(out))}")
        written = f"Written to {out}; {command} carries out this plan, or refuses."
        output.lines(wrapped(written, 0, output.width))
        output.finish(f"{out} is written")
    return ExitCode.CHANGES if view.changes else ExitCode.DONE


def _deploys(
    common: Common, deploying: Deploying, *, prune: bool, others: bool, out: Path | None
) -> ExitCode:
    if deploying.form is None or deploying.template is None or others:
        raise InvalidCall(
            "a plan of deploys leads from one template to all tables of a stage",
            where=Place(note="trueup plan"),
            fix="give --format cloudformation --template PATH, without --table and --destroy",
            code=ErrorCode.USAGE,
        )
    staged = load_stage(common.stage_options)
    given = parameter_values(deploying.parameter or ())
    view = deploy_view(
        staged,
        staged_stack(staged),
        read_template(deploying.template, given),
        live_tables(staged) if deploying.live else {},
        given=given,
        allowed=[Allowance.PRUNE] if prune else [],
        out=out,
    )
    output = Output(common.json, goes_on=bool(view.files))
    for line in deploys_text(view, output.width):
        output.lines(line)
    output.document(deploys_document(view))
    if view.files and not view.hazards:
        write_changed(view.files)
        output.finish(f"{counted(len(view.files), 'template is', 'templates are')} written")
    if view.hazards:
        return ExitCode.BLOCKED
    if view.is_needed:
        return ExitCode.CHANGES
    return ExitCode.ERROR if view.plan.unknown or view.others is None else ExitCode.DONE


def new_intent(allowed: Sequence[Allowance], destroy: bool) -> Intent:
    """What is wanted of a plan that is made now."""
    at = datetime.fromtimestamp(time.time(), UTC)
    options = {*allowed, Allowance.PRUNE} if destroy else allowed
    return Intent(frozenset(options), destroy, f"trueup-{at:%Y%m%dT%H%M%S}")


def show_plan(output: Output, view: PlanView, *, verbose: bool) -> None:
    """Print a plan as text."""
    for line in plan_text(view, output.width, verbose=verbose):
        output.lines(line)

"""trueup plan: what apply would change, and how."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from ..configuration import load_stage
from ..lifecycle.inspection import Intent, inspect
from ..schema.hazards import Allowance
from .exit_codes import ExitCode
from .options import Common
from .output import Output
from .planning.document import PlanDocument, check_plan_file, plan_document, write_plan
from .planning.target import open_target_to_read
from .planning.text import plan_text
from .planning.view import PlanView, view_of
from .wording import wrapped

__all__ = ["PlanDocument", "run"]

TableOption = Annotated[
    list[str] | None, typer.Option("--table", help="Only this table; can be repeated.")
]
PruneOption = Annotated[bool, typer.Option("--prune", help="Drop what is not declared.")]
DestroyOption = Annotated[bool, typer.Option("--destroy", help="Drop every table of the layer.")]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", help="Show each step, and how it is undone.")
]


def run(
    common: Common,
    table: TableOption = None,
    prune: PruneOption = False,
    destroy: DestroyOption = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the plan for apply.")
    ] = None,
    verbose: VerboseOption = False,
) -> ExitCode:
    """Show what apply would change; nothing is changed.

    Ends with 0 if there is nothing to change, 2 otherwise.
    """
    if out is not None:
        check_plan_file(out)
    staged = load_stage(common.stage_options)
    allowed = [Allowance.PRUNE] if prune else []
    with open_target_to_read(staged, table or []) as target:
        view = view_of(target, inspect(target), new_intent(allowed, destroy))
    output = Output(common.json, goes_on=out is not None)
    show_plan(output, view, verbose=verbose)
    document = plan_document(view)
    output.document(document)
    if out is not None:
        write_plan(out, document)
        command = common.named(f"trueup apply {quote(str(out))}")
        written = f"Written to {out}; {command} carries out this plan, or refuses."
        output.lines(wrapped(written, 0, output.width))
        output.finish(f"{out} is written")
    return ExitCode.CHANGES if view.changes else ExitCode.DONE


def new_intent(allowed: Sequence[Allowance], destroy: bool) -> Intent:
    """What is wanted of a plan that is made now."""
    at = datetime.fromtimestamp(time.time(), UTC)
    options = {*allowed, Allowance.PRUNE} if destroy else allowed
    return Intent(frozenset(options), destroy, f"trueup-{at:%Y%m%dT%H%M%S}")


def show_plan(output: Output, view: PlanView, *, verbose: bool) -> None:
    """Print a plan as text."""
    for line in plan_text(view, output.width, verbose=verbose):
        output.lines(line)

"""A plan for terminals."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from ..._visible import visible
from ...schema.changes import AddTable
from ...schema.hazard import Hazard
from ..output import FAINT
from ..wording import counted, from_here, wrapped
from .observed import observed_lines, shown_hazards
from .view import PlanView, ShownChange
from .words import change_line, table_lines, unseen_line


def plan_text(view: PlanView, width: int, *, verbose: bool = False) -> Iterator[Text]:
    """What is printed of a plan. verbose: every step as well, and how each change is undone."""
    yield wrapped(_heading(view), 0, width, FAINT)
    for shown in view.changes:
        yield from _change(view, shown, width, verbose)
    yield Text("")
    yield from _notes(view, width)
    yield wrapped(_summary(view), 0, width)
    if view.forbidden:
        codes = ", ".join(f"[{code}]" for code in view.forbidden)
        yield wrapped(f"! apply is blocked by {codes}, whose text says what to do", 0, width)
    elif view.needed:
        needed = ", ".join(view.needed)
        yield wrapped(f"! apply is blocked without: {needed}", 0, width)


def _change(view: PlanView, shown: ShownChange, width: int, verbose: bool) -> Iterator[Text]:
    planned = shown.planned
    yield wrapped(change_line(planned.change, planned.symbol), 0, width)
    if isinstance(planned.change, AddTable):
        for line in table_lines(planned.change.schema):
            yield wrapped(line, 6, width, FAINT)
    for hazard in shown_hazards(shown):
        yield wrapped(_hazard(view, hazard), 4, width)
    if shown.refusal:
        yield wrapped(f"! this engine cannot make the change: {shown.refusal}", 4, width)
    if shown.observed is None:
        for estimate in shown.estimates:
            yield wrapped(f"takes: {estimate}", 6, width, FAINT)
    else:
        for line in observed_lines(shown.observed):
            yield wrapped(line, 6, width, FAINT)
    if verbose:
        yield from _steps(shown, width)


def _steps(shown: ShownChange, width: int) -> Iterator[Text]:
    for number, step in enumerate(shown.steps, start=1):
        yield wrapped(f"{number}. {step.comment}", 6, width, FAINT)
        for sql in step.statements:
            for line in f"{sql};".splitlines():
                yield Text(" " * 9 + visible(line), FAINT)
    inverse = shown.planned.inverse()
    undone = "it cannot be undone" if inverse is None else f"undone by: {_reverse(shown)}"
    yield wrapped(undone, 6, width, FAINT)
    if shown.planned.change.schema.source:
        source = from_here(shown.planned.change.schema.source)
        yield wrapped(f"said at: {source}", 6, width, FAINT)


def _reverse(shown: ShownChange) -> str:
    inverse = shown.planned.inverse()
    symbols = {"+": "-", "-": "+"}
    symbol = shown.planned.symbol
    return change_line(inverse, symbols.get(symbol, symbol)) if inverse else ""


def _hazard(view: PlanView, hazard: Hazard) -> str:
    remedy = f"needs {hazard.allowed_by}" if hazard.allowed_by else "no option allows it"
    needs = f"; {remedy}" if hazard.blocks(view.intent.allowed) else ""
    return f"! [{hazard.code}] {hazard.severity}: {hazard.text}{needs}"


def _notes(view: PlanView, width: int) -> Iterator[Text]:
    """What is not in the plan: what is kept, what cannot be seen, what others are doing."""
    if view.plan.kept:
        yield Text("Not declared, and kept; --prune drops it:")
        for change in view.plan.kept:
            yield wrapped(change_line(change, "·"), 2, width)
        yield Text("")
    if view.plan.unseen:
        yield Text("What the plan cannot see:")
        for table, differences in view.plan.unseen.items():
            for difference in differences:
                yield wrapped(unseen_line(table, difference), 2, width)
        yield Text("")
    if view.busy:
        yield Text("Being changed already; apply waits for it:")
        for table, what in view.busy.items():
            said = ", ".join(f"{name} is {how}" for name, how in what.items())
            yield wrapped(f"~ {table}  {said}", 2, width)
        yield Text("")


def _heading(view: PlanView) -> str:
    tables = f", {', '.join(view.only)} only" if view.only else ""
    return f"layer {view.layer}" + (f", stage {view.stage}" if view.stage else "") + tables


def _summary(view: PlanView) -> str:
    if view.changes:
        counts = ", ".join(f"{number} to {word}" for word, number in view.counts.items())
        return f"Plan {view.plan.id}: {counts}."
    if view.intent.is_destroy:
        return "✓ Nothing to drop: no table is owned."
    tables = counted(view.tables, "table is", "tables are")
    return f"✓ No changes: {tables} as declared."

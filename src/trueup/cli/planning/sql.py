"""A plan as SQL that psql runs: the statements that apply sends, and the text and JSON of the plan
have."""

from __future__ import annotations

from collections.abc import Iterator

from ..._visible import visible
from ...schema.engine import Step
from .view import PlanView
from .words import change_line


def plan_sql(view: PlanView) -> Iterator[str]:
    """The lines of the script. What has no SQL is a comment."""
    yield f"-- Plan {view.plan.id} of the layer {visible(view.layer)}"
    for shown in view.changes:
        yield ""
        line = change_line(shown.planned.change, shown.planned.symbol)
        yield f"-- {visible(line)}"
        if shown.refusal:
            yield f"-- it cannot be made: {visible(shown.refusal)}"
        for step in shown.steps:
            yield from _step(step)


def _step(step: Step) -> Iterator[str]:
    yield f"-- {visible(step.comment)}"
    if not step.statements:
        return
    if not step.is_alone:
        yield "BEGIN;"
    yield from (f"{sql};" for sql in step.settings)
    yield from (f"{sql};" for sql in step.statements)
    if not step.is_alone:
        yield "COMMIT;"

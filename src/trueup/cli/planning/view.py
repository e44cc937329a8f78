"""PlanView: a plan with what is shown beside it: the steps of each change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from ..._dataclass import dataclass
from ...errors import ErrorCode, NeedsOperator, Place
from ...lifecycle.inspection import Intent, Sides, Target
from ...observation.forecasts import Forecast
from ...schema.engine import SchemaEngine, Step
from ...schema.hazard import Allowance, Hazard, HazardCode
from ...schema.plan import Plan, PlannedChange

Busy: TypeAlias = Mapping[str, Mapping[str, str]]

_COUNTED: Mapping[Literal["+", "~", "-", "-/+"], str] = {
    "+": "add",
    "~": "change",
    "-": "drop",
    "-/+": "replace",
}


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A planned change with its steps.

    refusal: what to do as the engine cannot make it; empty if it can. Whose the table is, is then
    no matter. observed: what a shadow showed of it; None if none was asked.
    """

    planned: PlannedChange
    steps: Sequence[Step] = ()
    refusal: str = ""
    observed: Forecast | None = None

    @property
    def estimates(self) -> list[str]:
        """What the steps may take and cost."""
        return list(dict.fromkeys(step.estimate for step in self.steps if step.estimate))


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan of a layer in a stage.

    busy: the tables of ours that are being changed, with what is. tables: how many are declared.
    """

    layer: str
    stage: str
    plan: Plan
    intent: Intent
    changes: Sequence[ShownChange]
    busy: Busy
    tables: int
    only: Sequence[str] = ()

    @property
    def needed(self) -> list[Allowance]:
        """The options that apply needs, in the order in which they come up."""
        return list(dict.fromkeys(one.allowed_by for one in self._blocking() if one.allowed_by))

    @property
    def forbidden(self) -> list[HazardCode]:
        """The hazards that block apply, and that no option allows."""
        return list(dict.fromkeys(one.code for one in self._blocking() if one.is_forbidden))

    def _blocking(self) -> Iterator[Hazard]:
        for shown in self.changes:
            yield from shown.planned.blocked_by(self.intent.allowed)

    @property
    def counts(self) -> dict[str, int]:
        """How many changes there are of each kind."""
        symbols = Counter(shown.planned.symbol for shown in self.changes)
        return {word: symbols[symbol] for symbol, word in _COUNTED.items()}


def view_of(target: Target, sides: Sides, intent: Intent) -> PlanView:
    """The plan for both sides, with the steps of each change."""
    plan = sides.plan(intent)
    engine = target.opened.open_layer.engine
    return PlanView(
        layer=target.scope.layer,
        stage=target.scope.stage,
        plan=plan,
        intent=intent,
        changes=[_shown(engine, planned, sides) for planned in plan.changes],
        busy={name: sides.live[name].busy or {"table": "being changed"} for name in sides.busy},
        tables=len(sides.declared),
        only=sorted(target.only),
    )


def check_made(view: PlanView) -> None:
    """Refuse a plan with a change that the engine cannot make. Raises NeedsOperator."""
    for shown in view.changes:
        if shown.refusal:
            raise NeedsOperator(
                f"this engine cannot make the change: {shown.planned.change}",
                where=Place(table=shown.planned.change.schema.name),
                code=ErrorCode.SCHEMA_MISMATCH,
                fix=shown.refusal,
            )


def _shown(engine: SchemaEngine, planned: PlannedChange, sides: Sides) -> ShownChange:
    try:
        return ShownChange(planned, engine.render(planned.steps, sides.live))
    except NeedsOperator as error:
        if error.code is not ErrorCode.SCHEMA_MISMATCH:
            raise
        hazards = [one for one in planned.hazards if one.allowed_by is not Allowance.OWN]
        return ShownChange(replace(planned, hazards=tuple(hazards)), refusal=error.fix)

"""A plan of deploys: as lines, as a document, and as a template for each update."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict
from rich.text import Text

from ..._dataclass import dataclass
from ...configuration.stage import StagedLayer
from ...engines.open_tables import open_tables_to_read
from ...infra import Format, stack_files
from ...infra.deploys.obstacles import beside_live
from ...infra.deploys.others import other_changes
from ...infra.deploys.planning import DeployPlan, plan_deploys
from ...infra.deploys.schedule import Deploy
from ...infra.deploys.stacks import stacks_of, table_ids
from ...infra.values import Stack
from ...lifecycle.generated import Generated
from ...schema.engine import LiveTable
from ...schema.hazard import Allowance, Hazard
from ...schema.plan import PlannedChange
from ...templates.template import Template
from ...templates.verification import declared_in_templates
from ..output import FAINT, JsonDocument
from ..wording import counted, wrapped
from .document import ChangeDocument, PlanDocument, UnseenDocument, change_document, unseen_document
from .view import ShownChange
from .words import change_line, unseen_line

_MOST_SHOWN = 8


class DeployDocument(BaseModel):
    """One update of the stack. waits: what to wait for after it. file: its template, if written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    changes: list[ChangeDocument]
    waits: list[str]
    file: str


class DeploysDocument(JsonDocument):
    """What `trueup plan --format cloudformation --json` prints.

    template: that the first update finds. unseen: facts that it does not tell. needs: the options
    without which the plan is blocked. is_blocked: whether it is. others: the ids of what else of
    the stack differs; None if it was not compared.
    """

    layer: str
    stage: str
    template: str
    deploys: list[DeployDocument]
    unseen: list[UnseenDocument]
    others: list[str] | None
    needs: list[Allowance]
    is_blocked: bool


AnyPlanDocument: TypeAlias = PlanDocument | DeploysDocument
"""Whatever `trueup plan` prints with `--json`."""


@dataclass(frozen=True, slots=True)
class DeployView:
    """A plan of deploys with what is shown beside it. files: a template for each update. others:
    what else of the stack differs; None if it was not compared."""

    layer: str
    stage: str
    template: str
    plan: DeployPlan
    allowed: Collection[Allowance]
    files: Sequence[Generated] = ()
    others: Sequence[str] | None = ()

    @property
    def is_needed(self) -> bool:
        """Whether a deploy is needed."""
        return bool(self.plan.deploys or self.others)

    @property
    def hazards(self) -> list[Hazard]:
        """Those that block the plan."""
        blocked = self.plan.blocked(self.allowed)
        return [hazard for one in blocked for hazard in one.blocked_by(self.allowed)]


def deploy_view(
    staged: StagedLayer,
    stack: Stack,
    deployed: Template,
    live: Mapping[str, LiveTable],
    *,
    given: Mapping[str, str],
    allowed: Collection[Allowance],
    out: Path | None,
) -> DeployView:
    """The plan from a template to a stage. stack: of the stage. live: the tables that are there,
    if somebody looked. given: parameters. out: for a template of each update."""
    stage = staged.stage
    declared = declared_in_templates(staged.layer, staged.table_names, protect=stage.protect)
    plan = plan_deploys(declared, deployed, table_ids(stack))
    plan = beside_live(plan, live)
    others = other_changes(stack, deployed, given)
    deploys = plan.deploys or ([Deploy(())] if others else [])
    files: list[Generated] = []
    if out is not None:
        for number, one in enumerate(stacks_of(stack, deploys, deployed), start=1):
            path = out / f"{stack.name}.deploy-{number}.template.json"
            files += stack_files(one, Format.CLOUDFORMATION, path)
    return DeployView(staged.layer.name, stage.name, deployed.file, plan, allowed, files, others)


def live_tables(staged: StagedLayer) -> Mapping[str, LiveTable]:
    """The tables of a stage that are there, by physical name; it only reads."""
    names = staged.table_names
    with open_tables_to_read(staged.stage.url, staged.layer, table_names=names) as opened:
        reading = opened.open_layer.engine.inspect(list(names.values()))
        return opened.runner.run(reading, "plan")


def deploys_text(view: DeployView, width: int) -> Iterator[Text]:
    """What is printed of a plan of deploys."""
    stage = f", stage {view.stage}" if view.stage else ""
    yield wrapped(f"layer {view.layer}{stage}, from {view.template}", 0, width, FAINT)
    for number, deploy in enumerate(view.plan.deploys, start=1):
        yield Text(f"\ndeploy {number}")
        for one in deploy.changes:
            yield from _change(view, one, width)
        for wait in deploy.waits:
            yield wrapped(f"then wait {wait}", 2, width)
    yield Text("")
    if view.others:
        yield wrapped(_others(view.others), 0, width)
    if view.plan.unknown:
        yield Text("What the plan cannot see:")
        for found in view.plan.unknown:
            yield wrapped(unseen_line(found.table, found.difference), 2, width)
        yield Text("")
    yield wrapped(_summary(view), 0, width)
    if view.hazards:
        codes = ", ".join(f"[{one}]" for one in dict.fromkeys(one.code for one in view.hazards))
        yield wrapped(f"! blocked by {codes}: see above", 0, width)


def _change(view: DeployView, planned: PlannedChange, width: int) -> Iterator[Text]:
    yield wrapped(change_line(planned.change, planned.symbol), 2, width)
    for hazard in planned.hazards:
        remedy = f"needs {hazard.allowed_by}" if hazard.allowed_by else "no option allows it"
        needs = f"; {remedy}" if hazard.blocks(view.allowed) else ""
        yield wrapped(f"! [{hazard.code}] {hazard.severity}: {hazard.text}{needs}", 6, width)


def _others(others: Sequence[str]) -> str:
    """How many other parts of the stack change, and the first of them."""
    more = ", …" if len(others) > _MOST_SHOWN else ""
    parts = counted(len(others), "other part changes", "other parts change")
    they = "it takes" if len(others) == 1 else "they take"
    return f"{parts}; {they} part in the first deploy: {', '.join(others[:_MOST_SHOWN])}{more}"


def _summary(view: DeployView) -> str:
    deploys = len(view.plan.deploys) or int(view.is_needed)
    if deploys:
        order = ", one after the other" if deploys > 1 else ""
        return f"{counted(deploys, 'deploy is', 'deploys are')} needed{order}."
    if view.plan.unknown:
        return "? It is not known whether a deploy is needed."
    if view.others is None:
        return (
            "? The tables are as declared; what else the stack has is not compared with a template "
            "of Terraform."
        )
    return "✓ No deploy is needed: the template has tables and all else as declared."


def deploys_document(view: DeployView) -> DeploysDocument:
    """The whole plan."""
    deploys = view.plan.deploys or ([Deploy(())] if view.others else [])
    paths = [str(one.path) for one in view.files] or [""] * len(deploys)
    options = {one.allowed_by for one in view.hazards if one.allowed_by}
    return DeploysDocument(
        layer=view.layer,
        stage=view.stage,
        template=view.template,
        deploys=[
            DeployDocument(
                changes=[change_document(ShownChange(one)) for one in deploy.changes],
                waits=list(deploy.waits),
                file=path,
            )
            for deploy, path in zip(deploys, paths, strict=True)
        ],
        others=None if view.others is None else list(view.others),
        unseen=[unseen_document(one.table, one.difference) for one in view.plan.unknown],
        needs=sorted(options),
        is_blocked=bool(view.hazards),
    )

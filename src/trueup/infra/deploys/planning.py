"""The plan of deploys: what differs between a deployed template and the declarations, by update."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from ..._dataclass import dataclass
from ...schema.changes import AddTable, Change, DropTable, path_of
from ...schema.engine import LiveTable
from ...schema.facts import Path
from ...schema.hazard import Allowance
from ...schema.hazards import already_there, hazards_of
from ...schema.plan import PlannedChange, make_plan
from ...schema.tables import TableSchema
from ...schema.verify import Finding
from ...templates.tables import TemplateTable, template_tables
from ...templates.template import Template
from ...templates.verification import matched, tellable, unmatched, verify_templates
from .schedule import Deploy, deploys_of

UNNAMED: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class DeployPlan:
    """The updates that lead from a template to the declarations.

    unknown: facts that the template does not tell; what they may change is in no update.
    """

    deploys: tuple[Deploy, ...]
    unknown: tuple[Finding, ...] = ()

    @property
    def changes(self) -> list[PlannedChange]:
        """Everything that is changed, in order."""
        return [one for deploy in self.deploys for one in deploy.changes]

    def blocked(self, allowed: Collection[Allowance]) -> list[PlannedChange]:
        """The changes that no given option allows."""
        return [one for one in self.changes if one.blocked_by(allowed)]


def plan_deploys(
    declared: Mapping[str, TableSchema],
    template: Template,
    ids: Mapping[str, str] = UNNAMED,
) -> DeployPlan:
    """The updates from a template to declared tables, by physical name.

    All tables of the template are taken for the layer's: the next template is the whole truth, and
    what it leaves out is dropped, also tables whose names nobody knows. ids: of the resources that
    the tables are in the next template, by physical name; a table that moves to another is refused.
    """
    tables = template_tables(template)
    live = {one.name: one.live for one in tables if isinstance(one.name, str)}
    verification = verify_templates(declared, [template], resources={})
    unknown = [one for one in verification.findings if one.verdict == "unknown"]
    told = {name: _told(one, live) for name, one in declared.items()}
    plan = make_plan(told, live, owned=live, allowed=(Allowance.PRUNE,))
    moved = [_moved(one, ids) for one in tables if one.name in declared]
    known = [one for one in plan.changes if not _is_doubtful(one.change, unknown)]
    changes = (*(one for one in moved if one), *known, *_dropped(declared, tables))
    return DeployPlan(tuple(deploys_of(replace(plan, changes=changes))), tuple(unknown))


def _told(declared: TableSchema, live: Mapping[str, LiveTable]) -> TableSchema:
    found = live.get(declared.name)
    return tellable(declared, found) if found else declared


def _moved(table: TemplateTable, ids: Mapping[str, str]) -> PlannedChange | None:
    """The table made again, as it is another resource in the next template: CloudFormation makes
    that one before it lets go of the old one. None if it is not."""
    schema, own = table.live.schema, table.resource.id
    wanted = ids.get(schema.name, own)
    if wanted == own:
        return None
    remedy = (
        f"CloudFormation makes {wanted} before it lets go of {own}; keep the table in {own}, or "
        f"let {own} go with DeletionPolicy: Retain, and import the table as {wanted}"
    )
    change = AddTable(schema)
    hazard = already_there(f"{schema.name}, the resource {own},", remedy)
    return PlannedChange(change, (hazard,), (change,))


def _dropped(
    declared: Mapping[str, TableSchema], tables: Sequence[TemplateTable]
) -> Iterator[PlannedChange]:
    """The tables whose names are not known, and that are no declared ones."""
    matches = matched(declared, tables, {})
    for one in unmatched(tables, matches):
        if not isinstance(one.name, str):
            change = DropTable(one.live.schema)
            yield PlannedChange(change, tuple(hazards_of(change)), (change,))


def _is_doubtful(change: Change, unknown: Collection[Finding]) -> bool:
    """Whether a change is of a fact that is not known."""
    path = path_of(change)
    return any(
        one.table == change.schema.name and _overlap(one.difference.path, path) for one in unknown
    )


def _overlap(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]

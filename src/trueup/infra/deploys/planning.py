"""The plan of deploys: what differs between a deployed template and the declarations, by update."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from ..._dataclass import dataclass
from ...schema.changes import (
    AddIndex,
    AddTable,
    Change,
    ChangeIndex,
    ChangeKey,
    ChangePart,
    DropIndex,
    DropTable,
    SetFact,
    SetStream,
    SetTtl,
)
from ...schema.facts import Path
from ...schema.hazard import Allowance
from ...schema.plan import PlannedChange, make_plan
from ...schema.tables import TableSchema
from ...schema.verify import Finding
from ...templates.tables import tables_of
from ...templates.template import Template
from ...templates.verification import verify_templates
from .schedule import Deploy, deploys_of


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


def plan_deploys(declared: Mapping[str, TableSchema], template: Template) -> DeployPlan:
    """The updates from a template to declared tables, by physical name.

    All tables of the template are taken for the layer's: the next template is the whole truth, and
    what it leaves out is dropped.
    """
    live = tables_of(template)
    verification = verify_templates(declared, [template], resources={})
    unknown = [one for one in verification.findings if one.verdict == "unknown"]
    plan = make_plan(declared, live, owned=live, allowed=(Allowance.PRUNE,))
    known = [one for one in plan.changes if not _is_doubtful(one.change, unknown)]
    return DeployPlan(tuple(deploys_of(replace(plan, changes=tuple(known)))), tuple(unknown))


def _is_doubtful(change: Change, unknown: Collection[Finding]) -> bool:
    """Whether a change is of a fact that is not known."""
    path = _path(change)
    return any(
        one.table == change.schema.name and _overlap(one.difference.path, path) for one in unknown
    )


def _overlap(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _path(change: Change) -> Path:
    """Where the changed fact stands in its table."""
    match change:
        case AddTable() | DropTable():
            return ()
        case ChangeKey():
            return ("key",)
        case AddIndex(_, index) | DropIndex(_, index) | ChangeIndex(_, _, index):
            return ("index", index.name)
        case SetTtl():
            return ("ttl",)
        case SetStream():
            return ("stream",)
        case SetFact(_, name, _, _, index):
            return ("index", index, name) if index else (name,)
        case ChangePart(_, path):
            return path

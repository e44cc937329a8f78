"""A plan as a JSON document, which is also the file that `apply` reads."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ...errors import ErrorCode, InvalidCall, Place
from ...lifecycle.aims import Seen, aims_of, hazard_of
from ...lifecycle.files import exists, read_regular, write_new, write_over
from ...lifecycle.inspection import Intent
from ...schema.changes import Change
from ...schema.facts import Difference, dotted, shown
from ...schema.hazard import Allowance
from ...schema.plan import described
from ..output import JsonDocument
from .observed import ObservedDocument, observed_document
from .view import PlanView, ShownChange
from .words import change_text


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HazardDocument(_Part):
    """A warning. allowed_by: the option without which apply refuses; empty if there is none.

    is_forbidden: apply refuses, and no option allows it.
    """

    code: str
    severity: Literal["low", "medium", "high", "critical"]
    text: str
    allowed_by: str
    is_forbidden: bool


class StepDocument(_Part):
    """A request. changes: false for one that only looks, and waits. statements: its SQL."""

    table: str
    comment: str
    changes: bool
    estimate: str
    statements: list[str]


class ChangeDocument(_Part):
    """A change. change, reverse: as values; a reverse of null means that it cannot be undone.

    refusal: why the engine cannot make it; empty if it can. observed: what a shadow showed of it;
    null if none was asked.
    """

    symbol: Literal["+", "~", "-", "-/+"]
    table: str
    text: str
    change: dict[str, Any]
    reverse: dict[str, Any] | None
    hazards: list[HazardDocument]
    steps: list[StepDocument]
    refusal: str
    observed: ObservedDocument | None = None


class UnseenDocument(_Part):
    """A declared fact that could not be read."""

    table: str
    fact: str
    declared: str
    reason: str


class KeptDocument(_Part):
    """What is not declared, and left alone."""

    table: str
    text: str


class PlanDocument(JsonDocument):
    """What `trueup plan --json` prints.

    tables: those that --table named; empty for all. allowed: the options that the plan was made
    with. aims: what its steps lead to, by which the rest of a plan that was begun is known again.
    busy: by table, what is being created or changed. needs: the options without which apply
    refuses. forbidden: the hazards for which it refuses whatever is given.
    """

    id: str
    layer: str
    stage: str
    is_destroy: bool
    tables: list[str]
    allowed: list[Allowance]
    backup: str
    fingerprint: str
    changes: list[ChangeDocument]
    kept: list[KeptDocument]
    unseen: list[UnseenDocument]
    busy: dict[str, dict[str, str]]
    counts: dict[str, int]
    needs: list[Allowance]
    forbidden: list[str]
    aims: list[str]

    @property
    def seen(self) -> Seen:
        """What somebody agrees to by handing over the file."""
        hazards = {
            hazard_of(change.table, one.code) for change in self.changes for one in change.hazards
        }
        return Seen(self.id, frozenset(self.aims), frozenset(hazards))

    def intent(self, given: Intent) -> Intent:
        """What the same plan is made of. given: what the command was given, which alone allows
        something, and names the copies of dropped tables."""
        return replace(given, is_destroy=self.is_destroy, planned_with=frozenset(self.allowed))


def plan_document(view: PlanView) -> PlanDocument:
    """The whole plan."""
    plan = view.plan
    return PlanDocument(
        id=plan.id,
        layer=view.layer,
        stage=view.stage,
        is_destroy=view.intent.is_destroy,
        tables=list(view.only),
        allowed=sorted(view.intent.allowed),
        backup=view.intent.backup,
        fingerprint=plan.fingerprint,
        changes=[change_document(shown) for shown in view.changes],
        kept=[kept_document(change) for change in plan.kept],
        unseen=[
            unseen_document(table, one) for table, found in plan.unseen.items() for one in found
        ],
        busy={name: dict(what) for name, what in view.busy.items()},
        counts=view.counts,
        needs=view.needed,
        forbidden=list(view.forbidden),
        aims=sorted(aims_of(plan)),
    )


def unseen_document(table: str, difference: Difference) -> UnseenDocument:
    """A fact that could not be read."""
    return UnseenDocument(
        table=table,
        fact=dotted(difference.path),
        declared=shown(difference.declared),
        reason=difference.reason,
    )


def kept_document(change: Change) -> KeptDocument:
    """What is only live."""
    return KeptDocument(table=change.schema.name, text=change_text(change))


def write_plan(path: Path, document: PlanDocument) -> None:
    """Write a plan to a file that only its owner can read. An older plan is replaced.

    Raises what `check_plan_file` raises, and NeedsOperator (cannot-open) if it cannot be written.
    """
    check_plan_file(path)
    write = write_over if os.path.lexists(path) else write_new
    write(path, document.model_dump_json(indent=2) + "\n", mode=0o600)


def check_plan_file(path: Path) -> None:
    """Refuse a file that is there and holds no plan, a link, and a device.

    Raises Blocked (file-exists).
    """
    try:
        if stat.S_ISREG(path.lstat().st_mode):
            read_plan(path)
            return
    except InvalidCall:
        pass
    except OSError:
        return  # nothing is there; or the write says why not
    raise exists(path, "what is there is no plan, and is not replaced")


def read_plan(path: Path) -> PlanDocument:
    """A plan that `trueup plan --out` wrote.

    Raises InvalidCall (invalid-option) if there is none.
    """
    try:
        return PlanDocument.model_validate_json(read_regular(path))
    except OSError as error:
        raise _no_plan(path, f"the file cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise _no_plan(path, "the file holds no plan of this version of Trueup") from error


def _no_plan(path: Path, what: str) -> InvalidCall:
    return InvalidCall(
        what,
        where=Place(note=str(path)),
        fix="write one by trueup plan --out FILE",
        code=ErrorCode.INVALID_OPTION,
    )


def change_document(shown_change: ShownChange) -> ChangeDocument:
    """A change with its hazards and steps."""
    planned = shown_change.planned
    inverse = planned.inverse()
    seen = shown_change.observed
    return ChangeDocument.model_validate(
        {
            "symbol": planned.symbol,
            "table": planned.change.schema.name,
            "text": change_text(planned.change),
            "change": described(planned.change),
            "reverse": described(inverse) if inverse else None,
            "hazards": [
                HazardDocument.model_validate(
                    {
                        "code": one.code,
                        "severity": str(one.severity),
                        "text": one.text,
                        "allowed_by": one.allowed_by or "",
                        "is_forbidden": one.is_forbidden,
                    }
                )
                for one in planned.hazards
            ],
            "steps": [
                StepDocument(
                    table=one.table,
                    comment=one.comment,
                    changes=one.changes,
                    estimate=one.estimate,
                    statements=list(one.statements),
                )
                for one in shown_change.steps
            ],
            "refusal": shown_change.refusal,
            "observed": observed_document(seen) if seen else None,
        }
    )

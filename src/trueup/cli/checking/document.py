"""The report as a JSON document."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ...checks.accepted import Outcome
from ...checks.problem import Problem
from ..output import JsonDocument
from .alarms import AlarmsDocument


class ProblemDocument(BaseModel):
    """A problem, or, if `unknown`, what could not be checked. of: the table or the resource.

    accepted: the reason why it is accepted; empty if it is not. line: 0 if there is none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    severity: Literal["low", "medium", "high", "critical"]
    unknown: bool
    what: str
    fix: str
    of: str
    file: str
    line: int
    source: str
    accepted: str


class CheckDocument(JsonDocument):
    """What `trueup check --json` prints. notes: what is wrong with acceptances, and what could not
    take part. alarms: null unless alarms were checked."""

    exit_code: int
    problems: list[ProblemDocument]
    notes: list[str]
    alarms: AlarmsDocument | None = None


def document(
    outcome: Outcome, exit_code: int, alarms: AlarmsDocument | None = None
) -> CheckDocument:
    """The whole report: what is open, then what is accepted."""
    found = [_problem(one, "") for one in outcome.open]
    found += [_problem(one, reason) for one, reason in outcome.accepted]
    return CheckDocument(
        exit_code=exit_code, problems=found, notes=list(outcome.notes), alarms=alarms
    )


def _problem(problem: Problem, accepted: str) -> ProblemDocument:
    names = ("code", "what", "fix", "of", "file", "line", "source")
    return ProblemDocument.model_validate(
        {name: getattr(problem, name) for name in names}
        | {
            "severity": str(problem.severity),
            "unknown": problem.is_unknown,
            "accepted": accepted,
        }
    )

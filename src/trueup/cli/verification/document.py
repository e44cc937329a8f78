"""The report as a JSON document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ...lifecycle.verification import Verification
from ..output import JsonDocument
from .lines import Line


class FactDocument(BaseModel):
    """A fact: what is declared and what was found, as text, and where each was said.

    lags: of template and live, those that differ, if both were compared.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    verdict: Literal["agrees", "differs", "unknown"]
    fact: str
    expected: str
    found: str
    declared_at: str
    found_at: str
    severity: Literal["low", "medium", "high", "critical"]
    accepted: bool
    mended_by: str
    lags: list[Literal["template", "live"]]


class VerifyDocument(JsonDocument):
    """What `trueup verify --json` prints. declared, present: physical names of tables.

    accepted_in_vain: the lines of accepted facts that fit no fact. templates: the files that were
    compared with; empty for live tables. compared, absent: how many other resources of which kind
    were compared, and are declared and not in the templates.
    """

    stage: str
    templates: list[str]
    declared: list[str]
    present: list[str]
    agree: int
    differ: int
    unknown: int
    accepted: int
    accepted_in_vain: list[str]
    compared: dict[str, int]
    absent: dict[str, int]
    facts: list[FactDocument]


def document(
    verification: Verification, lines: Iterable[Line], stage: str, templates: Sequence[Path] = ()
) -> VerifyDocument:
    """The whole report."""
    return VerifyDocument(
        stage=stage,
        templates=[str(path) for path in templates],
        declared=list(verification.declared),
        present=list(verification.present),
        agree=verification.agreeing,
        differ=len(verification.differing()),
        unknown=len(verification.unknown),
        accepted=len(verification.accepted_unknown),
        accepted_in_vain=verification.accepted_in_vain,
        compared=dict(verification.others),
        absent=dict(verification.absent),
        facts=[_fact(line) for line in lines],
    )


def _fact(line: Line) -> FactDocument:
    return FactDocument.model_validate(
        {name: getattr(line, name) for name in FactDocument.model_fields}
        | {"severity": str(line.severity)}
    )

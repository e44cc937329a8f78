"""Findings as problems, for SARIF."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.metadata import version

from ...checks.accepted import Outcome
from ...checks.problem import Problem
from ...checks.sarif import sarif
from .lines import Line

_LOOK = "find out what it is, and compare again"


def sarif_text(lines: Iterable[Line]) -> str:
    """The log: what differs, and what is not known, at the lines where it was found."""
    told = [line for line in lines if line.verdict != "agrees"]
    reason = "accepted by --accept-unknown"
    outcome = Outcome(
        [_problem(line) for line in told if not line.accepted],
        [(_problem(line), reason) for line in told if line.accepted],
    )
    return json.dumps(sarif(outcome, {}, version("trueup")), indent=2, ensure_ascii=False)


def _problem(line: Line) -> Problem:
    file, number = _place(line)
    return Problem(
        f"verify.{line.fact.partition('.')[0]}",
        line.severity,
        f"{line.table}: {line.fact}: {line.text}",
        line.mended_by or _LOOK,
        file,
        number,
        is_unknown=line.verdict == "unknown",
        of=line.table,
    )


def _place(line: Line) -> tuple[str, int]:
    """The file and the line where a fact was found, else where it is declared."""
    for place in (*line.found_at.split(", "), line.declared_at):
        file, colon, number = place.rpartition(":")
        if colon and number.isdigit() and not place.startswith("arn:"):
            return file, int(number)
    return "", 0

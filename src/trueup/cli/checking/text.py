"""The report for terminals."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from ...checks.accepted import Outcome
from ...checks.problem import Problem
from ..output import FAINT
from ..wording import counted, wrapped


def report(outcome: Outcome, width: int, *, everything: bool) -> Iterator[Text]:
    """Each problem with its place; with `everything`, what is accepted too, with the reason."""
    for problem in outcome.open:
        yield from _problem(problem, width)
        yield wrapped(f"to do: {problem.fix}", 4, width, hang=2)
    for problem, reason in outcome.accepted if everything else ():
        yield from _problem(problem, width, "-")
        yield wrapped(f"accepted: {reason}", 4, width, FAINT, hang=2)


def _problem(problem: Problem, width: int, symbol: str = "") -> Iterator[Text]:
    mark = symbol or ("?" if problem.is_unknown else "✗")
    weight = "not known" if problem.is_unknown else str(problem.severity)
    yield wrapped(f"{mark} {problem.code} ({weight}): {problem.what}", 0, width, hang=4)
    if problem.place:
        yield wrapped(f"at: {problem.place}", 4, width, FAINT, hang=2)


def summary(outcome: Outcome) -> str:
    """One line: how much was found, and where it is explained."""
    unknown = sum(one.is_unknown for one in outcome.open)
    parts = [counted(len(outcome.open) - unknown, "problem")]
    parts += [f"{unknown} not known"] * bool(unknown)
    parts += [f"{len(outcome.accepted)} accepted"] * bool(outcome.accepted)
    counts = ", ".join(parts)
    return f"{counts}; docs/checks.md explains the codes" if outcome.open else counts

"""Findings as lines: what each form of the report says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..._dataclass import dataclass
from ...lifecycle.verification import Verification, mending_command
from ...schema.facts import dotted, shown
from ...schema.severity import Severity
from ...schema.verify import Finding, Verdict
from ..wording import from_here

SYMBOLS: dict[Verdict, str] = {"agrees": "✓", "differs": "✗", "unknown": "?"}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding, for people.

    fact: where it stands in the table. accepted: an unknown fact that is expected.
    lags: of several sides, those that differ.
    mended_by: the command that mends it, or what a person does; empty if nothing is known to.
    """

    table: str
    verdict: Verdict
    fact: str
    expected: str
    found: str
    declared_at: str
    found_at: str
    severity: Severity
    accepted: bool
    mended_by: str
    lags: tuple[str, ...] = ()

    @property
    def symbol(self) -> str:
        """The verdict as one character."""
        return SYMBOLS[self.verdict]

    @property
    def text(self) -> str:
        """What is said of the fact, after its name."""
        if self.verdict == "agrees":
            return self.expected
        if self.verdict == "unknown":
            return f"declared {self.expected}; {self.found}" + (", accepted" * self.accepted)
        return f"declared {self.expected}, found {self.found}"


def lines_of(verification: Verification, named: Callable[[str], str]) -> Iterator[Line]:
    """All findings, in the order of the tables. named: gives commands the options of the target."""
    for finding in verification.findings:
        difference = finding.difference
        yield Line(
            finding.table,
            finding.verdict,
            dotted(difference.path),
            shown(difference.declared),
            difference.reason or shown(difference.found),
            from_here(finding.declared_at),
            from_here(finding.found_at),
            finding.severity,
            finding.verdict == "unknown" and verification.accepted.covers(finding),
            finding.mend
            or verification.by_hand.get((finding.table, difference.path))
            or named(_mended_by(finding)),
            finding.lags,
        )


def summary(verification: Verification) -> str:
    """One line: how many tables are there, and how many facts agree."""
    present, declared = len(verification.present), len(verification.declared)
    if not declared:
        return "The layer declares no tables: nothing was compared."
    counts = [
        f"{verification.agreeing} facts agree",
        f"{len(verification.differing())} differ",
        f"{len(verification.unknown)} not known",
    ]
    if accepted := len(verification.accepted_unknown):
        counts.append(f"{accepted} not known, accepted")
    tables = f"{present} of {declared} tables are there: {', '.join(counts)}."
    return "\n".join([tables, *_others(verification)])


def _others(verification: Verification) -> Iterator[str]:
    """What of a template was compared beside its tables, and what it has not."""
    if verification.others:
        tables = {"table": len(verification.present)}
        yield f"Compared: {_counted({**tables, **verification.others})}."
    if verification.absent:
        yield (
            f"Declared and not in the templates: {_counted(verification.absent)}; with --whole "
            "each of them differs."
        )


def _counted(kinds: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {_several(kind, number)}" for kind, number in kinds.items())


def _several(kind: str, number: int) -> str:
    """The words for several of a kind; the names of types stay as they are."""
    if number == 1 or "::" in kind or "_" in kind:
        return kind
    first, of, rest = kind.partition(" of ")
    plural = f"{first[:-1]}ies" if first.endswith("y") else f"{first}s"
    return f"{plural}{of}{rest}"


def _mended_by(finding: Finding) -> str:
    command = mending_command(finding)
    return f"trueup {command}" if command else ""

"""Declared, template and live: each fact once, with the side that lags behind the declaration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..lifecycle.verification import Verification
from ..schema.facts import Difference, Path, Unknown, Value, shown
from ..schema.verify import Finding, Verdict

Sides = Mapping[str, Finding]
"""Findings of one fact by their sides, `template` and `live`."""

_WORST: Mapping[Verdict, int] = {"agrees": 0, "unknown": 1, "differs": 2}


def three_ways(template: Verification, live: Verification) -> Verification:
    """The findings of two verifications of the same tables as one: a fact agrees if it agrees on
    both sides. A side that has no such table is told once."""
    findings: list[Finding] = []
    advice: dict[tuple[str, Path], str] = {}
    tables = dict.fromkeys(one.table for one in (*template.findings, *live.findings))
    for table in tables:
        sides = {"template": _of(table, template), "live": _of(table, live)}
        for path in _paths(sides):
            found = {side: one for side, facts in sides.items() if (one := _at(path, facts))}
            told = _combined(path, found)
            findings.append(told)
            advice[(table, path)] = _mend(told, found)
    present = [name for name in live.declared if name in {*template.present, *live.present}]
    return replace(
        live,
        findings=tuple(findings),
        present=tuple(present),
        accepted=template.accepted,
        others=template.others,
        absent=template.absent,
        by_hand={place: how for place, how in advice.items() if how},
    )


def _of(table: str, verification: Verification) -> dict[Path, Finding]:
    """The findings of a table by path; of several, as of two stacks, the worst."""
    found: dict[Path, Finding] = {}
    for one in verification.findings:
        path = one.difference.path
        is_worse = path not in found or _WORST[one.verdict] > _WORST[found[path].verdict]
        if one.table == table and is_worse:
            found[path] = one
    return found


def _paths(sides: Mapping[str, Mapping[Path, Finding]]) -> Iterator[Path]:
    """Where facts are compared: as deep as any side tells them; but for the table as a whole."""
    every = dict.fromkeys(path for facts in sides.values() for path in facts)
    if () in every:
        every = {(): None, **every}
    for path in every:
        is_outer = any(other[: len(path)] == path for other in every if len(other) > len(path))
        if not path or not is_outer:
            yield path


def _at(path: Path, facts: Mapping[Path, Finding]) -> Finding | None:
    """What a side says of a fact, or of what it is part of; of the table as a whole, that it is
    there."""
    if not path:
        return facts.get(path) or (_whole(next(iter(facts.values()))) if facts else None)
    return next((facts[path[:n]] for n in range(len(path), 0, -1) if path[:n] in facts), None)


def _whole(any_fact: Finding) -> Finding:
    difference = Difference((), "a table", "a table")
    return replace(any_fact, difference=difference)


def _combined(path: Path, sides: Sides) -> Finding:
    """One finding of several. What is found is told by sides, unless all agree."""
    most = max(sides.values(), key=lambda one: (one.verdict != "agrees", len(one.difference.path)))
    exact = next((one for one in sides.values() if one.difference.path == path), most)
    declared = exact.difference.declared
    verdicts = {side: one.verdict for side, one in sides.items()}
    lags = tuple(side for side, verdict in verdicts.items() if verdict == "differs")
    found: Value = {side: one.difference.found for side, one in sides.items()}
    if not lags and "unknown" in verdicts.values():
        found = Unknown(shown(found))
    elif not lags:
        found = declared
    places = dict.fromkeys(one.found_at for one in sides.values() if one.found_at)
    return Finding(
        exact.table,
        Difference(path, declared, found),
        next((one.declared_at for one in sides.values() if one.declared_at), ""),
        ", ".join(places),
        max((one.severity for side, one in sides.items() if side in lags), default=exact.severity),
        lags,
    )


def _mend(told: Finding, sides: Sides) -> str:
    """What a person does: the template first, then its deployment."""
    if not told.lags:
        return ""
    if "template" in told.lags:
        finding = sides["template"]
        edit = finding.mend or "edit the template"
        is_live_too = "live" in told.lags
        return f"the template lags: {edit}" + (", and deploy it" if is_live_too else "")
    return "the live table lags: deploy the template"

"""Verification: every declared table beside the live one, and what the whole amounts to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cache

from .._dataclass import dataclass
from ..engines.open_tables import OpenTables
from ..errors import ErrorCode, TrueupError
from ..schema.engine import LiveTable, SchemaEngine
from ..schema.facts import Path
from ..schema.severity import Severity
from ..schema.tables import TableSchema
from ..schema.verify import Finding, unreadable_table, verify_table
from .accepted import NOTHING, Accepted
from .by_hand import by_hand
from .inspection import inspect_at_once

Look = Callable[[str], LiveTable | None]
"""Inspects a table by its physical name; None if it is not there."""


@dataclass(frozen=True, slots=True)
class Verification:
    """All findings, table by table.

    present: the declared tables that are there, as far as is known. declared: all of them.
    accepted: unknown facts that are expected on this server.
    by_hand: by table and path, how to mend what the engine cannot change.
    others: how many of which other resources of a template were compared, too. absent: how many of
    which it has not.
    """

    findings: tuple[Finding, ...]
    present: tuple[str, ...]
    declared: tuple[str, ...]
    accepted: Accepted = NOTHING
    by_hand: Mapping[tuple[str, Path], str] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)
    absent: Mapping[str, int] = field(default_factory=dict)

    def differing(self, at_least: Severity = Severity.LOW) -> list[Finding]:
        """What differs, of this severity or worse."""
        return [
            finding
            for finding in self.findings
            if finding.verdict == "differs" and finding.severity >= at_least
        ]

    @property
    def unknown(self) -> list[Finding]:
        """What is not known, and is not accepted: it is never green."""
        return [one for one in self._unknown() if not self.accepted.covers(one)]

    @property
    def accepted_unknown(self) -> list[Finding]:
        """What is not known, and is accepted."""
        return [one for one in self._unknown() if self.accepted.covers(one)]

    @property
    def accepted_in_vain(self) -> list[str]:
        """The lines of accepted facts that match no fact of any table: misspelt, or out of date."""
        return [
            " ".join(pattern)
            for pattern in self.accepted.patterns
            if not any(Accepted((pattern,)).covers(one) for one in self.findings)
        ]

    @property
    def agreeing(self) -> int:
        """How many facts agree."""
        return sum(finding.verdict == "agrees" for finding in self.findings)

    def _unknown(self) -> Iterator[Finding]:
        return (finding for finding in self.findings if finding.verdict == "unknown")


def verify_tables(
    declared: Mapping[str, TableSchema],
    look: Look,
    accepted: Accepted = NOTHING,
    engine: SchemaEngine | None = None,
) -> Verification:
    """Verify declared tables, by physical name. Reads only.

    engine: is asked what it can change, for advice.

    A table that may not be described is unknown; any other failure is raised.
    """
    findings: list[Finding] = []
    present: list[str] = []
    mended: dict[tuple[str, Path], str] = {}
    for name, schema in declared.items():
        try:
            live = look(name)
        except TrueupError as error:
            if error.code is not ErrorCode.ACCESS_DENIED:
                raise
            findings.append(unreadable_table(schema, error.what))
        else:
            found = verify_table(schema, live)
            findings += found
            present += [name] if live is not None else []
            if engine is not None and live is not None and not live.problem:
                told = by_hand(engine, schema, live, found)
                mended |= {(name, path): how for path, how in told}
    return Verification(tuple(findings), tuple(present), tuple(declared), accepted, mended)


def look_at(opened: OpenTables) -> Look:
    """How a table is inspected in an open database: with all its facts, within a call's time; or
    all tables of the layer together, when the first is looked at."""
    engine = opened.open_layer.engine
    if engine.inspects_at_once:
        names = [engine.name_of(table) for table in opened.open_layer.tables]
        found = cache(lambda: inspect_at_once(opened, names))
        return lambda name: found().get(name)

    def look(name: str) -> LiveTable | None:
        return opened.runner.run(engine.inspect([name]), "verify").get(name)

    return look


def in_order_of_tables(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings with those of each table together, in the order in which the tables come first."""
    places = {
        table: place for place, table in enumerate(dict.fromkeys(one.table for one in findings))
    }
    return tuple(sorted(findings, key=lambda one: places[one.table]))


def mending_command(finding: Finding) -> str:
    """The command that mends a difference, without `trueup` and its stage; empty if none does."""
    path = finding.difference.path
    if finding.verdict != "differs" or path[:1] == ("behaviour",):
        return ""
    if finding.difference.declared is None and path[:1] == ("index",):
        return "apply --prune"
    if path == ("undeclared",):
        listed = finding.difference.found
        names = listed if isinstance(listed, Sequence) else ()
        loses = any(str(one).startswith(("column ", "row security", "policy ")) for one in names)
        return "apply --prune" + (" --allow-data-loss" if loses else "")
    return "apply --allow-replace" if path[:1] == ("key",) else "apply"

"""Deviations: known differences of a server from the contract, with their sources."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Deviation:
    """An expected difference.

    server: the name of an `EngineUnderTest`. behaviour: the name of a contract test; for a case of
    the oracle, with the case's name in brackets. source: the page that documents it.
    """

    server: str
    behaviour: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Deviations:
    """The deviations in force."""

    entries: tuple[Deviation, ...] = ()

    def find(self, server: str, behaviour: str, case: str | None = None) -> Deviation | None:
        """The deviation of a behaviour on a server, or of one case of it."""
        names = {behaviour, f"{behaviour}[{case}]"}
        found = (one for one in self.entries if one.server == server and one.behaviour in names)
        return next(found, None)


def read_deviations(path: Path, behaviours: Collection[str]) -> Deviations:
    """The `[[deviation]]` entries of a TOML file.

    behaviours: the names of all contract tests.

    Raises:
        ValueError: names every entry that is incomplete, repeated or about no behaviour.
    """
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("deviation", [])
    problems = [*_problems(rows, behaviours)]
    if problems:
        raise ValueError(f"{path.name}: {'; '.join(problems)}")
    return Deviations(tuple(Deviation(**row) for row in rows))


def _problems(rows: Iterable[dict[str, Any]], behaviours: Collection[str]) -> Iterator[str]:
    wanted = {field.name for field in fields(Deviation)}
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(rows, start=1):
        if set(row) != wanted or not all(isinstance(text, str) and text for text in row.values()):
            yield f"entry {number} needs exactly the texts {', '.join(sorted(wanted))}"
            continue
        if row["behaviour"].partition("[")[0] not in behaviours:
            yield f"entry {number}: there is no behaviour {row['behaviour']}"
        if (row["server"], row["behaviour"]) in seen:
            yield f"entry {number} stands twice"
        seen.add((row["server"], row["behaviour"]))

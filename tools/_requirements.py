"""The requirements of the reference systems, read from `requirements/*.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

MOST_PER_TEST = 10


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row: what a system has to do, or a trap it has to avoid.

    note: in what the system differs from the row, and why.
    """

    id: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """A reference system with its rows in the order of its file."""

    name: str
    requirements: tuple[Requirement, ...]
    traps: tuple[Requirement, ...]


def load_systems(folder: Path) -> list[System]:
    """Every system in `folder`, by name.

    Raises:
        ValueError: An id stands twice.
    """
    systems = [_load(path) for path in sorted(folder.glob("*.toml"))]
    seen: set[str] = set()
    for system in systems:
        for row in system.requirements + system.traps:
            if row.id in seen:
                raise ValueError(f"{system.name}: the id {row.id} stands twice")
            seen.add(row.id)
    return systems


def known_ids(folder: Path) -> frozenset[str]:
    """The ids of all requirements, traps included."""
    return frozenset(
        row.id for system in load_systems(folder) for row in system.requirements + system.traps
    )


def find_problem(ids: list[str], known: frozenset[str]) -> str | None:
    """What is wrong with the ids that one test claims to prove, or None."""
    unknown = sorted(set(ids) - known)
    if unknown:
        return f"unknown requirement {', '.join(unknown)}"
    if len(set(ids)) > MOST_PER_TEST:
        return f"{len(set(ids))} requirements on one test, {MOST_PER_TEST} at most"
    return None


def _load(path: Path) -> System:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return System(
        name=path.stem,
        requirements=_rows(data.get("requirement", [])),
        traps=_rows(data.get("trap", [])),
    )


def _rows(tables: list[dict[str, str]]) -> tuple[Requirement, ...]:
    return tuple(Requirement(table["id"], table["text"], table.get("note", "")) for table in tables)

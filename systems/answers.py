"""Asking every access pattern of a layer, and whether two databases give the same answers."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from trueup import AccessPattern, Database, Layer, Model, Table

Examples = Mapping[tuple[str, str], tuple[Any, ...]]
"""Table and pattern to a value for each field that the pattern is asked by."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one access pattern gave. index: None where the table's own key answers.

    found: the items themselves, in order.
    """

    table: str
    pattern: str
    question: str
    index: str | None
    given: tuple[str, ...]
    items: int
    duration_s: float
    found: Sequence[Model] = field(repr=False)

    def summary(self) -> dict[str, Any]:
        """All of it but the items."""
        summary = asdict(replace(self, found=()))
        del summary["found"]
        return summary


def ask_all(db: Database, layer: Layer, examples: Examples) -> list[Answer]:
    """The answer to every pattern of the layer, in the order of their declaration."""
    return [
        ask(db, table, pattern, examples[table.name, pattern.name])
        for table in layer.tables
        for pattern in table.patterns
    ]


def ask(db: Database, table: Table[Any], pattern: AccessPattern, given: tuple[Any, ...]) -> Answer:
    """Read the whole answer to one pattern, and time it."""
    repository = db.repository(table)
    started = time.perf_counter()
    found = repository.pattern(pattern.name, *given).all()
    duration_s = time.perf_counter() - started
    return Answer(
        table.name,
        pattern.name,
        pattern.description,
        pattern.index,
        tuple(map(str, given)),
        len(found),
        duration_s,
        found,
    )


def differing(layer: Layer, ours: Iterable[Answer], theirs: Iterable[Answer]) -> list[str]:
    """The patterns, as `Table.pattern`, whose two answers are not the same items in one order.

    Items with the same sort value have no order of their own in an index, and may come in any.
    """
    sorted_by = {
        (table.name, pattern.name): pattern.sorted_by
        for table in layer.tables
        for pattern in table.patterns
    }
    return [
        f"{our.table}.{our.pattern}"
        for our, their in zip(ours, theirs, strict=True)
        if not _same(our.found, their.found, sorted_by[our.table, our.pattern])
    ]


def comparison(asked: int, engine: str, different: Sequence[str]) -> str:
    """Whether the answers of this engine are those of a new SQLite file, in one sentence."""
    places = "in this file and in a new one" if engine == "sqlite" else f"on sqlite and {engine}"
    if different:
        names = ", ".join(different)
        return f"{len(different)} of {asked} access patterns differ {places}: {names}"
    return f"{asked} access patterns: identical {places}"


def _same(ours: Sequence[Model], theirs: Sequence[Model], sorted_by: str | None) -> bool:
    if sorted_by is not None:
        in_order = [[getattr(item, sorted_by) for item in items] for items in (ours, theirs)]
        if in_order[0] != in_order[1]:
            return False
    rest = list(theirs)
    for item in ours:
        if item not in rest:
            return False
        rest.remove(item)
    return not rest

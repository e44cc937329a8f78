"""Every declared fact beside the live one: agreement, difference, or not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal, TypeAlias

from .._dataclass import dataclass
from .engine import LiveTable
from .facts import Difference, Path, Unknown, Value, compared, overlaid
from .severity import Severity, severity_of
from .tables import IndexSchema, TableSchema, index_trees, tree

Verdict: TypeAlias = Literal["agrees", "differs", "unknown"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact of a table, declared and found, each with its source.

    table: the physical name, or the id of another resource. lags: of several sides that were
    compared, those that differ. mend: what a person does; empty if a command does it.
    """

    table: str
    difference: Difference
    declared_at: str
    found_at: str
    severity: Severity
    lags: tuple[str, ...] = ()
    mend: str = ""

    @property
    def verdict(self) -> Verdict:
        """Whether the fact found is the declared one, if it is known."""
        if self.difference.agrees:
            return "agrees"
        return "unknown" if self.difference.reason else "differs"


def verify_table(declared: TableSchema, live: LiveTable | None) -> list[Finding]:
    """Every declared fact with the one found, and what is only live, in declared order.

    live: None for a table that does not exist.
    """
    return [
        Finding(
            declared.name,
            difference,
            declared.source,
            live.source_of(difference.path) if live else "",
            Severity.LOW if _is_undeclared(difference) else severity_of(difference.path),
        )
        for difference in _differences(declared, live)
    ]


def unreadable_table(declared: TableSchema, why: str) -> Finding:
    """The finding for a table that may not be described. why: such as the lacking permission."""
    unknown = Difference((), "a table", Unknown(why))
    return Finding(declared.name, unknown, declared.source, "", Severity.CRITICAL)


def _differences(declared: TableSchema, live: LiveTable | None) -> Iterator[Difference]:
    if live is None or live.problem:
        yield Difference((), "a table", live.problem if live else None)
        return
    if not live.is_usable and not live.busy:
        yield Difference((), "a table", Unknown("it is being created or changed"))
        return
    if () in live.unknown:
        yield Difference((), "a table", live.unknown[()])
        return
    served = tree(replace(live.schema, indexes=_as_served(declared, live)))
    found = overlaid(served, _unknown_indexes(declared, live))
    yield from _in_progress(compared(tree(declared), found), live.busy)
    if ("index",) in live.unknown and declared.indexes.keys() <= live.schema.indexes.keys():
        yield Difference(("index",), None, live.unknown[("index",)])
    for name, facts in index_trees(live.schema).items():
        if name not in declared.indexes:
            yield Difference(("index", name), None, facts)


def _unknown_indexes(declared: TableSchema, live: LiveTable) -> Mapping[Path, Unknown]:
    """What is not known; if that is which indexes there are, those that were not found."""
    unknown = dict(live.unknown)
    why = unknown.pop(("index",), None)
    missing = declared.indexes.keys() - live.schema.indexes.keys()
    return unknown | {("index", name): why for name in missing if why is not None}


def _is_undeclared(difference: Difference) -> bool:
    """Whether an index is only live."""
    return difference.declared is None and difference.path[:1] == ("index",)


def _as_served(declared: TableSchema, live: LiveTable) -> Mapping[str, IndexSchema]:
    """The live indexes; those that hold more attributes than declared serve as the declared."""
    served = dict(live.schema.indexes)
    for name, index in declared.indexes.items():
        if name in served and served[name].serves(index):
            served[name] = replace(served[name], projection=index.projection)
    return served


def _in_progress(
    differences: Iterator[Difference], busy: Mapping[str, str]
) -> Iterator[Difference]:
    """The same facts, and those of an index that is being built as one unknown."""
    told: set[str] = set()
    for difference in differences:
        what = " ".join(difference.path[:2])
        if what not in busy:
            yield difference
        elif what not in told:
            told.add(what)
            unknown: Value = Unknown(f"it is {busy[what]}")
            yield Difference(difference.path[:2], "an index", unknown)

"""Is what the database holds what the catalogues say?

Each check goes from stored items back to rows; that way back shares only the rows with the way
there, which is in `seeds.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from trueup import Database, parts_of

from .catalogues import CciRow, NistRow, ReferenceRow, cci_rows, nist_rows, reference_rows
from .models import Baseline, Control, ControlMapping, ControlStatus
from .tables import controls, frameworks, mappings


@dataclass(frozen=True, slots=True)
class Check:
    """One claim: of `expected` things, `found` were as they should be, and `wrong` were not."""

    claim: str
    expected: int
    found: int
    wrong: int

    @property
    def holds(self) -> bool:
        """Whether everything was there and nothing else."""
        return self.expected == self.found and not self.wrong


def check_catalogues(db: Database) -> list[Check]:
    """Compare everything stored from the catalogues with their files."""
    stored_controls = _all_controls(db)
    stored_mappings = db.repository(mappings).scan().all()
    nist = [_nist_row(item) for item in stored_controls if item.published is None]
    cci = [_cci_row(item) for item in stored_controls if item.published is not None]
    references = [_reference_row(item) for item in stored_mappings]
    return [
        _compare("NIST controls equal their rows", nist_rows(), nist),
        _compare("DISA controls equal their rows", cci_rows(), cci),
        _compare("mappings equal their references", reference_rows(), references),
        _check_reverse(db, stored_mappings),
    ]


def _all_controls(db: Database) -> list[Control]:
    """The controls of each framework, by the question that asks for them; no scan."""
    repository = db.repository(controls)
    return [
        control
        for framework in db.repository(frameworks).scan()
        for control in repository.pattern("controls_of_framework", framework.framework_key)
    ]


def _compare(
    claim: str, rows: Iterable[tuple[str, ...]], stored: Iterable[tuple[str, ...]]
) -> Check:
    expected, found = list(rows), list(stored)
    return Check(
        claim,
        len(expected),
        len(set(expected) & set(found)),
        len(set(found) - set(expected)) + len(found) - len(set(found)),
    )


def _nist_row(control: Control) -> NistRow:
    return NistRow(
        control.framework_name,
        control.version,
        control.control_id,
        control.title or "",
        control.family or "",
        "|".join(baseline for baseline in Baseline if baseline in control.baselines),
        control.statement,
    )


def _cci_row(control: Control) -> CciRow:
    return CciRow(
        control.control_id,
        "deprecated" if control.status is ControlStatus.DEPRECATED else "draft",
        control.published.isoformat() if control.published else "",
        control.category or "",
        control.statement,
    )


def _reference_row(mapping: ControlMapping) -> ReferenceRow:
    """Everything but the part comes out of the mapping key."""
    keys = parts_of(ControlMapping.mapping_key, mapping.mapping_key)
    source = parts_of(Control.control_key, keys["control_key"])
    target = parts_of(Control.control_key, keys["mapped_control_key"])
    return ReferenceRow(
        source["control_id"], target["version"], target["control_id"], mapping.mapped_part
    )


def _check_reverse(db: Database, stored: Iterable[ControlMapping]) -> Check:
    """Ask each mapped control for its mappings: the answers together are all mappings."""
    sources: dict[str, set[str]] = defaultdict(set)
    for mapping in stored:
        sources[mapping.mapped_control_key].add(mapping.control_key)
    found = wrong = 0
    for target, expected in sources.items():
        keys = {item.control_key for item in db.repository(mappings).pattern("mappings_to", target)}
        found += len(keys & expected)
        wrong += len(keys - expected)
    total = sum(map(len, sources.values()))
    return Check("mappings found from the other side", total, found, wrong)

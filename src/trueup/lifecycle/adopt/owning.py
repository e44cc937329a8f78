"""Owning: live tables that others made become this layer's, so that apply may change them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ..._dataclass import dataclass
from ...schema.diff import diff_table
from ..clocks import TRUE_CLOCKS, Clocks
from ..guards import protected
from ..inspection import Sides, Target, inspect
from ..owner import find_owner, new_run_id
from ..state.lock import acquire
from ..state.ownership import own
from ..state.records import Ownership, Scope


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live table that a layer declares.

    owner: who owns it now, as far as anybody says; empty for nobody. is_ours: nothing is to do.
    problem: why Trueup cannot use it. differences: what apply would change once the table is owned.
    protected_by: the layer and stage that own it, if that stage protects its tables.
    """

    name: str
    owner: str
    is_ours: bool
    problem: str
    differences: tuple[str, ...]
    protected_by: Scope | None = None


def candidates(sides: Sides) -> Iterator[Candidate]:
    """The declared tables that are there."""
    for name, schema in sides.declared.items():
        if name in sides.live:
            live = sides.live[name]
            record = sides.owned.ours.get(name)
            is_ours = record is not None and record.ownership is Ownership.CREATED
            whose = sides.owned.strangers.get(name, "") or live.managed_by
            told = () if live.problem else tuple(map(str, diff_table(schema, live.schema)))
            yield Candidate(name, whose, is_ours, live.problem, told, _protector(sides, name))


def _protector(sides: Sides, name: str) -> Scope | None:
    """Another stage that has recorded a table as protected."""
    owner = sides.records[name].scope if name in sides.records else sides.scope
    return owner if owner.protect and owner != sides.scope else None


def take_over(
    target: Target,
    names: Collection[str],
    *,
    agreed: Collection[Scope] = (),
    clocks: Clocks = TRUE_CLOCKS,
) -> list[Candidate]:
    """Record tables as this layer's and stage's, under the lock.

    names: physical ones, of candidates. agreed: the protected stages of others whose names a person
    has typed. Returns those that were not ours. A table that Trueup cannot use is left alone.

    Raises Blocked: (locked) a run holds the lock, (state-unusable) the state may not be written,
    (protected-stage) a table is recorded for a protected stage, and nobody agreed.
    """
    target.store.create()
    run_id = new_run_id(clocks.epoch_s())
    lease = acquire(target.store, target.scope, run_id, find_owner(), clocks)
    try:
        sides = inspect(target)
        found = [one for one in candidates(sides) if one.name in names]
        taken = [one for one in found if not one.is_ours and not one.problem]
        _check_agreed(taken, agreed)
        tables = [sides.live[one.name] for one in taken]
        own(lease, tables, sides.records, clocks.now_epoch_s)
    finally:
        lease.release()
    return taken


def _check_agreed(taken: Iterable[Candidate], agreed: Collection[Scope]) -> None:
    for one in taken:
        if one.protected_by is not None and one.protected_by not in agreed:
            raise protected(
                f"the table {one.name} belongs to the {one.protected_by}, which is protected",
                "run trueup adopt --own on a terminal without --auto-approve: it asks for the name "
                "of that stage",
            )

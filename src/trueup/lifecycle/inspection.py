"""Inspection: the declared and the live side of a stage's tables, and whose the tables are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from time import monotonic

from .._dataclass import dataclass
from ..engines.open_tables import OpenTables
from ..schema.engine import LiveTable
from ..schema.hazard import Allowance
from ..schema.plan import Plan, destroy_plan, make_plan
from ..schema.tables import TableSchema
from .declared import declared_tables
from .state.ownership import Owned, sort_owned
from .state.recognition import check_no_state, check_state_name, holds_state
from .state.records import OwnedTable, Ownership, Scope
from .state.store import Store

_AT_A_TIME = 25
"""Tables that are inspected within the time of one call."""


@dataclass(frozen=True, slots=True)
class Target:
    """The tables of a layer in a stage, opened.

    only: logical names of the tables that are looked at; empty for all.
    """

    opened: OpenTables
    store: Store
    scope: Scope
    only: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Intent:
    """What is wanted of a plan. allowed: the options that were given.

    is_destroy: to drop all owned tables. backup: begins the names of copies of dropped tables.
    planned_with: the options that the plan was made with, if it comes from a file: they choose what
        is planned, and allow nothing. None for those that were given.
    is_named: whether a person typed the stage's name, as a protected stage asks for it.
    """

    allowed: frozenset[Allowance] = frozenset()
    is_destroy: bool = False
    backup: str = ""
    planned_with: frozenset[Allowance] | None = None
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Sides:
    """What is declared, what is there, and whose it is; all by physical name.

    records: those of the state, of all layers and stages. scope: whose sides they are.
    """

    declared: Mapping[str, TableSchema]
    live: Mapping[str, LiveTable]
    owned: Owned
    records: Mapping[str, OwnedTable]
    scope: Scope

    @property
    def busy(self) -> list[str]:
        """The tables of ours that are being created or changed."""
        return [
            name
            for name, table in self.live.items()
            if name in self.owned.ours and (table.busy or not table.is_usable)
        ]

    @property
    def unrecorded(self) -> list[str]:
        """The tables that are there, and whose creation, or protection, nobody recorded."""
        return [
            name
            for name, record in self.owned.ours.items()
            if name in self.live
            if record.ownership is Ownership.INTENDED or (self.scope.protect and not record.protect)
        ]

    def plan(self, intent: Intent) -> Plan:
        """What it takes to make the live tables as declared, or to drop them."""
        if intent.is_destroy:
            return destroy_plan(self.live, self.owned.ours, backup=intent.backup)
        return make_plan(
            self.declared,
            self.live,
            owned=self.owned.ours,
            strangers=self.owned.strangers,
            allowed=intent.allowed if intent.planned_with is None else intent.planned_with,
            backup=intent.backup,
        )


def inspect(target: Target) -> Sides:
    """Both sides of a target.

    A table that holds the state of a stage is nobody's to change, whatever was recorded.

    Raises ConfigurationError if such a table is declared, InvalidCall (invalid-option) if the layer
    has no table of a name, Blocked
    (state-unusable) if the state may not be read, NeedsOperator if a table may not be described.
    """
    declared = declared_side(target)
    records = target.store.permitted(target.store.owned)
    names = dict.fromkeys(declared)
    names |= dict.fromkeys(one.renamed_from for one in declared.values() if one.renamed_from)
    if not target.only:
        names |= dict.fromkeys(name for name in records if records[name].scope == target.scope)
    live = live_side(target, names)
    _check_declared(target, declared, live)
    owned = sort_owned(records, live, target.scope)
    kept = {name for name in owned.ours if name in live and _is_state(target, live[name])}
    if kept:
        ours = {name: record for name, record in owned.ours.items() if name not in kept}
        owned = replace(owned, ours=ours)
    if target.only:
        ours = {name: record for name, record in owned.ours.items() if name in names}
        owned = replace(owned, ours=ours)
    return Sides(declared, live, owned, records, target.scope)


def _check_declared(
    target: Target, declared: Mapping[str, TableSchema], live: Mapping[str, LiveTable]
) -> None:
    """Refuse declared tables that hold a state, this one or another. Raises ConfigurationError."""
    check_state_name(target.store.name, declared, str(target.scope))
    found = [table.schema for name, table in live.items() if name in declared]
    check_no_state(target.opened, found, str(target.scope))


def _is_state(target: Target, live: LiveTable) -> bool:
    is_this = live.schema.name.casefold() == target.store.name.casefold()
    return is_this or holds_state(target.opened, live.schema)


def declared_side(target: Target) -> dict[str, TableSchema]:
    """The declared tables by physical name. Raises InvalidCall (invalid-option)."""
    return declared_tables(target.opened.open_layer, target.only, protect=target.scope.protect)


def live_side(target: Target, names: Iterable[str]) -> dict[str, LiveTable]:
    """The existing tables among `names`, by physical name."""
    engine, runner = target.opened.open_layer.engine, target.opened.runner
    found: dict[str, LiveTable] = {}
    if engine.inspects_at_once:
        return inspect_at_once(target.opened, list(names))
    for some in _chunks(list(names)):
        found |= runner.run(engine.inspect(some), "inspect")
    return found


def inspect_at_once(opened: OpenTables, names: Sequence[str]) -> dict[str, LiveTable]:
    """The existing tables among `names`, as of one moment; the more there are, the longer it may
    last."""
    runner = opened.runner
    deadline_s = monotonic() + runner.timeout_s * (1 + len(names) // _AT_A_TIME)
    operation = opened.open_layer.engine.inspect(names)
    return dict(runner.run_until(deadline_s, operation, "inspect"))


def _chunks(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), _AT_A_TIME):
        yield names[start : start + _AT_A_TIME]

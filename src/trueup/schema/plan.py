"""Plans: the changes that lead from live tables to declared ones, in order, with their hazards."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from difflib import get_close_matches
from hashlib import sha256
from typing import Any, Literal

from .._dataclass import dataclass
from .changes import (
    AddIndex,
    AddTable,
    Change,
    ChangeIndex,
    ChangeKey,
    ChangePart,
    DropIndex,
    DropTable,
    RenamePart,
    SetFact,
    SetStream,
    SetTtl,
    path_of,
)
from .diff import diff_table, unseen
from .engine import LiveTable
from .facts import Difference, Json, compared, dotted, plain
from .hazard import Allowance, Hazard, HazardCode
from .hazards import empty_table, hazards_of, not_owned, renamed
from .order import phase_of, ranks
from .parts.ambiguous import perhaps_renamed
from .parts.references import with_references
from .tables import TableSchema, index_tree, is_in_parts, tree

NO_STRANGERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change, what has to be known of it, and what is done for it, in order.

    steps: the change itself, or what it takes: a replacement is a drop and a creation.
    """

    change: Change
    hazards: tuple[Hazard, ...] = ()
    steps: tuple[Change, ...] = ()

    @property
    def is_replacement(self) -> bool:
        """Whether the table is dropped and created."""
        return bool(self.steps) and isinstance(self.steps[-1], AddTable) and len(self.steps) > 1

    @property
    def symbol(self) -> Literal["+", "~", "-", "-/+"]:
        """`+` adds, `-` drops, `-/+` replaces, `~` changes."""
        if self.is_replacement or isinstance(self.change, ChangeIndex):
            return "-/+"
        if isinstance(self.change, DropTable | DropIndex):
            return "-"
        if isinstance(self.change, ChangePart) and self.change.after is None:
            return "-"
        if isinstance(self.change, ChangePart) and self.change.before is None:
            return "+"
        adds = type(self.change).__name__.startswith("Add")
        return "+" if adds else "~"

    def blocked_by(self, allowed: Collection[Allowance]) -> list[Hazard]:
        """The hazards that no given option allows."""
        return [hazard for hazard in self.hazards if hazard.blocks(allowed)]

    @property
    def _loses_values(self) -> bool:
        return any(one.code is HazardCode.COLUMN_DROPPED for one in self.hazards)

    def inverse(self) -> Change | None:
        """The change that undoes this one; None if what it loses does not come back."""
        is_lost = self.is_replacement or isinstance(self.change, DropTable) or self._loses_values
        return None if is_lost else self.change.inverse()


@dataclass(frozen=True, slots=True)
class Plan:
    """What it takes to make live tables as declared.

    kept: what is not declared and left alone. unseen: by table, facts that could not be read.
    fingerprint: of what was found; a plan is stale if it has changed.
    """

    changes: tuple[PlannedChange, ...]
    kept: tuple[Change, ...] = ()
    unseen: Mapping[str, tuple[Difference, ...]] = field(default_factory=dict)
    fingerprint: str = ""

    @property
    def id(self) -> str:
        """The same for the same changes of the same live tables."""
        return _digest([self.fingerprint, *(described(one.change) for one in self.changes)])[:16]

    @property
    def steps(self) -> list[Change]:
        """Everything to render, in order."""
        return [step for planned in self.changes for step in planned.steps]

    def blocked(self, allowed: Collection[Allowance] = ()) -> list[PlannedChange]:
        """The changes that no given option allows."""
        return [planned for planned in self.changes if planned.blocked_by(allowed)]


def make_plan(
    declared: Mapping[str, TableSchema],
    live: Mapping[str, LiveTable],
    *,
    owned: Collection[str] = (),
    strangers: Mapping[str, str] = NO_STRANGERS,
    allowed: Collection[Allowance] = (),
    backup: str = "",
) -> Plan:
    """The plan for declared tables.

    declared, live: by physical name. live has every table among the declared ones, the owned ones
        and those that were renamed. owned: the tables that this layer made, or took over.
    strangers: whose the other tables are, by physical name, as far as that is known.
    allowed: changes that are allowed are planned; indexes that are not declared are kept otherwise.
    backup: begins the names of the copies that are kept of dropped tables; empty for no copies.
    """
    changes: list[PlannedChange] = []
    kept: list[Change] = []
    dropped = [name for name in sorted(owned) if name in live and name not in declared]
    differing = with_references(
        declared,
        {name: live[name].schema for name in live},
        {
            name: [*diff_table(one, live[name].schema)]
            for name, one in declared.items()
            if name in live
        },
    )
    for name, schema in declared.items():
        if name not in live:
            changes.append(_creation(schema, live, dropped))
            continue
        why = "" if name in owned else _why_not_owned(live[name], strangers)
        drops = Allowance.PRUNE in allowed
        unclear = list(perhaps_renamed(differing[name], drops=drops))
        for change in differing[name]:
            if _is_undeclared(change) and not drops:
                kept.append(change)
            else:
                planned = _planned(change, live[name], why, backup)
                more = tuple(hazard for one, hazard in unclear if one is change)
                changes.append(replace(planned, hazards=(*planned.hazards, *more)))
    changes += [_drop(live[name], backup) for name in dropped]
    return Plan(
        tuple(_in_order(_untangled(_once(changes)))),
        tuple(kept),
        {
            name: tuple(found)
            for name, schema in declared.items()
            if name in live and (found := unseen(schema, live[name].schema))
        },
        fingerprint(declared, {name: live[name] for name in (*declared, *dropped) if name in live}),
    )


def destroy_plan(
    live: Mapping[str, LiveTable], owned: Collection[str], *, backup: str = ""
) -> Plan:
    """The plan that drops every owned table."""
    tables = [live[name] for name in sorted(owned) if name in live]
    dropped = {table.schema.name: table for table in tables}
    return Plan(tuple(_drop(table, backup) for table in tables), (), {}, fingerprint({}, dropped))


def fingerprint(declared: Mapping[str, TableSchema], live: Mapping[str, LiveTable]) -> str:
    """A digest of what a plan rests on: the declared facts as found, and which tables there are.

    The order in which a server lists anything, and facts that are not declared, do not change it.
    """
    found: list[Any] = []
    for name, table in sorted(live.items()):
        schema = declared.get(name)
        seen = compared(tree(schema), tree(table.schema)) if schema else ()
        facts = sorted(
            [*difference.path, json.dumps(plain(difference.found))] for difference in seen
        )
        former = sorted([*path, old] for path, old in table.schema.former.items())
        said = [name, table.identity, table.problem, facts, sorted(table.schema.indexes)]
        found.append([*said, former] if former else said)
    return _digest(found)


def described(change: Change) -> Json:
    """A change as JSON: its kind, its table, and what it changes."""
    told: dict[str, Json] = {"kind": type(change).__name__, "table": change.schema.name}
    match change:
        case AddTable(schema) | DropTable(schema):
            return {**told, "schema": plain(tree(schema))}
        case ChangeKey(schema, before):
            return {
                **told,
                "before": plain(tree(before)["key"]),
                "after": plain(tree(schema)["key"]),
            }
        case ChangeIndex(_, before, after):
            told |= {"index": after.name, "before": plain(index_tree(before))}
            return {**told, "after": plain(index_tree(after))}
        case SetTtl(_, before, after) | SetStream(_, before, after):
            return {**told, "before": before, "after": after}
        case SetFact(_, name, before, after, index):
            told |= {"fact": name, "before": plain(before), "after": plain(after)}
            return {**told, "index": index} if index else told
        case ChangePart(_, path, before, after):
            told |= {"part": dotted(path), "before": plain(before)}
            return {**told, "after": plain(after)}
        case RenamePart(_, path, before):
            return {**told, "part": dotted(path), "before": before}
        case _:
            return {**told, "index": change.index.name, "schema": plain(index_tree(change.index))}


def _in_order(changes: list[PlannedChange]) -> list[PlannedChange]:
    """The changes; if parts of tables are among them, each after what it needs."""
    if not any(is_in_parts(one.change.schema) for one in changes):
        return changes
    ranked = ranks([one.change for one in changes])
    # An object that tables share is changed once.
    once = {path_of(one.change): one for one in reversed(changes) if path_of(one.change) in ranked}
    found = [one for one in changes if once.get(path_of(one.change), one) is one]
    return sorted(found, key=lambda one: ranked.get(path_of(one.change), (phase_of(one.change), 0)))


def _is_undeclared(change: Change) -> bool:
    """Whether a change drops what is only live."""
    if isinstance(change, ChangePart):
        return change.after is None and not change.is_declared
    return isinstance(change, DropIndex)


def _creation(
    schema: TableSchema, live: Mapping[str, LiveTable], dropped: list[str]
) -> PlannedChange:
    change = AddTable(schema)
    hazards: list[Hazard] = []
    if schema.renamed_from in live:
        hazards.append(renamed(schema.name, schema.renamed_from))
    elif likely := get_close_matches(schema.name, dropped, 1, cutoff=0.0):
        hazards.append(empty_table(schema.name, likely[0]))
    return PlannedChange(change, tuple(hazards), (change,))


def _why_not_owned(live: LiveTable, strangers: Mapping[str, str]) -> str:
    if live.managed_by:
        return f"{live.managed_by} manages it"
    return strangers.get(live.schema.name, "nothing says that this layer made it")


def _planned(change: Change, live: LiveTable, why_not_owned: str, backup: str) -> PlannedChange:
    hazards = list(hazards_of(change))
    replaces = any(hazard.code is HazardCode.REPLACEMENT for hazard in hazards)
    if why_not_owned:
        hazards.insert(0, not_owned(change.schema.name, why_not_owned))
    steps = (*_drop_steps(live, backup), AddTable(change.schema)) if replaces else (change,)
    return PlannedChange(change, tuple(hazards), steps)


def _drop(live: LiveTable, backup: str) -> PlannedChange:
    steps = tuple(_drop_steps(live, backup))
    return PlannedChange(steps[-1], tuple(hazards_of(steps[-1])), steps)


def _drop_steps(live: LiveTable, backup: str) -> Iterator[Change]:
    """A drop, and before it the end of the table's protection against it."""
    schema = live.schema
    if schema.facts.get("deletion_protection"):
        yield SetFact(schema, "deletion_protection", True, False)
    yield DropTable(schema, f"{backup}-{schema.name}" if backup else "")


def _once(changes: Iterable[PlannedChange]) -> Iterator[PlannedChange]:
    """The changes; of a table that is replaced only the replacement, which makes all others."""
    found = list(changes)
    replaced = {one.change.schema.name: one for one in found if one.is_replacement}
    for planned in found:
        replacement = replaced.get(planned.change.schema.name)
        if replacement is None or replacement is planned:
            yield planned


def _untangled(changes: Iterable[PlannedChange]) -> list[PlannedChange]:
    """The changes, in an order in which an attribute has one type at a time: indexes that share an
    attribute whose type changes are all dropped before one of them is created."""
    found = list(changes)
    tangled = [
        (one, one.change)
        for one in found
        if isinstance(one.change, ChangeIndex) and _retypes(one.change)
    ]
    if not tangled:
        return found
    dropped = [
        replace(one, steps=(DropIndex(change.schema, change.before),)) for one, change in tangled
    ]
    creations = tuple(AddIndex(change.schema, change.after) for _, change in tangled)
    dropped[-1] = replace(dropped[-1], steps=(*dropped[-1].steps, *creations))
    others = [one for one in found if one not in [planned for planned, _ in tangled]]
    added = [one for one in others if isinstance(one.change, AddIndex)]
    return [*(one for one in others if one not in added), *dropped, *added]


def _retypes(change: ChangeIndex) -> bool:
    """Whether an attribute of the index gets another type."""
    before = {one.name: one.kind for one in change.before.attributes}
    return any(before.get(one.name, one.kind) != one.kind for one in change.after.attributes)


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()

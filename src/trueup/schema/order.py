"""The order of changes of relational tables: each after what it needs, and what is in its way.

renamed ─► dropped: views ─► triggers, policies ─► references ─► constraints, indexes
    ─► extensions, types ─► domains, sequences, functions that tables call ─► new columns
    ─► columns ─► constraints, indexes ─► keys ─► columns that may be empty ─► tables
    ─► references ─► functions ─► triggers
    ─► row security ─► objects ─► dropped columns, tables, functions, types, sequences
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum, auto

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
)
from .facts import Path, Value
from .mentions import BEFORE_TABLES, CALLED, before_tables, by_mention, kind_and_name, words


class Phase(IntEnum):
    """When a change is made."""

    RENAMES = auto()
    DROP_OBJECTS = auto()
    DROP_TRIGGERS = auto()
    DROP_REFERENCES = auto()
    DROP_CONSTRAINTS = auto()
    TYPES = auto()
    NAMED_TYPES = auto()
    COLUMNS = auto()
    CHANGED_COLUMNS = auto()
    GENERATED = auto()
    CONSTRAINTS = auto()
    KEYS = auto()
    LOOSENED = auto()
    TABLES = auto()
    REFERENCES = auto()
    FUNCTIONS = auto()
    TRIGGERS = auto()
    OBJECTS = auto()
    OTHERS = auto()
    DROP_GENERATED = auto()
    DROP_COLUMNS = auto()
    DROP_TABLES = auto()
    DROP_PROGRAMS = auto()


_DROPPED = {
    "objects": Phase.DROP_OBJECTS,
    "triggers": Phase.DROP_TRIGGERS,
    "row_security": Phase.DROP_TRIGGERS,
    "constraints": Phase.DROP_CONSTRAINTS,
    "indexes": Phase.DROP_CONSTRAINTS,
    "columns": Phase.DROP_COLUMNS,
}
_MADE = {
    "extensions": Phase.TYPES,
    "types": Phase.TYPES,
    "columns": Phase.COLUMNS,
    "constraints": Phase.CONSTRAINTS,
    "indexes": Phase.CONSTRAINTS,
    "functions": Phase.FUNCTIONS,
    "triggers": Phase.TRIGGERS,
    "row_security": Phase.TRIGGERS,
    "objects": Phase.OBJECTS,
    "privileges": Phase.OTHERS,
    "descriptions": Phase.OTHERS,
}


def phase_of(change: Change) -> Phase:
    """When a change is made."""
    match change:
        case RenamePart():
            return Phase.RENAMES
        case AddTable():
            return Phase.TABLES
        case DropTable():
            return Phase.DROP_TABLES
        case DropIndex():
            return Phase.DROP_CONSTRAINTS
        case AddIndex() | ChangeIndex():
            return Phase.CONSTRAINTS
        case ChangeKey():
            return Phase.KEYS
        case ChangePart():
            return _of_part(change)
        case _:
            return Phase.OTHERS


def ranks(changes: Sequence[Change]) -> Mapping[Path, tuple[Phase, int]]:
    """When objects of one's own are changed, by their paths: each after those that its SQL names,
    and dropped before them; functions that tables call before those.

    changes: of one plan.
    """
    parts = [one for one in changes if isinstance(one, ChangePart)]
    objects = [one for one in parts if one.path[0] == "objects"]
    made = {one.path[-1]: one.after for one in objects if one.after is not None}
    gone = {one.path[-1]: one.before for one in objects if one.after is None}
    said = " ".join(
        [
            *(words(one.after) for one in parts if one.path[0] in _SAID_BY_TABLES),
            *(words(one.schema.facts) for one in changes if isinstance(one, AddTable)),
        ]
    )
    early = before_tables(made, said)
    found: dict[Path, tuple[Phase, int]] = {}
    for rank, name in enumerate(by_mention(made)):
        phase = Phase.NAMED_TYPES if name in early else Phase.OBJECTS
        found["objects", name] = phase, rank
    for rank, name in enumerate(reversed(by_mention(gone))):
        found["objects", name] = _phase_of_drop(name), rank
    return found


_SAID_BY_TABLES = ("columns", "constraints", "indexes")


def _phase_of_drop(name: str) -> Phase:
    is_used = kind_and_name(name)[0] in (*CALLED, *BEFORE_TABLES)
    return Phase.DROP_PROGRAMS if is_used else Phase.DROP_OBJECTS


def _of_part(change: ChangePart) -> Phase:
    fact, is_dropped = change.path[0], change.after is None
    if fact == "constraints" and _refers(change.before if is_dropped else change.after):
        return Phase.DROP_REFERENCES if is_dropped else Phase.REFERENCES
    if fact == "columns" and _is_generated(change):
        return _of_generated(change)
    if fact == "columns" and isinstance(change.before, Mapping) and not is_dropped:
        return _of_column(change.after)
    return _DROPPED.get(fact, Phase.DROP_OBJECTS) if is_dropped else _MADE[fact]


def _of_generated(change: ChangePart) -> Phase:
    """A computed column whose values are kept is no longer computed before a type changes that it
    is computed from, as it would be made anew."""
    if change.after is None:
        return Phase.DROP_GENERATED
    sides = (change.before, change.after)
    is_kept = all(isinstance(side, Mapping) and "generated" in side for side in sides)
    is_computed = isinstance(change.after, Mapping) and change.after.get("generated")
    return Phase.COLUMNS if is_kept and not is_computed else Phase.GENERATED


def _of_column(after: Value) -> Phase:
    """A column of the former key may be empty once there is another key."""
    is_loosened = isinstance(after, Mapping) and after.get("required") is False
    is_retyped = isinstance(after, Mapping) and "type" in after
    return Phase.LOOSENED if is_loosened and not is_retyped else Phase.CHANGED_COLUMNS


def _refers(constraint: Value) -> bool:
    return str(constraint).startswith("FOREIGN KEY")


def _is_generated(change: ChangePart) -> bool:
    sides = (change.before, change.after)
    return any(isinstance(side, Mapping) and side.get("generated") for side in sides)

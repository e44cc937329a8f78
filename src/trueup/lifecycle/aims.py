"""Aims: what the steps of a plan lead to, by which the rest of a plan is known again.

A plan that was begun and broken off is planned again with other changes: of a table that was
created, only its expiry is left; of an index that was to be replaced, only its creation. But each
leads to something that the first plan led to as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256

from .._dataclass import dataclass
from ..schema.changes import (
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
)
from ..schema.facts import Json, dotted, plain
from ..schema.plan import Plan, PlannedChange
from ..schema.tables import TableSchema, index_tree, tree


@dataclass(frozen=True, slots=True)
class Seen:
    """The plan that somebody has seen and agreed to.

    aims: as JSON texts. hazards: what was said of each table, as `Orders undeclared`.
    """

    plan_id: str
    aims: frozenset[str]
    hazards: frozenset[str] = frozenset()

    @property
    def digest(self) -> str:
        """Another text for other aims or hazards: a run records it, so that what a file says of its
        plan can be checked."""
        said = json.dumps([sorted(self.aims), sorted(self.hazards)], ensure_ascii=False)
        return sha256(said.encode()).hexdigest()


def seen(plan: Plan) -> Seen:
    """What is remembered of a plan that somebody agreed to."""
    return Seen(plan.id, aims_of(plan), _hazards_of(plan))


def aims_of(plan: Plan) -> frozenset[str]:
    """What the steps of a plan lead to, as JSON texts."""
    return frozenset(aim for step in plan.steps for aim in _aims(step))


def is_rest(plan: Plan, whole: Seen) -> bool:
    """Whether a plan leads to nothing but the aims of `whole`, with none but its hazards.

    A whole table includes all of its parts, with what has to be known of them; but what an option
    has to allow was said of the whole plan too, or this is not its rest.
    """
    return all(_is_part(planned, whole) for planned in plan.changes)


def hazard_of(table: str, code: str) -> str:
    """What was said of a table, as `Seen` has it."""
    return f"{table} {code}"


def _is_part(planned: PlannedChange, whole: Seen) -> bool:
    steps, table = planned.steps, planned.change.schema
    leads = all(
        all(aim in whole.aims for aim in _aims(step))
        or (not isinstance(step, DropTable) and _whole(step.schema) in whole.aims)
        for step in steps
    )
    is_made = _whole(table) in whole.aims
    return leads and all(
        hazard_of(table.name, hazard.code) in whole.hazards or (is_made and not hazard.blocks(()))
        for hazard in planned.hazards
    )


def _hazards_of(plan: Plan) -> frozenset[str]:
    return frozenset(
        hazard_of(planned.change.schema.name, hazard.code)
        for planned in plan.changes
        for hazard in planned.hazards
    )


def _aims(change: Change) -> Iterator[str]:
    """What a change leads to; what makes a column leads to each of its properties."""
    if isinstance(change, ChangePart) and isinstance(change.after, Mapping):
        for name, value in change.after.items():
            yield _text(change.schema.name, dotted((*change.path, name)), plain(value))
    else:
        yield _aim(change)


def _aim(change: Change) -> str:
    name = change.schema.name
    match change:
        case AddTable(schema) | ChangeKey(schema, _):
            return _whole(schema)
        case DropTable():
            return _text(name, "table", None)
        case AddIndex(_, index) | ChangeIndex(_, _, index):
            return _text(name, f"index {index.name}", plain(index_tree(index)))
        case DropIndex(_, index):
            return _text(name, f"index {index.name}", None)
        case SetTtl(_, _, after):
            return _text(name, "ttl", after)
        case SetStream(_, _, after):
            return _text(name, "stream", after)
        case SetFact(_, fact, _, after, index):
            return _text(name, f"{fact} of {index}" if index else fact, plain(after))
        case ChangePart(_, path, _, after):
            return _text(name, dotted(path), plain(after))
        case RenamePart(_, path, before):
            return _text(name, f"name of {dotted(path)}", before)


def _whole(schema: TableSchema) -> str:
    return _text(schema.name, "table", plain(tree(schema)))


def _text(table: str, what: str, after: Json) -> str:
    return json.dumps([table, what, after], sort_keys=True, ensure_ascii=False)

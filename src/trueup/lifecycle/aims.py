"""Aims: what the steps of a plan lead to, by which the rest of a plan is known again.

A plan that was begun and broken off is planned again with other changes: of a table that was
created, only its expiry is left; of an index that was to be replaced, only its creation. But each
leads to something that the first plan led to as well.
"""

from __future__ import annotations

import json

from .._dataclass import dataclass
from ..schema.changes import (
    AddIndex,
    AddTable,
    Change,
    ChangeIndex,
    ChangeKey,
    DropIndex,
    DropTable,
    SetFact,
    SetStream,
    SetTtl,
)
from ..schema.facts import Json, plain
from ..schema.plan import Plan
from ..schema.tables import TableSchema, index_tree, tree


@dataclass(frozen=True, slots=True)
class Seen:
    """The plan that somebody has seen and agreed to. aims: as JSON texts."""

    plan_id: str
    aims: frozenset[str]


def seen(plan: Plan) -> Seen:
    """What is remembered of a plan that somebody agreed to."""
    return Seen(plan.id, aims_of(plan))


def aims_of(plan: Plan) -> frozenset[str]:
    """What the steps of a plan lead to, as JSON texts."""
    return frozenset(map(_aim, plan.steps))


def is_rest(plan: Plan, aims: frozenset[str]) -> bool:
    """Whether a plan leads to nothing but these aims: a whole table includes all of its parts."""
    return all(
        _aim(step) in aims or (not isinstance(step, DropTable) and _whole(step.schema) in aims)
        for step in plan.steps
    )


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


def _whole(schema: TableSchema) -> str:
    return _text(schema.name, "table", plain(tree(schema)))


def _text(table: str, what: str, after: Json) -> str:
    return json.dumps([table, what, after], sort_keys=True, ensure_ascii=False)

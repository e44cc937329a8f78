"""Any changes of a table with items, also half of them, lead to what a new table would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from tests.changed_files.files import (
    INDEXES,
    MODELS,
    NOW,
    answers_of,
    changes_of,
    create,
    inspected,
    layer_with,
    opened,
    perform,
    things,
    values,
    words,
)
from trueup import Index, Layer
from trueup.engines.open_tables import OpenTables, unopened_layer
from trueup.engines.sqlite.ddl import filling

OTHERS = [
    Index("ByStatus", partition="item", sort="amount"),
    Index("ByAmount", partition=["digest", "amount"]),
    Index("ByItem", partition="item"),
]
NUMBERS = st.integers(0, 40)


@dataclass(frozen=True)
class Goal:
    """A layer to change to. replies: how many are read before the change is broken off; None: all.
    written, deleted: items, by a layer that knows the columns, when one reply was read."""

    indexes: tuple[Index, ...]
    ttl: str | None
    replies: int | None
    written: tuple[int, ...]
    deleted: tuple[int, ...]

    @property
    def layer(self) -> Layer:
        return layer_with(self.indexes, self.ttl)


GOALS = st.builds(
    Goal,
    st.lists(
        st.sampled_from([*INDEXES.values(), *OTHERS]), max_size=3, unique_by=lambda one: one.name
    ).map(tuple),
    st.sampled_from([None, None, "until", "gone"]),
    st.none() | st.integers(0, 12),
    st.lists(NUMBERS, max_size=3).map(tuple),
    st.lists(NUMBERS, max_size=3).map(tuple),
)


def seen_as(layer: Layer, tables: OpenTables) -> OpenTables:
    """Another layer on the same database."""
    return replace(tables, open_layer=unopened_layer("sqlite://", layer, clock=NOW.timestamp))


def change(tables: OpenTables, goal: Goal, stored: set[int]) -> None:
    """Change the table, or begin to; then write, if nothing is left to do."""
    engine = tables.open_layer.engine
    steps = engine.render(changes_of(tables), inspected(tables))
    replies = (reply for step in steps for reply in perform(tables, step))
    for _ in islice(replies, goal.replies):
        pass
    if changes_of(tables) == []:
        write(tables, goal, stored)


def write(tables: OpenTables, goal: Goal, stored: set[int]) -> None:
    for number in goal.written:
        things(tables).put(MODELS[goal.ttl].model_validate(values(number)))
        stored.add(number)
    for number in goal.deleted:
        things(tables).delete(values(number)["owner"], values(number)["number"])
        stored.discard(number)


def made_anew(goal: Goal, stored: Sequence[int]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """What a table of the goal is with the items."""
    with opened("sqlite://", goal.layer) as tables:
        create(tables)
        things(tables).put_many(MODELS[goal.ttl].model_validate(values(at)) for at in stored)
        return answers_of(tables), shown(tables)


def shown(tables: OpenTables) -> dict[str, str]:
    return words(tables.runner.wire.read)  # type: ignore[attr-defined]  # SQLite's


@given(GOALS, st.lists(GOALS, min_size=1, max_size=5), st.integers(0, 30))
def test_changes_lead_to_what_a_new_table_would_be(
    first: Goal, goals: list[Goal], number: int
) -> None:
    stored = set(range(number))
    with patch.object(filling, "BATCH_ROWS", 7), opened("sqlite://", first.layer) as tables:
        create(tables)
        things(tables).put_many(
            MODELS[first.ttl].model_validate(values(at)) for at in sorted(stored)
        )
        for goal in goals:
            change(seen_as(goal.layer, tables), goal, stored)
        last = replace(goals[-1], replies=None)
        changed = seen_as(last.layer, tables)
        change(changed, last, stored)
        assert changes_of(changed) == []
        assert (answers_of(changed), shown(changed)) == made_anew(last, sorted(stored))

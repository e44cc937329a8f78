"""Any changes of a table with items, also half of them, lead to what a new table would be."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
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
from trueup import Index, Layer, NeedsOperator
from trueup.engines.open_tables import OpenTables, unopened_layer
from trueup.engines.sqlite.ddl import filling

OTHERS = [
    Index("ByStatus", partition="item", sort="amount"),
    Index("ByAmount", partition=["digest", "amount"]),
    Index("ByItem", partition="item"),
]
NUMBERS = st.integers(0, 40)


@dataclass(frozen=True)
class Version:
    """A layer, by its indexes and its expiry."""

    indexes: tuple[Index, ...]
    ttl: str | None

    @property
    def layer(self) -> Layer:
        return layer_with(self.indexes, self.ttl)


@dataclass(frozen=True)
class Goal:
    """A layer to change to. replies: how many are read before the change is broken off; None: all.
    written: an item by a layer, each time; deleted: the same.
    """

    version: Version
    replies: int | None
    written: tuple[tuple[Version, int], ...]
    deleted: tuple[tuple[Version, int], ...]


VERSIONS = st.builds(
    Version,
    st.lists(
        st.sampled_from([*INDEXES.values(), *OTHERS]), max_size=3, unique_by=lambda one: one.name
    ).map(tuple),
    st.sampled_from([None, None, "until", "gone"]),
)


@st.composite
def drawn_goals(draw: st.DrawFn) -> Goal:
    """A goal. Who writes knows the goal's layer, or another one."""
    version = draw(VERSIONS)
    writes = st.lists(st.tuples(st.just(version) | VERSIONS, NUMBERS), max_size=4).map(tuple)
    return Goal(version, draw(st.none() | st.integers(0, 12)), draw(writes), draw(writes))


GOALS = drawn_goals()


def seen_as(layer: Layer, tables: OpenTables) -> OpenTables:
    """Another layer on the same database."""
    return replace(tables, open_layer=unopened_layer("sqlite://", layer, clock=NOW.timestamp))


def change(tables: OpenTables, goal: Goal) -> None:
    """Change the table, or begin to."""
    engine = tables.open_layer.engine
    steps = engine.render(changes_of(tables), inspected(tables))
    replies = (reply for step in steps for reply in perform(tables, step))
    for _ in islice(replies, goal.replies):
        pass


def write(tables: OpenTables, goal: Goal, stored: set[int]) -> None:
    """Write with layers of which some do not know all columns: what is not refused is stored."""
    for version, number in goal.written:
        with suppress(NeedsOperator):
            model = MODELS[version.ttl].model_validate(values(number))
            things(seen_as(version.layer, tables)).put(model)
            stored.add(number)
    for version, number in goal.deleted:
        with suppress(NeedsOperator):
            key = values(number)["owner"], values(number)["number"]
            things(seen_as(version.layer, tables)).delete(*key)
            stored.discard(number)


def made_anew(
    version: Version, stored: Sequence[int]
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """What a table of a version is with the items."""
    with opened("sqlite://", version.layer) as tables:
        create(tables)
        things(tables).put_many(MODELS[version.ttl].model_validate(values(at)) for at in stored)
        return answers_of(tables), shown(tables)


def shown(tables: OpenTables) -> dict[str, str]:
    return words(tables.runner.wire.read)  # type: ignore[attr-defined]  # SQLite's


@given(VERSIONS, st.lists(GOALS, min_size=1, max_size=5), st.integers(0, 30))
def test_changes_lead_to_what_a_new_table_would_be(
    first: Version, goals: list[Goal], number: int
) -> None:
    stored = set(range(number))
    with patch.object(filling, "BATCH_ROWS", 7), opened("sqlite://", first.layer) as tables:
        create(tables)
        things(tables).put_many(
            MODELS[first.ttl].model_validate(values(at)) for at in sorted(stored)
        )
        for goal in goals:
            change(seen_as(goal.version.layer, tables), goal)
            write(tables, goal, stored)
        last = goals[-1].version
        changed = seen_as(last.layer, tables)
        change(changed, replace(goals[-1], replies=None))
        assert changes_of(changed) == []
        assert (answers_of(changed), shown(changed)) == made_anew(last, sorted(stored))

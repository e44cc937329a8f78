"""What the engine does with conditions and updates is what `expressions/evaluate.py` says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property import strategies
from tests.property.strategies import Values
from trueup import ConditionFailed, InvalidCall, Layer, Model, Repository, Table, at, connect
from trueup.expressions import (
    At,
    Change,
    Condition,
    Item,
    apply,
    equal,
    exact_number,
    holds,
)
from trueup.model.translation.bind import Binder
from trueup.model.translation.codec import TableCodec


class Thing(Model):
    """Attributes that may hold anything."""

    group: str
    id: int
    a: Any = None
    b: Any = None
    c: Any = None


things = Table("Things", Thing, partition="group", sort="id")
layer = Layer("things", target="dynamodb", tables=[things])
codec = TableCodec(layer.describe(things))
binder = Binder(layer.describe(things))

numbers = st.builds(
    lambda digits, exponent: exact_number(Decimal(digits).scaleb(exponent)),
    st.integers(-(10**5), 10**5),
    st.integers(-3, 3),
)
texts = st.text("ab$é\U0001f600", max_size=3)
map_keys = st.sampled_from(["a", "b", "$n", "$$", "é"])
some_values = Values(numbers, texts, st.binary(max_size=3), map_keys)
values = some_values.every
fields = st.sampled_from([Thing.a, Thing.b, Thing.c])
steps = st.sampled_from(["a", "b", "$n", 0, 1, 2])
ats: st.SearchStrategy[At[Any]] = st.builds(
    lambda field, below: at(reduce(lambda path, step: path[step], below, field)),
    fields,
    st.lists(steps, max_size=2),
)
conditions = strategies.conditions(ats, some_values)
updates = strategies.changes(ats, some_values)
things_drawn = st.builds(
    Thing, group=st.just("g"), id=st.just(1), a=values, b=values, c=st.none() | values
)


@contextmanager
def opened(*stored: Thing) -> Iterator[Repository[Thing]]:
    with connect("sqlite://", layer) as db:
        db.create_tables()
        repo = db.repository(things)
        assert repo.put_many(stored).is_complete
        yield repo


def is_stored(repo: Repository[Thing], expected: Item) -> bool:
    """Whether what is read is what this item is read as."""
    found = repo.get("g", 1)
    return found is not None and is_same(found, codec.decode(expected))


def is_same(a: Model, b: Model) -> bool:
    return equal(codec.encode(a), codec.encode(b))


def put(repo: Repository[Thing], condition: Condition) -> Any:
    return repo.put(Thing(group="g", id=1, a="written"), only_if=condition)


def update(repo: Repository[Thing], condition: Condition) -> Any:
    return repo.update(("g", 1), at(Thing.a).assign("written"), only_if=condition)


def delete(repo: Repository[Thing], condition: Condition) -> Any:
    return repo.delete("g", 1, only_if=condition)


@pytest.mark.parametrize("write", [put, update, delete])
@settings(max_examples=150, deadline=None)
@given(thing=things_drawn, condition=conditions)
def test_a_write_happens_exactly_if_its_condition_holds(
    write: Callable[[Repository[Thing], Condition], Any], thing: Thing, condition: Condition
) -> None:
    before = codec.encode(thing)
    is_expected = holds(binder.condition(condition), before)
    with opened(thing) as repo:
        if is_expected:
            write(repo, condition)
            found = repo.get("g", 1)
            assert found is None if write is delete else found is not None and found.a == "written"
        else:
            with pytest.raises(ConditionFailed):
                write(repo, condition)
            assert is_stored(repo, before)


@settings(max_examples=50, deadline=None)
@given(conditions)
def test_a_condition_on_a_missing_item_is_of_one_without_attributes(condition: Condition) -> None:
    is_expected = holds(binder.condition(condition), None)
    with opened() as repo:
        if is_expected:
            put(repo, condition)
        else:
            with pytest.raises(ConditionFailed):
                put(repo, condition)
        assert repo.exists("g", 1) is is_expected


@settings(max_examples=150, deadline=None)
@given(st.lists(things_drawn, max_size=8), conditions, st.none() | st.integers(1, 3))
def test_a_filter_keeps_the_items_for_which_it_holds(
    some: list[Thing], condition: Condition, page_size: int | None
) -> None:
    stored = [thing.model_copy(update={"id": i}) for i, thing in enumerate(some)]
    bound = binder.condition(condition)
    kept = [thing.id for thing in stored if holds(bound, codec.encode(thing))]
    with opened(*stored) as repo:
        found = repo.query("g", filter=condition, page_size=page_size)
        assert [thing.id for thing in found] == kept
        assert repo.count("g", filter=condition, page_size=page_size) == len(kept)
        assert sorted(thing.id for thing in repo.scan(filter=condition)) == kept


def outcome(changes: Sequence[Change], item: Item) -> Item | InvalidCall:
    """The item after the changes, or why they are refused."""
    try:
        return apply(binder.updates(changes), item)
    except InvalidCall as error:
        return error


@settings(max_examples=300, deadline=None)
@given(things_drawn, st.lists(updates, min_size=1, max_size=3))
def test_an_update_changes_what_it_says(thing: Thing, changes: list[Change]) -> None:
    before = codec.encode(thing)
    expected = outcome(changes, before)
    with opened(thing) as repo:
        if isinstance(expected, InvalidCall):
            with pytest.raises(InvalidCall) as caught:
                repo.update(("g", 1), *changes)
            assert caught.value.code is expected.code
            assert is_stored(repo, before)
        else:
            new = repo.update(("g", 1), *changes, returning="new").new
            assert new is not None
            assert is_same(new, codec.decode(expected))
            assert is_stored(repo, expected)


@settings(max_examples=100, deadline=None)
@given(st.lists(updates, min_size=1, max_size=3))
def test_an_update_begins_an_item_from_its_key(changes: list[Change]) -> None:
    expected = outcome(changes, {"group": "g", "id": 1})
    with opened() as repo:
        if isinstance(expected, InvalidCall):
            with pytest.raises(InvalidCall) as caught:
                repo.update_or_create(("g", 1), *changes)
            assert caught.value.code is expected.code
            assert repo.get("g", 1) is None
        else:
            repo.update_or_create(("g", 1), *changes)
            assert is_stored(repo, expected)

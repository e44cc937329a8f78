"""Composed attributes and shards follow the parts that an update changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.operations.tables import Order, context
from trueup import InvalidCall, at
from trueup.errors import ErrorCode
from trueup.expressions import Assign, Change
from trueup.operations.plans.writes import plan_put, plan_update

STATUS_AND_DAY = (at(Order.status).assign("paid"), at(Order.day).assign("friday"))


def derived(*changes: Change) -> dict[str, Any]:
    """What an update of `("a", 1)` assigns beside what it was asked to."""
    planned = plan_update(context(), ("a", 1), changes, version=1)
    asked = {str(change.path.segments[0]) for change in changes} | {"version"}
    written = {
        str(change.path.segments[0]): change.value if isinstance(change, Assign) else None
        for change in planned.changes
    }
    return {name: value for name, value in written.items() if name not in asked}


def test_a_change_of_no_part_brings_nothing_with_it() -> None:
    assert derived(at(Order.total).add(1)) == {}


def test_a_composed_attribute_is_rebuilt_from_the_change_and_the_key() -> None:
    assert derived(at(Order.city).assign("Köln")) == {"place": "Köln#a"}


def test_a_separator_in_a_part_is_escaped() -> None:
    (text,) = derived(at(Order.city).assign("a#b")).values()
    assert text.count("#") == 1


def test_an_update_writes_the_shard_that_a_put_would() -> None:
    order = Order(customer="a", number=1, status="paid", day="friday")
    item = plan_put(context(), order).item
    (shard,) = (name for name in derived(*STATUS_AND_DAY))
    assert derived(*STATUS_AND_DAY)[shard] == item[shard]


@pytest.mark.parametrize("change", STATUS_AND_DAY)
def test_an_update_of_some_parts_names_those_that_are_missing(change: Change) -> None:
    with pytest.raises(InvalidCall) as caught:
        derived(change)
    assert caught.value.code is ErrorCode.MISSING_PARTS
    other = "day" if str(change.path) == "status" else "status"
    assert caught.value.what.endswith(f": {other}")


def test_a_composed_attribute_is_not_assigned_itself() -> None:
    with pytest.raises(InvalidCall) as caught:
        derived(at(Order.place).assign("Bonn#a"))
    assert caught.value.code is ErrorCode.INVALID_UPDATE


@pytest.mark.parametrize(
    "change",
    [
        at(Order.customer).assign("b"),
        at(Order.number).assign(2),
        at(Order.number).add(1),
        at(Order.version).assign(9),
    ],
)
def test_keys_and_versions_are_not_changed(change: Change) -> None:
    with pytest.raises(InvalidCall) as caught:
        derived(change)
    assert caught.value.code is ErrorCode.KEY_CHANGED

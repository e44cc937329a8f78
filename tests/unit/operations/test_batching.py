"""Batches: chunks, and an outcome for every item, without an engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.unit.operations.tables import Echo, Order, context
from tests.unit.operations.wires import FLAVOURS, Flavour, Wire, drive
from trueup.errors import ErrorCode, InvalidCall, Unavailable, VersionConflict
from trueup.operations import Request
from trueup.operations.actions import Action, BatchWrite, BatchWritten, Put
from trueup.operations.batch_result import ItemOutcome, outcomes_of
from trueup.operations.batching import get_many, take_chunk, write_chunk
from trueup.operations.plans.reads import plan_get_many
from trueup.operations.plans.writes import plan_put

pytestmark = pytest.mark.parametrize("flavour", FLAVOURS)

CONFLICT = VersionConflict("Somebody else wrote first.", fix="read it again")


def order(number: int) -> Order:
    return Order(customer="a", number=number)


def plan(item: Order) -> Put:
    """Refuses negative numbers, as the plan of an item that does not fit would."""
    if item.number < 0:
        raise InvalidCall("It does not fit.", fix="change it", code=ErrorCode.INVALID_VALUE)
    return plan_put(context(), item)


def outcomes_of_writes(
    flavour: Flavour, wire: Wire, numbers: Sequence[int], engine: Echo | None = None
) -> list[ItemOutcome[Order]]:
    """What becomes of items whose first is the 11th of a batch."""
    orders = [order(number) for number in numbers]
    operation = write_chunk(engine or Echo(), 10, orders, plan)
    return outcomes_of(10, orders, drive(flavour, operation, wire))


def written(flavour: Flavour, numbers: list[int], *replies: Any) -> tuple[list[Any], list[str]]:
    """Position, number and error of each outcome; the actions that were performed."""
    wire = Wire(*replies)
    found = outcomes_of_writes(flavour, wire, numbers)
    return [(one.position, one.item.number, type(one.error)) for one in found], wire.performed


NONE = type(None)


def test_a_chunk_is_what_one_request_takes(flavour: Flavour) -> None:
    assert take_chunk(Echo(), iter("abc"), 0) == ["a", "b"]
    outcomes, performed = written(flavour, [1, 2], BatchWritten([None, CONFLICT]))
    assert performed == ["BatchWrite"]
    assert outcomes == [(10, 1, NONE), (11, 2, VersionConflict)]


def test_an_item_that_does_not_fit_fails_alone(flavour: Flavour) -> None:
    outcomes, _ = written(flavour, [-1, 2, 4, -3], BatchWritten([None, CONFLICT]))
    assert outcomes == [
        (10, -1, InvalidCall),
        (11, 2, NONE),
        (12, 4, VersionConflict),
        (13, -3, InvalidCall),
    ]


@pytest.mark.parametrize("code", [ErrorCode.WRONG_TYPE, ErrorCode.INVALID_KEY])
def test_an_item_of_a_wrong_type_is_raised_before_its_chunk_is_sent(
    flavour: Flavour, code: ErrorCode
) -> None:
    def refuse(item: Order) -> Put:
        if item.number < 0:
            raise InvalidCall("It is of another table.", fix="change it", code=code)
        return plan(item)

    wire = Wire()
    with pytest.raises(InvalidCall) as caught:
        drive(flavour, write_chunk(Echo(), 10, [order(1), order(-2)], refuse), wire)
    assert caught.value.__notes__ == [
        "item 11 of the batch",
        "10 items of the batch were dealt with before this",
    ]
    assert wire.performed == []


def test_nothing_is_sent_for_items_that_do_not_fit(flavour: Flavour) -> None:
    assert written(flavour, [-1]) == ([(10, -1, InvalidCall)], [])


class Small(Echo):
    """Refuses some numbers, as an engine refuses an item that is too large."""

    def compile(self, action: Action) -> Request[Any]:
        """A request, unless a number is too large."""
        writes = action.writes if isinstance(action, BatchWrite) else ()
        if any(isinstance(one, Put) and one.item["number"] in (777, 888, 999) for one in writes):
            raise InvalidCall(
                "It is too large.", fix="make it smaller", code=ErrorCode.ITEM_TOO_LARGE
            )
        return super().compile(action)


def test_an_item_that_the_engine_refuses_fails_alone(flavour: Flavour) -> None:
    wire = Wire(BatchWritten([None]))
    found = outcomes_of_writes(flavour, wire, [1, 999, 888, 777], Small())
    codes = [one.error.code if one.error else None for one in found]
    assert codes == [None, *[ErrorCode.ITEM_TOO_LARGE] * 3]
    assert wire.performed == ["BatchWrite"]


def test_an_error_that_is_about_no_item_is_raised(flavour: Flavour) -> None:
    busy = Unavailable("The database is locked.", fix="wait")
    with pytest.raises(Unavailable):
        written(flavour, [1, 2], busy)
    assert busy.__notes__ == ["10 items of the batch were dealt with before this"]


def test_keys_are_read_once_in_chunks_and_answered_in_order(flavour: Flavour) -> None:
    keys = [("a", number) for number in (5, 1, 5, 2, 3, 1)]
    wire = Wire(["five", None, "two"], ["three"])
    action = plan_get_many(context(), keys)
    if flavour == "async":
        found = drive(flavour, get_many(context(), action), wire)
        assert found == ["five", None, "five", "two", "three", None]
    else:  # threads may ask in either order
        found = drive(flavour, get_many(context(), action), AnswersByKey())
        assert found == [number for _, number in keys]


class AnswersByKey(Wire):
    """Gives the number of each key that is asked for."""

    def perform(self, request: Any, _: float) -> list[int]:
        """The second value of each key."""
        assert len(request.payload.keys) <= 3
        return [key[1] for key in request.payload.keys]


def test_no_keys_are_no_request(flavour: Flavour) -> None:
    assert drive(flavour, get_many(context(), plan_get_many(context(), [])), Wire()) == []

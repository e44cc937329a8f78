"""Conditions that no value of an attribute's type makes true are refused when they are bound."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import Field, PlainSerializer

from trueup import Condition, Model, Table, at
from trueup.errors import ErrorCode
from trueup.geo import Geometry, Point
from trueup.model.description.check import describe
from trueup.model.translation.bind import Binder
from trueup.ranges import Range
from trueup.testing.suite.harness.refusals import refused

THEN = datetime(2026, 1, 1, tzinfo=UTC)
ANYTHING: Any = THEN


class Part(Model):
    """A part of a booking."""

    note: str = ""
    seats: int = 0


class Booking(Model):
    """One attribute of each kind."""

    id: str
    seats: int = 0
    price: Decimal = Decimal(1)
    paid: bool = False
    raw: bytes = b""
    day: date = date(2026, 1, 1)
    tags: list[str] = []
    pair: tuple[int, str] = (1, "")
    marks: frozenset[str] = frozenset()
    data: dict[str, Any] = {}
    part: Part = Part()
    during: Range[datetime] | None = None
    rooms: Range[int] = Range[int]()
    either: Range[int] | str | None = None
    place: Point | None = None
    shape: Geometry | None = None
    anything: Any = None
    mixed: int | str = 0
    spelt: Annotated[int, PlainSerializer(str)] = 0
    listed: Annotated[list[int] | None, Field(max_length=5)] = None


AN: Any = Booking
"""The model without its types: the checkers refuse most of these already."""
BINDER = Binder(describe(Table("bookings", Booking, partition="id")))


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (at(AN.data).overlaps(Range[int](lower=1)), "data is no range"),
        (at(AN.seats).overlaps(Range[int](lower=1)), "seats is no range"),
        (at(AN.place).overlaps(Range[int](lower=1)), "place is no range"),
        (at(AN.during).overlaps(ANYTHING), "given no range"),
        (at(AN.during).overlaps(Range[int](lower=1)), "a range of other values"),
        (at(AN.during).overlaps(Range[date](upper=date(2026, 1, 1))), "a range of other values"),
        (at(AN.during).contains(THEN), "during is a range, which contains() asks nothing of"),
        (at(AN.rooms).contains(1), "rooms is a range"),
        (at(AN.seats).contains(1), "seats is a number, and contains() asks of texts"),
        (at(AN.price).contains(1), "price is a number"),
        (at(AN.paid).contains("a"), "paid is True or False"),
        (at(AN.data).contains("a"), "data is a map"),
        (at(AN.part).contains("a"), "part is a map"),
        (at(AN.shape).contains("a"), "shape is a map"),
        (at(AN.part.seats).contains(1), "part.seats is a number"),
        (at(AN.seats).begins_with("1"), "seats is a number, and begins_with()"),
        (at(AN.tags).begins_with("a"), "tags is a list"),
        (at(AN.during).begins_with("a"), "during is a range"),
        (at(AN.seats).includes({"a": 1}), "seats is a number, and includes()"),
        (at(AN.id).includes(["a"]), "id is stored as a text, and includes()"),
        (at(AN.tags).includes({"a"}), "tags is a list, and includes() was given a set"),
        (at(AN.listed).includes({"a": 1}), "listed is a list, and includes() was given a map"),
        (at(AN.marks).includes(["a"]), "marks is a set, and includes() was given a list"),
        (at(AN.data).includes(["a"]), "data is a map, and includes() was given a list"),
        (at(AN.seats).size() == 1, "seats is a number, and size()"),
        (at(AN.paid).size().between(1, 2), "paid is True or False, and size()"),
        (~(at(AN.id).contains("a") & at(AN.seats).contains(1)), "seats is a number"),
    ],
)
def test_question_that_no_value_answers_is_refused_by_name(condition: Condition, said: str) -> None:
    with refused(ErrorCode.INVALID_EXPRESSION) as refusal:
        BINDER.condition(condition)
    assert refusal.says(said)
    assert refusal.says("bookings")


@pytest.mark.parametrize(
    "condition",
    [
        at(AN.during).overlaps(Range[datetime](lower=THEN)),
        at(AN.during).overlaps(Range()),
        at(AN.rooms).overlaps(Range(upper=Decimal("1.5"))),
        at(AN.either).overlaps(Range[int](lower=1)),
        at(AN.anything).overlaps(Range[int](lower=1)),
        at(AN.anything).contains(1),
        at(AN.anything).includes([1]),
        at(AN.anything).size() == 1,
        at(AN.mixed).contains("a"),
        at(AN.spelt).contains("a"),
        at(AN.day).contains("2026"),
        at(AN.day).begins_with("2026"),
        at(AN.raw).contains(b"a"),
        at(AN.tags).contains("a"),
        at(AN.pair).contains(1),
        at(AN.pair).includes((1,)),
        at(AN.marks).contains("a"),
        at(AN.marks).includes({"a"}),
        at(AN.tags).includes(("a",)),
        at(AN.data).includes({"a": 1}),
        at(AN.data["a"]).contains(1),
        at(AN.part).includes({"note": "a"}),
        at(AN.rooms).size() == 2,
    ],
)
def test_question_that_some_value_answers_is_bound(condition: Condition) -> None:
    BINDER.condition(condition)

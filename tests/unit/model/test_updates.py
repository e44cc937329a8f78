"""Updates bound to a table: stored names, plain values, and nothing that could not be read back."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import BaseModel, field_serializer

from trueup import Index, Model, Table, at, composed
from trueup.errors import ErrorCode, InvalidCall
from trueup.expressions import Append, Assign, AssignIfMissing, Change, Path, Remove
from trueup.model.description.check import describe
from trueup.model.translation.bind import Binder


class Line(BaseModel):
    sku: str
    tags: set[str] = set()
    note: str | None = None


class Place(Model):
    city: str
    street: str
    label: str = composed("{city}#{street}")


class Parcel(BaseModel):
    grams: float


class Order(Model, names="camelCase"):
    order_id: str
    due_day: str
    status: str | None = None
    priority: int | None = 5
    owner: str | None
    tags: set[str]
    kinds: list[set[str]] = []
    lines: list[Line] = []
    line: Line | None = None
    place: Place | None = None
    names: list[str] = []
    gaps: list[str | None] = []
    pair: tuple[int, str] = (0, "")
    extra: dict[str, Any] = {}
    at: datetime | None = None
    code: str = ""
    parcel: Parcel | None = None

    @field_serializer("code")
    def turned(self, value: str) -> str:
        return f"{value[:1]}{value[1:]}"


BINDER = Binder(
    describe(Table("Orders", Order, partition="order_id", indexes=[Index("I", partition="owner")]))
)


def bound(update: Change) -> Change:
    (result,) = BINDER.updates([update])
    return result


def wire(*segments: str | int) -> Path:
    return Path(None, segments)


def refused(update: Change) -> ErrorCode:
    with pytest.raises(InvalidCall) as caught:
        BINDER.updates([update])
    return caught.value.code


def test_error_inside_a_value_names_the_whole_path() -> None:
    with pytest.raises(InvalidCall) as caught:
        BINDER.updates([at(Order.parcel).assign(Parcel(grams=float("nan")))])
    assert str(caught.value.where) == "table Orders, attribute parcel.grams"


EAST = timezone(timedelta(hours=5))


@pytest.mark.parametrize(
    ("update", "result"),
    [
        (at(Order.due_day).assign("x"), Assign(wire("dueDay"), "x")),
        (at(Order.status).assign(None), Remove(wire("status"))),
        (at(Order.priority).assign(None), Assign(wire("priority"), None)),
        (at(Order.owner).assign(None), Remove(wire("owner"))),
        (at(Order.line).assign(None), Remove(wire("line"))),
        (at(Order.lines[0].note).assign(None), Remove(wire("lines", 0, "note"))),
        (at(Order.gaps[0]).assign(None), Assign(wire("gaps", 0), None)),
        (at(Order.extra["k"]).assign(None), Assign(wire("extra", "k"), None)),
        (at(Order.priority).assign_if_missing(None), AssignIfMissing(wire("priority"), None)),
        (at(Order.tags).assign(set()), Remove(wire("tags"))),
        (at(Order.kinds[0]).assign(set()), Assign(wire("kinds", 0), [])),
        (at(Order.tags).remove(), Remove(wire("tags"))),
        (at(Order.owner).remove(), Remove(wire("owner"))),
        (at(Order.lines[0]).remove(), Remove(wire("lines", 0))),
        (at(Order.gaps).append(None, "a"), Append(wire("gaps"), (None, "a"))),
        (at(Order.pair[1]).assign("b"), Assign(wire("pair", 1), "b")),
        (
            at(Order.lines[0]).assign(Line(sku="a", tags={"x"})),
            Assign(wire("lines", 0), {"sku": "a", "tags": frozenset({"x"})}),
        ),
        (
            at(Order.at).assign(datetime(2024, 1, 1, 5, tzinfo=EAST)),
            Assign(wire("at"), "2024-01-01T00:00:00.000000Z"),
        ),
        (at(Order.code).assign("xyz"), Assign(wire("code"), "xyz")),
    ],
)
def test_a_change_is_bound(update: Change, result: Change) -> None:
    assert bound(update) == result


@pytest.mark.parametrize(
    ("update", "code"),
    [
        (at(Order.due_day).remove(), ErrorCode.INVALID_UPDATE),
        (at(Order.lines[0].sku).remove(), ErrorCode.INVALID_UPDATE),
        (at(Order.status).assign_if_missing(None), ErrorCode.INVALID_UPDATE),
        (at(Order.tags).assign_if_missing(set()), ErrorCode.INVALID_UPDATE),
        (at(Order.place.city).assign("x"), ErrorCode.INVALID_UPDATE),  # type: ignore[union-attr]  # a path
        (at(Order.place.label).assign("x"), ErrorCode.INVALID_UPDATE),  # type: ignore[union-attr]  # a path
        (at(Order.names[0]).assign(None), ErrorCode.WRONG_TYPE),  # type: ignore[arg-type]  # under test
        (at(Order.names).append(None), ErrorCode.WRONG_TYPE),  # type: ignore[arg-type]  # under test
        (at(Order.due_day).assign(None), ErrorCode.WRONG_TYPE),  # type: ignore[arg-type]  # under test
        (at(Order.lines[0].colour).assign(1), ErrorCode.UNKNOWN_ATTRIBUTE),  # type: ignore[attr-defined]  # under test
    ],
)
def test_a_change_after_which_the_item_is_wrong_is_refused(update: Change, code: ErrorCode) -> None:
    assert refused(update) is code


def test_a_whole_nested_model_with_composed_parts_can_be_assigned() -> None:
    place = {"city": "a", "street": "b", "label": "a#b"}
    assert bound(at(Order.place).assign(Place(city="a", street="b"))) == Assign(
        wire("place"), place
    )

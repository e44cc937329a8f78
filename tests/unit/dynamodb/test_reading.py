"""Models from replies: the typed way and the generic one give the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import IntEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, model_validator

from trueup.engines.dynamodb.codec.decoder import ItemDecoder
from trueup.engines.dynamodb.codec.structs import typed_replies
from trueup.engines.dynamodb.codec.values import encode_body
from trueup.errors import ErrorCode
from trueup.expressions.values import exact_number
from trueup.model import ExpiresAt, Index, Model, Table, stored_as
from trueup.model.description.check import describe
from trueup.model.outside.attribute_values import item_to_json
from trueup.model.translation.codec import TableCodec
from trueup.operations.actions import View
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.tables import Status


class Size(IntEnum):
    SMALL = 1


class Point(BaseModel):
    x: Decimal
    labels: dict[str, list[int]] = {}


class Rich(Model, names="camelCase"):
    """A field of every shape that is typed."""

    the_id: str
    number: int
    decimal: Decimal = Decimal(0)
    real: float | None = 0.5
    flag: bool | None = True
    data: bytes = b""
    day: date = date(2026, 1, 1)
    moment: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    clock: time = time(1)
    key: UUID = UUID(int=1)
    status: Status = Status.PROPOSED
    size: Size = Size.SMALL
    choice: Literal["a", "b"] = "a"
    maybe: str | None = None
    tags: set[str] = set()
    numbers: frozenset[int] = frozenset()
    blobs: set[bytes] = set()
    lists: list[list[str]] = []
    points: list[Point] = []
    nested: Point | None = None
    expires_at: ExpiresAt | None = None


RICH = Table("Rich", Rich, partition="the_id", sort="number", ttl="expires_at")

FULL = Rich(
    the_id="ä",
    number=10**37 + 1,
    decimal=Decimal("-0.12345678901234567890123456789012345678"),
    real=None,
    flag=None,
    data=b"\xff",
    maybe="",
    tags={"x"},
    numbers=frozenset({1}),
    blobs={b"y"},
    lists=[["a"], []],
    points=[Point(x=Decimal(2), labels={"k": [1]})],
    nested=Point(x=Decimal("1.5")),
    expires_at=datetime(2030, 1, 1, tzinfo=UTC),
)
BARE = Rich(the_id="b", number=0)


class Loose(Model):
    """Nothing typed can be known of it."""

    id: str
    anything: Any = None


LOOSE = Table("Loose", Loose, partition="id")


class Tree(Model):
    """Contains itself."""

    id: str
    children: list[Tree] = []


TREES = Table("Trees", Tree, partition="id")


def page_of(table: Table[Any], *items: Model, **more: Any) -> bytes:
    """A reply to a query; `more` are attributes that every item has besides."""
    codec = TableCodec(describe(table))
    wires = [item_to_json({**codec.encode(item), **more}) for item in items]
    return encode_body({"Items": wires, "Count": len(wires), "ScannedCount": 9})


def decoder(table: Table[Any], view: View | None = None) -> ItemDecoder:
    return ItemDecoder(TableCodec(describe(table)), view or View())


def is_typed(table: Table[Any]) -> bool:
    return typed_replies(table.model, None, {}) is not None


def test_every_typed_shape_reads_back_as_it_was() -> None:
    assert is_typed(RICH)
    items = decoder(RICH).page(page_of(RICH, FULL, BARE))
    assert items.models == [FULL, BARE]


def test_typed_and_generic_readers_agree() -> None:
    typed = decoder(RICH).page(page_of(RICH, FULL, BARE))
    # The typed one does not expect an attribute that the model does not know.
    generic = decoder(RICH).page(page_of(RICH, FULL, BARE, unknown="x"))
    assert [one.model_dump(exclude={"unknown"}) for one in generic.models] == [
        one.model_dump() for one in typed.models
    ]


@pytest.mark.parametrize("table", [LOOSE, TREES])
def test_shapes_that_depend_on_the_value_are_read_generically(table: Table[Any]) -> None:
    assert not is_typed(table)


def test_model_that_contains_itself_is_read() -> None:
    tree = Tree(id="a", children=[Tree(id="b", children=[Tree(id="c")])])
    assert decoder(TREES).page(page_of(TREES, tree)).models == [tree]


def test_unknown_attribute_is_kept() -> None:
    (model,) = decoder(RICH).page(page_of(RICH, BARE, colour={"a": 1})).models
    assert model.model_extra == {"colour": {"a": 1}}


def test_unknown_attribute_of_a_nested_model_is_kept() -> None:
    codec = TableCodec(describe(RICH))
    item = codec.encode(FULL)
    item["nested"] = {"x": Decimal("1.5"), "labels": {}, "colour": "red"}
    body = encode_body({"Items": [item_to_json(item)]})
    (model,) = decoder(RICH).page(body).models
    assert model.nested.model_extra == {"colour": "red"}


@pytest.mark.parametrize("stored", ["7", 7, Decimal("7.0")])
def test_number_that_was_stored_as_text_is_still_read(stored: Any) -> None:
    item = {**TableCodec(describe(RICH)).encode(BARE), "decimal": stored}
    body = encode_body({"Items": [item_to_json(item)]})
    assert decoder(RICH).page(body).models[0].decimal == 7


def test_item_that_does_not_fit_is_refused_by_name_and_not_by_value() -> None:
    item = {**TableCodec(describe(RICH)).encode(BARE), "size": 99}
    with refused(ErrorCode.UNREADABLE_ITEM) as refusal:
        decoder(RICH).page(encode_body({"Items": [item_to_json(item)]}))
    assert refusal.says("size")
    assert not refusal.says("99")


@pytest.mark.parametrize("more", [{}, {"unknown": 1}])
def test_values_of_an_item_are_plain_and_none_where_they_are_absent(more: dict[str, Any]) -> None:
    items = decoder(RICH).page(page_of(RICH, FULL, BARE, **more))
    wires = ("theId", "number", "expiresAt")
    assert items.values(0, wires) == ("ä", 10**37 + 1, 1_893_456_000)
    assert items.values(1, wires) == ("b", 0, None)


@pytest.mark.parametrize("more", [{}, {"unknown": 1}])
def test_expired_items_are_none(more: dict[str, Any]) -> None:
    items = decoder(RICH).page(page_of(RICH, FULL, BARE, **more))
    assert [one is None for one in items.unexpired(describe(RICH), 1_893_456_000)] == [True, False]
    assert [one is None for one in items.unexpired(describe(RICH), 1_893_455_999)] == [False, False]


class Measured(Model):
    """Floats: one is a position, the other is not."""

    id: str
    at: float
    level: float


MEASURED = Table("Measured", Measured, partition="id", sort="at")


@given(st.integers(-(10**38) + 1, 10**38 - 1), st.integers(-80, 80))
def test_float_is_the_nearest_to_the_stored_number_whose_position_stays_exact(
    digits: int, exponent: int
) -> None:
    number = Decimal(f"{digits}E{exponent}")
    item = {"id": {"S": "a"}, "at": {"N": str(number)}, "level": {"N": str(number)}}
    items = decoder(MEASURED).page(encode_body({"Items": [item]}))
    assert items.models == [Measured(id="a", at=float(number), level=float(number))]
    assert items.values(0, ("at",)) == (exact_number(number),)


class IdAndFlag(Model, names="camelCase"):
    the_id: str
    flag: bool | None = True


def test_projection_is_read_without_the_keys_that_come_with_it() -> None:
    view = View(IdAndFlag, frozenset({"theId", "flag"}))
    item = {"theId": {"S": "a"}, "number": {"N": "1"}, "expiresAt": {"N": "5"}}
    for more in ({}, {"unknown": {"S": "x"}}):
        items = decoder(RICH, view).page(encode_body({"Items": [{**item, **more}]}))
        assert items.models == [IdAndFlag(the_id="a")]
        assert items.values(0, ("number",)) == (1,)


class Visit(Model):
    """In the index while it has a shop, which may be stored as NULL all the same."""

    id: str
    shop: str | None


VISITS = Table("Visits", Visit, partition="id", indexes=[Index("by_shop", partition="shop")])


def test_key_of_an_index_that_may_be_none_is_plain() -> None:
    body = page_of(VISITS, Visit(id="a", shop="x"), Visit(id="b", shop=None))
    items = decoder(VISITS).page(body)
    assert items.models == [Visit(id="a", shop="x"), Visit(id="b", shop=None)]
    assert [items.values(offset, ("shop", "id")) for offset in (0, 1)] == [("x", "a"), (None, "b")]


class Odd(Model):
    """A name that generated text must quote, and values that may be missing."""

    id: str
    quoted: Annotated[str, stored_as("a'b")]
    maps: Annotated[dict[str, list[Point]], stored_as("d")] = {}


class Odder(Model):
    """A name that JSON must escape, which structs cannot have."""

    id: str
    escaped: Annotated[str, stored_as('a"b\\n')]


ODD = Table("Odd", Odd, partition="id")
ODDER = Table("Odder", Odder, partition="id")


@pytest.mark.parametrize(
    ("table", "item"),
    [
        (ODD, Odd(id="a", quoted="x", maps={"k": [Point(x=Decimal(1))], "none": []})),
        (ODD, Odd(id="a", quoted="x")),
        (ODDER, Odder(id="a", escaped="x")),
    ],
)
def test_any_attribute_name_can_be_read(table: Table[Any], item: Model) -> None:
    assert is_typed(table) == (table is ODD)
    assert decoder(table).page(page_of(table, item)).models == [item]


class Keeping(BaseModel, extra="allow"):
    """Keeps what it does not know; it then has a dictionary for that, even an empty one."""

    x: int


class Noted(Model):
    """A validator of the user's own adds what no field takes."""

    id: str
    kept: Keeping = Keeping(x=0)

    @model_validator(mode="before")
    @classmethod
    def _note(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "noted": True} if "kept" in values else values


class Kept(Model):
    id: str
    kept: Keeping = Keeping(x=0)


NOTED = Table("Noted", Noted, partition="id")
KEPT = Table("Kept", Kept, partition="id")


def test_what_a_validator_adds_is_kept() -> None:
    assert is_typed(NOTED)
    body = encode_body({"Items": [item_to_json({"id": "a", "kept": {"x": 1}})]})
    assert decoder(NOTED).page(body).models[0].model_extra == {"noted": True}


def test_nested_model_that_keeps_the_unknown_reads_back_as_it_was() -> None:
    assert is_typed(KEPT)
    item = Kept(id="a", kept=Keeping(x=1))
    (read,) = decoder(KEPT).page(page_of(KEPT, item)).models
    assert read == item
    assert read.kept.model_extra == {}

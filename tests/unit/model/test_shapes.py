"""Any pydantic type has a shape, is stored in a known form and reads back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, TypeVar
from uuid import UUID

import pytest
from pydantic import (
    AwareDatetime,
    Base64Bytes,
    BaseModel,
    ByteSize,
    ConfigDict,
    Field,
    HttpUrl,
    Json,
    JsonValue,
    PlainSerializer,
    RootModel,
    SecretStr,
    field_serializer,
    model_serializer,
    model_validator,
)
from typing_extensions import TypeAliasType, TypedDict

from tests.unit.model.declared import codec_of, model_with
from trueup import Model, WholeSeconds
from trueup.errors import ErrorCode, InvalidCall
from trueup.model.translation.encode import encode_record
from trueup.model.translation.shapes import (
    Anything,
    Leaf,
    ListOf,
    MapOf,
    Record,
    Scalar,
    SetOf,
    shape_of,
)

T = TypeVar("T")
EAST = timezone(timedelta(hours=5))
EASTERN = datetime(2024, 1, 1, 5, tzinfo=EAST)
IN_UTC = "2024-01-01T00:00:00.000000Z"
ID = UUID(int=7)


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1


class Mixed(Enum):
    TEXT = "a"
    BYTES = b"\xff"
    NUMBER = Decimal("1.5")


class Line(BaseModel):
    sku: str
    tags: set[str]
    note: str | None = None


class Box(BaseModel, Generic[T]):
    content: T


class Node(BaseModel):
    name: str
    children: list[Node] = []


class Names(RootModel[list[str]]):
    pass


class Point(NamedTuple):
    x: int
    y: str


class Typed(TypedDict):
    amount: Decimal
    raw: bytes


@dataclass
class Plain:
    amount: Decimal
    raw: bytes


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: set[int]


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    tricks: set[str]


class Cents(BaseModel):
    amount: int

    @model_serializer
    def as_text(self) -> str:
        return f"{self.amount} cents"

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, value: Any) -> Any:
        return {"amount": value.removesuffix(" cents")} if isinstance(value, str) else value


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    day: date
    price: Decimal
    pair: tuple[int, str]


UserId = NewType("UserId", str)
Texts = TypeAliasType("Texts", "list[str]")
Maybe = TypeAliasType("Maybe", str | None)
Numbers = TypeAliasType("Numbers", list[int])
Tree = TypeAliasType("Tree", "dict[str, Tree]")


@pytest.mark.parametrize(
    ("annotation", "shape"),
    [
        (str, Scalar(Leaf.TEXT)),
        (UserId, Scalar(Leaf.TEXT)),
        (Annotated[str, Field(min_length=1)], Scalar(Leaf.TEXT)),
        (int, Scalar(Leaf.INTEGER)),
        (float, Scalar(Leaf.FLOAT)),
        (bool, Scalar(Leaf.BOOLEAN)),
        (UUID, Scalar(Leaf.UUID)),
        (AwareDatetime, Scalar(Leaf.DATETIME)),
        (WholeSeconds, Scalar(Leaf.SECONDS)),
        (Literal["a", "b"], Scalar(Leaf.TEXT_ENUM)),
        (Literal[1, 2], Scalar(Leaf.NUMBER_ENUM)),
        (Literal[True], Anything()),
        (Literal["a", 1], Anything()),
        (Color, Scalar(Leaf.TEXT_ENUM)),
        (Level, Scalar(Leaf.NUMBER_ENUM)),
        (Mixed, Anything()),
        (list[int], ListOf(Scalar(Leaf.INTEGER))),
        (Sequence[int], ListOf(Scalar(Leaf.INTEGER))),
        (tuple[int, ...], ListOf(Scalar(Leaf.INTEGER))),
        (tuple[int, str], ListOf(Anything())),
        (list[int | None], ListOf(Anything())),
        (set[Color], SetOf(Scalar(Leaf.TEXT_ENUM))),
        (frozenset[bytes], SetOf(Scalar(Leaf.BYTES))),
        (set[bool], Anything()),
        (dict[str, list[int]], MapOf(ListOf(Scalar(Leaf.INTEGER)))),
        (Mapping[str, int], MapOf(Scalar(Leaf.INTEGER))),
        (dict[int, str], Anything()),
        (Counter[str], Anything()),
        (Line, Record(Line)),
        (Box[int], Record(Box[int])),
        (Names, Anything()),
        (Cents, Anything(Cents)),
        (int | str, Anything()),
        (Any, Anything()),
        (Tree, Anything()),
    ],
)
def test_an_annotation_has_a_shape(annotation: Any, shape: object) -> None:
    assert shape_of(annotation) == shape


def test_an_alias_has_the_shape_of_what_it_stands_for() -> None:
    assert shape_of(Numbers) == ListOf(Scalar(Leaf.INTEGER))


@pytest.mark.parametrize(
    ("annotation", "value", "plain"),
    [
        (str, "", ""),
        (int, 10**37, 10**37),
        (float, 0.1, Decimal("0.1")),
        (float, 2.0, 2),
        (Decimal, Decimal("1.10"), Decimal("1.1")),
        (bytes, b"\xff", b"\xff"),
        (datetime, EASTERN, IN_UTC),
        (datetime | int, EASTERN, IN_UTC),
        (WholeSeconds | None, EASTERN, "2024-01-01T00:00:00Z"),
        (date, date(2024, 1, 2), "2024-01-02"),
        (time, time(1, 2, 3), "01:02:03.000000"),
        (time, time(1, 2, 3, 4, EAST), "01:02:03.000004+05:00"),
        (timedelta, timedelta(days=3, microseconds=7), "P3DT0.000007S"),
        (timedelta, -timedelta(seconds=1), "-PT1S"),
        (UUID, ID, str(ID)),
        (IPv4Address, IPv4Address("10.0.0.1"), "10.0.0.1"),
        (Path, Path("/a/b"), "/a/b"),
        (HttpUrl, HttpUrl("https://example.org/a"), "https://example.org/a"),
        (ByteSize, ByteSize(1024), 1024),
        (SecretStr, SecretStr("hush"), "hush"),
        (Color, Color.RED, "red"),
        (Level, Level.LOW, 1),
        (Mixed, Mixed.BYTES, b"\xff"),
        (Mixed, Mixed.NUMBER, Decimal("1.5")),
        (Literal["a", 1], 1, 1),
        (UserId, UserId("u"), "u"),
        (Maybe, None, None),
        (Texts, ["a"], ["a"]),
        (Tree, {"a": {"b": {}}}, {"a": {"b": {}}}),
        (JsonValue, {"a": [1, "b", None]}, {"a": [1, "b", None]}),
        (int | str, "1", "1"),
        (str | bytes, b"1", b"1"),
        (list[Decimal], [Decimal("1.5"), Decimal(2)], [Decimal("1.5"), 2]),
        (dict[str, Decimal], {"$n": Decimal("0.1")}, {"$n": Decimal("0.1")}),
        (dict[str, str | None], {"a": None}, {"a": None}),
        (dict[int, str], {1: "a"}, {"1": "a"}),
        (dict[Color, int], {Color.RED: 1}, {"red": 1}),
        (dict[Level, int], {Level.LOW: 1}, {"1": 1}),
        (dict[UUID, int], {ID: 1}, {str(ID): 1}),
        (dict[date, int], {date(2024, 1, 2): 1}, {"2024-01-02": 1}),
        (dict[datetime, int], {EASTERN: 1}, {IN_UTC: 1}),
        (tuple[int, str], (1, "a"), [1, "a"]),
        (tuple[bytes, ...], (b"1",), [b"1"]),
        (Point, Point(1, "a"), [1, "a"]),
        (set[str], {"a"}, frozenset({"a"})),
        (set[date], {date(2024, 1, 2)}, frozenset({"2024-01-02"})),
        (frozenset[Decimal], frozenset({Decimal("1.5")}), frozenset({Decimal("1.5")})),
        (list[set[str]], [set(), {"a"}], [[], frozenset({"a"})]),
        (dict[str, frozenset[int]], {"a": frozenset()}, {"a": []}),
        (Line, Line(sku="a", tags=set()), {"sku": "a"}),
        (Line | None, Line(sku="a", tags={"x"}), {"sku": "a", "tags": frozenset({"x"})}),
        (list[Line], [Line(sku="a", tags=set())], [{"sku": "a"}]),
        (list[Line | None], [None, Line(sku="a", tags=set())], [None, {"sku": "a"}]),
        (dict[str, list[Line]], {"a": [Line(sku="a", tags=set())]}, {"a": [{"sku": "a"}]}),
        (tuple[Line, int], (Line(sku="a", tags=set()), 1), [{"sku": "a"}, 1]),
        (Line | int, Line(sku="a", tags=set()), {"sku": "a"}),
        (Box[set[int]], Box[set[int]](content=set()), {}),
        (Box[Line], Box[Line](content=Line(sku="a", tags=set())), {"content": {"sku": "a"}}),
        (Cat | Dog, Dog(tricks=set()), {"kind": "dog"}),
        (list[Cat | Dog], [Dog(tricks=set()), Cat(lives={9})], None),
        (Node, Node(name="a", children=[Node(name="b")]), None),
        (Names, Names(["a"]), ["a"]),
        (Cents, Cents(amount=5), "5 cents"),
        (list[Cents], [Cents(amount=5)], ["5 cents"]),
        (Strict, Strict(day=date(2024, 1, 2), price=Decimal(1), pair=(1, "a")), None),
        (Typed, Typed(amount=Decimal("1.5"), raw=b"\xff"), None),
        (Plain, Plain(Decimal("1.5"), b"\xff"), {"amount": Decimal("1.5"), "raw": b"\xff"}),
        (Json[list[int]], "[1,2]", "[1,2]"),
        (Base64Bytes, b"aGk=", None),
        (object, "a", "a"),
        (Any, {"a": [1, {1, 2}, b"x"]}, {"a": [1, frozenset({1, 2}), b"x"]}),
    ],
)
def test_a_value_of_any_type_reads_back(annotation: Any, value: Any, plain: Any) -> None:
    model = model_with(annotation)
    codec = codec_of(model)
    written = model(key="a", value=value)
    item = codec.encode(written)
    if plain is not None:
        assert item.get("value") == plain
    decoded = codec.decode(item)
    assert decoded == written
    assert type(decoded.__dict__["value"]) is type(written.__dict__["value"])


@pytest.mark.parametrize(
    ("annotation", "value", "code"),
    [
        (float, float("inf"), ErrorCode.INVALID_NUMBER),
        (float, float("nan"), ErrorCode.INVALID_NUMBER),
        (float, 1e300, ErrorCode.INVALID_NUMBER),
        (int, 10**126, ErrorCode.INVALID_NUMBER),
        (Decimal, Decimal("1." + "1" * 38), ErrorCode.INVALID_NUMBER),
        (Any, {1, "a"}, ErrorCode.WRONG_TYPE),
        (Any, [set()], ErrorCode.WRONG_TYPE),
        (Any, {b"a": 1}, ErrorCode.WRONG_TYPE),
        (Any, object(), ErrorCode.WRONG_TYPE),
        (Any, EASTERN.replace(tzinfo=None), ErrorCode.NAIVE_DATETIME),
    ],
)
def test_a_value_without_a_stored_form_is_refused(
    annotation: Any, value: Any, code: ErrorCode
) -> None:
    model = model_with(annotation)
    with pytest.raises(InvalidCall) as caught:
        codec_of(model).encode(model(key="a", value=value))
    assert caught.value.code is code


def test_a_date_of_no_declared_type_reads_back_as_text() -> None:
    model = model_with(Any)
    codec = codec_of(model)
    decoded = codec.decode(codec.encode(model(key="a", value=EASTERN)))
    assert decoded == model(key="a", value=IN_UTC)


def test_a_field_serializer_gives_the_stored_form() -> None:
    class Secretive(Model):
        key: str
        code: str

        @field_serializer("code")
        def turned(self, value: str) -> str:
            return value[::-1]

    assert encode_record(Secretive(key="a", code="xyz")) == {"key": "a", "code": "zyx"}


def test_a_serializer_in_annotated_gives_the_stored_form() -> None:
    model = model_with(Annotated[Cents, PlainSerializer(lambda cents: cents.amount)])
    assert encode_record(model(key="a", value=Cents(amount=5)))["value"] == 5


def test_an_element_of_a_map_of_iso_dates_is_utc() -> None:
    model = model_with(dict[str, datetime])
    item = codec_of(model).encode(model(key="a", value={"x": EASTERN}))
    assert item["value"] == {"x": IN_UTC}
    assert codec_of(model).decode(item) == model(key="a", value={"x": EASTERN.astimezone(UTC)})

"""Examples are valid, agree with themselves, and are the same each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID, uuid4

import pytest
from pydantic import (
    AnyUrl,
    BaseModel,
    Field,
    create_model,
    field_validator,
    model_validator,
)
from typing_extensions import TypedDict

from trueup import DeclarationError, ExpiresAt, Model, Table, Version, composed, kept
from trueup.docgen.values.examples import EXAMPLE_NOW, example_items
from trueup.model.description.check import describe
from trueup.testing.suite import tables as suite

TABLES = [value for value in vars(suite).values() if isinstance(value, Table)]


class Size(Enum):
    SMALL = "s"


class Node(BaseModel):
    name: str
    next: Node | None = None
    others: list[Node] = []


@dataclass
class Point:
    x: int
    y: int


class Extent(TypedDict):
    width: int


class Pair(NamedTuple):
    left: str
    right: int


def example_of(model: type[Model], **options: Any) -> Any:
    [example] = example_items(describe(Table("T", model, partition="id", **options))).values()
    return example


def example_value(annotation: Any, default: Any = ...) -> Any:
    fields: dict[str, Any] = {"id": (str, ...), "value": (annotation, default)}
    return example_of(create_model("One", __base__=Model, **fields)).value


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (str, "value-1"),
        (int, 12),
        (float, 12.5),
        (Decimal, Decimal("12.5")),
        (bool, True),
        (bytes, b"value-1"),
        (datetime, EXAMPLE_NOW),
        (date, date(2025, 1, 15)),
        (time, time(10, 30)),
        (timedelta, timedelta(hours=1)),
        (Size, Size.SMALL),
        (Literal["a", "b"], "a"),
        (str | None, "value-1"),
        (list[str], ["value-1"]),
        (set[int], {12}),
        (tuple[int, str], (12, "value-1")),
        (tuple[int, ...], (12,)),
        (dict[str, int], {"value-1": 12}),
        (Node, Node(name="name-1")),
        (Point, Point(12, 12)),
        (Extent, {"width": 12}),
        (Pair, Pair("left-1", 12)),
        (Any, "value-1"),
        (IPv4Address, IPv4Address("192.0.2.1")),
        (AnyUrl, AnyUrl("https://example.com/")),
        (Annotated[int, Field(ge=0, le=100)], 70),
        (Annotated[int, Field(gt=100)], 112),
        (Annotated[int, Field(lt=0)], -12),
        (Annotated[int, Field(gt=5, lt=7)], 6),
        (Annotated[int, Field(multiple_of=5)], 10),
        (Annotated[Decimal, Field(ge=0, le=5)], Decimal("3.5")),
        (Annotated[str, Field(max_length=3)], "val"),
        (Annotated[str, Field(min_length=10)], "value-1value-1"),
        (Annotated[str, Field(pattern="^[A-Z]{3}$")], "EUR"),
        (Annotated[str, Field(pattern=r"^\d{5}$")], "12345"),
        (Annotated[list[int], Field(min_length=2)], [12, 13]),
        (list[Annotated[int, Field(le=3)]], [-9]),
    ],
    ids=str,
)
def test_a_value_is_made_up_for_its_type(annotation: Any, value: Any) -> None:
    assert example_value(annotation) == value


def test_a_uuid_is_made_up_and_no_factory_is_called() -> None:
    first = example_value(UUID, Field(default_factory=uuid4))
    assert first == example_value(UUID, Field(default_factory=uuid4))


def test_declared_examples_come_first_then_the_default() -> None:
    assert example_value(str, Field(default="b", examples=["a"])) == "a"
    assert example_value(str, "b") == "b"
    assert example_value(str, "") == "value-1"


class Insight(Model):
    id: str
    made_at: datetime
    day: date
    key: str = composed("{day}#{id}")
    expires_at: Annotated[ExpiresAt, kept(days=90, after="made_at")] = Field(
        examples=[datetime(2024, 4, 11, 8, tzinfo=UTC)]
    )
    edition: Version = 0


def test_an_expiry_lies_after_the_item_and_keys_are_made_of_their_parts() -> None:
    example = example_of(Insight)
    assert example.expires_at == example.made_at + timedelta(days=90)
    assert example.key == f"{example.day}#{example.id}"


def test_an_expiry_without_retention_lies_in_the_future() -> None:
    class Session(Model):
        id: str
        expires_at: ExpiresAt | None = None

    assert example_of(Session).expires_at > EXAMPLE_NOW


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_of_the_suite_has_examples(table: Table[Any]) -> None:
    described = describe(table)
    found = example_items(described)
    assert list(found) == list(described.models.values())
    assert found == example_items(described)


class Even(Model):
    id: str
    number: int

    @field_validator("number")
    @classmethod
    def is_even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("the number is odd")
        return value


def test_a_validator_is_heard() -> None:
    assert example_of(Even).number % 2 == 0


class Impossible(Model):
    id: str = Field(pattern="^never-[0-9]{40}$")
    low: int
    high: int

    @model_validator(mode="after")
    def is_ordered(self) -> Impossible:
        assert self.low < self.high
        return self


def test_every_field_that_needs_an_example_is_named() -> None:
    with pytest.raises(DeclarationError) as error:
        example_of(Impossible)
    assert [problem.partition(":")[0] for problem in error.value.problems] == ["Impossible.id"]
    assert "Field(examples=[...])" in str(error.value)


def test_fields_that_do_not_agree_are_named() -> None:
    class Ordered(Impossible):
        id: str

    with pytest.raises(DeclarationError) as error:
        example_of(Ordered)
    assert error.value.problems[0].startswith("Ordered: ")


def test_examples_that_do_not_fit_are_named() -> None:
    with pytest.raises(DeclarationError, match=r"One\.value"):
        example_value(int, Field(examples=["many"]))

"""Conditions as people type them: their operators, the types of their values, and refusals."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.lifecycle.shelves import BOOKS, LAYER, Book, Genre
from trueup import InvalidCall, Layer, Model, Table
from trueup.errors import ErrorCode
from trueup.expressions.path import Path
from trueup.lifecycle.conditions import TypedOp, read_condition

DESCRIBED = LAYER.describe(BOOKS)


class Lent(Book):
    day: date | None = None
    opens: time | None = None
    loan: timedelta | None = None


_LENT = Table("Lent", Lent, partition="pk", sort="sk")
LENT = Layer("lending", target="sqlite", tables=[_LENT]).describe(_LENT)


@pytest.mark.parametrize(
    ("text", "op", "values"),
    [
        ("author=Eco", TypedOp.EQ, ("Eco",)),
        ("author==a..b", TypedOp.EQ, ("a..b",)),
        ("author=a..b", TypedOp.BETWEEN, ("a", "b")),
        ("author=..", TypedOp.EQ, ("..",)),
        ("author=", TypedOp.EQ, ("",)),
        ("author= Eco ", TypedOp.EQ, (" Eco ",)),
        ("author = Eco", TypedOp.EQ, ("Eco",)),
        ("author=a=b<c", TypedOp.EQ, ("a=b<c",)),
        ("author!=Eco", TypedOp.NE, ("Eco",)),
        ("author^=E", TypedOp.BEGINS, ("E",)),
        ("author begins_with E", TypedOp.BEGINS, ("E",)),
        ("year<1980", TypedOp.LT, (1980,)),
        ("year<=1980", TypedOp.LE, (1980,)),
        (" year > 1980", TypedOp.GT, (1980,)),
        ("year>=1980", TypedOp.GE, (1980,)),
        ("year=1970..1980", TypedOp.BETWEEN, (1970, 1980)),
        ("genre=poetry", TypedOp.EQ, (Genre.POETRY,)),
        ("price=4.50", TypedOp.EQ, (Decimal("4.50"),)),
        ("weight<0.5", TypedOp.LT, (0.5,)),
        ("is_old=true", TypedOp.EQ, (True,)),
        ("lent_at<2025-01-15T10:30:00Z", TypedOp.LT, (datetime(2025, 1, 15, 10, 30, tzinfo=UTC),)),
        ("lent_at^=2025-01", TypedOp.BEGINS, ("2025-01",)),
        ("expires>1736937000", TypedOp.GT, (datetime(2025, 1, 15, 10, 30, tzinfo=UTC),)),
        ("Title=Baudolino", TypedOp.EQ, ("Baudolino",)),
        ("size.pages>500", TypedOp.GT, (500,)),
        ("size.parts[0]=I", TypedOp.EQ, ("I",)),
    ],
)
def test_condition_is_read_by_the_type_of_its_attribute(
    text: str, op: TypedOp, values: tuple[Any, ...]
) -> None:
    found = read_condition(DESCRIBED, text)
    assert (found.op, found.values) == (op, values)
    assert list(map(type, found.values)) == list(map(type, values))


def test_stored_name_and_field_are_one_attribute() -> None:
    (stored, field) = (read_condition(DESCRIBED, text) for text in ("Title=x", "title=x"))
    assert stored == field
    assert field.path == Path(Book, ("title",))


def test_attribute_of_one_entity_is_found() -> None:
    class Pet(Model):
        id: str

    class Dog(Pet):
        bark: int

    class Fish(Pet):
        fins: int

    pets = Table("Pets", Pet, partition="id", entities=[Dog, Fish])
    described = Layer("pets", target="sqlite", tables=[pets]).describe(pets)
    assert read_condition(described, "fins>2").path == Path(Fish, ("fins",))


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("Eco", ErrorCode.INVALID_EXPRESSION, "'Eco' is no condition"),
        ("=Eco", ErrorCode.INVALID_EXPRESSION, "no condition"),
        ("authorbegins_with Eco", ErrorCode.INVALID_EXPRESSION, "no condition"),
        ("autor=Eco", ErrorCode.UNKNOWN_ATTRIBUTE, "no attribute 'autor'"),
        ("size.width=3", ErrorCode.UNKNOWN_ATTRIBUTE, "no attribute 'size.width'"),
        (f"size.parts[{'9' * 10_000}]=3", ErrorCode.UNKNOWN_ATTRIBUTE, "no attribute"),
        ("size..pages=3", ErrorCode.UNKNOWN_ATTRIBUTE, "no attribute"),
        ("year<later", ErrorCode.WRONG_TYPE, "a valid integer"),
        ("genre=drama", ErrorCode.WRONG_TYPE, "should be 'poetry' or 'prose'"),
        ("lent_at<2025-01-15T10:30:00", ErrorCode.NAIVE_DATETIME, "no time zone"),
        ("tags=a", ErrorCode.WRONG_TYPE, "valid array"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, code: ErrorCode, words: str) -> None:
    with pytest.raises(InvalidCall) as refused:
        read_condition(DESCRIBED, text)
    assert refused.value.code is code
    assert words in refused.value.what
    assert refused.value.where.table == "Books"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("lent_at>2027", "2025-01-15T10:30:00Z"),
        ("lent_at>1736937000", "2025-01-15T10:30:00Z"),
        ("lent_at=2025-01-15T10:30:00Z..2027", "2025-01-15T10:30:00Z"),
        ("bought_at>2027.5", "2025-01-15T10:30:00Z"),
        ("expires>2027", "2025-01-15T10:30:00Z"),
        ("day=2027", "2025-01-15"),
        ("day=0", "2025-01-15"),
        ("day=86400", "2025-01-15"),
        ("opens<10000", "10:30:00"),
        ("loan<86400", "PT1H30M"),
        ("loan<01:00:00", "PT1H30M"),
        ("is_old=1", "true or false"),
        ("is_old=yes", "true or false"),
    ],
)
def test_number_is_not_taken_for_an_instant(text: str, form: str) -> None:
    with pytest.raises(InvalidCall) as refused:
        read_condition(LENT, text)
    assert refused.value.fix == f"write it as {form}"


@pytest.mark.parametrize(
    "text", ["day=2025-01-15", "opens<10:30", "opens<10:30:00Z", "loan<PT1H", "is_old=false"]
)
def test_text_in_the_form_of_its_type_is_read(text: str) -> None:
    assert read_condition(LENT, text).values


@pytest.mark.parametrize(
    "text", ["lent_at<2025-01-15T10:30:00", "bought_at<2025-01-15T10:30:00.5Z"]
)
def test_instant_that_is_refused_comes_with_the_form_to_write(text: str) -> None:
    with pytest.raises(InvalidCall) as refused:
        read_condition(DESCRIBED, text)
    assert refused.value.fix == "write it as 2025-01-15T10:30:00Z"

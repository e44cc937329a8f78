"""Every mistake in a declaration is reported, all at once, with its file and line."""

from __future__ import annotations

import sys
import warnings
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from inspect import getframeinfo
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    BaseModel,
    Field,
    FutureDate,
    FutureDatetime,
    NaiveDatetime,
    model_serializer,
)

from tests.unit.model.declared import model_with, problems_of
from trueup import (
    AccessPattern,
    CreatedAt,
    DeclarationError,
    DynamoDB,
    ExpiresAt,
    Index,
    Layer,
    Model,
    Relational,
    Table,
    UpdatedAt,
    Version,
    composed,
    loggable,
    stored_as,
)
from trueup.model.declarations.fields import CREATED
from trueup.model.description.check import describe


class Color(Enum):
    RED = "red"


class Item(Model):
    key: str
    day: str = "monday"
    number: int = 0
    tags: set[str] = set()
    note: str | None = None
    maybe: str | None = "x"
    expires_at: ExpiresAt | None = None


class Other(Model):
    key: str


class Renamed(Item):
    day: Annotated[str, stored_as("DAY")] = "monday"


class WithEntity(Item):
    entity: str = ""


TABLE = Table("Items", Item, partition="key")
OneOrder = type("Order", (Item,), {})
OtherOrder = type("Order", (Item,), {})


class TwoVersions(Model):
    key: str
    one: Version = 0
    two: Version = 0


class TwoTimes(Model):
    key: str
    one: UpdatedAt | None = None
    two: UpdatedAt | None = None


class TimeInKey(Model):
    when: CreatedAt | None = None
    key: str = composed("at#{when}")


class NoTime(Model):
    key: str
    number: Annotated[int, CREATED] = 0


class TwoExpiries(Model):
    key: str
    one: ExpiresAt
    two: ExpiresAt | None = None


class OneName(Model):
    key: str
    other: Annotated[str, stored_as("key")]


with warnings.catch_warnings(action="ignore"):  # pydantic sees the mistake too, and warns

    class Hiding(Model):
        key: str
        copy: str  # type: ignore[assignment]  # the mistake under test


class EarlyPart(Model):
    key: str = composed("{day}#{number}")
    day: str
    number: int


class WidePart(Model):
    tags: list[str]
    key: str = composed("x#{tags}")


class MaybePart(Model):
    day: str | None = None
    key: str = composed("x#{day}")


class NumberComposed(Model):
    a: int
    key: int = composed("{a}")


class Nested(BaseModel):
    a: int
    name: Color = composed("{a}")


class Nesting(Model):
    key: str
    nested: list[Nested] = []


class Serialized(Model):
    key: str

    @model_serializer
    def as_text(self) -> str:
        return self.key


class Twin(BaseModel):
    size: int


class OtherTwin(BaseModel):
    size: int
    note: str = ""


class Longer(BaseModel):
    size: int
    width: int


class Worded(BaseModel):
    size: str


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"partition": "nokey"}, "the partition key 'nokey' is not a field; the fields are key"),
        ({"sort": "nosort"}, "the sort key 'nosort' is not a field"),
        ({"partition": "tags"}, "the partition key 'tags' is not a text, a number or bytes"),
        ({"partition": "note"}, "the partition key 'note' may be None; a key always has a value"),
        ({"ttl": "day"}, "ttl='day' is not a field of type ExpiresAt"),
        ({"stream": "ALL"}, "stream is 'KEYS_ONLY' or 'NEW_IMAGE' or"),
        (
            {"dynamodb": DynamoDB(**{"billing": "free", "encryption": "mine"})},  # type: ignore[arg-type]  # which is the test
            "DynamoDB: billing is 'on_demand' or 'provisioned', not 'free'",
        ),
        ({"on_read": "drop"}, "on_read is 'keep' or 'error', not 'drop'"),
        ({"entities": [Other]}, "the entity Other is not a Item"),
        ({"entities": [Renamed]}, "'day' is stored as 'day' in one entity and as 'DAY' in another"),
        pytest.param(
            {"entities": [OneOrder, OtherOrder]},
            "two entities are called 'Order'",
            marks=pytest.mark.fault("F17"),
        ),
        ({"entities": [WithEntity]}, "the discriminator 'entity' is also a field of WithEntity"),
        ({"indexes": [Index("I", partition="no")]}, "index 'I': key field 'no' is not a field"),
        ({"indexes": [Index("I", partition="tags")]}, "'tags' is not a text, a number or bytes"),
        (
            {"indexes": [Index("I", partition="maybe")]},
            "'maybe' may be None, which leaves an index",
        ),
        ({"indexes": [Index("I", partition=())]}, "index 'I' has no partition field"),
        ({"indexes": [Index("I", partition="day", sort="day")]}, "index 'I' names a field twice"),
        ({"indexes": [Index("I", partition="day", shards=0)]}, "index 'I': shards is 1 or more"),
        (
            {"indexes": [Index("I", partition="key", shards=2, local=True)]},
            "and 1 for a local index",
        ),
        (
            {"indexes": [Index("I", partition="day", local=True)]},
            "index 'I' is local, so its partition is 'key'",
        ),
        (
            {"indexes": [Index("I", partition="day", projection=["no"])]},
            "index 'I' projects 'no', which is no field",
        ),
        (
            {"indexes": [Index("I", partition="day"), Index("I", partition="number")]},
            "two declarations of the index 'I'",
        ),
        (
            {"indexes": [Index("\ud800", partition="day")]},
            r"the name '\ud800' holds half of a surrogate pair",
        ),
        (
            {"patterns": [AccessPattern("p"), AccessPattern("p")]},
            "two declarations of the pattern 'p'",
        ),
    ],
)
def test_a_mistake_in_a_table_is_named(options: dict[str, Any], problem: str) -> None:
    assert any(problem in found for found in problems_of(Item, **{"partition": "key", **options}))


@pytest.mark.parametrize(
    ("model", "problem"),
    [
        (TwoVersions, "more than one version field: one, two"),
        (TwoTimes, "more than one updated field: one, two"),
        (TimeInKey, "'when' is in the primary key and set by writes"),
        (NoTime, "'number' holds the time of a write and is no datetime"),
        (TwoExpiries, "more than one expires field: one, two"),
        (OneName, "two fields of OneName are stored as 'key'"),
        (Hiding, "the field 'copy' of Hiding hides a pydantic method"),
        (EarlyPart, "'key' of EarlyPart uses 'day', which is not a field declared before it"),
        (WidePart, "uses 'tags', which is not a single text, number, date or enum"),
        (MaybePart, "'key' of MaybePart is None where 'day' is; declare it with `| None`"),
        (NumberComposed, "'key' of NumberComposed is not a text, which is what its template gives"),
        (Nesting, "the composed field 'name' of Nested is not a text"),
        (Serialized, "Serialized has a model serializer"),
    ],
)
def test_a_mistake_in_a_model_is_named(model: type[Model], problem: str) -> None:
    assert any(problem in found for found in problems_of(model))


class Paired(Enum):
    ONE = (1, 2)


class Nothing(Enum):
    NONE = None


class Digit(Enum):
    ONE = 1


class Real(Enum):
    TENTH = 0.1


@pytest.mark.fault("F7")
@pytest.mark.parametrize(
    ("annotation", "problem"),
    [
        (Nothing | None, "has the choice NONE"),
        (Paired, "has the choice ONE, whose value is not found again"),
        (list[Real | None], "has the choice TENTH"),
        (FutureDatetime, "is a FutureDatetime, which refuses to be read once that time has come"),
        (dict[str, FutureDate | None], "is a FutureDate"),
        (NaiveDatetime, "is a NaiveDatetime, of which none is stored"),
        (float | Decimal, "cannot tell float and Decimal apart"),
        (dict[int | str, Any], "has keys of several types"),
        (list[dict[Digit, int]], "as a key of a map has the choice ONE"),
        (dict[Literal[1], str], "as a key of a map has the choice 1"),
    ],
)
def test_a_type_with_values_that_would_not_read_back_is_refused(
    annotation: Any, problem: str
) -> None:
    assert any(problem in found for found in problems_of(model_with(annotation)))


@pytest.mark.fault("F9")
@pytest.mark.parametrize("annotation", [set[str], frozenset[str], set[str] | None])
@pytest.mark.parametrize("default", [{"a"}, Field(default_factory=lambda: {"a"})])
def test_a_set_whose_default_is_not_empty_is_refused(annotation: Any, default: Any) -> None:
    (problem,) = problems_of(model_with(annotation, default))
    assert "is a set whose default is not empty" in problem


@pytest.mark.parametrize(
    ("annotation", "problem"),
    [
        (datetime | str, "cannot tell datetime and str apart"),
        (list[Color | str], "cannot tell Color and str apart"),
        (dict[str, date | datetime | None], "cannot tell date and datetime apart"),
        (Path | str | int, "cannot tell Path and str apart"),
        (Literal[Color.RED], "is a Literal of enum members"),
        (Twin | OtherTwin, "cannot tell Twin and OtherTwin apart"),
        (list[Twin | OtherTwin | int], "give each a Literal field with a value of its own"),
        (Annotated[int, Field(validation_alias="v")], "has a validation alias"),
    ],
)
def test_a_type_that_would_not_read_back_is_refused(annotation: Any, problem: str) -> None:
    assert any(problem in found for found in problems_of(model_with(annotation)))


@pytest.mark.parametrize(
    "annotation",
    [
        datetime | int,
        datetime | None,
        str | bytes | int,
        Twin | Longer,
        Twin | Worded,
        Twin | None,
        Literal["a", 1],
        Annotated[int, Field(alias="v")],
    ],
)
def test_a_type_that_reads_back_is_allowed(annotation: Any) -> None:
    assert problems_of(model_with(annotation)) == []


def test_only_a_field_of_the_primary_key_is_loggable() -> None:
    class Visit(Model):
        page: Annotated[str, loggable()]
        day: Annotated[str, loggable()]

    table = Table("Visits", Visit, partition="page")
    with pytest.raises(DeclarationError) as caught:
        Layer("app", target="sqlite", tables=[table])
    [problem] = caught.value.problems
    assert "'day' is loggable() and not in the primary key" in problem


def test_relational_settings_are_refused_in_layers_for_other_engines() -> None:
    table = Table("Items", Item, partition="key", relational=Relational())
    with pytest.raises(DeclarationError) as caught:
        Layer("app", target="sqlite", tables=[table])
    [problem] = caught.value.problems
    assert problem.startswith(f"{table.declared_at}: table 'Items': ")
    assert "relational= is for layers with target='postgres'" in problem


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"renamed_from": {"other": "one"}}, "names 'other', which is no field"),
        ({"renamed_from": {"course": "key"}}, "names 'key', which is declared still"),
        ({"renamed_from": {"course": "x", "key": "x"}}, "names 'x' twice"),
        ({"enums_renamed_from": {"meals": "x"}}, "names 'meals', which is no type of enums="),
        ({"labels_renamed_from": {"meals": {"main": "x"}}}, "'meals': it is no type of enums="),
        ({"labels_renamed_from": {"courses": {"soup": "x"}}}, "names 'soup', which is no value"),
        ({"labels_renamed_from": {"courses": {"main": "dessert"}}}, "which is declared still"),
    ],
)
def test_former_name_is_of_something_declared_and_of_nothing_that_is_there(
    settings: dict[str, Any], said: str
) -> None:
    class Dish(Model):
        key: str
        course: Literal["main", "dessert"]

    relational = Relational(enums={"course": "courses"}, **settings)
    with pytest.raises(DeclarationError) as caught:
        Layer(
            "app",
            target="postgres",
            tables=[Table("dishes", Dish, partition="key", relational=relational)],
        )
    assert said in caught.value.problems[0]


def test_enum_has_no_collation() -> None:
    class Dish(Model):
        key: str
        course: Literal["main", "dessert"]

    both = Relational(enums={"course": "courses"}, collations={"course": "de-x-icu"})
    with pytest.raises(DeclarationError) as caught:
        Layer("x", target="postgres", tables=[Table("x", Dish, partition="key", relational=both)])
    [problem] = caught.value.problems
    assert "'course' is in enums= and in collations=; an enum has its own order" in problem


@pytest.mark.parametrize("target", ["postgresql", "mysql", ""])
def test_a_target_that_is_no_engine_is_refused_by_name(target: Any) -> None:
    with pytest.raises(DeclarationError, match=f"no engine serves the target {target!r}"):
        Layer("app", target=target, tables=[])


def test_a_table_needs_a_name() -> None:
    with pytest.raises(DeclarationError, match="a table needs a name"):
        Layer("app", target="sqlite", tables=[Table("", Item, partition="key")])


def test_a_layer_reports_every_problem_with_its_file_and_line() -> None:
    bad = Table("Bad", Item, partition="no", ttl="day")
    worse = Table("Worse", Item, partition="key", indexes=[Index("I", partition="nothing")])
    line = bad.declared_at.rpartition(":")[2]
    target: Any = "oracle"
    with pytest.raises(DeclarationError) as caught:
        Layer("app", target=target, tables=[bad, worse])
    problems = "\n".join(caught.value.problems)
    assert (
        "no engine serves the target 'oracle'; the targets are dynamodb, postgres and sqlite"
        in problems
    )
    assert f"test_check.py:{line}: table 'Bad': the partition key 'no'" in problems
    assert f"test_check.py:{int(line) + 1}: table 'Worse': index 'I'" in problems
    assert all(problem in str(caught.value) for problem in caught.value.problems)


def test_two_tables_of_one_name_are_refused() -> None:
    one = Table("Items", Item, partition="key")
    other = Table("Items", Other, partition="key")
    with pytest.raises(DeclarationError) as caught:
        Layer("app", target="sqlite", tables=[one, other])
    (problem,) = caught.value.problems
    assert problem.startswith(other.declared_at)
    assert problem.endswith(f"is already declared at {one.declared_at}")


def test_a_table_alone_raises_when_it_is_described() -> None:
    table = Table("Items", Item, partition="no")
    with pytest.raises(DeclarationError, match="the partition key 'no'"):
        _ = describe(table)


def test_a_table_is_checked_once() -> None:
    table = Table("Items", Item, partition="key")
    layer = Layer("app", target="sqlite", tables=[table])
    assert layer.describe(table) is describe(table)
    assert Layer("other", target="sqlite", tables=[table]).describe(table) is describe(table)


def test_a_table_is_a_frozen_value_that_keeps_no_list_of_the_caller() -> None:
    indexes = [Index("ByDay", partition="day")]
    table: Any = Table("Items", Item, partition="key", indexes=indexes)
    indexes.clear()
    assert table.indexes == (Index("ByDay", partition="day"),)
    with pytest.raises(FrozenInstanceError):
        table.name = "Others"


def test_a_table_is_declared_where_the_call_is_written() -> None:
    line = getframeinfo(sys._getframe()).lineno
    assert Table("Items", Item, partition="key").declared_at == f"{__file__}:{line + 1}"
    assert Table[Item]("Items", Item, partition="key").declared_at.startswith(__file__)
    assert replace(TABLE, name="Others").declared_at.startswith(__file__)


def test_two_declarations_are_two_tables() -> None:
    assert Table("Items", Item, partition="key") != Table("Items", Item, partition="key")


def test_a_layer_knows_its_own_tables_only() -> None:
    layer = Layer("app", target="sqlite", tables=[Table("Items", Item, partition="key")])
    with pytest.raises(DeclarationError, match="is not one of the layer"):
        layer.describe(Table("Items", Item, partition="key"))


def test_the_expiry_and_the_version_are_found_by_type() -> None:
    class Both(Model):
        key: str
        gone: ExpiresAt = datetime(2024, 1, 1, tzinfo=UTC)
        version: Version = 0

    described = describe(Table("Items", Both, partition="key"))
    assert described.expires is not None
    assert described.version is not None
    assert (described.expires.name, described.version.name) == ("gone", "version")


def test_index_always_holds_what_tells_expiry_and_entity() -> None:
    class Base(Model):
        pk: str
        kind: str = "k"
        gone_at: ExpiresAt | None = None

    class Leaf(Base):
        pass

    table = Table(
        "T",
        Base,
        partition="pk",
        entities=[Leaf],
        indexes=[Index("ByKind", partition="kind", projection="keys")],
    )
    held = describe(table).indexes["ByKind"].projection
    assert held == frozenset({"pk", "kind", "gone_at", "entity"})

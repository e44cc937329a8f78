"""A layer for DynamoDB is refused where it is declared for what CreateTable, or a later write,
would refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import pytest

from tests.unit.model.declared import problems_of
from trueup import DeclarationError, ExpiresAt, Index, Layer, Model, Table, stored_as

pytestmark = pytest.mark.fault("F11")

LONG = "x" * 256


class Item(Model):
    id: str
    day: str = ""
    n: int = 0
    long: Annotated[str, stored_as(LONG)] = ""
    longest: Annotated[str, stored_as("y" * 65_535)] = ""


class Expiring(Item):
    until: Annotated[ExpiresAt | None, stored_as("é" * 128)] = None


class TooLong(Item):
    more: Annotated[str, stored_as("z" * 65_536)] = ""


class Wide(Model):
    id: str
    a: str = ""
    b: str = ""
    c: str = ""
    d: str = ""
    e: str = ""
    f: str = ""


MANY = [f"p{n}" for n in range(21)]
Many: Any = type("Many", (Item,), {"__annotations__": dict.fromkeys(MANY, str)})


def layer_of(model: type[Model], indexes: Sequence[Index] = (), **options: Any) -> Layer:
    given = {"partition": "id", "indexes": indexes, **options}
    return Layer("shop", target="dynamodb", tables=[Table("Items", model, **given)])


@pytest.mark.parametrize(
    ("model", "indexes", "options", "problem"),
    [
        (Item, [Index(f"By{n}day", "day") for n in range(21)], {}, "the table has 21 indexes"),
        (
            Item,
            [Index(f"By{n}day", "id", "day", local=True) for n in range(6)],
            {"sort": "n"},
            "the table has 6 local indexes; dynamodb has at most 5",
        ),
        (
            Item,
            [Index("ByDay", "id", "day", local=True)],
            {},
            "index 'ByDay' is local, which only an index of a table with a sort key can be",
        ),
        (
            Item,
            [Index("ByDay", "id", ("day", "n"), local=True)],
            {"sort": "n"},
            "index 'ByDay' is local, so it has one sort field, not 2",
        ),
        (
            Item,
            [Index("ByDay", "id", local=True)],
            {"sort": "n"},
            "index 'ByDay' is local, so it has one sort field, not 0",
        ),
        (Wide, [Index("All", tuple("abcde"))], {}, "index 'All' has 5 partition fields"),
        (Wide, [Index("All", "f", tuple("abcde"))], {}, "index 'All' has 5 sort fields"),
        (Item, [Index("By", "day")], {}, "'By', has 2 characters; dynamodb takes 3 to 255"),
        (Item, [Index("y" * 256, "day")], {}, "has 256 characters; dynamodb takes 3 to 255"),
        (Item, [Index("By day", "day")], {}, "has other characters than letters"),
        (Item, [Index("ByDäy", "day")], {}, "has other characters than letters"),
        (
            Many,
            [Index("ByDay", "day", projection=MANY)],
            {},
            "index 'ByDay' has 21 projected attributes; dynamodb has at most 20",
        ),
        (
            Many,
            [Index(f"By{n}day", "day", projection=MANY[:20]) for n in range(6)],
            {},
            "the table has 120 projected attributes; dynamodb has at most 100",
        ),
        (Item, [], {"partition": "long"}, "has a name of 256 bytes; dynamodb takes at most 255"),
        (Item, [], {"sort": "long"}, "has a name of 256 bytes; dynamodb takes at most 255"),
        (Item, [Index("ByDay", "long")], {}, "has a name of 256 bytes"),
        (Item, [Index("ByDay", "day", projection=["long"])], {}, "has a name of 256 bytes"),
        (Item, [Index("y" * 250, "day", shards=2)], {}, "has a name of 256 bytes"),
        (Expiring, [], {}, "has a name of 256 bytes"),
        (TooLong, [], {}, "has a name of 65536 bytes; dynamodb takes at most 65535"),
    ],
)
def test_what_dynamodb_refuses_is_refused_where_it_is_declared(
    model: type[Model], indexes: list[Index], options: dict[str, Any], problem: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        layer_of(model, indexes, **options)
    (found,) = [found for found in caught.value.problems if problem in found]
    assert found.startswith(f"{__file__}:")


def test_what_dynamodb_takes_is_accepted() -> None:
    layer_of(Item)
    wide = [Index(f"By{n}day", "day") for n in range(20)]
    local = [Index(f"Local{n}", "id", "day", local=True) for n in range(5)]
    layer_of(Item, [*wide, *local], sort="n")
    layer_of(Wide, [Index("All", tuple("abcd"), ("e", "f", "id"))])
    layer_of(Item, [Index("y" * 255, "day"), Index("a.b_c-D9", "n")])
    layer_of(Many, [Index(f"By{n}day", "day", projection=MANY[:20]) for n in range(5)])


def test_what_dynamodb_refuses_may_be_declared_for_another_target() -> None:
    table = Table("Items", Item, partition="id", indexes=[Index("I", "id", "day", local=True)])
    assert Layer("shop", target="sqlite", tables=[table]).tables == (table,)


class Base(Model):
    id: str


class Numbered(Base):
    rank: int = 0


class Named(Base):
    rank: str = ""


class Optional(Base):
    rank: str | None = "x"


class Same(Base):
    other: Annotated[bytes, stored_as("rank")] = b""


@pytest.mark.parametrize(
    ("entities", "problem"),
    [
        ([Numbered, Named], "'rank' is a number in one entity and a text in another"),
        ([Numbered, Same], "'rank' is a number in one entity and bytes in another"),
        ([Named, Optional], "'rank' may be None, which leaves an index"),
    ],
)
def test_key_of_an_index_is_of_one_kind_in_every_entity(
    entities: list[type[Base]], problem: str
) -> None:
    index = Index("ByRank", partition="rank")
    found = problems_of(Base, "id", entities=entities, indexes=[index])
    assert any(problem in one for one in found)


def test_key_of_the_table_is_in_every_entity() -> None:
    found = problems_of(Base, "id", sort="rank", entities=[Numbered, Base])
    assert found == ["the sort key 'rank' is not a field of the entity Base"]
    found = problems_of(Base, "id", sort="rank", entities=[Named, Optional])
    assert found == ["the sort key 'rank' may be None; a key always has a value"]


def test_partition_and_sort_key_are_two_attributes() -> None:
    assert problems_of(Item, "id", sort="id") == [
        "'id' is the partition key and the sort key; leave sort= out"
    ]


class Unnamed(Model):
    id: str
    nothing: Annotated[str, stored_as("")] = ""


def test_attribute_has_a_name() -> None:
    (found,) = problems_of(Unnamed, "id")
    assert found == "the field 'nothing' of Unnamed is stored under an empty name"


@pytest.mark.fault("F2")
def test_two_tables_of_one_physical_name_are_refused_naming_both() -> None:
    first = Table("First", Item, partition="id", physical="x12")
    second = Table("Second", Item, partition="id", physical="x12")
    third = Table("x12", Item, partition="id")
    with pytest.raises(DeclarationError) as caught:
        Layer("shop", target="sqlite", tables=[first, second, third])
    assert list(caught.value.problems) == [
        f"{table.declared_at}: table {table.name!r}: it is called 'x12' in the database, as is the "
        f"table 'First', declared at {first.declared_at}"
        for table in (second, third)
    ]

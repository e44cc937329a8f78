"""None, absent and empty; attributes that the model does not know."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import Field

from ....errors import ErrorCode
from ....expressions import Kind, at
from ....model import Model, Table
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import FREE, PEOPLE, TEXTS, FreeForm, Person, Text


class NewUser(Model):
    """The next release of `OldUser`."""

    id: str
    name: str = ""
    colour: str = "red"
    labels: dict[str, Any] = Field(default_factory=dict)


class OldUser(Model):
    """The release that still runs while the next goes out."""

    id: str
    name: str = ""


class Letter(Enum):
    """A key that is stored as a text."""

    A = "a"


class Counted(Model):
    """A map with numbers as keys."""

    id: str
    of: dict[int, int]


COUNTED = Table("Counted", Counted, partition="id")
NEW_USERS = Table("Users", NewUser, partition="id")
OLD_USERS = Table("Users", OldUser, partition="id")
STRICT_USERS = Table("Users", OldUser, partition="id", on_read="error")


@pytest.mark.req("MT11")
@pytest.mark.parametrize(
    "number",
    [
        0,
        7,
        -(10**20),
        2**63,
        10**38 - 1,
        -(10**125),
        Decimal("0.1"),
        Decimal("1E-130"),
        Decimal("-1.2345678901234567890123456789012345678"),
    ],
)
async def test_number_comes_back_exactly(contract: Contract, number: int | Decimal) -> None:
    free = await contract.repository(FREE)
    await free.put(FreeForm(pk="a", exact=number))
    stored = await free.get("a", "1")
    assert stored is not None
    assert stored.exact == number
    assert isinstance(stored.exact, type(number))


@pytest.mark.parametrize(
    "number",
    [Decimal("NaN"), float("inf"), 10**126, 10**38 + 1, Decimal("1E-131")],
    ids=["not a number", "infinity", "too large", "39 digits", "too small"],
)
async def test_number_that_cannot_be_kept_exactly_is_refused(
    contract: Contract, number: Any
) -> None:
    free = await contract.repository(FREE)
    with refused(ErrorCode.INVALID_NUMBER):
        await free.put(FreeForm(pk="a", n=number))
    assert await free.get("a", "1") is None
    await free.put(FreeForm(pk="a", n=1))
    with refused(ErrorCode.INVALID_NUMBER) as refusal:
        await free.update(("a", "1"), at(FreeForm.n).assign(number))
    assert refusal.says("attribute n")
    with refused(ErrorCode.INVALID_NUMBER):
        await free.scan(filter=FreeForm.n == number).all()
    assert await free.get("a", "1") == FreeForm(pk="a", n=1)


@pytest.mark.parametrize(
    "value",
    [{1: 2, "1": 3}, {Decimal("1.0"): 2, 1.0: 3, "1": 4}, {"in": [{"a": 1, Letter.A: 2}]}],
    ids=["int", "Decimal", "enum"],
)
async def test_map_whose_keys_have_the_same_text_is_refused(contract: Contract, value: Any) -> None:
    free = await contract.repository(FREE)
    await free.put(FreeForm(pk="a", m={1: 2, "2": 3}))
    for call in (
        lambda: free.put(FreeForm(pk="a", m=value)),
        lambda: free.update(("a", "1"), at(FreeForm.m).assign(value)),
        lambda: free.scan(filter=FreeForm.m == value).all(),
    ):
        with refused(ErrorCode.INVALID_VALUE) as refusal:
            await call()
        assert refusal.says("attribute m")
    stored = await free.get("a", "1")
    assert stored is not None
    assert stored.m == {"1": 2, "2": 3}


async def test_typed_map_whose_keys_have_the_same_text_is_refused(contract: Contract) -> None:
    counted = await contract.repository(COUNTED)
    await counted.put(Counted(id="a", of={1: 2, 2: 3}))
    with refused(ErrorCode.INVALID_VALUE) as refusal:
        await counted.put(Counted.model_construct(id="a", of={1: 2, "1": 3}))
    assert refusal.says("attribute of")
    assert await counted.get("a") == Counted(id="a", of={1: 2, 2: 3})


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("age", 10**38 + 1, ErrorCode.INVALID_NUMBER),
        ("timestamp", datetime(2026, 1, 1), ErrorCode.NAIVE_DATETIME),
    ],
    ids=["39 digits", "no time zone"],
)
async def test_value_that_cannot_be_stored_is_refused_in_changes_and_conditions(
    contract: Contract, name: str, value: Any, code: ErrorCode
) -> None:
    field = getattr(Person, name)
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a"))
    for call in (
        lambda: people.update("a", at(field).assign(value)),
        lambda: people.scan(filter=field == value).all(),
        lambda: people.delete("a", only_if=field == value),
    ):
        with refused(code) as refusal:
            await call()
        assert refusal.says(f"attribute {name}")
    assert await people.get("a") == Person(id="a")


@pytest.mark.parametrize(
    "local",
    [datetime(2026, 10, 25, 2, 30), datetime(2026, 3, 29, 2, 30)],
    ids=["an hour that the clock repeats", "an hour that it skips"],
)
@pytest.mark.parametrize("fold", [0, 1])
async def test_instant_is_stored_whatever_the_clock_of_its_zone_does(
    contract: Contract, local: datetime, fold: int
) -> None:
    people = await contract.repository(PEOPLE)
    moment = local.replace(tzinfo=ZoneInfo("Europe/Berlin"), fold=fold)
    await people.put(Person(id="a", timestamp=moment))
    await people.update("a", at(Person.timestamp).assign(moment))
    stored = await people.get("a")
    assert stored is not None
    assert stored.timestamp == moment.astimezone(UTC)


@pytest.mark.every_wire
async def test_texts_and_bytes_come_back_unchanged(contract: Contract) -> None:
    free = await contract.repository(FREE)
    item = FreeForm(
        pk="a",
        s="\x7f e\u0301 \u00e9 \U0001f600",
        data=bytes(range(256)),
        m={"-": "", "$N": {"$": 1}},
    )
    await free.put(item)
    assert await free.get("a", "1") == item


@pytest.mark.parametrize(
    "item",
    [FreeForm(pk="a", s="\x00"), FreeForm(pk="a", l=["a\x00b"]), FreeForm(pk="\x00")],
    ids=["attribute", "element", "key"],
)
async def test_text_may_hold_the_character_nul(contract: Contract, item: FreeForm) -> None:
    free = await contract.repository(FREE)
    await free.put(item)
    assert await free.get(item.pk, item.sk) == item


class Labelled(Model):
    """A map of texts, whose keys are free."""

    id: str
    labels: dict[str, str]


LABELLED = Table("Labelled", Labelled, partition="id")


async def test_keys_of_a_map_come_back_unchanged_from_each_read(contract: Contract) -> None:
    """A dollar begins the tags of an engine that stores JSON."""
    repository = await contract.repository(LABELLED)
    item = Labelled(id="a", labels={"$N": "1", "$": "", "$$": "$", "a.b": "", "é": ""})
    await repository.put(item)
    assert await repository.get("a") == item
    assert await repository.get_many(["a"]) == [item]
    assert await repository.query("a").all() == [item]
    assert await repository.scan().all() == [item]


async def is_stored_as_null(contract: Contract, path: Any) -> bool:
    """Whether the stored person has NULL at the path, rather than no attribute."""
    people = await contract.repository(PEOPLE)
    return bool(await people.scan(filter=at(path).has_type(Kind.NULL)).all())


async def test_none_is_absent_where_it_is_the_default(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", age=None))
    assert not await is_stored_as_null(contract, Person.age)


async def test_none_is_null_where_the_default_is_something_else(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", score=None))
    assert await is_stored_as_null(contract, Person.score)
    assert await people.get("a") == Person(id="a", score=None)


async def test_update_writes_none_as_put_does_where_it_is_the_default(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", age=5))
    await people.update("a", at(Person.age).assign(None))
    assert not await is_stored_as_null(contract, Person.age)
    assert await people.get("a") == Person(id="a")


async def test_update_writes_none_as_put_does_where_the_default_is_something_else(
    contract: Contract,
) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a"))
    await people.update("a", at(Person.score).assign(None))
    assert await is_stored_as_null(contract, Person.score)


async def test_absent_and_null_do_not_exist(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", age=None, score=None))
    missing = at(Person.age).missing() & at(Person.score).missing()
    there = at(Person.age).exists() | at(Person.score).exists()
    assert len(await people.scan(filter=missing).all()) == 1
    assert len(await people.scan(filter=there).all()) == 0


async def test_none_in_an_index_key_leaves_the_item_out_of_the_index(contract: Contract) -> None:
    texts = await contract.repository(TEXTS)
    await texts.put(Text(group="g", key="a", label=None))
    await texts.put(Text(group="g", key="b", label="l"))
    await texts.update(("g", "b"), at(Text.label).assign(None))
    assert await texts.scan(index="ByLabel").all() == []
    assert len(await texts.query("g").all()) == 2


async def test_empty_set_is_absent_and_reads_as_empty(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", tags=set()))
    assert len(await people.scan(filter=at(Person.tags).missing()).all()) == 1
    assert await people.get("a") == Person(id="a", tags=set())


async def test_set_that_an_update_empties_is_absent(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", tags={"x"}))
    await people.update("a", at(Person.tags).remove_from_set("x"))
    assert len(await people.scan(filter=at(Person.tags).missing()).all()) == 1


async def test_set_that_an_update_assigns_empty_is_absent(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", tags={"x"}))
    await people.update("a", at(Person.tags).assign(set()))
    assert len(await people.scan(filter=at(Person.tags).missing()).all()) == 1


async def test_empty_text_bytes_and_list_are_stored(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", name="", photo=b"", notes=[]))
    there = at(Person.name).exists() & at(Person.photo).exists() & at(Person.notes).exists()
    assert len(await people.scan(filter=there).all()) == 1


@pytest.mark.every_wire
async def test_old_release_keeps_what_the_new_one_stored(contract: Contract) -> None:
    new, old = await contract.repository(NEW_USERS), await contract.repository(OLD_USERS)
    await new.put(NewUser(id="a", name="x", colour="blue", labels={"n": [1, {"b"}]}))
    read = await old.get("a")
    assert read is not None
    read.name = "y"
    await old.put(read)
    kept = NewUser(id="a", name="y", colour="blue", labels={"n": [1, {"b"}]})
    assert await new.get("a") == kept


async def test_update_by_the_old_release_keeps_what_the_new_one_stored(contract: Contract) -> None:
    new, old = await contract.repository(NEW_USERS), await contract.repository(OLD_USERS)
    await new.put(NewUser(id="a", colour="blue"))
    await old.update("a", at(OldUser.name).assign("y"))
    assert await new.get("a") == NewUser(id="a", name="y", colour="blue")


async def test_new_release_reads_defaults_from_what_the_old_one_stored(contract: Contract) -> None:
    new, old = await contract.repository(NEW_USERS), await contract.repository(OLD_USERS)
    await old.put(OldUser(id="a", name="x"))
    assert await new.get("a") == NewUser(id="a", name="x", colour="red")


async def test_strict_table_refuses_to_read_an_unknown_attribute(contract: Contract) -> None:
    new, strict = await contract.repository(NEW_USERS), await contract.repository(STRICT_USERS)
    await new.put(NewUser(id="a", colour="secret"))
    with refused(ErrorCode.UNREADABLE_ITEM) as refusal:
        await strict.get("a")
    assert refusal.says("colour")
    assert not refusal.says("secret")


async def test_query_does_not_skip_what_it_cannot_read(contract: Contract) -> None:
    new, strict = await contract.repository(NEW_USERS), await contract.repository(STRICT_USERS)
    await new.put(NewUser(id="a"))
    with refused(ErrorCode.UNREADABLE_ITEM):
        await strict.scan().all()

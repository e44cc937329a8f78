"""Whole items: created, put, read back."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

import pytest

from ....errors import AlreadyExists, ConditionFailed, ErrorCode, TransactionCancelled
from ....model import Model, Table, loggable
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import PEOPLE, Address, Person, Status


def full_person() -> Person:
    """An item with a value in every attribute."""
    return Person(
        id="a",
        name="Ä 😀 \x7f",
        status=Status.APPROVED,
        timestamp=datetime(2026, 5, 4, 3, 2, 1, 999_999, tzinfo=UTC),
        age=10**37,
        score=-1.5e-7,
        balance=Decimal("-0.12345678901234567890123456789012345678"),
        tags={"x", ""},
        notes=["", "n"],
        address=Address(city="Ulm", lines=["1", "2"]),
        photo=b"\x00\xff",
        is_active=False,
    )


@pytest.mark.req("N54", "N55", "N60", "N77")
@pytest.mark.every_wire
async def test_create_stores_a_model_that_get_gives_back(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.create(full_person())
    assert await people.get("a") == full_person()


@pytest.mark.every_wire
async def test_create_refuses_an_item_that_is_there(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.create(Person(id="a", name="first"))
    with refused(AlreadyExists):
        await people.create(Person(id="a", name="second"))
    assert await people.get("a") == Person(id="a", name="first")


@pytest.mark.req("NT5")
async def test_create_looks_at_the_key_and_at_no_other_attribute(contract: Contract) -> None:
    # attribute_not_exists(some attribute) would let an item without it be overwritten.
    people = await contract.repository(PEOPLE)
    await people.create(Person(id="a", age=None))
    with refused(AlreadyExists):
        await people.create(Person(id="a", age=1))


async def test_create_with_a_false_condition_stores_nothing(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    with refused(ConditionFailed):
        await people.create(Person(id="a"), only_if=Person.name == "x")
    assert await people.get("a") is None


async def test_create_says_that_nothing_was_there(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    assert (await people.create(Person(id="a"))).existed is False


@pytest.mark.every_wire
async def test_put_replaces_the_whole_item(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", name="first", age=5, tags={"t"}))
    await people.put(Person(id="a", name="second"))
    assert await people.get("a") == Person(id="a", name="second")


@pytest.mark.every_wire
async def test_put_returns_the_old_item(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", name="first"))
    result = await people.put(Person(id="a", name="second"), returning="old")
    assert (result.existed, result.old, result.new) == (True, Person(id="a", name="first"), None)


async def test_put_returns_the_new_item(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    result = await people.put(full_person(), returning="new")
    assert (result.existed, result.old, result.new) == (False, None, full_person())


async def test_put_returns_no_old_item_where_none_was(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    result = await people.put(Person(id="a"), returning="old")
    assert (result.existed, result.old) == (False, None)


async def test_put_with_a_true_condition_replaces(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", name="first"))
    await people.put(Person(id="a", name="second"), only_if=Person.name == "first")
    assert await people.get("a") == Person(id="a", name="second")


@pytest.mark.every_wire
async def test_put_with_a_false_condition_changes_nothing(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", name="first"))
    with refused(ConditionFailed):
        await people.put(Person(id="a", name="second"), only_if=Person.name == "other")
    assert await people.get("a") == Person(id="a", name="first")


async def test_condition_may_compare_a_model_attribute_by_its_value(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(full_person())
    same = (Person.address.city == "Ulm") & (Person.timestamp == full_person().timestamp)  # type: ignore[union-attr]  # a path, not a value
    await people.put(Person(id="a"), only_if=same)
    assert await people.get("a") == Person(id="a")


async def test_get_of_a_missing_item_is_none(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    assert await people.get("a") is None


@pytest.mark.every_wire
async def test_consistent_get_sees_the_last_write(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", name="x"))
    assert await people.get("a", consistent=True) == Person(id="a", name="x")


async def test_exists_tells_whether_an_item_is_stored(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a"))
    assert (await people.exists("a"), await people.exists("b")) == (True, False)


async def test_get_by_a_model_or_a_mapping_reads_the_same_item(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    item = Person(id="a", name="x")
    await people.put(item)
    assert await people.get(Person(id="a")) == await people.get({"id": "a"}) == item


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", ErrorCode.EMPTY_KEY),
        (None, ErrorCode.INVALID_KEY),
        (3, ErrorCode.WRONG_TYPE),
        ("\ud800", ErrorCode.INVALID_TEXT),
    ],
)
async def test_key_that_cannot_be_is_refused(
    contract: Contract, value: Any, code: ErrorCode
) -> None:
    people = await contract.repository(PEOPLE)
    with refused(code):
        await people.get(value)


async def test_item_with_an_empty_key_is_refused(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    with refused(ErrorCode.EMPTY_KEY):
        await people.put(Person(id=""))


async def test_key_of_too_many_values_is_refused(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    with refused(ErrorCode.INVALID_KEY):
        await people.get("a", "b")


async def test_model_of_another_table_is_refused(contract: Contract) -> None:
    people: Any = await contract.repository(PEOPLE)
    with refused(ErrorCode.WRONG_TYPE):
        await people.put(Address(city="Ulm"))


async def test_unknown_option_of_returning_is_refused(contract: Contract) -> None:
    people: Any = await contract.repository(PEOPLE)
    with refused(ErrorCode.INVALID_OPTION):
        await people.put(Person(id="a"), returning="both")


async def test_real_bool_is_no_condition(contract: Contract) -> None:
    # Both sides were values: `person.name == "x"` instead of `Person.name == "x"`.
    people = await contract.repository(PEOPLE)
    with refused(ErrorCode.NOT_A_CONDITION):
        await people.put(Person(id="a"), only_if=Person(id="a").name == "x")
    assert await people.get("a") is None


class Visit(Model):
    """An item whose key may be shown in part."""

    page: Annotated[str, loggable()]
    visitor: str


VISITS = Table("Visits", Visit, partition="page", sort="visitor")


async def test_errors_show_the_values_of_loggable_keys_only(contract: Contract) -> None:
    database = await contract.database(VISITS)
    visits = database.repository(VISITS)
    await visits.create(Visit(page="home", visitor="ada"))
    with refused(AlreadyExists) as refusal:
        await visits.create(Visit(page="home", visitor="ada"))
    assert refusal.says("key page=home and visitor")
    assert not refusal.says("ada")
    with refused(TransactionCancelled) as cancelled:
        async with database.transaction() as transaction:
            transaction.create(VISITS, Visit(page="home", visitor="ada"))
    assert isinstance(cancelled.error, TransactionCancelled)
    [reason] = cancelled.error.reasons
    assert reason is not None
    assert reason.where.key == "page=home and visitor"

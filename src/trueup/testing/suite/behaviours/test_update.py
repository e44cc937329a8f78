"""Updates: changes of parts of an item."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from ....errors import ConditionFailed, ErrorCode, NotFound
from ....expressions import At, Change, at
from ....model import Model
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import EVENTS, PEOPLE, TEXTS, Address, Event, Person, Status, Text


@pytest.mark.req("N55", "N77")
@pytest.mark.every_wire
async def test_update_changes_what_it_names_and_nothing_else(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", name="x", age=1))
    await people.update("a", at(Person.name).assign("y"))
    assert await people.get("a") == Person(id="a", name="y", age=1)


@pytest.mark.req("M61")
@pytest.mark.every_wire
async def test_missing_item_is_none_to_a_read_and_an_error_to_an_update(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    with refused(NotFound):
        await people.update("a", at(Person.name).assign("x"))
    assert await people.get("a") is None


async def test_update_of_a_missing_item_is_not_found_whatever_its_condition(
    contract: Contract,
) -> None:
    people = await contract.repository(PEOPLE)
    with refused(NotFound):
        await people.update("a", at(Person.name).assign("x"), only_if=at(Person.name).missing())


@pytest.mark.req("M50")
@pytest.mark.every_wire
async def test_update_with_a_false_condition_is_no_silent_success(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", name="x"))
    with refused(ConditionFailed):
        await people.update("a", at(Person.name).assign("y"), only_if=Person.name == "other")
    assert await people.get("a") == Person(id="a", name="x")


@pytest.mark.req("NT12")
async def test_reserved_words_may_be_changed_and_compared(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    item = Person(id="a")
    await people.put(item)
    changed = await people.update(
        "a",
        at(Person.status).assign(Status.APPROVED),
        only_if=(Person.status == Status.PROPOSED) & (Person.timestamp == item.timestamp),
        returning="new",
    )
    assert changed.new == Person(id="a", status=Status.APPROVED)


class PersonStatus(Model):
    """A projection whose attributes are all reserved words."""

    status: Status
    timestamp: datetime


@pytest.mark.req("NT12")
async def test_reserved_words_may_be_filtered_and_read_alone(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    item = Person(id="a", status=Status.APPROVED)
    await people.put_many([item, Person(id="b")])
    found = people.scan(filter=Person.status == Status.APPROVED, projection=PersonStatus)
    assert await found.all() == [PersonStatus(status=item.status, timestamp=item.timestamp)]


async def test_update_returns_the_old_item(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", name="x"))
    result = await people.update("a", at(Person.name).assign("y"), returning="old")
    assert (result.existed, result.old, result.new) == (True, Person(id="a", name="x"), None)


async def test_update_returns_the_new_item(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", name="x", age=1))
    result = await people.update("a", at(Person.age).add(2), returning="new")
    assert (result.old, result.new) == (None, Person(id="a", name="x", age=3))


async def test_every_kind_of_change_goes_into_one_update(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    start = Person(id="a", age=1, tags={"a", "b"}, notes=["n"], address=Address(city="Ulm"))
    await people.put(start)
    result = await people.update(
        "a",
        at(Person.age).subtract(3),
        at(Person.balance).add(Decimal("0.1")),
        at(Person.tags).remove_from_set("a"),
        at(Person.notes).append("o"),
        at(Person.score).remove(),
        at(Person.address).remove(),
        at(Person.name).assign_if_missing("never"),
        returning="new",
    )
    stored = result.new
    assert stored is not None
    assert (stored.age, stored.balance, stored.tags) == (-2, Decimal("0.1"), {"b"})
    assert (stored.notes, stored.address, stored.name) == (["n", "o"], None, "")


async def test_update_of_a_nested_attribute_leaves_the_rest(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", address=Address(city="Ulm", lines=["1"])))
    path: Any = Person.address
    await people.update("a", at(path.city).assign("Bonn"), at(path.lines[0]).assign("2"))
    stored = await people.get("a")
    assert stored is not None
    assert stored.address == Address(city="Bonn", lines=["2"])


@pytest.mark.every_wire
async def test_update_or_create_changes_what_is_there(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", name="x", age=1))
    result = await people.update_or_create("a", at(Person.age).add(1), returning="new")
    assert (result.existed, result.new) == (True, Person(id="a", name="x", age=2))


@pytest.mark.every_wire
async def test_update_or_create_begins_what_is_not(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    result = await people.update_or_create("a", at(Person.age).add(1), returning="new")
    assert (result.existed, result.new) == (False, Person(id="a", age=1))


async def test_update_or_create_refuses_to_begin_what_could_not_be_read(contract: Contract) -> None:
    events = await contract.repository(EVENTS)
    with refused(ErrorCode.MISSING_PARTS) as refusal:
        await events.update_or_create("a", at(Event.kind).assign("x"))
    assert refusal.says("at")
    assert await events.get("a") is None


async def test_update_that_fails_halfway_changes_nothing(contract: Contract) -> None:
    people: Any = await contract.repository(PEOPLE)
    await people.put(Person(id="a", name="x"))
    path: Any = Person.address
    with refused(ErrorCode.INVALID_UPDATE):
        await people.update("a", at(Person.name).assign("y"), at(path.city).assign("Ulm"))
    assert await people.get("a") == Person(id="a", name="x")


async def test_update_of_the_key_is_refused(contract: Contract) -> None:
    texts = await contract.repository(TEXTS)
    await texts.put(Text(group="g", key="k"))
    with refused(ErrorCode.KEY_CHANGED):
        await texts.update(("g", "k"), at(Text.key).assign("other"))


async def test_update_without_a_change_is_refused(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a"))
    with refused(ErrorCode.INVALID_UPDATE):
        await people.update("a")


async def test_update_with_a_value_of_the_wrong_type_is_refused(contract: Contract) -> None:
    people: Any = await contract.repository(PEOPLE)
    with refused(ErrorCode.WRONG_TYPE):
        await people.update("a", at(Person.age).assign("many"))  # type: ignore[arg-type]  # that is the point


async def test_update_of_an_unknown_attribute_is_refused(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    path: Any = Text.label
    with refused(ErrorCode.UNKNOWN_ATTRIBUTE):
        await people.update("a", at(path).assign("x"))


def any_at(path: Any) -> At[Any]:
    """The operators of a path, for calls that a type checker refuses."""
    return at(path)


@pytest.mark.parametrize(
    "change",
    [
        any_at(Person.tags).append("x"),
        any_at(Person.tags).prepend("x"),
        any_at(Person.notes).add_to_set("x"),
        any_at(Person.notes).remove_from_set("x"),
        any_at(Person.name).append("x"),
        any_at(Person.name).add(1),
        any_at(Person.is_active).add(1),
        any_at(Person.tags).subtract(1),
        any_at(Person.balance).add_to_set(1),
        any_at(Person.address).append("x"),
    ],
)
async def test_change_of_another_kind_than_the_attribute_is_refused(
    contract: Contract, change: Change
) -> None:
    """On an absent attribute it would begin a value that the model cannot read."""
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a"))
    with refused(ErrorCode.INVALID_UPDATE):
        await people.update("a", change)
    assert await people.get("a") == Person(id="a")

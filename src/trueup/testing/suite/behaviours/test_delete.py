"""Deletes."""

from __future__ import annotations

import pytest

from ....errors import ConditionFailed, ErrorCode
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import PEOPLE, TEXTS, Person, Text


@pytest.mark.req("N55", "N77")
@pytest.mark.every_wire
async def test_delete_removes_the_item_and_says_so(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a"))
    assert (await people.delete("a")).existed is True
    assert await people.get("a") is None


@pytest.mark.req("M61")
async def test_delete_of_a_missing_item_succeeds_and_says_so(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    assert (await people.delete("a")).existed is False


@pytest.mark.every_wire
async def test_delete_returns_the_old_item(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", name="x"))
    assert (await people.delete("a", returning="old")).old == Person(id="a", name="x")


async def test_delete_leaves_nothing_new_to_return(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    with refused(ErrorCode.INVALID_OPTION):
        await people.delete("a", returning="new")


@pytest.mark.every_wire
async def test_delete_with_a_false_condition_removes_nothing(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    await people.put(Person(id="a", name="x"))
    with refused(ConditionFailed):
        await people.delete("a", only_if=Person.name == "y")
    assert await people.exists("a")


async def test_delete_by_a_key_of_two_takes_the_item_out_of_every_index(contract: Contract) -> None:
    texts = await contract.repository(TEXTS)
    await texts.put_many([Text(group="g", key=key, label="l") for key in ("a", "b")])
    await texts.delete("g", "a")
    assert [item.key for item in await texts.query("l", index="ByLabel").all()] == ["b"]

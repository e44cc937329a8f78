"""Limits of DynamoDB hold on every engine that opens a layer for DynamoDB.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from typing import Any

import pytest

from ....errors import DeclarationError, ErrorCode, TransactionCancelled, TrueupError
from ....expressions import at
from ....model import Index, Model, Table
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import FREE, PEOPLE, TEXTS, FreeForm, Person, Text

ITEM_BYTES = 400 * 1024
FRAME_BYTES = len("pk") + 1 + len("sk") + 1 + len("s")
"""Of an item with a key of two characters and the attribute `s`, without its value."""


def item_of(size_bytes: int) -> FreeForm:
    """An item of exactly this size by DynamoDB's rules."""
    return FreeForm(pk="a", sk="1", s="x" * (size_bytes - FRAME_BYTES))


def nested(levels: int) -> Any:
    """A list in a list …"""
    value: Any = "deep"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.every_wire
async def test_item_of_exactly_400_kb_is_stored(contract: Contract) -> None:
    free = await contract.repository(FREE)
    await free.put(item_of(ITEM_BYTES))
    assert await free.get("a", "1") == item_of(ITEM_BYTES)


@pytest.mark.every_wire
async def test_item_of_one_byte_more_is_refused(contract: Contract) -> None:
    free = await contract.repository(FREE)
    with refused(ErrorCode.ITEM_TOO_LARGE):
        await free.put(item_of(ITEM_BYTES + 1))
    assert await free.get("a", "1") is None


async def test_size_counts_bytes_and_not_characters(contract: Contract) -> None:
    free = await contract.repository(FREE)
    with refused(ErrorCode.ITEM_TOO_LARGE):
        await free.put(FreeForm(pk="a", s="é" * (ITEM_BYTES // 2)))


async def test_update_that_makes_an_item_too_large_is_refused(contract: Contract) -> None:
    free = await contract.repository(FREE)
    await free.put(item_of(ITEM_BYTES))
    with refused(ErrorCode.ITEM_TOO_LARGE):
        await free.update(("a", "1"), at(FreeForm.n).assign(1))
    assert await free.get("a", "1") == item_of(ITEM_BYTES)


@pytest.mark.every_wire
async def test_item_that_is_too_large_cancels_its_transaction(contract: Contract) -> None:
    database = await contract.database(FREE)
    with refused(TrueupError) as refusal:
        async with database.transaction() as transaction:
            transaction.put(FREE, FreeForm(pk="b"))
            transaction.put(FREE, item_of(ITEM_BYTES + 1))
    error = refusal.error
    assert isinstance(error, TransactionCancelled) or error.code is ErrorCode.ITEM_TOO_LARGE  # type: ignore[union-attr]  # refused() sets it
    assert await database.repository(FREE).scan().all() == []


async def test_partition_key_of_2048_bytes_is_the_longest(contract: Contract) -> None:
    texts = await contract.repository(TEXTS)
    await texts.put(Text(group="g" * 2048, key="k"))
    assert await texts.exists("g" * 2048, "k")
    with refused(ErrorCode.KEY_TOO_LONG):
        await texts.put(Text(group="é" * 1025, key="k"))


async def test_sort_key_of_1024_bytes_is_the_longest(contract: Contract) -> None:
    texts = await contract.repository(TEXTS)
    await texts.put(Text(group="g", key="k" * 1024))
    assert await texts.exists("g", "k" * 1024)
    with refused(ErrorCode.KEY_TOO_LONG):
        await texts.put(Text(group="g", key="k" * 1025))


async def test_key_that_is_too_long_is_refused_by_reads(contract: Contract) -> None:
    texts = await contract.repository(TEXTS)
    with refused(ErrorCode.KEY_TOO_LONG):
        await texts.get("g" * 2049, "k")


async def test_key_of_an_index_that_is_too_long_is_refused(contract: Contract) -> None:
    texts = await contract.repository(TEXTS)
    with refused(ErrorCode.KEY_TOO_LONG):
        await texts.put(Text(group="g", key="k", label="l" * 2049))


async def test_update_to_a_key_of_an_index_that_is_too_long_is_refused(contract: Contract) -> None:
    texts = await contract.repository(TEXTS)
    await texts.put(Text(group="g", key="k", label="l"))
    with refused(ErrorCode.KEY_TOO_LONG):
        await texts.update(("g", "k"), at(Text.label).assign("l" * 2049))
    assert await texts.get("g", "k") == Text(group="g", key="k", label="l")


async def test_empty_key_of_an_index_is_refused(contract: Contract) -> None:
    texts = await contract.repository(TEXTS)
    with refused(ErrorCode.EMPTY_KEY):
        await texts.put(Text(group="g", key="k", label=""))


@pytest.mark.fault("F32")
async def test_31_levels_around_a_value_are_the_deepest(contract: Contract) -> None:
    free = await contract.repository(FREE)
    await free.put(FreeForm(pk="a", l=nested(31)))
    stored = await free.get("a", "1")
    assert stored is not None
    assert stored.l == nested(31)
    with refused(ErrorCode.TOO_DEEP):
        await free.put(FreeForm(pk="a", l=nested(32)))


@pytest.mark.fault("F32")
async def test_values_of_expressions_nest_no_deeper_than_items(contract: Contract) -> None:
    free = await contract.repository(FREE)
    await free.put(FreeForm(pk="a", l=nested(31)))
    assert await free.scan(filter=at(FreeForm.l) == nested(31)).all() != []
    with refused(ErrorCode.TOO_DEEP):
        await free.scan(filter=at(FreeForm.l) == nested(32)).all()
    with refused(ErrorCode.TOO_DEEP):
        await free.put(FreeForm(pk="a"), only_if=at(FreeForm.l).is_in(nested(32)))
    with refused(ErrorCode.TOO_DEEP):
        await free.update(("a", "1"), at(FreeForm.a).assign(nested(32)))
    with refused(ErrorCode.TOO_DEEP):
        await free.update(("a", "1"), at(FreeForm.a).append(nested(31)))


@pytest.mark.fault("F33")
@pytest.mark.parametrize("key", ["", "x" * 65_536], ids=["empty", "long"])
async def test_keys_of_maps_have_1_to_65535_bytes(contract: Contract, key: str) -> None:
    free = await contract.repository(FREE)
    await free.put(FreeForm(pk="a", m={"x" * 65_535: '"":'}))
    with refused(ErrorCode.INVALID_VALUE):
        await free.put(FreeForm(pk="b", m={"x": [{key: 1}]}))
    with refused(ErrorCode.INVALID_VALUE):
        await free.update(("a", "1"), at(FreeForm.a).assign({key: 1}))
    with refused(ErrorCode.INVALID_VALUE):
        await free.scan(filter=at(FreeForm.m) == {key: 1}).all()
    with refused(ErrorCode.INVALID_VALUE):
        await free.scan(filter=at(FreeForm.m[key]).exists()).all()
    with refused(ErrorCode.INVALID_VALUE):
        await free.update(("a", "1"), at(FreeForm.m[key]).assign(1))


@pytest.mark.fault("F33")
async def test_equal_numbers_are_one_element_of_a_set(contract: Contract) -> None:
    """They differ in Python, and DynamoDB accepts no element twice."""
    free = await contract.repository(FREE)
    numbers = {0.1, Decimal("0.1"), 1, Decimal("1.0")}
    await free.put(FreeForm(pk="a", ns=numbers))
    stored = await free.get("a", "1")
    assert stored is not None
    assert stored.ns == {0.1, 1}
    await free.update(("a", "1"), at(FreeForm.ns).add_to_set(0.1, Decimal("0.10")))
    assert await free.scan(filter=at(FreeForm.ns) == numbers).all() == [stored]


@pytest.mark.fault("F15")
async def test_none_and_the_empty_set_are_missing_to_is_in_too(contract: Contract) -> None:
    people = await contract.repository(PEOPLE)
    tags: dict[str, set[str]] = {"1": set(), "2": {"x"}, "3": {"y"}}
    for id, each in tags.items():
        await people.put(Person(id=id, tags=each, age=len(each) or None))
    for condition, expected in (
        (at(Person.tags).is_in(set()), {"1"}),
        (at(Person.tags).is_in(set(), {"x"}), {"1", "2"}),
        (at(Person.tags).is_in({"x"}, {"y"}), {"2", "3"}),
        (at(Person.age).is_in(None), {"1"}),
        (at(Person.age).is_in(1, None), {"1", "2", "3"}),
    ):
        assert {person.id for person in await people.scan(filter=condition).all()} == expected


async def test_table_with_more_indexes_than_the_target_has_is_refused(contract: Contract) -> None:
    class Wide(Model):
        id: str
        n: int = 0

    indexes = [Index(f"Index{n}", partition="n") for n in range(21)]
    with refused(DeclarationError) as refusal:
        await contract.database(Table("Wide", Wide, partition="id", indexes=indexes))
    assert refusal.says("21", "20")


async def test_is_in_takes_100_values(contract: Contract) -> None:
    free = await contract.repository(FREE)
    await free.put(FreeForm(pk="a", n=99))
    assert await free.scan(filter=at(FreeForm.n).is_in(*range(100))).all() != []
    with refused(ErrorCode.INVALID_EXPRESSION):
        await free.scan(filter=at(FreeForm.n).is_in(*range(101))).all()


def joined(count: int) -> Any:
    """A condition that joins so many comparisons: two operators for each but the first."""
    return reduce(lambda all, n: all | (at(FreeForm.n) == n), range(1, count), at(FreeForm.n) == 0)


def negated(times: int) -> Any:
    """A condition that is turned round so often: an operator each time, and one of its own."""
    condition: Any = at(FreeForm.n) == 0
    for _ in range(times):
        condition = ~condition
    return condition


@pytest.mark.fault("F13")
@pytest.mark.parametrize(
    ("most", "more"),
    [(joined(150), joined(151)), (negated(299), negated(300)), (negated(298), negated(5000))],
    ids=["joined", "negated", "deep"],
)
async def test_expressions_have_300_operators_at_most(
    contract: Contract, most: Any, more: Any
) -> None:
    database = await contract.database(FREE)
    free = database.repository(FREE)
    await free.scan(filter=most).all()
    with refused(ErrorCode.INVALID_EXPRESSION):
        await free.scan(filter=more).all()
    with refused(ErrorCode.INVALID_EXPRESSION):
        await free.query("a", filter=more).all()
    with refused(ErrorCode.INVALID_EXPRESSION):
        await free.count("a", filter=more)
    with refused(ErrorCode.INVALID_EXPRESSION):
        await free.put(FreeForm(pk="a"), only_if=more)
    with refused(ErrorCode.INVALID_EXPRESSION):
        await free.delete("a", "1", only_if=more)
    with refused(ErrorCode.INVALID_EXPRESSION):
        await free.update(("a", "1"), at(FreeForm.a).assign(1), only_if=more)
    with refused(ErrorCode.INVALID_EXPRESSION):
        async with database.transaction() as transaction:
            transaction.check(FREE, ("a", "1"), more)
    with refused(ErrorCode.INVALID_EXPRESSION):
        await free.query("a", sort=more).all()


@pytest.mark.fault("F13")
async def test_expressions_have_4096_bytes_at_most(contract: Contract) -> None:
    free = await contract.repository(FREE)
    await free.put(FreeForm(pk="a", m={}))
    exists = reduce(lambda all, n: all & at(FreeForm.m[f"{n}"]).exists(), range(70), negated(0))
    with refused(ErrorCode.INVALID_EXPRESSION):
        await free.scan(filter=exists).all()
    with refused(ErrorCode.INVALID_EXPRESSION):
        await free.update(("a", "1"), *(at(FreeForm.m[f"{n}"]).assign(n) for n in range(300)))
    assert await free.get("a", "1") == FreeForm(pk="a", m={})
    await free.update(("a", "1"), *(at(FreeForm.m[f"{n}"]).assign(n) for n in range(200)))


@pytest.mark.fault("F13")
async def test_expressions_have_300_functions_at_most(contract: Contract) -> None:
    free = await contract.repository(FREE)
    await free.put(FreeForm(pk="a", m={}))
    with refused(ErrorCode.INVALID_EXPRESSION):
        await free.update(
            ("a", "1"), *(at(FreeForm.m[f"{n}"]).assign_if_missing(n) for n in range(301))
        )


@pytest.mark.fault("F13")
async def test_values_of_expressions_have_2_mb_at_most(contract: Contract) -> None:
    free = await contract.repository(FREE)
    texts = [f"{n:030000d}" for n in range(70)]
    await free.scan(filter=at(FreeForm.s).is_in(*texts[:69])).all()
    with refused(ErrorCode.INVALID_EXPRESSION):
        await free.scan(filter=at(FreeForm.s).is_in(*texts)).all()


async def test_limits_of_dynamodb_do_not_hold_for_another_target(contract: Contract) -> None:
    free = await contract.repository(FREE, target="sqlite")
    await free.put(item_of(ITEM_BYTES + 1))
    assert await free.get("a", "1") == item_of(ITEM_BYTES + 1)

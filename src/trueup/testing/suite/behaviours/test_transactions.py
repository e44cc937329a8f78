"""Transactions: all of up to a hundred actions, or none; reads as of one instant."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ....errors import (
    AlreadyExists,
    ConditionFailed,
    ErrorCode,
    InvalidCall,
    NotFound,
    TransactionCancelled,
    UnsupportedByEngine,
)
from ....expressions import at
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import FREE, NUMBERS, PEOPLE, TEXTS, FreeForm, Number, Person, Text


@pytest.mark.req("N59")
@pytest.mark.every_wire
async def test_transaction_writes_to_several_tables(contract: Contract) -> None:
    database = await contract.database(PEOPLE, TEXTS)
    people, texts = database.repository(PEOPLE), database.repository(TEXTS)
    await people.put_many([Person(id="changed"), Person(id="gone"), Person(id="seen")])
    async with database.transaction() as transaction:
        transaction.create(PEOPLE, Person(id="new"))
        transaction.put(TEXTS, Text(group="g", key="k"))
        transaction.update(PEOPLE, "changed", at(Person.age).add(1))
        transaction.delete(PEOPLE, "gone")
        transaction.check(PEOPLE, "seen", at(Person.id).exists())
    found = await people.get_many(["new", "changed", "gone"])
    assert found == [Person(id="new"), Person(id="changed", age=1), None]
    assert await texts.get("g", "k") == Text(group="g", key="k")


@pytest.mark.req("N59")
@pytest.mark.every_wire
async def test_transaction_with_one_refused_action_writes_nothing(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    people = database.repository(PEOPLE)
    await people.put(Person(id="b"))
    with refused(TransactionCancelled):
        async with database.transaction() as transaction:
            transaction.create(PEOPLE, Person(id="a"))
            transaction.create(PEOPLE, Person(id="b"))
            transaction.create(PEOPLE, Person(id="c"))
    assert await people.scan().all() == [Person(id="b")]


@pytest.mark.every_wire
async def test_cancelled_transaction_says_why_for_each_action(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    people = database.repository(PEOPLE)
    await people.put_many([Person(id="a"), Person(id="b"), Person(id="c")])

    async def write() -> None:
        async with database.transaction() as transaction:
            transaction.create(PEOPLE, Person(id="a"))
            transaction.put(PEOPLE, Person(id="b"))
            transaction.update(PEOPLE, "missing", at(Person.age).add(1))
            transaction.delete(PEOPLE, "c", only_if=Person.name == "other")

    with pytest.raises(TransactionCancelled) as caught:
        await write()
    reasons = [type(reason) for reason in caught.value.reasons]
    assert reasons == [AlreadyExists, type(None), NotFound, ConditionFailed]


@pytest.mark.every_wire
async def test_false_check_cancels_the_transaction(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    with refused(TransactionCancelled):
        async with database.transaction() as transaction:
            transaction.put(PEOPLE, Person(id="a"))
            transaction.check(PEOPLE, "b", at(Person.id).exists())
    assert await database.repository(PEOPLE).get("a") is None


async def test_results_of_a_transaction_are_in_the_order_of_its_actions(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    people = database.repository(PEOPLE)
    await people.put(Person(id="a"))
    async with database.transaction() as transaction:
        transaction.create(PEOPLE, Person(id="new"))
        transaction.update(PEOPLE, "a", at(Person.age).add(1))
    assert [one.existed for one in transaction.results] == [False, True]


async def test_image_that_dynamodb_does_not_give_back_is_refused(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    people = database.repository(PEOPLE)
    await people.put(Person(id="a", age=1))
    with refused(UnsupportedByEngine):
        async with database.transaction() as transaction:
            transaction.update(PEOPLE, "a", at(Person.age).add(1), returning="new")
    assert await people.get("a") == Person(id="a", age=1)


async def test_exception_in_the_block_sends_nothing(contract: Contract) -> None:
    database = await contract.database(PEOPLE)

    async def fail() -> None:
        async with database.transaction() as transaction:
            transaction.put(PEOPLE, Person(id="a"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await database.repository(PEOPLE).get("a") is None


async def test_nothing_is_sent_before_the_block_ends(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    people = database.repository(PEOPLE)
    async with database.transaction() as transaction:
        transaction.put(PEOPLE, Person(id="a"))
        assert await people.get("a") is None
    assert await people.get("a") == Person(id="a")


async def test_empty_transaction_does_nothing(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    async with database.transaction() as transaction:
        pass
    assert transaction.results == []


@pytest.mark.req("N59")
@pytest.mark.every_wire
async def test_hundred_actions_are_one_transaction(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    async with database.transaction() as transaction:
        for n in range(100):
            transaction.put(PEOPLE, Person(id=str(n)))
    assert len(await database.repository(PEOPLE).scan().all()) == 100


async def test_hundred_and_one_actions_are_refused_for_dynamodb_and_never_split(
    contract: Contract,
) -> None:
    database = await contract.database(PEOPLE)
    with refused(ErrorCode.TOO_MANY_ACTIONS):
        async with database.transaction() as transaction:
            for n in range(101):
                transaction.put(PEOPLE, Person(id=str(n)))
    assert await database.repository(PEOPLE).scan().all() == []


async def test_two_actions_on_one_item_are_refused(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    with refused(ErrorCode.DUPLICATE_ACTION):
        async with database.transaction() as transaction:
            transaction.put(PEOPLE, Person(id="a"))
            transaction.delete(PEOPLE, "a")


async def test_same_key_in_two_tables_is_no_duplicate(contract: Contract) -> None:
    database = await contract.database(PEOPLE, TEXTS)
    async with database.transaction() as transaction:
        transaction.put(PEOPLE, Person(id="a"))
        transaction.delete(TEXTS, "a", "a")
    assert await database.repository(PEOPLE).exists("a")


@pytest.mark.parametrize("method", ["get", "query", "scan", "nearest", "get_many", "exists"])
async def test_read_in_a_transaction_is_refused(contract: Contract, method: str) -> None:
    database = await contract.database(PEOPLE)
    with refused(ErrorCode.READ_IN_TRANSACTION):
        async with database.transaction() as transaction:
            getattr(transaction, method)(PEOPLE, "a")


async def test_wrong_action_is_refused_where_it_is_written(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    reached = False
    with refused(InvalidCall):
        async with database.transaction() as transaction:
            transaction.put(PEOPLE, Person(id="a"))
            transaction.put(PEOPLE, Person(id=""))
            reached = True
    assert not reached
    assert await database.repository(PEOPLE).scan().all() == []


@pytest.mark.req("N59")
@pytest.mark.every_wire
async def test_transact_get_reads_several_tables_in_the_order_asked(
    contract: Contract,
) -> None:
    database = await contract.database(PEOPLE, TEXTS)
    await database.repository(PEOPLE).put(Person(id="a"))
    await database.repository(TEXTS).put(Text(group="g", key="k"))
    found = await database.transact_get((TEXTS, ("g", "k")), (PEOPLE, "b"), (PEOPLE, "a"))
    assert found == [Text(group="g", key="k"), None, Person(id="a")]


async def test_transact_get_of_more_than_a_hundred_items_is_refused(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    wanted: list[Any] = [(PEOPLE, str(n)) for n in range(101)]
    with refused(ErrorCode.TOO_MANY_ACTIONS):
        await database.transact_get(*wanted)


async def test_transact_get_of_nothing_is_refused(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    with refused(ErrorCode.INVALID_OPTION):
        await database.transact_get()


@pytest.mark.fault("F14")
async def test_transact_get_of_one_item_twice_is_refused(contract: Contract) -> None:
    database = await contract.database(NUMBERS)
    with refused(ErrorCode.DUPLICATE_ACTION):
        await database.transact_get((NUMBERS, (1, 1)), (NUMBERS, (1, Decimal("1.0"))))


@pytest.mark.fault("F14")
async def test_transaction_of_equal_numbers_as_keys_is_refused(contract: Contract) -> None:
    database = await contract.database(NUMBERS)
    with refused(ErrorCode.DUPLICATE_ACTION):
        async with database.transaction() as transaction:
            transaction.put(NUMBERS, Number(group=1, key=Decimal("1.0")))
            transaction.delete(NUMBERS, 1, 1)


MOST_BYTES = 4 * 1024 * 1024


def items_of(size_bytes: int) -> list[FreeForm]:
    """Eleven items of exactly this size together."""
    frame = len("pka") + len("sk00") + len("s")
    each, rest = divmod(size_bytes - 11 * frame, 11)
    return [
        FreeForm(pk="a", sk=f"{n:02d}", s="x" * (each + (rest if n == 0 else 0))) for n in range(11)
    ]


@pytest.mark.fault("F14")
async def test_transaction_of_exactly_4_mb_is_the_largest(contract: Contract) -> None:
    database = await contract.database(FREE)
    async with database.transaction() as transaction:
        for item in items_of(MOST_BYTES):
            transaction.put(FREE, item)
    with refused(ErrorCode.TRANSACTION_TOO_LARGE):
        async with database.transaction() as transaction:
            for item in items_of(MOST_BYTES + 1):
                transaction.put(FREE, item.model_copy(update={"pk": "b"}))
    assert await database.repository(FREE).count("a") == 11
    assert await database.repository(FREE).count("b") == 0


@pytest.mark.fault("F14")
async def test_transact_get_of_more_than_4_mb_is_refused(contract: Contract) -> None:
    database = await contract.database(FREE)
    free = database.repository(FREE)
    wanted: list[Any] = []
    for item in items_of(MOST_BYTES):
        wanted.append((FREE, ("a", item.sk)))
        await free.put(item)
    assert len(await database.transact_get(*wanted)) == 11
    await free.update(("a", "00"), at(FreeForm.a).assign(1))
    with refused(ErrorCode.TRANSACTION_TOO_LARGE):
        await database.transact_get(*wanted)

"""Batches as blocks: puts and deletes in any tables, a request at a time."""

from __future__ import annotations

from typing import Any

import pytest

from ....errors import ErrorCode
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import DOCUMENTS, PEOPLE, TEXTS, Document, Person, Text, texts
from .test_batches import TOO_LARGE, people

MANY = 1_110
"""More than a request takes, on any engine."""


@pytest.mark.req("N69", "N70")
@pytest.mark.every_wire
async def test_block_writes_to_several_tables(contract: Contract) -> None:
    database = await contract.database(PEOPLE, TEXTS)
    repository = database.repository(PEOPLE)
    await repository.put(Person(id="gone"))
    async with database.batch() as batch:
        await batch.put(PEOPLE, Person(id="a"))
        await batch.put(TEXTS, Text(group="g", key="k"))
        await batch.delete(PEOPLE, "gone")
        await batch.delete(TEXTS, "g", "missing")
    assert (batch.result.written, batch.result.failures) == (4, [])
    assert await repository.scan().all() == [Person(id="a")]
    assert await database.repository(TEXTS).get("g", "k") == Text(group="g", key="k")


@pytest.mark.req("N70", "N86")
@pytest.mark.every_wire
async def test_requests_are_sent_as_they_fill_and_the_rest_at_the_end(contract: Contract) -> None:
    database = await contract.database(TEXTS)
    repository = database.repository(TEXTS)
    async with database.batch() as batch:
        for item in texts(MANY):
            await batch.put(TEXTS, item)
        before_the_end = await repository.count("g", consistent=True)
    assert 0 < before_the_end < MANY
    assert batch.result.written == MANY
    assert await repository.count("g") == MANY


async def test_block_of_nothing_writes_nothing(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    async with database.batch() as batch:
        pass
    assert (batch.result.written, batch.result.is_complete) == (0, True)


async def test_exception_writes_nothing_that_was_not_sent_and_says_how_much_was(
    contract: Contract,
) -> None:
    database = await contract.database(TEXTS)
    with pytest.raises(ZeroDivisionError) as caught:
        await fill_and_fail(database, texts(MANY))
    stored = await database.repository(TEXTS).count("g")
    assert 0 < stored < MANY
    assert caught.value.__notes__ == [f"{stored} items of the batch were dealt with before this"]


async def fill_and_fail(database: Any, items: list[Text]) -> None:
    async with database.batch() as batch:
        for item in items:
            await batch.put(TEXTS, item)
        raise ZeroDivisionError


async def test_item_that_does_not_fit_is_refused_at_its_call(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    async with database.batch() as batch:
        with refused(ErrorCode.EMPTY_KEY):
            await batch.put(PEOPLE, Person(id=""))
        await batch.put(PEOPLE, Person(id="a"))
    assert batch.result.written == 1


async def test_item_that_is_too_large_fails_alone_in_its_block(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    batch = database.batch()
    with refused(ErrorCode.BATCH_INCOMPLETE) as refusal:
        async with batch:
            for item in (Person(id="a"), TOO_LARGE, Person(id="b")):
                await batch.put(PEOPLE, item)
    assert refusal.result is batch.result
    assert [(one.position, one.item) for one in batch.result.failures] == [(1, TOO_LARGE)]
    assert len(await database.repository(PEOPLE).scan().all()) == 2


async def test_last_write_of_an_item_counts(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    repository = database.repository(PEOPLE)
    await repository.put_many(people(2))
    first, second = people(2)
    async with database.batch() as batch:
        await batch.put(PEOPLE, Person(id=first.id, name="new"))
        await batch.delete(PEOPLE, first.id)
        await batch.delete(PEOPLE, second)
        await batch.put(PEOPLE, Person(id=second.id, name="new"))
    assert batch.result.written == 4
    assert await repository.scan().all() == [Person(id=second.id, name="new")]


async def test_versions_are_checked_one_by_one(contract: Contract) -> None:
    database = await contract.database(DOCUMENTS, PEOPLE)
    documents = database.repository(DOCUMENTS)
    await documents.put(Document(id="changed", title=""))
    batch = database.batch()
    with refused(ErrorCode.BATCH_INCOMPLETE) as refusal:
        async with batch:
            await batch.put(DOCUMENTS, Document(id="changed", title=""))
            await batch.put(DOCUMENTS, Document(id="new", title=""))
            await batch.put(PEOPLE, Person(id="a"))
    assert refusal.failures == [(0, ErrorCode.VERSION_CONFLICT)]
    assert await documents.exists("new", consistent=True)
    assert await database.repository(PEOPLE).exists("a", consistent=True)


@pytest.mark.parametrize("block", ["batch", "transaction"])
async def test_write_outside_of_its_block_is_refused(contract: Contract, block: str) -> None:
    """The write would wait for an end that never comes, and be lost."""
    database = await contract.database(PEOPLE)
    before = getattr(database, block)()
    with refused(ErrorCode.CLOSED):
        await written(before, Person(id="a"))
    async with before as ended:
        pass
    with refused(ErrorCode.CLOSED):
        await written(ended, Person(id="a"))
    assert await database.repository(PEOPLE).scan().all() == []


async def written(block: Any, item: Person) -> None:
    """Put an item; a transaction only collects, and has nothing to await."""
    waiting = block.put(PEOPLE, item)
    if waiting is not None:
        await waiting

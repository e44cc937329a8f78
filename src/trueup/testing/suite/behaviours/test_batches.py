"""Batches: any number of items, an outcome for each, a bounded window of them in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ....errors import AlreadyExists, ErrorCode
from ....operations import BatchIncomplete
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import PEOPLE, TEXTS, Person, Text, texts

TOO_LARGE = Person(id="large", name="x" * 410_000)


def people(count: int) -> list[Person]:
    """`count` items with different keys."""
    return [Person(id=f"{n:05d}", name=str(n)) for n in range(count)]


class Counted:
    """An iterable of items that remembers how many were taken from it."""

    def __init__(self, items: list[Any]) -> None:
        self._items = items
        self.taken = 0

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self.taken += 1
            yield item


def failing_after(items: list[Any]) -> Iterator[Any]:
    """The items, then an exception."""
    yield from items
    raise ZeroDivisionError("the source of the items failed")


@pytest.mark.req("N58", "N86", "N69")
@pytest.mark.parametrize("count", [0, 1, 100, 1000])
@pytest.mark.every_wire
async def test_put_many_stores_any_number_of_items(contract: Contract, count: int) -> None:
    repository = await contract.repository(PEOPLE)
    result = await repository.put_many(people(count))
    assert (result.written, result.failures, result.is_complete) == (count, [], True)
    stored = await repository.scan().all()
    assert sorted(stored, key=lambda one: one.id) == people(count)


@pytest.mark.req("N58", "N86")
@pytest.mark.every_wire
async def test_get_many_reads_any_number_of_items_in_the_order_of_the_keys(
    contract: Contract,
) -> None:
    repository = await contract.repository(PEOPLE)
    await repository.put_many(people(250))
    keys = [one.id for one in reversed(people(250))]
    assert await repository.get_many(keys) == people(250)[::-1]


@pytest.mark.every_wire
async def test_get_many_gives_none_for_what_is_absent(contract: Contract) -> None:
    repository = await contract.repository(PEOPLE)
    await repository.put(Person(id="b"))
    assert await repository.get_many(["a", "b", "c"]) == [None, Person(id="b"), None]


async def test_get_many_gives_a_key_that_stands_twice_twice(contract: Contract) -> None:
    repository = await contract.repository(PEOPLE)
    await repository.put_many(people(2))
    first, second = people(2)
    assert await repository.get_many([second.id, first.id, second.id]) == [second, first, second]


async def test_get_many_of_no_keys_gives_nothing(contract: Contract) -> None:
    repository = await contract.repository(PEOPLE)
    assert await repository.get_many([]) == []


async def test_get_many_takes_keys_of_two_and_models(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(3))
    first, second, _ = texts(3)
    assert await repository.get_many([("g", first.key), second]) == [first, second]


async def test_put_many_replaces_what_is_there(contract: Contract) -> None:
    repository = await contract.repository(PEOPLE)
    await repository.put(Person(id="a", age=3))
    await repository.put_many([Person(id="a", name="new")])
    assert await repository.get("a") == Person(id="a", name="new")


async def test_put_many_of_one_key_twice_keeps_the_last(contract: Contract) -> None:
    repository = await contract.repository(PEOPLE)
    result = await repository.put_many([Person(id="a", name="1"), Person(id="a", name="2")])
    assert result.written == 2
    assert await repository.get("a") == Person(id="a", name="2")


@pytest.mark.every_wire
async def test_put_many_keeps_failures_with_their_positions(contract: Contract) -> None:
    repository: Any = await contract.repository(PEOPLE)
    with refused(ErrorCode.BATCH_INCOMPLETE) as refusal:
        await repository.put_many([*people(3), Person(id=""), *people(5)[3:]])
    assert (refusal.result.written, refusal.failures) == (5, [(3, ErrorCode.EMPTY_KEY)])
    assert len(await repository.scan().all()) == 5


@pytest.mark.fault("F10")
@pytest.mark.parametrize("given", [Person(id="a"), "abc", b"abc", {"id": "a"}, 3], ids=repr)
@pytest.mark.parametrize("call", ["put_many", "delete_many", "get_many"])
async def test_single_item_or_key_is_no_batch(contract: Contract, call: str, given: Any) -> None:
    repository = await contract.repository(PEOPLE)
    with refused(ErrorCode.WRONG_TYPE) as refusal:
        await getattr(repository, call)(given)
    assert refusal.says("several items or keys are expected, not")


async def test_results_are_read_before_they_are_a_batch(contract: Contract) -> None:
    repository: Any = await contract.repository(PEOPLE)
    if hasattr(repository.scan(), "__aiter__"):
        with refused(ErrorCode.WRONG_TYPE) as refusal:
            await repository.put_many(repository.scan())
        assert refusal.says("await results.all()")
    await repository.put_many(await repository.scan().all())


@pytest.mark.fault("F10")
async def test_model_of_another_table_is_raised_before_its_request_is_sent(
    contract: Contract,
) -> None:
    repository: Any = await contract.repository(PEOPLE)
    with refused(ErrorCode.WRONG_TYPE) as refusal:
        await repository.put_many([*people(3), Text(group="g", key="k")])
    assert "item 3 of the batch" in getattr(refusal.error, "__notes__", ())
    assert await repository.scan().all() == []


async def test_key_of_another_shape_is_raised(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(1))
    with refused(ErrorCode.INVALID_KEY):
        await repository.delete_many(["g"])
    with refused(ErrorCode.WRONG_TYPE):
        await repository.delete_many([("g", 0)])


@pytest.mark.every_wire
async def test_delete_many_iter_yields_each_outcome_in_order(contract: Contract) -> None:
    repository = await contract.repository(PEOPLE)
    await repository.put_many(people(3))
    keys = ["00002", "missing", ""]
    outcomes = [one async for one in repository.delete_many_iter(keys)]
    assert [(one.position, one.item, one.is_written) for one in outcomes] == [
        (0, "00002", True),
        (1, "missing", True),
        (2, "", False),
    ]
    assert await repository.count("00002") == 0


@pytest.mark.every_wire
async def test_item_that_is_too_large_fails_alone(contract: Contract) -> None:
    repository = await contract.repository(PEOPLE)
    with refused(ErrorCode.BATCH_INCOMPLETE) as refusal:
        await repository.put_many([people(2)[0], TOO_LARGE, people(2)[1]])
    assert refusal.result.written == 2
    assert [(one.position, one.item) for one in refusal.result.failures] == [(1, TOO_LARGE)]
    assert len(await repository.scan().all()) == 2


@pytest.mark.fault("F10")
@pytest.mark.parametrize("call", ["put_many", "delete_many"])
async def test_failure_cannot_hide_in_a_result_that_nobody_looks_at(
    contract: Contract, call: str
) -> None:
    repository = await contract.repository(PEOPLE)
    with refused(ErrorCode.BATCH_INCOMPLETE) as refusal:
        await getattr(repository, call)([Person(id="a"), Person(id=""), Person(id="")])
    assert refusal.says("1 of 3 items", "item 1", "[empty-key]")
    assert isinstance(refusal.error, BatchIncomplete)
    assert refusal.error.__cause__ is refusal.error.result.failures[0].error


@pytest.mark.every_wire
async def test_put_many_iter_yields_each_outcome_in_order(contract: Contract) -> None:
    repository = await contract.repository(PEOPLE)
    items = [*people(3), Person(id="")]
    outcomes = [one async for one in repository.put_many_iter(items)]
    assert [one.position for one in outcomes] == [0, 1, 2, 3]
    assert [one.item for one in outcomes] == items
    assert [one.is_written for one in outcomes] == [True, True, True, False]


async def test_put_many_iter_holds_a_bounded_window(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    source = Counted(texts(20_000))
    outcomes = repository.put_many_iter(source)
    async for _ in outcomes:
        break
    taken = source.taken
    stored = await repository.count("g")
    assert 1 <= stored <= taken <= 10_000


async def test_exception_of_the_source_writes_nothing_that_was_not_sent(
    contract: Contract,
) -> None:
    repository = await contract.repository(PEOPLE)
    with pytest.raises(ZeroDivisionError) as caught:
        await repository.put_many(failing_after(people(3)))
    assert await repository.scan().all() == []
    assert any("0 items" in note for note in caught.value.__notes__)


async def test_exception_of_the_source_says_how_many_were_sent(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    with pytest.raises(ZeroDivisionError) as caught:
        await repository.put_many(failing_after(texts(9_001)))
    stored = await repository.count("g")
    assert 0 < stored < 9_001
    assert any(f"{stored} items" in note for note in caught.value.__notes__)


@pytest.mark.fault("F10")
async def test_exception_of_the_source_hides_no_failure_before_it(contract: Contract) -> None:
    repository = await contract.repository(PEOPLE)
    with pytest.raises(ZeroDivisionError) as caught:
        await repository.put_many(failing_after([TOO_LARGE, *people(1_001)]))
    assert any("1 of them were not written: item 0;" in note for note in caught.value.__notes__)


@pytest.mark.req("N58", "N86")
@pytest.mark.every_wire
async def test_delete_many_removes_any_number_of_items(contract: Contract) -> None:
    repository = await contract.repository(PEOPLE)
    await repository.put_many(people(300))
    result = await repository.delete_many([one.id for one in people(250)])
    assert (result.written, result.failures) == (250, [])
    left = await repository.scan().all()
    assert sorted(one.id for one in left) == [one.id for one in people(300)[250:]]


async def test_delete_many_of_missing_items_succeeds(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    result = await repository.delete_many([("g", "a"), Text(group="g", key="b")])
    assert result.written == 2


async def test_items_with_every_type_survive_a_batch(contract: Contract) -> None:
    repository = await contract.repository(PEOPLE)
    item = Person(id="a", photo=b"\xff", tags={"x"}, age=10**30, score=None, notes=["\x7f"])
    await repository.put_many([item])
    assert await repository.get_many(["a"]) == [item]


async def test_create_after_a_batch_meets_what_it_stored(contract: Contract) -> None:
    repository = await contract.repository(PEOPLE)
    await repository.put_many(people(1))
    with refused(AlreadyExists):
        await repository.create(people(1)[0])

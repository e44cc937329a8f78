"""Requests as values, events, deadlines, closing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from ....errors import AlreadyExists, ErrorCode
from ....expressions import at
from ....operations import RequestFinished, RequestStarted
from ....operations.operation import Request
from ....repository.database import AsyncDatabase
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import PEOPLE, TEXTS, Person, Text, texts

# Each call as (what is done, what is described), given the repository and its requests.
CALLS: dict[str, tuple[Callable[..., Any], Callable[..., Request[Any]]]] = {
    "get": (lambda r: r.get("g", "a"), lambda r: r.get("g", "a")),
    "exists": (lambda r: r.exists("g", "a"), lambda r: r.exists("g", "a")),
    "get_many": (lambda r: r.get_many([("g", "a")]), lambda r: r.get_many([("g", "a")])),
    "count": (lambda r: r.count("g", index="ByN"), lambda r: r.count("g", index="ByN")),
    "pattern": (lambda r: r.pattern("of_group", "g").all(), lambda r: r.pattern("of_group", "g")),
    "query": (
        lambda r: r.query("g", sort=Text.key > "a", page_size=5).all(),
        lambda r: r.query("g", sort=Text.key > "a", page_size=5),
    ),
    "scan": (lambda r: r.scan(index="ByN").all(), lambda r: r.scan(index="ByN")),
    "create": (
        lambda r: r.create(Text(group="g", key="new")),
        lambda r: r.create(Text(group="g", key="new")),
    ),
    "put": (lambda r: r.put(texts(1)[0]), lambda r: r.put(texts(1)[0])),
    "update": (
        lambda r: r.update(("g", "a"), at(Text.n).add(1)),
        lambda r: r.update(("g", "a"), at(Text.n).add(1)),
    ),
    "update_or_create": (
        lambda r: r.update_or_create(("g", "b"), at(Text.n).add(1)),
        lambda r: r.update_or_create(("g", "b"), at(Text.n).add(1)),
    ),
    "delete": (
        lambda r: r.delete("g", "a", only_if=Text.n == 0, returning="old"),
        lambda r: r.delete("g", "a", only_if=Text.n == 0, returning="old"),
    ),
    "put_many": (lambda r: r.put_many(texts(3)), lambda r: r.put_many(texts(3))),
    "put_many_iter": (
        lambda r: every(r.put_many_iter(texts(3))),
        lambda r: r.put_many_iter(texts(3)),
    ),
    "delete_many": (lambda r: r.delete_many([("g", "a")]), lambda r: r.delete_many([("g", "a")])),
    "delete_many_iter": (
        lambda r: every(r.delete_many_iter([("g", "a")])),
        lambda r: r.delete_many_iter([("g", "a")]),
    ),
}


async def every(outcomes: AsyncIterator[Any]) -> list[Any]:
    """All items, in a list."""
    return [outcome async for outcome in outcomes]


def shown(request: Request[Any]) -> tuple[str, str, Any]:
    """The parts of a request that users read; its functions have no equality."""
    payload = request.payload
    return request.action, request.table, getattr(payload, "statements", payload)


@pytest.mark.parametrize("call", CALLS)
async def test_request_is_the_one_that_the_call_sends(contract: Contract, call: str) -> None:
    database, sent = await contract.recorded(TEXTS)
    repository = database.repository(TEXTS)
    await repository.put(Text(group="g", key="a"))
    sent.clear()
    perform, describe = CALLS[call]
    await perform(repository)
    assert [shown(one.request) for one in sent] == [shown(describe(repository.requests))]


@pytest.mark.parametrize("call", CALLS)
async def test_request_as_a_value_sends_nothing(contract: Contract, call: str) -> None:
    database, sent = await contract.recorded(TEXTS)
    CALLS[call][1](database.repository(TEXTS).requests)
    assert sent == []


async def test_request_of_a_read_of_several_items_is_the_one_that_it_sends(
    contract: Contract,
) -> None:
    database, sent = await contract.recorded(TEXTS)
    wanted = [(TEXTS, ("g", "a")), (TEXTS, ("g", "b"))]
    await database.transact_get(*wanted)
    described = database.requests.transact_get(*wanted)
    assert [shown(one.request) for one in sent] == [shown(described)]


async def test_transaction_shows_the_request_that_it_will_send(contract: Contract) -> None:
    database, sent = await contract.recorded(TEXTS, PEOPLE)
    async with database.transaction() as transaction:
        transaction.put(TEXTS, texts(1)[0])
        transaction.delete(PEOPLE, "a")
        described = transaction.request
        assert sent == []
    assert [one.request.action for one in sent] == [described.action]
    assert described.table == "People, Texts"


@pytest.mark.every_wire
async def test_events_tell_when_a_request_begins_and_ends(contract: Contract) -> None:
    seen: list[Any] = []
    database = await contract.database(PEOPLE)
    database.subscribe(seen.append)
    await database.repository(PEOPLE).get("a")
    started, finished = seen
    assert isinstance(started, RequestStarted)
    assert isinstance(finished, RequestFinished)
    for event in seen:
        assert (event.operation, event.table, event.index, event.attempt) == (
            "get",
            "People",
            None,
            1,
        )
    assert started.action == finished.action != ""
    assert finished.error is None
    assert finished.duration_s >= 0


KEYS = [(text.group, text.key) for text in texts(5)]


async def transact_delete(database: AsyncDatabase) -> None:
    async with database.transaction() as transaction:
        transaction.delete(TEXTS, "g", "a")
        transaction.delete(TEXTS, "g", "b")


async def batch_put(database: AsyncDatabase) -> None:
    async with database.batch() as batch:
        for text in texts(2):
            await batch.put(TEXTS, text)


# What is done with five stored texts, the operation that events then name, the index and the items.
OPERATIONS: dict[str, tuple[Callable[[Any, Any], Any], str | None, int | None]] = {
    "get": (lambda r, _: r.get("g", "missing"), None, 0),
    "exists": (lambda r, _: r.exists(*KEYS[0]), None, 1),
    "get_many": (lambda r, _: r.get_many([*KEYS, ("g", "missing")]), None, 5),
    "query": (lambda r, _: r.query("g", index="ByN").all(), "ByN", 5),
    "pattern": (lambda r, _: r.pattern("of_group", "g").all(), None, 5),
    "count": (lambda r, _: r.count("g", index="ByN"), "ByN", 5),
    "scan": (lambda r, _: r.scan().all(), None, 5),
    "create": (lambda r, _: r.create(Text(group="g", key="new")), None, 1),
    "put": (lambda r, _: r.put(texts(1)[0]), None, 1),
    "update": (lambda r, _: r.update(KEYS[0], at(Text.n).add(1)), None, 1),
    "update_or_create": (lambda r, _: r.update_or_create(KEYS[0], at(Text.n).add(1)), None, 1),
    "delete": (lambda r, _: r.delete(*KEYS[0]), None, 1),
    "put_many": (lambda r, _: r.put_many(texts(3)), None, 3),
    "put_many_iter": (lambda r, _: every(r.put_many_iter(texts(3))), None, 3),
    "delete_many": (lambda r, _: r.delete_many(KEYS[:2]), None, 2),
    "delete_many_iter": (lambda r, _: every(r.delete_many_iter(KEYS[:2])), None, 2),
    "batch": (lambda _, db: batch_put(db), None, 2),
    "transaction": (lambda _, db: transact_delete(db), None, 2),
    "transact_get": (lambda _, db: db.transact_get((TEXTS, KEYS[0]), (TEXTS, KEYS[1])), None, 2),
}


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_events_tell_the_operation_the_index_and_how_many_items(
    contract: Contract, operation: str
) -> None:
    seen: list[Any] = []
    database = await contract.database(TEXTS)
    repository = database.repository(TEXTS)
    await repository.put_many(texts(5))
    database.subscribe(seen.append)
    call, index, items = OPERATIONS[operation]
    await call(repository, database)
    assert {event.operation for event in seen} == {operation}
    assert {event.index for event in seen} == {index}
    assert sum(event.items or 0 for event in seen if isinstance(event, RequestFinished)) == items


@pytest.mark.every_wire
async def test_event_of_a_failed_request_has_the_code_of_its_error(contract: Contract) -> None:
    seen: list[Any] = []
    database = await contract.database(PEOPLE)
    database.subscribe(seen.append)
    people = database.repository(PEOPLE)
    await people.create(Person(id="a"))
    with refused(AlreadyExists):
        await people.create(Person(id="a"))
    assert seen[-1].error == "already-exists"


async def test_events_and_messages_hold_nothing_of_an_item(contract: Contract) -> None:
    seen: list[Any] = []
    database = await contract.database(PEOPLE)
    database.subscribe(seen.append)
    people = database.repository(PEOPLE)
    await people.create(Person(id="hush-1", name="hush-2"))
    with refused(AlreadyExists) as refusal:
        await people.create(Person(id="hush-1", name="hush-2"))
    assert not refusal.says("hush")
    assert "hush" not in repr(seen)


async def test_subscribers_are_all_told_in_order(contract: Contract) -> None:
    told: list[str] = []
    database = await contract.database(PEOPLE)
    database.subscribe(lambda _: told.append("first"))
    database.subscribe(lambda _: told.append("second"))
    await database.repository(PEOPLE).get("a")
    assert told == ["first", "second"] * 2


@pytest.mark.fault("F23")
async def test_everything_made_from_a_database_tells_its_subscribers(contract: Contract) -> None:
    seen: list[Any] = []
    database = await contract.database(PEOPLE)
    people, hurried = database.repository(PEOPLE), database.within(10)
    batch, transaction = database.batch(), database.transaction()
    database.subscribe(seen.append)
    await people.within(10).get("a")
    await hurried.repository(PEOPLE).get("a")
    async with batch:
        await batch.put(PEOPLE, Person(id="a"))
    async with transaction:
        transaction.delete(PEOPLE, "a")
    assert sum(isinstance(event, RequestFinished) for event in seen) == 4


async def test_subscriber_may_be_added_to_what_was_made_from_a_database(contract: Contract) -> None:
    seen: list[Any] = []
    database = await contract.database(PEOPLE)
    database.within(10).subscribe(seen.append)
    await database.repository(PEOPLE).get("a")
    assert len(seen) == 2


async def test_unsubscribed_function_is_told_no_more(contract: Contract) -> None:
    kept: list[Any] = []
    ended: list[Any] = []
    database = await contract.database(PEOPLE)
    database.subscribe(kept.append)
    database.subscribe(ended.append)
    people = database.repository(PEOPLE)
    await people.get("a")
    database.unsubscribe(ended.append)
    await people.get("a")
    assert (len(kept), len(ended)) == (4, 2)


async def test_function_that_is_not_subscribed_cannot_be_unsubscribed(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    with refused(ErrorCode.INVALID_OPTION):
        database.unsubscribe(print)


@pytest.mark.every_wire
async def test_call_is_given_the_time_of_its_database(contract: Contract) -> None:
    database, sent = await contract.recorded(PEOPLE)
    await database.within(100).repository(PEOPLE).get("a")
    await database.repository(PEOPLE).within(1000).put(Person(id="a"))
    assert [round(one.seconds_left, -1) for one in sent] == [100, 1000]


@pytest.mark.every_wire
async def test_pages_of_one_call_share_its_time(contract: Contract) -> None:
    database, sent = await contract.recorded(TEXTS)
    repository = database.repository(TEXTS).within(100)
    await repository.put_many(texts(5))
    sent.clear()
    await repository.count("g", filter=at(Text.n) >= 0, page_size=1)
    left = [one.seconds_left for one in sent]
    assert len(left) > 1
    assert left == sorted(left, reverse=True)


@pytest.mark.every_wire
async def test_closed_database_refuses_every_call(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    people = database.repository(PEOPLE)
    await database.aclose()
    for call in (lambda: people.get("a"), lambda: people.put(Person(id="a"))):
        with refused(ErrorCode.CLOSED):
            await call()


@pytest.mark.every_wire
async def test_database_may_be_closed_twice(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    await database.aclose()
    await database.aclose()


@pytest.mark.every_wire
async def test_tables_may_be_created_twice(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    await database.repository(PEOPLE).put(Person(id="a"))
    await database.create_tables()
    assert await database.repository(PEOPLE).exists("a")


@pytest.mark.every_wire
async def test_stored_items_are_there_when_the_database_is_opened_again(
    contract: Contract,
) -> None:
    first = await contract.database(PEOPLE)
    await first.repository(PEOPLE).put(Person(id="a"))
    await first.aclose()
    assert await (await contract.repository(PEOPLE)).get("a") == Person(id="a")

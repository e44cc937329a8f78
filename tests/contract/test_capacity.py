"""Consumed capacity: on events, pages and results of writes; None where none is charged."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from trueup import AsyncDatabase, Database, Layer, RequestEvent, RequestFinished, at
from trueup.testing.suite.harness.engine import EngineUnderTest, Flavour
from trueup.testing.suite.tables import DOCUMENTS, PEOPLE, TEXTS, Document, Person, Text

LAYER = Layer("capacity", target="dynamodb", tables=[DOCUMENTS, PEOPLE, TEXTS])


@pytest.fixture
def charges(engine_under_test: EngineUnderTest) -> bool:
    """Whether the engine says what a request consumed."""
    return engine_under_test.name not in ("postgres", "sqlite")


@pytest.fixture
def db(engine_under_test: EngineUnderTest) -> Iterator[Database]:
    opened: Any = asyncio.run(engine_under_test.open(LAYER, Flavour.SYNC))
    assert isinstance(opened, Database)
    with opened:
        opened.create_tables()
        yield opened


def texts(count: int) -> list[Text]:
    return [Text(group="g", key=str(number), label="x" * 400) for number in range(count)]


@pytest.mark.every_wire
def test_write_tells_what_it_consumed(db: Database, charges: bool) -> None:
    people = db.repository(PEOPLE)
    results = [
        people.create(Person(id="a")),
        people.put(Person(id="a"), returning="old"),
        people.update("a", at(Person.age).add(1), returning="new"),
        people.delete("a"),
    ]
    assert [result.capacity_units for result in results] == [1.0 if charges else None] * 4


@pytest.mark.parametrize("limit", [None, 3])
def test_pages_add_up_what_they_consumed(db: Database, charges: bool, limit: int | None) -> None:
    db.repository(TEXTS).put_many(texts(9))
    results = db.repository(TEXTS).query("g", page_size=2, limit=limit)
    assert results.capacity_units is None
    next(results)
    first = results.capacity_units
    results.all()
    whole = results.capacity_units
    if not charges:
        assert (first, whole) == (None, None)
    else:
        assert first is not None
        assert whole is not None
        assert 0 < first < whole


def test_batch_adds_up_what_it_consumed(db: Database, charges: bool) -> None:
    result = db.repository(PEOPLE).put_many([Person(id=str(number)) for number in range(30)])
    assert result.capacity_units == (30.0 if charges else None)


def test_batch_of_single_writes_adds_up_what_they_consumed(db: Database, charges: bool) -> None:
    documents = [Document(id=str(number), title="t") for number in range(3)]
    result = db.repository(DOCUMENTS).put_many(documents)
    assert result.capacity_units == (3.0 if charges else None)


def test_transaction_tells_what_it_consumed(db: Database, charges: bool) -> None:
    """Each write of a transaction costs twice as much."""
    with db.transaction() as tx:
        tx.put(PEOPLE, Person(id="a"))
        tx.create(DOCUMENTS, Document(id="a", title="t"))
    assert tx.capacity_units == (4.0 if charges else None)


def test_events_tell_what_each_request_consumed(db: Database, charges: bool) -> None:
    events: list[RequestEvent] = []
    db.subscribe(events.append)
    people = db.repository(PEOPLE)
    people.put(Person(id="a"))
    people.get("a", consistent=True)
    units = [event.capacity_units for event in events if isinstance(event, RequestFinished)]
    assert units == ([1.0, 1.0] if charges else [None, None])


@pytest.mark.every_wire
def test_async_tells_the_same(engine_under_test: EngineUnderTest, charges: bool) -> None:
    async def write() -> tuple[float | None, float | None]:
        opened = await engine_under_test.open(LAYER, Flavour.ASYNC)
        assert isinstance(opened, AsyncDatabase)
        async with opened:
            await opened.create_tables()
            single = await opened.repository(PEOPLE).put(Person(id="a"))
            async with opened.transaction() as tx:
                tx.put(PEOPLE, Person(id="b"))
            return single.capacity_units, tx.capacity_units

    assert asyncio.run(write()) == ((1.0, 2.0) if charges else (None, None))

"""What only large data shows: pages of 1 MB, batches of 16 MB, on a real server and in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from trueup import Database, Layer, RequestEvent, RequestFinished
from trueup.testing.suite.harness.engine import EngineUnderTest, Flavour
from trueup.testing.suite.tables import FREE, FreeForm

LAYER = Layer("sizes", target="dynamodb", tables=[FREE])
LARGE_BYTES = 390_000
SQL = ("postgres", "sqlite")
"""Engines whose pages and batches have no size in bytes."""
"""Two fit in a page of 1 MB."""


@pytest.fixture
def db(engine_under_test: EngineUnderTest) -> Iterator[Database]:
    opened: Any = asyncio.run(engine_under_test.open(LAYER, Flavour.SYNC, timeout_s=120))
    with opened:
        opened.create_tables()
        yield opened


def large(count: int) -> list[FreeForm]:
    return [
        FreeForm(pk="a", sk=f"{number:03}", s="ä" * (LARGE_BYTES // 2)) for number in range(count)
    ]


def requests_of(events: list[RequestEvent], operation: str) -> int:
    return sum(
        isinstance(event, RequestFinished) and event.operation == operation for event in events
    )


@pytest.mark.every_wire
def test_query_of_more_than_a_page_is_whole_and_its_cursor_exact(
    db: Database, engine_under_test: EngineUnderTest
) -> None:
    items = large(7)
    db.repository(FREE).put_many(items)
    events: list[RequestEvent] = []
    db.subscribe(events.append)
    repository = db.repository(FREE)
    assert repository.query("a").all() == items
    # Emulators disagree whether a page ends before or behind 1 MB.
    assert requests_of(events, "query") in ((1,) if engine_under_test.name in SQL else (3, 4))
    for consumed in (1, 2, 3, 6):
        results = repository.query("a")
        first = [next(results) for _ in range(consumed)]
        assert first + repository.query("a", after=results.cursor).all() == items


@pytest.mark.every_wire
def test_batch_of_more_than_16_mb_is_read_whole(db: Database) -> None:
    items = large(50)
    repository = db.repository(FREE)
    repository.put_many(items)
    keys = [("a", item.sk) for item in reversed(items)]
    assert repository.get_many(keys) == items[::-1]


@pytest.mark.parametrize(("count", "requests"), [(100, 1), (101, 2)])
def test_batch_of_100_keys_is_one_request(
    db: Database, engine_under_test: EngineUnderTest, count: int, requests: int
) -> None:
    db.repository(FREE).put_many(FreeForm(pk="b", sk=f"{n}") for n in range(count))
    events: list[RequestEvent] = []
    db.subscribe(events.append)
    repository = db.repository(FREE)
    found = repository.get_many([("b", f"{number}") for number in range(count)])
    assert [item.sk for item in found if item] == [f"{number}" for number in range(count)]
    if engine_under_test.name not in SQL:  # which takes more at a time
        assert requests_of(events, "get_many") == requests


@pytest.mark.parametrize(("count", "requests"), [(25, 1), (26, 2)])
def test_batch_of_25_items_is_one_request(
    db: Database, engine_under_test: EngineUnderTest, count: int, requests: int
) -> None:
    events: list[RequestEvent] = []
    db.subscribe(events.append)
    repository = db.repository(FREE)
    assert repository.put_many(FreeForm(pk="c", sk=f"{n}") for n in range(count)).written == count
    if engine_under_test.name not in SQL:
        assert requests_of(events, "put_many") == requests

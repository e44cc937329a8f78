"""The function that books, as Lambda calls it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from examples.stock_handler import handler as module
from examples.stock_handler.handler import database, handler
from examples.stock_handler.tables import Stock, stock

BOOK = {"request": "r1", "article": "lamp", "pieces": 2}


@pytest.fixture(autouse=True)
def three_lamps(database_url: str) -> Iterator[None]:
    """A stock of three lamps."""
    assert database_url
    module.database.cache_clear()
    with database() as db:
        db.create_tables()
        db.repository(stock).put(Stock(article="lamp", pieces=3))
        yield
    module.database.cache_clear()


def pieces() -> int:
    found = database().repository(stock).get("lamp")
    assert found is not None
    return found.pieces


def test_pieces_are_booked_once_however_often_it_is_asked() -> None:
    assert handler(BOOK) == {"status": "booked"}
    assert handler(BOOK) == {"status": "booked before"}
    assert pieces() == 1


def test_more_than_there_is_is_not_booked() -> None:
    assert handler({**BOOK, "pieces": 4}) == {"status": "sold out"}
    assert handler({**BOOK, "article": "sofa"}) == {"status": "sold out"}
    assert pieces() == 3


def test_bad_event_is_answered_with_its_fields() -> None:
    assert handler({"article": "lamp", "pieces": 0}) == {
        "status": "invalid",
        "fields": ["request", "pieces"],
    }

"""How many items a reading asks for at a time, without an engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.operations.tables import Order, access
from trueup.operations import run
from trueup.operations.paging import Reading
from trueup.operations.plans.reads import plan_query
from trueup.operations.actions import (PAGE_ITEMS, Page)


class Endless:
    """A wire with as many items as are asked for; it notes how many those were."""

    def __init__(self) -> None:
        self.sizes: list[int | None] = []

    def perform(self, request: Any, _: float) -> Page:
        """A full page."""
        size = request.payload.page_size
        self.sizes.append(size)
        return Page(["item"] * (size or PAGE_ITEMS), lambda offset: ("a", offset), ("a", 0))

    def close(self) -> None:
        """Nothing is open."""


def taken(wire: Endless, **options: Any) -> Iterator[Any]:
    """The items of a query, read as they are wanted."""
    reading = Reading(access(), plan_query(access(), "a", **options))
    while not reading.is_done:
        if reading.needs_refill:
            run(reading.refill(), wire, 0.0)
        else:
            yield reading.take()


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        ({"limit": 5}, [5]),
        ({"limit": 5, "page_size": 3}, [3, 2]),
        ({"limit": 5, "page_size": 9}, [5]),
        ({"limit": 2 * PAGE_ITEMS + 1}, [PAGE_ITEMS, PAGE_ITEMS, 1]),
        ({"limit": PAGE_ITEMS + 1, "page_size": 2 * PAGE_ITEMS}, [PAGE_ITEMS + 1]),
        ({"limit": 5, "filter": Order.total > 1}, [None]),
        ({"limit": 5, "filter": Order.total > 1, "page_size": 4}, [4, 4]),
    ],
)
def test_a_limit_is_read_in_pages_of_bounded_size(
    options: dict[str, Any], sizes: list[int | None]
) -> None:
    wire = Endless()
    assert len(list(taken(wire, **options))) == options["limit"]
    assert wire.sizes == sizes

"""How many items a reading asks for at a time, without an engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.operations.tables import Order, context
from trueup.operations import run
from trueup.operations.actions import PAGE_ITEMS, Page
from trueup.operations.paging import PageStream
from trueup.operations.plans.reads import plan_query


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
    stream = PageStream(context(), plan_query(context(), "a", **options))
    while not stream.is_done:
        if stream.needs_refill:
            run(stream.refill(), wire, 0.0)
        else:
            yield stream.take()


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

"""Pages: forwards and backwards, with cursors that are bound to their query and direction."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from ....errors import CursorRefused, ErrorCode
from ....expressions import at
from ....model.declarations.base import Model
from ....model.declarations.patterns import Order as Direction
from ....operations.pages import Page
from ....repository import AsyncRepository
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import EVENTS, TEXTS, Event, Text, texts

KEY = b"k" * 32


async def walked(
    repository: AsyncRepository[Any], partition: str, options: dict[str, Any]
) -> list[Page[Any]]:
    """All pages of a query; each is found again from the page after it."""
    pages = [await repository.query(partition, **options).page()]
    while pages[-1].next is not None:
        results = repository.query(partition, **options, after=pages[-1].next)
        pages.append(await results.page())
    assert pages[0].previous is None
    for page, following in pairwise(pages):
        back = await repository.query(partition, **options).page(before=following.previous)
        assert (back.items, back.next is None) == (page.items, False)
        again = await repository.query(partition, **options, after=back.next).page()
        assert again.items == following.items
        assert (back.previous is None) == (page is pages[0])
    return pages


def joined(pages: Sequence[Page[Any]]) -> list[Model]:
    return [item for page in pages for item in page.items]


@pytest.mark.every_wire
@pytest.mark.parametrize("order", ["ascending", "descending"])
async def test_pages_are_the_same_backwards(contract: Contract, order: Direction) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(7))
    pages = await walked(repository, "g", {"order": order, "limit": 3})
    assert [len(page.items) for page in pages] == [3, 3, 1]
    assert joined(pages) == (texts(7) if order == "ascending" else texts(7)[::-1])


async def test_full_last_page_has_no_next(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(4))
    pages = await walked(repository, "g", {"limit": 2})
    assert [len(page.items) for page in pages] == [2, 2]
    nothing = await repository.query("nobody", limit=2).page()
    assert (nothing.items, nothing.next, nothing.previous) == ([], None, None)


async def test_pages_with_a_filter_are_full(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(12))
    options = {"filter": at(Text.n) > 4, "sort": at(Text.key) < "00011", "limit": 2}
    pages = await walked(repository, "g", {**options, "page_size": 3})
    assert joined(pages) == texts(12)[5:11]
    assert [len(page.items) for page in pages] == [2, 2, 2]


async def test_pages_of_an_index_with_equal_sort_keys(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    stored = [Text(group=group, key=str(n), n=1, label="l") for group in "ab" for n in range(4)]
    await repository.put_many(stored)
    pages = await walked(repository, "l", {"index": "ByLabel", "limit": 3})
    assert len({str(item) for item in joined(pages)}) == 8


@pytest.mark.parametrize("order", ["ascending", "descending"])
async def test_pages_of_a_sharded_index_with_equal_sort_keys(
    contract: Contract, order: Direction
) -> None:
    events = await contract.repository(EVENTS)
    await events.put_many(Event(id=f"e{n}", kind="k", at=n // 5) for n in range(17))
    for limit in (2, 5, 16):
        pages = await walked(events, "k", {"index": "ByKind", "order": order, "limit": limit})
        found = [item.at for page in pages for item in page.items]
        assert found == sorted(found, reverse=order == "descending")
        assert len({item.id for page in pages for item in page.items}) == 17


async def test_pages_survive_that_the_items_beside_a_cursor_are_deleted(
    contract: Contract,
) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(6))
    second = await repository.query(
        "g", limit=2, after=(await repository.query("g", limit=2).page()).next
    ).page()
    await repository.delete_many([("g", "00002"), ("g", "00001")])
    back = await repository.query("g", limit=2).page(before=second.previous)
    assert (back.items, back.previous) == ([texts(6)[0]], None)
    again = await repository.query("g", limit=2, after=back.next).page()
    assert again.items == texts(6)[3:5]


async def test_page_that_was_emptied_leads_back(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(3))
    first = await repository.query("g", limit=2).page()
    await repository.delete("g", "00002")
    emptied = await repository.query("g", limit=2, after=first.next).page()
    assert (emptied.items, emptied.next) == ([], None)
    back = await repository.query("g", limit=2).page(before=emptied.previous)
    assert back.items == first.items


async def test_pages_of_a_scan_go_forwards_only(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(5))
    first = await repository.scan(limit=3).page()
    second = await repository.scan(limit=3, after=first.next).page()
    assert sorted(item.key for item in [*first.items, *second.items]) == [
        item.key for item in texts(5)
    ]
    assert (second.next, first.previous, second.previous) == (None, None, None)
    with refused(ErrorCode.INVALID_OPTION):
        await repository.scan(limit=3).page(before=first.next)


async def two_pages(contract: Contract, **options: Any) -> tuple[str, str]:
    """The cursor after the first page of a query, and the one before its second page."""
    repository = await contract.repository(TEXTS, **options)
    await repository.put_many(texts(5))
    first = await repository.query("g", limit=2).page()
    second = await repository.query("g", limit=2, after=first.next).page()
    assert first.next is not None
    assert second.previous is not None
    return first.next, second.previous


@pytest.mark.parametrize(
    "options",
    [
        {"order": "descending"},
        {"filter": at(Text.n) > 1},
        {"sort": at(Text.key) > "0"},
        {"index": "ByN"},
    ],
    ids=["order", "filter", "sort", "index"],
)
async def test_previous_of_another_query_is_refused(
    contract: Contract, options: dict[str, Any]
) -> None:
    _, previous = await two_pages(contract)
    repository = await contract.repository(TEXTS)
    with refused(CursorRefused):
        await repository.query("g", limit=2, **options).page(before=previous)


async def test_cursor_of_the_other_direction_is_refused(contract: Contract) -> None:
    following, previous = await two_pages(contract)
    repository = await contract.repository(TEXTS)
    with refused(CursorRefused):
        await repository.query("g", limit=2).page(before=following)
    with refused(CursorRefused):
        await repository.query("g", limit=2, after=previous).page()


async def test_previous_is_signed(contract: Contract) -> None:
    _, previous = await two_pages(contract, cursor_key=KEY)
    signed = await contract.repository(TEXTS, cursor_key=KEY)
    assert (await signed.query("g", limit=2).page(before=previous)).items == texts(2)
    other = await contract.repository(TEXTS, cursor_key=b"o" * 32)
    with refused(CursorRefused):
        await other.query("g", limit=2).page(before=previous)


@pytest.mark.parametrize("text", ["", "x", "AAAA", 5], ids=repr)
async def test_text_that_is_no_cursor_is_refused_backwards(contract: Contract, text: Any) -> None:
    repository = await contract.repository(TEXTS)
    with refused(CursorRefused):
        await repository.query("g", limit=2).page(before=text)


async def test_page_needs_a_limit_and_one_cursor(contract: Contract) -> None:
    following, previous = await two_pages(contract)
    repository = await contract.repository(TEXTS)
    with refused(ErrorCode.INVALID_OPTION):
        await repository.query("g").page()
    with refused(ErrorCode.INVALID_OPTION):
        await repository.query("g", limit=2, after=following).page(before=previous)

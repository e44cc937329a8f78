"""Cursors: exact after every item, and bound to the query that gave them."""

from __future__ import annotations

from typing import Any

import pytest

from ....errors import CursorRefused
from ....expressions import at
from ....model.declarations.indexes import Index
from ....model.declarations.patterns import Order as Direction
from ....model.declarations.table import Table
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import NUMBERS, SESSIONS, TEXTS, Number, Text, keys_of, texts

KEY, OTHER_KEY = b"k" * 32, b"o" * 32

CROSSED = Table(
    "Crossed",
    Text,
    partition="group",
    sort="key",
    indexes=[Index("ByKey", partition="key", sort="group")],
)


@pytest.mark.parametrize("order", ["ascending", "descending"])
@pytest.mark.parametrize("page_size", [1, 3, 10])
async def test_consumed_items_and_the_rest_are_all_items_once(
    contract: Contract, page_size: int, order: Direction
) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(7))
    everything = texts(7) if order == "ascending" else texts(7)[::-1]
    options: dict[str, Any] = {"order": order, "page_size": page_size}
    results = repository.query("g", **options)
    for consumed in range(1, 7):
        await results.first()
        rest = await repository.query("g", after=results.cursor, **options).all()
        assert rest == everything[consumed:]


async def test_cursor_after_a_limit_within_a_page_loses_nothing(contract: Contract) -> None:
    # The page's own cursor, in place of the last item's, skips what of the page was not returned.
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(20))
    seen, cursor = [], None
    while True:
        results = repository.query("g", limit=3, page_size=10, after=cursor)
        seen += await results.all()
        cursor = results.cursor
        if cursor is None:
            break
    assert seen == texts(20)


async def test_cursor_before_the_first_item_begins_at_the_beginning(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(3))
    cursor = repository.query("g").cursor
    assert await repository.query("g", after=cursor).all() == texts(3)


async def test_cursor_is_none_once_everything_was_consumed(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(3))
    results = repository.query("g")
    await results.all()
    assert results.cursor is None


async def test_cursor_with_a_filter_is_exact(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(12))
    results = repository.query("g", filter=at(Text.n) > 5, limit=2, page_size=5)
    first = await results.all()
    rest = await repository.query("g", filter=at(Text.n) > 5, after=results.cursor).all()
    assert first + rest == texts(12)[6:]


async def test_cursor_survives_that_its_item_is_deleted(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(5))
    results = repository.query("g", limit=2)
    await results.all()
    await repository.delete("g", "00001")
    assert await repository.query("g", after=results.cursor).all() == texts(5)[2:]


async def test_cursor_of_an_index_tells_equal_sort_keys_apart(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(
        Text(group=group, key=str(n), n=1, label="l") for group in "ab" for n in range(4)
    )
    results = repository.query("l", index="ByLabel", limit=3, page_size=2)
    first = await results.all()
    rest = await repository.query("l", index="ByLabel", after=results.cursor).all()
    assert len({(item.group, item.key) for item in first + rest}) == len(first + rest) == 8


@pytest.mark.every_wire
async def test_cursor_of_a_scan_goes_on(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(9))
    results = repository.scan(limit=4, page_size=3)
    first = await results.all()
    rest = await repository.scan(after=results.cursor).all()
    assert sorted(keys_of(first + rest)) == keys_of(texts(9))


async def test_cursor_carries_numbers_of_38_digits(contract: Contract) -> None:
    repository = await contract.repository(NUMBERS)
    keys = [10**37 + n for n in range(4)]
    await repository.put_many(Number.model_validate({"group": 1, "key": key}) for key in keys)
    results = repository.query(1, limit=2)
    await results.all()
    rest = await repository.query(1, after=results.cursor).all()
    assert [item.key for item in rest] == keys[2:]


async def cursor_of_two(contract: Contract, **options: Any) -> str:
    """The cursor after two of five items."""
    repository = await contract.repository(TEXTS, **options)
    await repository.put_many(texts(5))
    results = repository.query("g", limit=2)
    await results.all()
    assert results.cursor is not None
    return results.cursor


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
async def test_cursor_of_another_query_is_refused(
    contract: Contract, options: dict[str, Any]
) -> None:
    cursor = await cursor_of_two(contract)
    repository = await contract.repository(TEXTS)
    with refused(CursorRefused):
        await repository.query("g", after=cursor, **options).all()


async def test_cursor_of_another_partition_is_refused(contract: Contract) -> None:
    cursor = await cursor_of_two(contract)
    repository = await contract.repository(TEXTS)
    with refused(CursorRefused):
        await repository.query("other", after=cursor).all()


async def test_cursor_of_a_query_is_refused_by_a_scan(contract: Contract) -> None:
    cursor = await cursor_of_two(contract)
    repository = await contract.repository(TEXTS)
    with refused(CursorRefused):
        await repository.scan(after=cursor).all()


async def test_cursor_of_another_table_is_refused(contract: Contract) -> None:
    cursor = await cursor_of_two(contract)
    sessions = await contract.repository(SESSIONS)
    with refused(CursorRefused):
        await sessions.query("g", after=cursor).all()


@pytest.mark.fault("F29")
async def test_cursor_of_an_index_of_the_attributes_of_the_key(contract: Contract) -> None:
    repository = await contract.repository(CROSSED)
    stored = [Text(group=f"g{n}", key="k") for n in range(4)]
    await repository.put_many(stored)
    for consumed in range(1, 4):
        results = repository.query("k", index="ByKey", page_size=2)
        for _ in range(consumed):
            await results.first()
        rest = repository.query("k", index="ByKey", after=results.cursor, page_size=1)
        assert await rest.all() == stored[consumed:]


@pytest.mark.fault("F29")
@pytest.mark.parametrize("after", [5, b"x", ["x"], True], ids=repr)
async def test_value_of_another_kind_is_refused_as_cursor(contract: Contract, after: Any) -> None:
    repository = await contract.repository(TEXTS)
    with refused(CursorRefused):
        await repository.query("g", after=after).all()


async def test_cursor_of_another_page_size_or_limit_is_accepted(contract: Contract) -> None:
    cursor = await cursor_of_two(contract)
    repository = await contract.repository(TEXTS)
    assert len(await repository.query("g", after=cursor, limit=2, page_size=1).all()) == 2


@pytest.mark.parametrize("position", [0, 10, -3])
async def test_damaged_cursor_is_refused(contract: Contract, position: int) -> None:
    cursor = await cursor_of_two(contract)
    changed = "A" if cursor[position] != "A" else "B"
    damaged = cursor[:position] + changed + cursor[position:][1:]
    repository = await contract.repository(TEXTS)
    with refused(CursorRefused):
        await repository.query("g", after=damaged).all()


@pytest.mark.parametrize("text", ["", "x", "é", "AAAA", "not base64!"])
async def test_text_that_is_no_cursor_is_refused(contract: Contract, text: str) -> None:
    repository = await contract.repository(TEXTS)
    with refused(CursorRefused):
        await repository.query("g", after=text).all()


async def test_signed_cursor_is_accepted_under_its_key(contract: Contract) -> None:
    cursor = await cursor_of_two(contract, cursor_key=KEY)
    repository = await contract.repository(TEXTS, cursor_key=KEY)
    assert await repository.query("g", after=cursor).all() == texts(5)[2:]


@pytest.mark.parametrize("made_with", [b"", OTHER_KEY], ids=["no key", "another key"])
async def test_forged_cursor_is_refused(contract: Contract, made_with: bytes) -> None:
    cursor = await cursor_of_two(contract, cursor_key=made_with)
    repository = await contract.repository(TEXTS, cursor_key=KEY)
    with refused(CursorRefused):
        await repository.query("g", after=cursor).all()

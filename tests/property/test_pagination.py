"""Paging is exact: what was consumed and what a cursor gives afterwards are all items, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, pairwise, product
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trueup import (
    AsyncRepository,
    ExpiresAt,
    Index,
    Layer,
    Model,
    Page,
    Repository,
    Table,
    connect,
    connect_async,
)

NOW_EPOCH_S = 1_800_000_000
GONE = datetime.fromtimestamp(NOW_EPOCH_S - 60, UTC)


class Row(Model):
    """A row whose index keys are equal for many of its kind."""

    group: str = "g"
    number: int
    kind: str = "k"
    level: int = 0
    mark: int = 0
    expires_at: ExpiresAt | None = None


rows = Table(
    "Rows",
    Row,
    partition="group",
    sort="number",
    ttl="expires_at",
    indexes=[
        Index("Levels", partition="kind", sort="level"),
        Index("Shards", partition="kind", sort="level", shards=3),
    ],
)
layer = Layer("pages", target="dynamodb", tables=[rows])

Order = Literal["ascending", "descending"]
INDEXES: tuple[str | None, ...] = (None, "Levels", "Shards")
ORDERS: tuple[Order, ...] = ("ascending", "descending")
# Kept by `Row.mark < bound`, where marks alternate between 0 and 1; None asks without a filter.
BOUNDS: tuple[int | None, ...] = (None, 0, 1, 2)


def shard_of(row: Row) -> str:
    """The shard of the index that holds a row."""
    return str(rows.to_item(row, form="plain")["Shards.shard"])


@dataclass(frozen=True)
class Case:
    """A query that stops after `consumed` items and goes on with a cursor."""

    index: str | None
    order: Order
    bound: int | None
    page_size: int
    consumed: int
    is_deleted: bool

    def options(self) -> dict[str, Any]:
        """The options of both halves of the query."""
        kept = None if self.bound is None else Row.mark < self.bound
        return {
            "index": self.index,
            "order": self.order,
            "filter": kept,
            "page_size": self.page_size,
        }

    def partition(self) -> str:
        """The partition that holds all rows."""
        return "g" if self.index is None else "k"

    def expected(self, stored: list[Row]) -> list[int]:
        """What the whole query gives, computed without a database."""
        kept = [row for row in stored if self.bound is None or row.mark < self.bound]
        by_key = sorted(kept, key=lambda row: row.number)
        if self.index == "Shards":  # equal levels come shard by shard
            by_key.sort(key=shard_of)
        ordered = by_key if self.index is None else sorted(by_key, key=lambda row: row.level)
        return [row.number for row in (ordered if self.order == "ascending" else ordered[::-1])]


@contextmanager
def opened(stored: list[Row]) -> Iterator[Repository[Row]]:
    """A database in memory that holds these rows."""
    with connect("sqlite://", layer, clock=lambda: NOW_EPOCH_S) as db:
        db.create_tables()
        repo = db.repository(rows)
        assert repo.put_many(stored).is_complete
        yield repo


@asynccontextmanager
async def opened_async(stored: list[Row]) -> AsyncIterator[AsyncRepository[Row]]:
    async with await connect_async("sqlite://", layer, clock=lambda: NOW_EPOCH_S) as db:
        await db.create_tables()
        repo = db.repository(rows)
        assert (await repo.put_many(stored)).is_complete
        yield repo


def rows_with(levels: list[int]) -> list[Row]:
    return [Row(number=i, level=level, mark=i % 2) for i, level in enumerate(levels)]


def split(repo: Repository[Row], case: Case) -> tuple[list[int], list[int], str | None]:
    """What was consumed, what the cursor gave afterwards, and the cursor after that."""
    first = repo.query(case.partition(), **case.options())
    consumed = list(islice(first, case.consumed))
    cursor = first.cursor
    if cursor is None:
        return [row.number for row in consumed], [], None
    if case.is_deleted and consumed:
        repo.delete("g", consumed[-1].number)
    second = repo.query(case.partition(), **case.options(), after=cursor)
    rest = list(second)
    if case.is_deleted and consumed:
        repo.put(consumed[-1])
    return [row.number for row in consumed], [row.number for row in rest], second.cursor


def cases(count: int) -> Iterator[Case]:
    sizes, consumed = range(1, count + 2), range(count + 1)
    for values in product(INDEXES, ORDERS, BOUNDS, sizes, consumed, (False, True)):
        yield Case(*values)


COMBINATIONS = {0: 48, 1: 192, 2: 432, 3: 768, 4: 1200, 5: 1728, 6: 2352, 7: 3072}


@pytest.mark.parametrize("count", range(8))
def test_every_split_of_a_few_rows_is_exact(count: int) -> None:
    """Every page size and number consumed for up to seven rows: 9,792 combinations in all."""
    stored = rows_with([i // 3 for i in range(count)])
    checked = 0
    with opened(stored) as repo:
        for case in cases(count):
            consumed, rest, cursor = split(repo, case)
            expected = case.expected(stored)
            assert (consumed, rest) == (expected[: case.consumed], expected[case.consumed :]), case
            assert cursor is None, case
            checked += 1
    assert checked == COMBINATIONS[count]


drawn_cases = st.builds(
    Case,
    st.sampled_from(INDEXES),
    st.sampled_from(ORDERS),
    st.sampled_from(BOUNDS),
    st.integers(1, 41),
    st.integers(0, 40),
    st.booleans(),
)
drawn_levels = st.lists(st.integers(-1, 3), max_size=40)


Chunks = list[list[int]]


def numbers(page: Page[Row]) -> list[int]:
    return [row.number for row in page.items]


def walked(repo: Repository[Row], case: Case, limit: int) -> list[Page[Row]]:
    """All pages of a query, each asked for by the cursor of the one before it."""
    options = case.options() | {"limit": limit}
    pages = [repo.query(case.partition(), **options).page()]
    while pages[-1].next is not None:
        pages.append(repo.query(case.partition(), **options, after=pages[-1].next).page())
    return pages


def check_pages_back(repo: Repository[Row], case: Case, limit: int, chunks: Chunks) -> None:
    """Each page is the one before its successor, also after the row beside the cursor is gone."""
    query = repo.query(case.partition(), **case.options(), limit=limit)
    pages = walked(repo, case, limit)
    assert [numbers(page) for page in pages] == (chunks or [[]]), case
    assert pages[0].previous is None
    for position, page in enumerate(pages[1:], 1):
        before = [number for chunk in chunks[:position] for number in chunk]
        if case.is_deleted:
            repo.delete("g", page.items[0].number)
        back = query.page(before=page.previous)
        assert numbers(back) == before[-limit:], case
        assert (back.previous is None) == (position == 1), case
        if case.is_deleted:
            repo.put(page.items[0])
        after = repo.query(case.partition(), **case.options(), limit=limit, after=back.next)
        assert numbers(after.page()) == chunks[position], case
        if case.is_deleted:
            last = pages[position - 1].items[-1]
            repo.delete("g", last.number)
            assert numbers(query.page(before=page.previous)) == before[:-1][-limit:], case
            repo.put(last)


def chunked(values: list[int], limit: int) -> Chunks:
    return [values[start : start + limit] for start in range(0, len(values), limit)]


@pytest.mark.parametrize("count", range(8))
def test_every_page_is_found_again_backwards(count: int) -> None:
    """Every limit and number of items read at a time for up to seven rows, some of them deleted."""
    stored = rows_with([i // 3 for i in range(count)])
    limits, sizes = range(1, count + 2), (2, count + 3)
    with opened(stored) as repo:
        for index, order, bound, size, is_deleted in product(
            INDEXES, ORDERS, BOUNDS, sizes, (False, True)
        ):
            case = Case(index, order, bound, size, 0, is_deleted)
            for limit in limits:
                check_pages_back(repo, case, limit, chunked(case.expected(stored), limit))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-1, 3), max_size=40), st.data())
def test_pages_of_many_rows_are_found_again_backwards(levels: list[int], data: Any) -> None:
    stored = rows_with(levels)
    case, limit = data.draw(drawn_cases), data.draw(st.integers(1, 15))
    with opened(stored) as repo:
        check_pages_back(repo, case, limit, chunked(case.expected(stored), limit))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("index", INDEXES)
def test_rows_stored_behind_a_cursor_are_on_no_page_after_it(
    index: str | None, order: Order
) -> None:
    """In every shard: also in one of which nothing stood before the cursor, or nothing after it."""
    for count, limit in product(range(2, 7), range(1, 3)):
        stored = rows_with([0] * count)
        later = rows_with([0] * count + [-1] * 6 + [1] * 6)[count:]
        lower, upper = (later[:6], later[6:]) if index else ([], later)
        if order == "descending":
            lower, upper = upper, lower
        case = Case(index, order, None, 3, 0, is_deleted=False)
        with opened(stored) as repo:
            pages = walked(repo, case, limit)
            for page, following in pairwise(pages):
                assert repo.put_many([*lower, *upper]).is_complete
                query = repo.query(case.partition(), **case.options(), limit=limit)
                rest = repo.query(case.partition(), **case.options(), after=page.next).all()
                back = query.page(before=following.previous)
                assert repo.delete_many([*lower, *upper]).is_complete
                assert numbers(back) == numbers(page)
                kept = {row.number for row in stored}
                expected = case.expected(stored)
                consumed = expected[: expected.index(following.items[0].number)]
                assert [row.number for row in rest if row.number in kept] == [
                    number for number in expected if number not in consumed
                ]
                assert not {row.number for row in lower} & {row.number for row in rest}


@settings(max_examples=80, deadline=None)
@given(drawn_levels, st.lists(drawn_cases, min_size=1, max_size=12))
def test_splits_of_many_rows_are_exact(levels: list[int], some: list[Case]) -> None:
    stored = rows_with(levels)
    with opened(stored) as repo:
        for case in some:
            consumed, rest, cursor = split(repo, case)
            assert consumed + rest == case.expected(stored)
            assert cursor is None


@settings(max_examples=30, deadline=None)
@given(drawn_levels, drawn_cases)
def test_asynchronous_splits_are_exact(levels: list[int], case: Case) -> None:
    stored = rows_with(levels)

    async def body() -> list[int]:
        async with opened_async(stored) as repo:
            first = repo.query(case.partition(), **case.options())
            found: list[int] = []
            while len(found) < case.consumed and (row := await first.first()) is not None:
                found.append(row.number)
            if (cursor := first.cursor) is None:
                return found
            if case.is_deleted and found:
                await repo.delete("g", found[-1])
            second = repo.query(case.partition(), **case.options(), after=cursor)
            found += [row.number async for row in second]
            assert second.cursor is None
            return found

    assert asyncio.run(body()) == case.expected(stored)


@settings(max_examples=60, deadline=None)
@given(drawn_levels, drawn_cases, st.integers(1, 9))
def test_pages_of_a_limit_make_up_the_whole(levels: list[int], case: Case, limit: int) -> None:
    """`limit` counts items returned, whatever the filter drops; only the last page is shorter."""
    stored = rows_with(levels)
    pages: list[list[int]] = []
    with opened(stored) as repo:
        cursor: str | None = None
        while not pages or cursor is not None:
            options = case.options() | {"limit": limit, "after": cursor}
            page = repo.query(case.partition(), **options)
            pages.append([row.number for row in page.all()])
            cursor = page.cursor
    assert [number for page in pages for number in page] == case.expected(stored)
    assert {len(page) for page in pages[:-1]} <= {limit}
    assert len(pages) <= len(stored) // limit + 1


@settings(max_examples=60, deadline=None)
@given(drawn_cases, st.lists(st.booleans(), max_size=40))
def test_pages_are_refilled_past_expired_items(case: Case, expired: list[bool]) -> None:
    stored = rows_with([i // 3 for i in range(len(expired))])
    for row, is_expired in zip(stored, expired, strict=True):
        row.expires_at = GONE if is_expired else None
    alive = [row for row in stored if row.expires_at is None]
    with opened(stored) as repo:
        consumed, rest, cursor = split(repo, case)
        assert consumed + rest == case.expected(alive)
        assert cursor is None
        shown = repo.query(case.partition(), **case.options(), include_expired=True)
        assert [row.number for row in shown] == case.expected(stored)
        counted = repo.count(case.partition(), **case.options())
        assert counted == len(case.expected(alive))


@settings(max_examples=40, deadline=None)
@given(drawn_levels, drawn_cases, st.integers(1, 5))
def test_segments_of_a_scan_make_up_the_table(levels: list[int], case: Case, segments: int) -> None:
    """Each segment stops after `consumed` items and goes on with its cursor."""
    stored = rows_with(levels)
    options = {name: case.options()[name] for name in ("filter", "page_size")}
    found: list[int] = []
    with opened(stored) as repo:
        for segment in range(segments):
            given_options = {**options, "segment": segment, "segments": segments}
            first = repo.scan(**given_options)
            found += [row.number for row in islice(first, case.consumed)]
            if first.cursor is not None:
                second = repo.scan(**given_options, after=first.cursor)
                found += [row.number for row in second]
                assert second.cursor is None
    assert sorted(found) == sorted(case.expected(stored))


def by_iteration(repo: Repository[Row]) -> tuple[int, str | None]:
    results = repo.query("g", page_size=4)
    return len(list(results)), results.cursor


def by_list(repo: Repository[Row]) -> tuple[int, str | None]:
    results = repo.query("g", page_size=4)
    return len(results.all()), results.cursor


def by_first(repo: Repository[Row]) -> tuple[int, str | None]:
    results = repo.query("g", page_size=4)
    found = 0
    while results.first() is not None:
        found += 1
    return found, results.cursor


@pytest.mark.parametrize("read", [by_iteration, by_list, by_first])
@pytest.mark.parametrize("count", [0, 3, 4, 8])
def test_a_read_to_the_end_leaves_no_cursor(
    read: Callable[[Repository[Row]], tuple[int, str | None]], count: int
) -> None:
    """Also where the last page was full, so that only one more shows that it was the last."""
    with opened(rows_with([0] * count)) as repo:
        assert read(repo) == (count, None)

"""Cancelled anywhere, an operation leaves no task, no thread, no connection and no half write."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.concurrency.tables import (
    NAMES,
    Half,
    agree,
    halves,
    open_file_async,
    open_files,
    pair,
    wanted,
    write_pair,
)
from trueup import AsyncDatabase, DeadlineExceeded, at
from trueup.engines.sqlite.wire.asynchronous import READING_THREADS, WRITING_THREADS

R = TypeVar("R")
TASKS = 32
ROUNDS = 400


async def transact(db: AsyncDatabase) -> None:
    async with db.transaction() as tx:
        write_pair(tx, "a", random.randrange(1000))


async def put(db: AsyncDatabase) -> None:
    await db.repository(halves).put(Half(name="single", side="left", value=1))


async def update(db: AsyncDatabase) -> None:
    await db.repository(halves).update(("fixed", "left"), at(Half.value).add(1))


async def put_many(db: AsyncDatabase) -> None:
    some = (Half(name=f"many{i}", side="left", value=i) for i in range(30))
    await db.repository(halves).put_many(some)


async def put_many_iter(db: AsyncDatabase) -> None:
    async for outcome in db.repository(halves).put_many_iter(pair("iterated", 1)):
        assert outcome.is_written


async def get_many(db: AsyncDatabase) -> None:
    await db.repository(halves).get_many([(f"many{i}", "left") for i in range(700)])


async def query(db: AsyncDatabase) -> None:
    """Several pages, one after the other."""
    assert await db.repository(halves).query("fixed", page_size=3).all()


async def query_shards(db: AsyncDatabase) -> None:
    """Four shards, side by side."""
    results = db.repository(halves).query("half", index="Kinds", page_size=5, limit=20)
    assert [half async for half in results]


async def scan(db: AsyncDatabase) -> None:
    assert [half async for half in db.repository(halves).scan(page_size=7)]


OPERATIONS = [
    transact,
    put,
    update,
    put_many,
    put_many_iter,
    get_many,
    query,
    query_shards,
    scan,
]


class Stepped:
    """Drives an awaitable step by step, and cancels its task at one of its waits.

    is_late: not before the thread may have begun with what is waited for.
    """

    def __init__(self, work: Awaitable[None], cancel_at: int = 0, *, is_late: bool = False) -> None:
        self.work = work
        self.cancel_at = cancel_at
        self.is_late = is_late
        self.waits = 0

    def __await__(self) -> Generator[Any, Any, None]:
        steps = self.work.__await__()
        step: Callable[[], Any] = partial(next, steps)
        while True:
            try:
                waited = step()
            except StopIteration:
                return
            self.waits += 1
            if self.waits == self.cancel_at:
                self._cancel()
            try:
                reply = yield waited
            except BaseException as error:  # noqa: BLE001 - the coroutine decides about it
                step = partial(steps.throw, error)
            else:
                step = partial(steps.send, reply)

    def _cancel(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        if self.is_late:
            asyncio.get_running_loop().call_later(0.0003, task.cancel)
        else:
            task.cancel()


async def step_through(work: Stepped) -> None:
    await work


def with_database(path: Path, body: Callable[[AsyncDatabase], Awaitable[R]]) -> R:
    """Run `body` on a database with some rows; afterwards nothing of it is left."""

    async def main() -> R:
        db, writer = await open_file_async(path)
        async with db:
            await db.create_tables()
            rows = [Half(name="fixed", side=f"{i:02}", value=i) for i in range(10)]
            rows.append(Half(name="fixed", side="left", value=0))
            assert (await db.repository(halves).put_many(rows)).is_complete
            found = await body(db)
            await assert_clean(db, path)
            assert not writer.in_transaction
            return found

    found = asyncio.run(main())
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("trueup")]
    assert open_files(path) == 0
    return found


async def assert_clean(db: AsyncDatabase, path: Path) -> None:
    """No task is left, no more threads or connections than there may be, and all pairs agree."""
    assert asyncio.all_tasks() == {asyncio.current_task()}
    async with db.transaction() as tx:  # behind all that a cancelled call left in its thread
        write_pair(tx, "last", 1)
    for name in (*NAMES, "last"):
        assert agree(await db.transact_get(*wanted(name)))
    names = [thread.name for thread in threading.enumerate()]
    assert sum(name.startswith("trueup") for name in names) <= READING_THREADS + WRITING_THREADS
    connections = 1 + READING_THREADS
    assert open_files(path) <= 3 * connections  # the file, its log and its index


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_cancelled_at_any_wait_leaves_nothing(
    operation: Callable[[AsyncDatabase], Awaitable[None]], tmp_path: Path
) -> None:
    """32 tasks at a time, each cancelled at another of the operation's waits."""
    path = tmp_path / "data.db"

    async def body(db: AsyncDatabase) -> tuple[int, int]:
        await operation(db)
        counted = Stepped(operation(db))
        await counted
        cancelled = 0
        for is_late in (False, True):
            places = [1 + i % counted.waits for i in range(max(TASKS, counted.waits))]
            steps = [Stepped(operation(db), place, is_late=is_late) for place in places]
            tasks = [asyncio.create_task(step_through(step)) for step in steps]
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            kinds = {type(end) for end in ended}
            assert kinds <= {asyncio.CancelledError, *([type(None)] if is_late else [])}
            cancelled += sum(isinstance(end, asyncio.CancelledError) for end in ended)
        return counted.waits, cancelled

    waits, cancelled = with_database(path, body)
    assert waits >= 1
    assert cancelled >= TASKS


@pytest.mark.parametrize("seed", [1, 2])
def test_tasks_cancelled_at_random_leave_nothing(seed: int, tmp_path: Path) -> None:
    """32 tasks at work; again and again one is cancelled, at any moment, and replaced."""
    chance = random.Random(seed)
    path = tmp_path / "data.db"

    async def work(db: AsyncDatabase) -> None:
        while True:
            await chance.choice(OPERATIONS)(db)
            name = chance.choice(NAMES)
            async with db.transaction() as tx:
                write_pair(tx, name, chance.randrange(1000))
            assert agree(await db.transact_get(*wanted(name)))

    async def body(db: AsyncDatabase) -> None:
        tasks = [asyncio.create_task(work(db)) for _ in range(TASKS)]
        for _ in range(ROUNDS // 2):
            await asyncio.sleep(chance.random() / 500)
            place = chance.randrange(TASKS)
            tasks[place].cancel()
            with pytest.raises(asyncio.CancelledError):
                await tasks[place]
            tasks[place] = asyncio.create_task(work(db))
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(end) for end in ended} == {asyncio.CancelledError}

    with_database(path, body)


@pytest.mark.parametrize("operation", [transact, put, update, put_many])
def test_a_write_that_meets_a_lock_ends_with_its_time(
    operation: Callable[[AsyncDatabase], Awaitable[None]], tmp_path: Path
) -> None:
    """Nothing of it is applied, and the next call finds the database as it was."""
    path = tmp_path / "data.db"

    async def body(db: AsyncDatabase) -> None:
        before = await db.repository(halves).scan().all()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DeadlineExceeded):
                await operation(db.within(0.05))
            async with asyncio.timeout(5):
                waiting = [operation(db.within(0.05)) for _ in range(TASKS)]
                ended = await asyncio.gather(*waiting, return_exceptions=True)
            assert {type(end) for end in ended} == {DeadlineExceeded}
        assert await db.repository(halves).scan().all() == before
        await operation(db)

    with_database(path, body)


def test_a_timeout_of_asyncio_leaves_nothing(tmp_path: Path) -> None:
    """What had begun in its thread may still be applied, as a whole."""
    path = tmp_path / "data.db"

    async def work(db: AsyncDatabase, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await transact(db)
        except TimeoutError:
            return agree(await db.transact_get(*wanted("a")))

    async def body(db: AsyncDatabase) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await transact(db.within(0.3))
        works = [work(db, 0.001 * i) for i in range(TASKS)]
        assert await asyncio.gather(*works) == [True] * TASKS

    with_database(path, body)


def test_a_streaming_write_that_is_left_leaves_nothing(tmp_path: Path) -> None:
    async def body(db: AsyncDatabase) -> None:
        outcomes = db.repository(halves).put_many_iter(pair("left", 1))
        async for outcome in outcomes:
            assert outcome.is_written
            break
        with suppress(AttributeError):
            await outcomes.aclose()  # type: ignore[attr-defined]  # an AsyncGenerator in fact

    with_database(tmp_path / "data.db", body)

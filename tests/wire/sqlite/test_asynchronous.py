"""The asyncio wire: what cancellation, deadlines and closing leave behind."""

import asyncio
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from trueup.engines.sqlite.wire.asynchronous import AsyncSqliteWire
from trueup.engines.sqlite.wire.connections import Location
from trueup.errors import DeadlineExceeded, ErrorCode, InvalidCall, NeedsOperator

R = TypeVar("R")


def run(path: Path | None, body: Callable[[AsyncSqliteWire], Awaitable[R]]) -> R:
    """Run `body` with an open wire, and close it."""

    async def main() -> R:
        wire = await AsyncSqliteWire.open(Location(path))
        try:
            await wire.write(lambda c: c.execute("CREATE TABLE t (k INTEGER PRIMARY KEY, v)"))
            return await body(wire)
        finally:
            await wire.aclose()

    return asyncio.run(main())


def pair(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO t (v) VALUES (1)")
    connection.execute("INSERT INTO t (v) VALUES (1)")


async def count(wire: AsyncSqliteWire) -> int:
    found: int = (await wire.read("SELECT count(*) FROM t"))[0][0]
    return found


@pytest.fixture(params=["file", "memory"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "data.db" if request.param == "file" else None


def test_cancelled_open_is_cancelled_and_leaves_nothing_open(tmp_path: Path) -> None:
    path = tmp_path / "data.db"

    async def main() -> None:
        opening = asyncio.create_task(AsyncSqliteWire.open(Location(path)))
        await asyncio.sleep(0)
        deadline_s = time.monotonic() + 10
        while not path.exists() and time.monotonic() < deadline_s:
            time.sleep(0.001)  # the thread that opens is past its start, and goes on
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening

    asyncio.run(main())
    for thread in threading.enumerate():
        if thread.name.startswith("trueup-sqlite-open"):
            thread.join(10)
    assert [file.name for file in tmp_path.iterdir()] == ["data.db"]


def test_calls_answer_as_the_blocking_wire_does(path: Path | None) -> None:
    async def body(wire: AsyncSqliteWire) -> None:
        await wire.write(pair)
        assert await count(wire) == 2
        assert await wire.snapshot(lambda c: c.execute("SELECT 1").fetchone()) == (1,)
        with pytest.raises(NeedsOperator) as caught:
            await wire.read("SELECT * FROM absent")
        assert caught.value.code is ErrorCode.TABLE_NOT_FOUND

    run(path, body)


def test_cancelled_calls_are_whole_or_not_there(path: Path | None) -> None:
    """32 tasks write and read; each is cancelled at some moment, again and again."""
    chance = random.Random()

    async def work(wire: AsyncSqliteWire) -> None:
        while True:
            await wire.write(pair)
            assert await count(wire) % 2 == 0

    async def body(wire: AsyncSqliteWire) -> None:
        writer = await wire.write(lambda connection: connection)
        for _ in range(10):
            tasks = [asyncio.create_task(work(wire)) for _ in range(32)]
            for task in tasks:
                await asyncio.sleep(chance.random() / 1000)
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            assert {type(end) for end in ended} == {asyncio.CancelledError}
        assert await count(wire) % 2 == 0
        assert not writer.in_transaction
        await wire.write(pair, time.monotonic() + 5)

    run(path, body)
    assert not [t for t in threading.enumerate() if t.name.startswith("trueup-sqlite")]


def test_a_call_cancelled_before_its_turn_never_runs(path: Path | None) -> None:
    async def body(wire: AsyncSqliteWire) -> int:
        leave = threading.Event()
        slow = asyncio.create_task(wire.write(lambda _: leave.wait(10)))
        queued = asyncio.create_task(wire.write(pair))
        await asyncio.sleep(0)
        queued.cancel()
        with pytest.raises(asyncio.CancelledError):
            await queued
        leave.set()
        await slow
        return await count(wire)

    assert run(path, body) == 0


def test_a_call_that_runs_is_finished_when_it_is_cancelled(path: Path | None) -> None:
    async def body(wire: AsyncSqliteWire) -> int:
        entered, leave = threading.Event(), threading.Event()

        def slow(connection: sqlite3.Connection) -> None:
            entered.set()
            leave.wait(10)
            pair(connection)

        task = asyncio.create_task(wire.write(slow))
        await asyncio.to_thread(entered.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        leave.set()
        await wire.write(lambda _: None)  # in the order of calls: behind the cancelled one
        return await count(wire)

    assert run(path, body) == 2


def test_a_deadline_ends_the_wait_for_a_thread(path: Path | None) -> None:
    async def body(wire: AsyncSqliteWire) -> int:
        leave = threading.Event()
        slow = asyncio.create_task(wire.write(lambda _: leave.wait(10)))
        await asyncio.sleep(0)
        with pytest.raises(DeadlineExceeded):
            await wire.write(pair, time.monotonic() + 0.05)
        leave.set()
        await slow
        return await count(wire)

    assert run(path, body) == 0


def test_waiting_writes_leave_threads_for_reads(tmp_path: Path) -> None:
    async def body(wire: AsyncSqliteWire) -> None:
        leave = threading.Event()
        writes = [asyncio.create_task(wire.write(lambda _: leave.wait(10))) for _ in range(20)]
        await asyncio.sleep(0)
        assert await asyncio.wait_for(count(wire), 5) == 0
        leave.set()
        await asyncio.gather(*writes)

    run(tmp_path / "data.db", body)


def test_closing_lets_calls_made_before_end(tmp_path: Path) -> None:
    async def body(wire: AsyncSqliteWire) -> None:
        writes = [asyncio.create_task(wire.write(pair)) for _ in range(5)]
        await asyncio.sleep(0)
        await wire.aclose()
        await asyncio.gather(*writes)
        for call in (wire.read("SELECT 1"), wire.write(pair)):
            with pytest.raises(InvalidCall) as caught:
                await call
            assert caught.value.code is ErrorCode.CLOSED

    run(tmp_path / "data.db", body)
    with_rows = run_count(tmp_path / "data.db")
    assert with_rows == 10
    assert not (tmp_path / "data.db-wal").exists()


def run_count(path: Path) -> int:
    connection = sqlite3.connect(path)
    found: int = connection.execute("SELECT count(*) FROM t").fetchone()[0]
    connection.close()
    return found


def test_the_blocking_wire_does_not_import_asyncio() -> None:
    program = (
        "import sys; import trueup.engines.sqlite.wire.blocking;"
        "print({'asyncio', 'concurrent.futures'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert done.stdout.strip() == "set()"

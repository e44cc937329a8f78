"""Both sides of a fork go on with an open database; a file that cannot be left alone is refused."""

from __future__ import annotations

import ctypes
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.forked import answer_of_child
from tests.waiting import wait_until
from trueup.engines.sqlite.wire import forks
from trueup.engines.sqlite.wire.blocking import SqliteWire
from trueup.engines.sqlite.wire.connections import Location
from trueup.errors import DeadlineExceeded, ErrorCode

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
    pytest.mark.fault("F1"),
]


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[SqliteWire]:
    with closing(SqliteWire(Location(tmp_path / "data.db"))) as opened:
        opened.write(lambda c: c.execute("CREATE TABLE t (k INTEGER PRIMARY KEY)"))
        yield opened


def put(wire: SqliteWire, key: int) -> None:
    wire.write(lambda c: c.execute("INSERT INTO t VALUES (?)", (key,)))


def keys(wire: SqliteWire) -> list[int]:
    return [key for (key,) in wire.read("SELECT k FROM t ORDER BY k")]


def test_both_sides_go_on(wire: SqliteWire) -> None:
    put(wire, 1)
    keys(wire)
    assert answer_of_child(lambda: put(wire, 2)) == "None"
    assert answer_of_child(lambda: keys(wire)) == "[1, 2]"
    put(wire, 3)
    assert keys(wire) == [1, 2, 3]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs a list of open files")
def test_no_file_is_open_at_the_fork(wire: SqliteWire, tmp_path: Path) -> None:
    keys(wire)

    def open_files() -> list[str]:
        links = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
        names = [os.readlink(link) for link in links if os.path.lexists(link)]
        return [name for name in names if name.startswith(str(tmp_path))]

    assert answer_of_child(open_files) == "[]"


def test_database_in_memory_belongs_to_its_process() -> None:
    with closing(SqliteWire(Location(None))) as wire:
        wire.write(lambda c: c.execute("CREATE TABLE t (k INTEGER PRIMARY KEY)"))
        assert answer_of_child(lambda: put(wire, 1)) == ErrorCode.CLOSED.value
        put(wire, 2)
        assert keys(wire) == [2]


def test_fork_waits_for_a_call_that_runs(wire: SqliteWire) -> None:
    entered = threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        entered.set()
        wait_until(forks.is_pending)
        connection.execute("INSERT INTO t VALUES (1)")

    with ThreadPoolExecutor(1) as threads:
        job = threads.submit(wire.write, slow)
        entered.wait(10)
        assert answer_of_child(lambda: keys(wire)) == "[1]"
        job.result()


@pytest.mark.parametrize("kind", ["read", "write"])
def test_child_is_refused_if_a_call_does_not_end(
    wire: SqliteWire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(forks, "LONGEST_WAIT_S", 0.02)
    entered, leave = threading.Event(), threading.Event()

    def endless(_: sqlite3.Connection) -> None:
        entered.set()
        leave.wait(10)

    with ThreadPoolExecutor(1) as threads:
        job = threads.submit(wire.snapshot if kind == "read" else wire.write, endless)
        entered.wait(10)
        assert answer_of_child(lambda: keys(wire)) == ErrorCode.CANNOT_OPEN.value
        other = Location(tmp_path / "other.db")  # SQLite's own locks may be taken for ever
        assert answer_of_child(lambda: SqliteWire(other)) == ErrorCode.CANNOT_OPEN.value
        leave.set()
        job.result()
    put(wire, 1)
    assert keys(wire) == [1]


def test_file_that_somebody_else_has_open_is_refused(wire: SqliteWire, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data.db")) as other:
        assert other.execute("SELECT count(*) FROM t").fetchone() == (0,)
        assert answer_of_child(lambda: put(wire, 1)) == ErrorCode.CANNOT_OPEN.value
        again = Location(tmp_path / "data.db")
        assert answer_of_child(lambda: SqliteWire(again)) == ErrorCode.CANNOT_OPEN.value
    assert answer_of_child(lambda: put(wire, 1)) == "None"


def test_fork_without_hooks_is_noticed(wire: SqliteWire) -> None:
    """As servers written in C do it."""
    fork: Callable[[], int] = ctypes.PyDLL(None).fork
    assert answer_of_child(lambda: put(wire, 1), fork) == ErrorCode.CANNOT_OPEN.value
    put(wire, 1)


def test_calls_wait_for_a_fork_until_their_deadline(wire: SqliteWire) -> None:
    process = forks.PROCESS
    with ThreadPoolExecutor(1) as thread:
        thread.submit(process.before).result()
        with pytest.raises(DeadlineExceeded):
            wire.write(lambda _: None, time.monotonic() + 0.02)
        waiting = ThreadPoolExecutor(2)
        calls: list[Future[Any]] = [waiting.submit(put, wire, 1), waiting.submit(keys, wire)]
        thread.submit(process.after_in_parent).result()
        assert [call.exception(10) for call in calls] == [None, None]
        waiting.shutdown()


def test_connection_made_by_a_hook_is_left_to_the_parent(wire: SqliteWire) -> None:
    """Hooks that were registered earlier run after ours, on the thread that forks."""
    process = forks.PROCESS

    def fork() -> int:
        process.before()
        put(wire, 1)
        child: int = ctypes.PyDLL(None).fork()
        if child:
            process.after_in_parent()
        return child

    assert answer_of_child(lambda: put(wire, 2), fork) == ErrorCode.CANNOT_OPEN.value
    assert keys(wire) == [1]


def test_wire_that_nobody_closed_does_no_harm(tmp_path: Path) -> None:
    location = Location(tmp_path / "data.db")
    SqliteWire(location).write(lambda c: c.execute("CREATE TABLE t (k INTEGER PRIMARY KEY)"))

    def put_in_child() -> list[int]:
        with closing(SqliteWire(location)) as wire:
            put(wire, 1)
            return keys(wire)

    assert answer_of_child(put_in_child) == "[1]"

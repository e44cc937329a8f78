"""KeyboardInterrupt at any moment of a call leaves no half write, no thread and no connection."""

from __future__ import annotations

import _thread
import ctypes
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.concurrency.tables import (
    NAMES,
    Half,
    agree,
    halves,
    open_file,
    open_files,
    pair,
    wanted,
    write_pair,
)
from tests.waiting import wait_until
from trueup import Database
from trueup.engines.sqlite.wire.pool import READERS_KEPT

INTERRUPTED_CALLS = Path(__file__).with_name("interrupted_calls.py")
INTERRUPTED = ctypes.py_object(KeyboardInterrupt)
INTERRUPTS = 300


@pytest.fixture(params=["file", "memory"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    """The file of the database; None where it is in memory."""
    return tmp_path / "data.db" if request.param == "file" else None


@pytest.fixture
def opened(path: Path | None) -> Iterator[tuple[Database, sqlite3.Connection]]:
    """A database with some rows, and its connection that writes."""
    db, writer = open_file(path)
    with closing(db):
        db.create_tables()
        rows = [Half(name="fixed", side=f"{i:02}", value=i) for i in range(12)]
        assert db.repository(halves).put_many(rows).is_complete
        yield db, writer


def transact(db: Database, name: str, value: int) -> None:
    with db.transaction() as tx:
        write_pair(tx, name, value)
    assert agree(db.transact_get(*wanted(name)))


def put(db: Database, name: str, value: int) -> None:
    db.repository(halves).put(Half(name=name, side="single", value=value))


def put_many(db: Database, name: str, value: int) -> None:
    some = (Half(name=f"{name}{i}", side="many", value=value) for i in range(20))
    assert db.repository(halves).put_many(some).is_complete


Call = Callable[[Database, str, int], None]


class Worker:
    """A thread that calls again and again, and the interrupts it was sent.

    The next one is sent only when the last has landed and a call has ended since: two at once could
    end the thread itself, whose number the next thread would then have.
    """

    def __init__(self, db: Database, call: Call, name: str) -> None:
        self.call = partial(call, db, name)
        self.stop = threading.Event()
        self.done = 0
        self.sent = 0
        self.landed = 0
        self.thread = threading.Thread(target=self._guarded)
        self.thread.start()

    def interrupt(self) -> None:
        """Let a KeyboardInterrupt land wherever the thread is."""
        self.sent += 1
        identity = ctypes.c_ulong(self.thread.ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(identity, INTERRUPTED)

    def recover(self) -> None:
        """Wait until the last interrupt has landed, and a call has ended after it."""
        end_s = time.monotonic() + 20
        self._until(lambda: self.landed == self.sent, end_s)
        done = self.done
        self._until(lambda: self.done > done, end_s)

    def _until(self, is_so: Callable[[], bool], end_s: float) -> None:
        while not is_so():
            assert time.monotonic() < end_s, "a call does not end"
            assert self.thread.is_alive()
            time.sleep(0.0001)

    def _guarded(self) -> None:
        """Go on, whatever interrupt lands outside of `_work`'s own handler."""
        while not self.stop.is_set():
            try:
                self._work()
            except KeyboardInterrupt:
                self.landed += 1

    def _work(self) -> None:
        while not self.stop.is_set():
            try:
                self.call(self.done)
                self.done += 1
            except KeyboardInterrupt:
                self.landed += 1


@pytest.mark.parametrize("call", [transact, put, put_many])
def test_interrupted_calls_leave_nothing(
    opened: tuple[Database, sqlite3.Connection], path: Path | None, call: Call
) -> None:
    """Three threads, interrupted some hundred times, anywhere.

    None of these calls starts threads of its own: until a new thread runs it carries the number of
    the one that starts it, and CPython would hand it the interrupt.
    """
    db, writer = opened
    threads_before = _thread._count()
    workers = [Worker(db, call, name) for name in NAMES]
    chance = random.Random(3)
    try:
        for worker in workers:
            worker.recover()
        for number in range(INTERRUPTS):
            worker = workers[number % len(workers)]
            time.sleep(chance.random() / 500)
            worker.interrupt()
            worker.recover()
    finally:
        for worker in workers:
            worker.stop.set()
    for worker in workers:
        worker.thread.join(20)
        assert not worker.thread.is_alive()
    assert sum(worker.landed for worker in workers) == INTERRUPTS
    assert not writer.in_transaction
    assert_clean(db, path, threads_before)


def assert_clean(db: Database, path: Path | None, threads_before: int) -> None:
    """All pairs agree, nothing waits, threads end, and the next call is answered in time."""
    for name in NAMES:
        assert agree(db.transact_get(*wanted(name)))
    if path is not None:
        assert open_files(path) <= 3 * (1 + READERS_KEPT)
    wait_for_threads(threads_before)
    quick = db.within(5)
    for half in pair("last", 1):
        quick.repository(halves).create(half)
    assert agree(quick.transact_get(*wanted("last")))


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs interval timers")
@pytest.mark.parametrize("call", ["transact", "put", "put_many", "query_shards"])
def test_ctrl_c_in_the_main_thread_leaves_nothing(call: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, INTERRUPTED_CALLS, call, tmp_path / "data.db"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*filter(None, sys.path), os.getcwd()])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("clean\n", 0), done.stderr


def wait_for_threads(threads_before: int) -> None:
    """Each thread ends by itself, if it has not ended yet."""
    wait_until(lambda: _thread._count() <= threads_before)

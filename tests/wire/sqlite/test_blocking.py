"""The wire under threads and interrupts."""

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
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from trueup.engines.sqlite.wire.blocking import SqliteWire
from trueup.engines.sqlite.wire.connections import Location, open_reader, open_writer
from trueup.engines.sqlite.wire.pool import READERS_KEPT, Pool
from trueup.errors import DeadlineExceeded, Unavailable


@pytest.fixture(params=["file", "memory"])
def wire(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteWire]:
    path = tmp_path / "data.db" if request.param == "file" else None
    with closing(SqliteWire(Location(path))) as opened:
        opened.write(lambda c: c.execute("CREATE TABLE t (k INTEGER PRIMARY KEY, v)"))
        yield opened


def itself(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Work that shows which connection it is given; it is used again."""
    return connection


def put(key: int, value: object = 0) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.execute("INSERT INTO t VALUES (?, ?)", (key, value))


def count(wire: SqliteWire) -> int:
    found: int = wire.read("SELECT count(*) FROM t")[0][0]
    return found


def test_a_write_returns_what_its_work_does_and_is_read_at_once(wire: SqliteWire) -> None:
    assert wire.write(lambda c: c.execute("INSERT INTO t VALUES (1, 2) RETURNING v").fetchall())
    assert wire.read("SELECT k, v FROM t WHERE k = ?", (1,)) == [(1, 2)]


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt, SystemExit])
def test_an_exception_in_the_work_undoes_it(wire: SqliteWire, error: type[BaseException]) -> None:
    def work(connection: sqlite3.Connection) -> None:
        put(1)(connection)
        raise error

    with pytest.raises(error):
        wire.write(work)
    assert count(wire) == 0
    wire.write(put(1))
    assert count(wire) == 1


def test_a_snapshot_sees_one_moment(tmp_path: Path) -> None:
    with closing(SqliteWire(Location(tmp_path / "data.db"))) as wire:
        wire.write(lambda c: c.execute("CREATE TABLE t (k INTEGER PRIMARY KEY, v)"))

        def work(connection: sqlite3.Connection) -> list[int]:
            first = connection.execute("SELECT count(*) FROM t").fetchone()[0]
            wire.write(put(1))
            return [first, connection.execute("SELECT count(*) FROM t").fetchone()[0]]

        assert wire.snapshot(work) == [0, 0]
        assert count(wire) == 1


def test_readers_do_not_wait_for_the_writer(tmp_path: Path) -> None:
    with closing(SqliteWire(Location(tmp_path / "data.db"))) as wire:
        wire.write(lambda c: c.execute("CREATE TABLE t (k INTEGER PRIMARY KEY, v)"))

        def work(connection: sqlite3.Connection) -> int:
            put(1)(connection)
            return count(wire)

        assert wire.write(work) == 0


def test_eight_threads_lose_no_write(wire: SqliteWire) -> None:
    def work(thread: int) -> None:
        for i in range(50):
            wire.write(put(thread * 1000 + i))
            assert wire.read("SELECT k FROM t WHERE k = ?", (thread * 1000 + i,))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    assert count(wire) == 400


def test_no_more_readers_are_kept_than_allowed(tmp_path: Path) -> None:
    with closing(Pool(Location(tmp_path / "data.db"))) as pool:
        for reader in [pool.new_reader() for _ in range(READERS_KEPT + 4)]:
            pool.keep(reader)
        assert len(pool.readers) == READERS_KEPT


def test_a_reader_found_in_a_transaction_is_rolled_back(tmp_path: Path) -> None:
    with closing(SqliteWire(Location(tmp_path / "data.db"))) as wire:
        wire.write(lambda c: c.execute("CREATE TABLE t (k INTEGER PRIMARY KEY, v)"))
        assert count(wire) == 0
        reader = wire.snapshot(itself)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM t").fetchall()
        wire.write(put(1))
        assert count(wire) == 1
        assert not reader.in_transaction


def test_a_writer_found_in_a_transaction_is_rolled_back(wire: SqliteWire) -> None:
    writer = wire.write(itself)
    writer.execute("BEGIN")
    put(1)(writer)
    wire.write(put(2))
    assert wire.read("SELECT k FROM t") == [(2,)]


def test_a_write_that_waits_for_another_ends_at_its_deadline(wire: SqliteWire) -> None:
    entered, leave = threading.Event(), threading.Event()

    def work(_: sqlite3.Connection) -> None:
        entered.set()
        leave.wait(10)

    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(wire.write, work)
        entered.wait(10)
        with pytest.raises(DeadlineExceeded):
            wire.write(put(1), time.monotonic() + 0.05)
        with pytest.raises(DeadlineExceeded):
            wire.close(time.monotonic() + 0.05)
        leave.set()
        slow.result()
    wire.write(put(1))
    assert count(wire) == 1


def test_closing_waits_for_the_running_write_and_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    wire = SqliteWire(Location(path))
    wire.write(lambda c: c.execute("CREATE TABLE t (k INTEGER PRIMARY KEY, v)"))
    entered = threading.Event()

    def work(connection: sqlite3.Connection) -> None:
        entered.set()
        time.sleep(0.05)
        put(1)(connection)

    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(wire.write, work)
        entered.wait(10)
        wire.close()
        slow.result()
    assert not path.with_name("data.db-wal").exists()
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("SELECT k FROM t").fetchall() == [(1,)]


def test_a_read_that_ends_after_closing_leaves_no_connection(tmp_path: Path) -> None:
    wire = SqliteWire(Location(tmp_path / "data.db"))
    wire.snapshot(lambda _: wire.close())
    assert not (tmp_path / "data.db-wal").exists()


@pytest.mark.parametrize("opened", ["writer", "reader"])
def test_every_connection_syncs_each_commit(tmp_path: Path, opened: str) -> None:
    location = Location(tmp_path / "data.db", wal_autocheckpoint_pages=7)
    with closing(open_writer(location)) as writer, closing(open_reader(location)) as reader:
        connection = writer if opened == "writer" else reader
        settings = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "trusted_schema")
        }
        assert settings == {"journal_mode": "wal", "synchronous": 2, "trusted_schema": 0}
        assert writer.execute("PRAGMA wal_autocheckpoint").fetchone() == (7,)
        assert reader.execute("PRAGMA query_only").fetchone() == (1,)


def test_many_threads_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    location = Location(tmp_path / "data.db")
    with ThreadPoolExecutor(8) as threads:
        for pool in threads.map(lambda _: Pool(location), range(8)):
            pool.close()


INTERRUPTED = ctypes.py_object(KeyboardInterrupt)


def test_interrupts_at_any_point_leave_nothing_open(wire: SqliteWire) -> None:
    """Three threads that write pairs and read are interrupted some hundred times, anywhere."""
    stop, writer = threading.Event(), wire.write(itself)
    landed: list[int] = []
    acknowledged: list[int] = []

    def pair(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO t (v) VALUES (1)")
        connection.execute("INSERT INTO t (v) VALUES (1)")

    def work() -> None:
        while not stop.is_set():
            try:
                wire.write(pair, time.monotonic() + 10)
                acknowledged.append(1)
                assert count(wire) % 2 == 0
            except KeyboardInterrupt:
                landed.append(1)

    chance = random.Random(1)
    threads = [threading.Thread(target=guarded, args=(work,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(600):
        time.sleep(chance.random() / 600)
        identity = ctypes.c_ulong(chance.choice(threads).ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(identity, INTERRUPTED)
    stop.set()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    assert len(landed) > 20
    assert count(wire) >= 2 * len(acknowledged)
    assert count(wire) % 2 == 0
    assert not writer.in_transaction
    wire.write(put(10**9), time.monotonic() + 1)  # nobody is before it in the queue


def guarded(work: Callable[[], None]) -> None:
    """Run to the end of `work`, whatever interrupt arrives after its own handler."""
    while True:
        try:
            return work()
        except KeyboardInterrupt:
            continue


CTRL_C = """
import signal, sys, time, random
from pathlib import Path
from trueup.engines.sqlite.wire.connections import Location
from trueup.engines.sqlite.wire.blocking import SqliteWire

wire = SqliteWire(Location(Path(sys.argv[1])))
wire.write(lambda c: c.execute("CREATE TABLE t (k INTEGER PRIMARY KEY, v)"))
writer = wire.write(lambda connection: connection)
chance = random.Random(2)

def pair(connection):
    connection.execute("INSERT INTO t (v) VALUES (1)")
    connection.execute("INSERT INTO t (v) VALUES (1)")

landed = 0
while landed < 200:
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0001 + chance.random() / 500)
        while True:
            wire.write(pair, time.monotonic() + 5)
            assert wire.read("SELECT count(*) FROM t")[0][0] % 2 == 0
    except KeyboardInterrupt:
        landed += 1
        assert not writer.in_transaction
wire.write(pair, time.monotonic() + 1)  # nobody is before it in the queue
wire.close()
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs interval timers")
def test_ctrl_c_in_the_main_thread_leaves_nothing_open(tmp_path: Path) -> None:
    program = "import signal\nsignal.signal(signal.SIGALRM, signal.default_int_handler)\n" + CTRL_C
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "data.db")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0


def test_waiting_without_a_deadline_ends_as_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trueup.engines.sqlite.wire.transaction.LONGEST_WAIT_S", 0.05)
    with (
        closing(SqliteWire(Location(tmp_path / "data.db"))) as wire,
        closing(sqlite3.connect(tmp_path / "data.db", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable) as caught:
            wire.write(lambda _: None)
        assert caught.value.native == "SQLITE_BUSY"


def test_a_wire_shows_its_connections(tmp_path: Path) -> None:
    with closing(SqliteWire(Location(tmp_path / "data.db"))) as wire:
        wire.read("SELECT 1")
        shown = [repr(wire), wire.write(lambda _: repr(wire))]
    assert shown[0].endswith("data.db: open, 0 writes, 1 idle readers>>")
    assert shown[1].endswith("data.db: open, 1 writes, 1 idle readers>>")
    assert "closed" in repr(wire)

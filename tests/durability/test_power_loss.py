"""What was acknowledged is on the disk: killed writers, torn logs, syncs, and races for a key."""

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from trueup.engines.sqlite.wire.blocking import SqliteWire
from trueup.engines.sqlite.wire.connections import Location

WRITERS = Path(__file__).with_name("writers.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
KILLS = 100
CUTS = 60


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with a table and an index, all of it in the main file."""
    found = tmp_path / "data.db"
    with closing(SqliteWire(Location(found))) as wire:
        wire.write(create)
    return found


def create(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY, v TEXT, item TEXT NOT NULL)")
    connection.execute("CREATE INDEX by_v ON t (v, k) WHERE v IS NOT NULL")


@contextmanager
def nursery(path: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, WRITERS, "nursery", path],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    with process:
        yield process


def acknowledged_before_kill(
    process: "subprocess.Popen[str]", number: int, wait: float
) -> list[str]:
    """Start a writer, kill it somewhere, and return the keys it acknowledged."""
    output = process.stdout
    assert process.stdin
    assert output
    process.stdin.write(f"{number}\n")
    word, pid = output.readline().split()
    assert word == "pid"
    time.sleep(wait)
    os.kill(int(pid), signal.SIGKILL)
    return list(iter(lambda: output.readline().strip(), "dead"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_every_acknowledged_row_survives_a_kill(path: Path) -> None:
    chance = random.Random()
    total = 0
    with nursery(path) as process:
        for number in range(KILLS):
            keys = acknowledged_before_kill(process, number, chance.random() * 0.04)
            total += len(keys)
            assert rows_and_entries(path, number) >= len(keys)
            assert_there(path, keys)
        assert process.stdin
        process.stdin.close()
    assert total > KILLS
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def rows_and_entries(path: Path, number: int) -> int:
    """How many rows a writer left; the index has as many."""
    with closing(SqliteWire(Location(path))) as wire:
        pattern = (f"{number}-%",)
        rows = wire.read("SELECT count(*) FROM t NOT INDEXED WHERE k LIKE ?", pattern)
        entries = wire.read(
            "SELECT count(*) FROM t INDEXED BY by_v WHERE v IS NOT NULL AND k LIKE ?", pattern
        )
        assert rows == entries
        assert wire.read("PRAGMA quick_check") == [("ok",)]
    found: int = rows[0][0]
    return found


def assert_there(path: Path, keys: list[str]) -> None:
    """Each key is found by the primary key and by the index."""
    with closing(SqliteWire(Location(path))) as wire:
        for key in keys:
            by_key = wire.read("SELECT k FROM t WHERE k = ?", (key,))
            by_index = wire.read("SELECT k FROM t INDEXED BY by_v WHERE v = ?", (f"v{key}",))
            assert by_key == by_index == [(key,)]


def test_a_torn_log_opens_to_a_prefix_of_commits(path: Path, tmp_path: Path) -> None:
    commits = 40
    chance = random.Random()
    image = tmp_path / "image"
    image.mkdir()
    with closing(SqliteWire(Location(path, wal_autocheckpoint_pages=0))) as wire:
        for i in range(commits):
            wire.write(partial(write_pair, number=i))
        for name in ("data.db", "data.db-wal"):
            shutil.copy(path.with_name(name), image / name)
    log = (image / "data.db-wal").read_bytes()
    cuts = sorted([0, len(log), *(chance.randrange(len(log)) for _ in range(CUTS - 2))])
    found = [commits_after_cut(image, log[:cut], chance, tmp_path / "cut") for cut in cuts]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (0, commits)


def write_pair(connection: sqlite3.Connection, number: int) -> None:
    for half in "ab":
        key = f"{number:03}{half}"
        connection.execute("INSERT INTO t VALUES (?, ?, ?)", (key, key, "x" * 700))


def commits_after_cut(image: Path, log: bytes, chance: random.Random, folder: Path) -> int:
    """Open the file with what is left of its log, half of the times with noise behind the cut."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(image / "data.db", folder)
    noise = chance.randbytes(5000) if chance.random() < 0.5 else b""
    (folder / "data.db-wal").write_bytes(log + noise)
    with closing(SqliteWire(Location(folder / "data.db"))) as wire:
        keys = [
            key for (key,) in wire.read("SELECT k FROM t INDEXED BY by_v WHERE v > '' ORDER BY v")
        ]
        assert wire.read("PRAGMA integrity_check") == [("ok",)]
    assert keys == [f"{i:03}{half}" for i in range(len(keys) // 2) for half in "ab"]
    return len(keys) // 2


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_each_commit_syncs_the_log_once(path: Path, tmp_path: Path) -> None:
    commits = 20
    trace = tmp_path / "trace"
    calls = "trace=fsync,fdatasync,write"
    command = ["strace", "-f", "-y", "-e", calls, "-o", str(trace)]
    subprocess.run(
        [*command, sys.executable, str(WRITERS), "commit_traced", str(path), str(commits)],
        env=ENVIRONMENT,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=60,
    )
    lines = trace.read_text().splitlines()
    begin, end = (
        next(i for i, x in enumerate(lines) if f'"{w}\\n"' in x) for w in ("begin", "end")
    )
    syncs = [
        line for line in lines[begin:end] if re.search(r"f(data)?sync\(\d+<.*data\.db-wal>", line)
    ]
    assert len(syncs) == commits


def test_one_process_wins_each_key_and_nobody_sees_a_lock(path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, WRITERS, "contend", path, str(number)],
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(8)
    ]
    outputs = [process.communicate(timeout=90) for process in processes]
    assert [errors for _, errors in outputs if errors] == []
    assert {process.returncode for process in processes} == {0}
    won = [line.split() for output, _ in outputs for line in output.splitlines()]
    assert Counter(key for key, _ in won) == {f"key{i}": 1 for i in range(60)}
    with closing(SqliteWire(Location(path))) as wire:
        assert sorted(wire.read("SELECT k, v FROM t")) == sorted((key, who) for key, who in won)

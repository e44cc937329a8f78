"""Processes that write, to be killed, traced or raced: `writers.py ROLE FILE [NUMBER]`."""

import os
import random
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from trueup.engines.sqlite.wire.blocking import SqliteWire
from trueup.engines.sqlite.wire.connections import Location
from trueup.errors import AlreadyExists

KEYS = 60


def insert(*row: str) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.execute("INSERT INTO t VALUES (?, ?, ?)", row)


def say(text: str) -> None:
    """One line in one write, so that a kill cannot leave half of it."""
    os.write(1, f"{text}\n".encode())


def nursery(path: Path) -> None:
    """Fork a writer for each line of input: a kill then costs no start of Python.

    The writer opens the file itself, after the fork.
    """
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            write_for_ever(path, int(line))
        os.waitpid(child, 0)
        say("dead")


def write_for_ever(path: Path, number: int) -> None:
    """Say each key once its commit was acknowledged."""
    say(f"pid {os.getpid()}")
    wire = SqliteWire(Location(path, wal_autocheckpoint_pages=20))
    for i in range(1_000_000):
        key = f"{number}-{i}"
        wire.write(insert(key, f"v{key}", "x" * 200))
        say(key)


def commit_traced(path: Path, commits: int) -> None:
    """Commit between two lines, in turns on two connections."""
    wires = [SqliteWire(Location(path)) for _ in range(2)]
    for i in range(-2, commits):
        if i == 0:  # the first commits also sync the log's header
            say("begin")
        wires[i % 2].write(insert(str(i), "v", "x"))
    say("end")


def contend(path: Path, number: int) -> None:
    """Insert the same keys as everybody else from eight threads; say which were won."""
    wire = SqliteWire(Location(path), time.monotonic() + 30)
    threads = [
        threading.Thread(target=insert_all, args=(wire, f"{number}.{thread}", thread))
        for thread in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wire.close()


def insert_all(wire: SqliteWire, who: str, seed: int) -> None:
    keys = [f"key{i}" for i in range(KEYS)]
    random.Random(seed).shuffle(keys)
    for key in keys:
        try:
            wire.write(insert(key, who, who), time.monotonic() + 30)
        except AlreadyExists:
            continue
        say(f"{key} {who}")


if __name__ == "__main__":
    role, file, *number = sys.argv[1:]
    if role == "nursery":
        nursery(Path(file))
    elif role == "commit_traced":
        commit_traced(Path(file), int(number[0]))
    else:
        contend(Path(file), int(number[0]))

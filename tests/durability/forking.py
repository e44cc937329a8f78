"""A database that is open while its process forks: `forking.py WAY FILE ROUNDS` says what is lost.

In each round a process opens the file, writes and forks; its child writes in turns with a
neighbour, which opens and closes the file for each of its writes, as the last to close removes
the log.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from trueup import AsyncDatabase, Database, Layer, Model, Table, connect, connect_async


class Note(Model):
    name: str


notes = Table("Notes", Note, partition="name")
layer = Layer("notes", target="dynamodb", tables=[notes])

Turn = Callable[[str], None]
"""Let the neighbour write under this name."""


def put(db: Database, name: str) -> None:
    """Write, and say so in one write once it is acknowledged."""
    db.repository(notes).put(Note(name=name))
    os.write(1, f"{name}\n".encode())


async def put_soon(db: AsyncDatabase, name: str) -> None:
    """As `put`."""
    await db.repository(notes).put(Note(name=name))
    os.write(1, f"{name}\n".encode())


def in_turns(db: Database, name: str, turn: Turn) -> None:
    for number in range(3):
        put(db, f"{name}-child-{number}")
        turn(f"{name}-neighbour-{number}")


def connect_again(url: str, name: str, turn: Turn) -> None:
    put(connect(url, layer), f"{name}-parent")
    if os.fork() == 0:
        in_turns(connect(url, layer), name, turn)


def go_on(url: str, name: str, turn: Turn) -> None:
    db = connect(url, layer)
    put(db, f"{name}-parent")
    if os.fork() == 0:
        in_turns(db, name, turn)


def go_on_both(url: str, name: str, turn: Turn) -> None:
    """Two threads of the parent write and read all the time."""
    db = connect(url, layer)
    put(db, f"{name}-parent")

    def work(thread: int) -> None:
        for number in range(20):
            put(db, f"{name}-thread-{thread}-{number}")
            assert db.repository(notes).get(f"{name}-parent")

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(2)]
    for thread in threads:
        thread.start()
    if os.fork() == 0:
        in_turns(db, name, turn)
        return
    put(db, f"{name}-parent-after")
    for thread in threads:
        thread.join()
    db.close()


def multiprocess(url: str, name: str, turn: Turn) -> None:
    with connect(url, layer) as db:
        put(db, f"{name}-parent")
        child = multiprocessing.get_context("fork").Process(target=in_turns, args=(db, name, turn))
        child.start()
        put(db, f"{name}-parent-after")
        child.join()


def become_daemon(url: str, name: str, turn: Turn) -> None:
    """Fork twice and leave the folder, which the URL is relative to."""
    folder, file = os.path.split(url.removeprefix("sqlite:///"))
    os.chdir(folder)
    db = connect(f"sqlite:///{file}", layer)
    put(db, f"{name}-parent")
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.chdir("/")
            in_turns(db, name, turn)


def go_on_in_tasks(url: str, name: str, turn: Turn) -> None:
    """Both sides use the database in an event loop of their own; its threads are the parent's."""

    async def put_several(db: AsyncDatabase, name: str) -> None:
        await asyncio.gather(*(put_soon(db, f"{name}-{number}") for number in range(5)))

    async def main() -> AsyncDatabase:
        db = await connect_async(url, layer)
        await put_several(db, f"{name}-parent")
        return db

    db = asyncio.run(main())
    is_child = os.fork() == 0
    asyncio.run(put_several(db, f"{name}-{'child' if is_child else 'after'}"))
    turn(f"{name}-neighbour-{is_child}")
    asyncio.run(db.aclose())
    if is_child:
        sys.exit()


WAYS = {
    way.__name__: way
    for way in (connect_again, go_on, go_on_both, multiprocess, become_daemon, go_on_in_tasks)
}


def start_neighbour(url: str) -> Turn:
    """A process without an inherited connection, which opens the file for each write."""
    asked, ask = os.pipe()
    done, finish = os.pipe()
    if os.fork() == 0:
        os.close(ask)
        for line in os.fdopen(asked):
            with connect(url, layer) as db:
                put(db, line.strip())
            os.write(finish, b"\n")
        os._exit(0)

    def turn(name: str) -> None:
        os.write(ask, f"{name}\n".encode())
        os.read(done, 1)

    return turn


def run_round(way: str, url: str, name: str) -> set[str]:
    """The names that were acknowledged, once every process of the round has ended."""
    said, say = os.pipe()
    if os.fork() == 0:
        os.dup2(say, 1)
        turn = start_neighbour(url)
        WAYS[way](url, name, turn)
        os._exit(0)
    os.close(say)
    with os.fdopen(said) as lines:
        return {line.strip() for line in lines}


def read_names(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        problems = connection.execute("PRAGMA integrity_check").fetchall()
        assert problems == [("ok",)], problems
        return {name for (name,) in connection.execute('SELECT name FROM "Notes"')}


def main() -> None:
    way, file, rounds = sys.argv[1:]
    url = f"sqlite:///{file}"
    child = os.fork()
    if child == 0:
        with connect(url, layer) as db:
            db.create_tables()
        os._exit(0)
    os.waitpid(child, 0)
    for number in range(int(rounds)):
        acknowledged = run_round(way, url, f"{number}")
        lost = acknowledged - read_names(Path(file))
        print(len(acknowledged), *sorted(lost), flush=True)  # children must not inherit it


if __name__ == "__main__":
    main()

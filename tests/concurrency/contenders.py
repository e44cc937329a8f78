"""A process of eight threads that race with other processes: `contenders.py ROLE FILE WHO`."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.concurrency.tables import Half, Tally, halves, layer, tallies
from trueup import AlreadyExists, Database, VersionConflict, connect

THREADS = 8
KEYS = 50
TALLIES = 3
ATTEMPTS = 6


def create_all(db: Database, who: int) -> list[str]:
    """Create every key, in an order of one's own; the keys that were won."""
    chance = random.Random(who)
    repo = db.repository(halves)
    won = []
    for key in chance.sample(range(KEYS), KEYS):
        try:
            repo.create(Half(name=f"key{key}", side="left", value=who))
        except AlreadyExists:
            continue
        won.append(f"key{key} {who}")
    return won


def count_up(db: Database, who: int) -> list[str]:
    """Read, add one and write, at each attempt once; the tallies that were raised."""
    chance = random.Random(who)
    repo = db.repository(tallies)
    raised = []
    for _ in range(ATTEMPTS):
        name = f"tally{chance.randrange(TALLIES)}"
        found = repo.get(name) or Tally(name=name)
        found.count += 1
        try:
            repo.put(found)
        except VersionConflict:
            continue
        raised.append(name)
    return raised


ROLES: dict[str, Callable[[Database, int], list[str]]] = {"create": create_all, "count": count_up}


def main(role: str, path: str, process: int) -> None:
    """Say what each thread did; any other error ends the process with a traceback."""
    with (
        connect(f"sqlite:///{path}", layer, timeout_s=30) as db,
        ThreadPoolExecutor(THREADS) as threads,
    ):
        db.create_tables()
        names = [process * THREADS + thread for thread in range(THREADS)]
        for lines in threads.map(lambda who: ROLES[role](db, who), names):
            sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

"""Eight processes of eight threads on one file: one winner a key, no lost count, no lock seen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.concurrency.contenders import ATTEMPTS, KEYS, THREADS
from tests.concurrency.tables import halves, layer, tallies
from trueup import connect

CONTENDERS = Path(__file__).with_name("contenders.py")
PROCESSES = 8


def race(role: str, path: Path) -> list[str]:
    """What the processes said; each opens the file, and creates its tables, at the same time.

    A thread that waited 30 seconds for the lock would have ended its process with a traceback.
    """
    paths = os.pathsep.join([*filter(None, sys.path), os.getcwd()])
    processes = [
        subprocess.Popen(
            [sys.executable, CONTENDERS, role, path, str(number)],
            env={**os.environ, "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    outputs = [process.communicate(timeout=90) for process in processes]
    assert [errors for _, errors in outputs if errors] == []
    assert {process.returncode for process in processes} == {0}
    return [line for output, _ in outputs for line in output.splitlines()]


def test_one_creator_wins_each_key(tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    won = [line.split() for line in race("create", path)]
    assert Counter(key for key, _ in won) == {f"key{i}": 1 for i in range(KEYS)}
    with connect(f"sqlite:///{path}", layer) as db:
        stored = {half.name: str(half.value) for half in db.repository(halves).scan()}
    assert stored == dict(won)


def test_no_count_of_a_versioned_item_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    raised = Counter(race("count", path))
    assert 0 < raised.total() <= PROCESSES * THREADS * ATTEMPTS
    with connect(f"sqlite:///{path}", layer) as db:
        found = {
            tally.name: (tally.count, tally.version) for tally in db.repository(tallies).scan()
        }
    assert found == {name: (count, count) for name, count in raised.items()}

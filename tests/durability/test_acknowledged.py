"""What a repository acknowledged before its process was killed is there, in every index too."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.durability.acknowledged import Note, layer, note, notes
from trueup import Repository, connect

WRITER = Path(__file__).with_name("acknowledged.py")
KILLS = 30

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


@contextmanager
def nursery(path: Path) -> Iterator[subprocess.Popen[str]]:
    """The process that forks writers."""
    paths = os.pathsep.join([*filter(None, sys.path), os.getcwd()])
    process = subprocess.Popen(
        [sys.executable, WRITER, path],
        env={**os.environ, "PYTHONPATH": paths},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        assert process.stdin
        process.stdin.close()


def acknowledged_before_kill(
    process: subprocess.Popen[str], writer: str, delay_s: float
) -> dict[int, str]:
    """The last acknowledged state of each number, of a writer that lived so long."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{writer}\n")
    process.stdin.flush()
    pid = int(process.stdout.readline().removeprefix("pid "))
    first = process.stdout.readline()
    time.sleep(delay_s)
    os.kill(pid, signal.SIGKILL)
    lines = [first]
    while (line := process.stdout.readline()) != "dead\n":
        assert line, "the process that forks writers has died"
        lines.append(line)
    return {int(number): state for number, state in map(str.split, lines)}


def test_everything_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    with connect(f"sqlite:///{path}", layer) as db:
        db.create_tables()
    chance = random.Random()
    total = 0
    with nursery(path) as process:
        for kill in range(KILLS):
            said = acknowledged_before_kill(process, f"w{kill}", chance.random() * 0.06)
            total += len(said)
            with connect(f"sqlite:///{path}", layer) as db:
                assert_there(db.repository(notes), f"w{kill}", said)
    assert total > 4 * KILLS


def assert_there(repo: Repository[Note], writer: str, said: dict[int, str]) -> None:
    """Each is found by key and by both indexes, which hold nothing else; transactions are whole."""
    stored = {found.number: found for found in repo.query(writer, index="Writers")}
    for number, state in said.items():
        # An update that was not acknowledged any more may have been applied.
        states = {state, "updated"} if state == "put" else {state}
        found = repo.get(f"{writer}-{number}")
        assert found in [note(writer, number, one) for one in states]
        assert stored[number] == found
    by_state = [
        found
        for state in ("put", "updated", "transacted", "batched")
        for found in repo.query(state, index="States")
        if found.writer == writer
    ]
    assert sorted(by_state, key=lambda found: found.number) == list(stored.values())
    assert sum(found.state == "transacted" for found in by_state) % 3 == 0

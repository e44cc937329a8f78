"""Whatever was acknowledged on either side of a fork is there, on a file that others write too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.durability.forking import WAYS

PROGRAM = Path(__file__).with_name("forking.py")
ROUNDS = int(os.environ.get("SOAK_ROUNDS", "5"))
"""SOAK_ROUNDS=200 is for changes of how connections are opened and closed."""


@pytest.mark.fault("F1")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("way", WAYS)
def test_nothing_acknowledged_around_a_fork_is_lost(tmp_path: Path, way: str) -> None:
    paths = os.pathsep.join([*filter(None, sys.path), os.getcwd()])
    done = subprocess.run(
        [sys.executable, PROGRAM, way, tmp_path / "data.db", str(ROUNDS)],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=60 + 3 * ROUNDS,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    rounds = [line.split() for line in done.stdout.splitlines()]
    assert len(rounds) == ROUNDS
    assert [lost for _, *lost in rounds if lost] == []
    assert min(int(count) for count, *_ in rounds) >= 7

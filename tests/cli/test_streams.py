"""Output goes where it can: to readers that stop early, and to streams without the symbols."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.forks import SOURCE
from tests.cli.shell import Shell


@pytest.mark.parametrize("arguments", [["--help"], ["init"], ["init", "--json"]])
def test_reader_that_stops_early_sees_no_traceback(tmp_path: Path, arguments: list[str]) -> None:
    theirs, ours = os.pipe()
    os.close(theirs)
    with os.fdopen(ours, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "trueup", *arguments],
            cwd=tmp_path,
            env={"PATH": os.defpath, "PYTHONPATH": SOURCE},
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "")


def test_stream_without_the_symbols_gets_others(tmp_path: Path) -> None:
    result = Shell(tmp_path).run_interpreter("trueup init", PYTHONIOENCODING="ascii")
    assert result.code == 0
    assert result.out.splitlines()[0] == "? 7 files are written"


def test_lines_are_as_wide_as_the_terminal_says(tmp_path: Path) -> None:
    result = Shell(tmp_path).run("trueup init", COLUMNS="40")
    assert max(map(len, result.out.splitlines())) <= 40

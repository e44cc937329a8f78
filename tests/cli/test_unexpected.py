"""A bug of ours is told as an error, without what it may hold; on demand with its traceback."""

from __future__ import annotations

from pathlib import Path

from tests.cli.shell import Shell

BUG = """
import sys
from trueup.cli import init
from trueup.cli.main import main

def fail(template):
    raise RuntimeError("s3cret")

init.read_template = fail
sys.exit(main(["init"]))
"""


def test_bug_is_told_by_its_kind_and_place(tmp_path: Path) -> None:
    result = Shell(tmp_path).run_script(BUG)
    assert result.code == 1
    assert result.err.startswith("[internal] a RuntimeError that nobody expected\n")
    assert "s3cret" not in result.err + result.out


def test_traceback_is_shown_on_demand(tmp_path: Path) -> None:
    result = Shell(tmp_path, {"TRUEUP_TRACEBACK": "1"}).run_script(BUG)
    assert result.code == 1
    assert "Traceback" in result.err

"""Output goes where it can: to readers that stop early, and to streams without the symbols."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.forks import SOURCE
from tests.cli.kitchen import KITCHEN, SEEDS
from tests.cli.shell import Shell
from tests.cli.shop import PROJECT, tables

ORDERS = tables("Orders")


def without_reader(folder: Path, line: str, *, of_errors: bool = False) -> tuple[int, str]:
    """Run a command whose stdout nobody reads; the exit code and stderr, unless it goes there."""
    theirs, ours = os.pipe()
    os.close(theirs)
    with os.fdopen(ours, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "trueup", *line.split()],
            cwd=folder,
            env={"PATH": os.defpath, "PYTHONPATH": SOURCE},
            stdout=closed,
            stderr=closed if of_errors else subprocess.PIPE,
            text=True,
            check=False,
        )
    return done.returncode, done.stderr or ""


@pytest.mark.parametrize("line", ["--help", "generate docs --check", "plan", "plan --json"])
def test_reader_that_stops_early_sees_no_traceback(tmp_path: Path, line: str) -> None:
    shell = Shell(tmp_path)
    shell.write(PROJECT.name, PROJECT.text)
    shell.write(ORDERS.name, ORDERS.text)
    assert without_reader(tmp_path, line) == (1, "")


@pytest.mark.parametrize("form", ["", " --json"])
def test_command_that_changes_something_goes_on_and_says_what_it_did(
    tmp_path: Path, form: str
) -> None:
    code, said = without_reader(tmp_path, f"init{form}")
    assert code == 1
    assert "7 files are written; but the output could not be written: Broken pipe" in joined(said)
    assert len(list(tmp_path.rglob("*.py"))) >= 2


@pytest.mark.parametrize("form", ["", " --json"])
def test_run_is_not_stopped_by_a_reader_that_is_gone(tmp_path: Path, form: str) -> None:
    shell = Shell(tmp_path)
    shell.write(PROJECT.name, PROJECT.text)
    shell.write(ORDERS.name, ORDERS.text)
    code, said = without_reader(tmp_path, f"apply --auto-approve{form}")
    assert code == 1
    assert "the run is done, in 1 step: create Orders; but the output" in joined(said)
    assert shell.run("trueup plan").code == 0


def test_run_is_not_stopped_where_nobody_reads_its_progress(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.write(PROJECT.name, PROJECT.text)
    shell.write(ORDERS.name, ORDERS.text)
    assert without_reader(tmp_path, "apply --auto-approve", of_errors=True) == (1, "")
    assert shell.run("trueup plan").code == 0


def test_disk_without_room_for_the_output_stops_no_run(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.write(PROJECT.name, PROJECT.text)
    shell.write(ORDERS.name, ORDERS.text)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "trueup", "apply", "--auto-approve", "--json"],
            cwd=tmp_path,
            env={"PATH": os.defpath, "PYTHONPATH": SOURCE},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert shell.run("trueup plan").code == 0


def joined(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def test_what_a_module_prints_is_no_part_of_the_document(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.write(PROJECT.name, PROJECT.text)
    shell.write(ORDERS.name, "print('loading')\n" + ORDERS.text)
    result = shell.run("trueup plan --json")
    json.loads(result.out)
    assert (result.code, result.err) == (2, "loading\n")


def test_what_seeds_print_is_no_part_of_the_document(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    for one in KITCHEN:
        shell.write(one.name, one.text)
    loud = SEEDS.text.replace("    yield Dish(", "    print('sowing')\n    yield Dish(")
    shell.write(SEEDS.name, "print('loading')\n" + loud)
    shell.run_script("import sys\nsys.path.insert(0, '.')\nimport made")
    result = shell.run("trueup seed menu --json")
    assert len(json.loads(result.out)["seeds"]) == 2
    assert set(result.err.split()) == {"loading", "sowing"}


def test_stream_without_the_symbols_gets_others(tmp_path: Path) -> None:
    result = Shell(tmp_path).run_interpreter("trueup init", PYTHONIOENCODING="ascii")
    assert result.code == 0
    assert result.out.splitlines()[0] == "? 7 files are written"


def test_lines_are_as_wide_as_the_terminal_says(tmp_path: Path) -> None:
    result = Shell(tmp_path).run("trueup init", COLUMNS="40")
    assert max(map(len, result.out.splitlines())) <= 40

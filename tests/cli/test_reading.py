"""Commands that change nothing: they leave no file behind, and need not write where they read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.cli.shop import PROJECT, tables

READING = {
    "plan": 2,
    "diff": 2,
    "verify": 2,
    "query Orders id=1": 1,
    "query Orders --describe": 0,
    "doctor": 0,
    "adopt": 1,
}
"""Commands that read, with their exit codes on a database that is not there."""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A project with one table, and no database yet."""
    made = Shell(tmp_path)
    for file in (PROJECT, tables("Orders")):
        made.write(file.name, file.text)
    return made


def files(shell: Shell) -> list[str]:
    """The names of the files of a database."""
    return sorted(path.name for path in shell.folder.iterdir() if "dev.db" in path.name)


@pytest.mark.parametrize(("command", "code"), READING.items())
def test_command_that_reads_makes_no_file(shell: Shell, command: str, code: int) -> None:
    done = shell.run(f"trueup {command}")
    assert (done.code, files(shell)) == (code, []), done.out + done.err


def test_dry_run_of_seeds_makes_no_file(shell: Shell) -> None:
    shell.write("pyproject.toml", PROJECT.text.replace("stage =", 'seeds = "seeds:seeds"\nstage ='))
    lines = ["from tables import Order, tables", "from trueup import Seed"]
    lines += ["seeds = Seed('demo', tables[0], [Order(id='1', status='new')])"]
    shell.write("seeds.py", "\n".join(lines))
    done = shell.run("trueup seed --dry-run")
    assert "table-not-found" in done.err
    assert files(shell) == []


def test_plan_shows_what_would_be_made_when_the_file_is_not_there(shell: Shell) -> None:
    assert "+ Orders" in shell.run("trueup plan").out
    assert "Orders: 0 of" in shell.run("trueup verify").out
    asked = " ".join(shell.run("trueup query Orders id=1").err.split())
    assert "dev.db, which is not there" in asked
    assert "trueup apply" in asked


@pytest.fixture
def read_only(shell: Shell) -> Iterator[Shell]:
    """A database that is there, in a folder that may not be written by the user of the process."""
    assert shell.run("trueup apply --auto-approve").code == 0
    if os.geteuid() == 0:
        pytest.skip("root may write everything")
    shell.folder.chmod(0o555)
    yield shell
    shell.folder.chmod(0o755)


@pytest.mark.parametrize("command", ["plan", "diff", "verify", "query Orders id=1", "adopt"])
def test_folder_need_not_be_writable_to_read(read_only: Shell, command: str) -> None:
    assert read_only.run(f"trueup {command}").code == 0


def test_read_leaves_a_file_as_it_is(shell: Shell) -> None:
    assert shell.run("trueup apply --auto-approve").code == 0
    before = (shell.folder / "dev.db").read_bytes()
    for command, code in {"plan": 0, "verify": 0, "query Orders id=1": 0, "adopt": 0}.items():
        assert shell.run(f"trueup {command}").code == code
    assert (shell.folder / "dev.db").read_bytes() == before
    assert files(shell) == ["dev.db"]


@pytest.mark.parametrize("command", ["plan", "query Orders id=1", "apply --auto-approve", "doctor"])
def test_folder_in_place_of_a_file_is_named(shell: Shell, command: str) -> None:
    (shell.folder / "dev.db").mkdir()
    done = shell.run(f"trueup {command}")
    assert "a folder is there, not a file" in " ".join((done.out + done.err).split())


def test_folder_that_may_not_be_searched_is_no_empty_database(shell: Shell) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may search everything")
    (shell.folder / "shut").mkdir(0o000)
    for command in ("plan", "doctor"):
        done = shell.run(f"trueup {command} --url sqlite:///shut/dev.db")
        assert "cannot be opened" in " ".join((done.out + done.err).split())
    (shell.folder / "shut").chmod(0o755)

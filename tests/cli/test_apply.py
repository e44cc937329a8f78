"""apply asks people on a terminal, and leaves no lock behind when they interrupt it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.cli.shop import PROJECT, tables

ASKED = "go on: "


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    for file in (PROJECT, tables("Orders")):
        shell.write(file.name, file.text)
    return shell


def names_in(shell: Shell, file: str = "dev.db") -> set[str]:
    """The tables of a file, and those that Trueup keeps there."""
    with closing(sqlite3.connect(shell.folder / file)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        return {name for (name,) in rows} - {"trueup:tables"}


@pytest.mark.parametrize(
    ("typed", "code", "made"),
    [("yes\n", 0, {"Orders", "trueup-state"}), ("y\n", 3, set()), ("\n", 3, set())],
)
def test_plan_is_carried_out_after_yes(shell: Shell, typed: str, code: int, made: set[str]) -> None:
    result = shell.run_in_terminal("trueup apply", answers=[(ASKED, typed)])
    assert "+ Orders" in result.plain
    assert "Apply 1 change to the stage dev?\nType yes to go on:" in result.plain
    assert (result.code, names_in(shell)) == (code, made)


@pytest.mark.parametrize(("typed", "code"), [("prod\n", 0), ("yes\n", 3)])
def test_protected_stage_asks_for_its_name(shell: Shell, typed: str, code: int) -> None:
    result = shell.run_in_terminal("trueup apply --stage prod", answers=[(ASKED, typed)])
    assert "Type prod to go on:" in result.plain
    assert result.code == code


def test_protected_stage_asks_for_its_name_before_a_file_is_applied(shell: Shell) -> None:
    assert shell.run("trueup plan --stage prod --out plan.json").code == 2
    refused = shell.run("trueup apply plan.json --stage prod")
    assert (refused.code, "there is no terminal" in refused.err) == (3, True)
    agreed = shell.run_in_terminal(
        "trueup apply plan.json --stage prod", answers=[(ASKED, "prod\n")]
    )
    assert agreed.code == 0


@pytest.mark.case("S43")
def test_interrupt_at_the_question_leaves_no_lock(shell: Shell) -> None:
    result = shell.run_in_terminal("trueup apply", answers=[(ASKED, "\x03")])
    assert result.code == 130
    assert "nothing was changed" in result.plain
    assert names_in(shell) == set()
    assert shell.run("trueup apply --auto-approve").code == 0


@pytest.mark.case("S12")
def test_second_apply_writes_nothing(shell: Shell) -> None:
    assert shell.run("trueup apply --auto-approve").code == 0
    before = dump(shell)
    for _ in range(3):
        assert shell.run("trueup apply --auto-approve").code == 0
    assert dump(shell) == before


def dump(shell: Shell) -> list[str]:
    with closing(sqlite3.connect(shell.folder / "dev.db")) as connection:
        return list(connection.iterdump())


def test_plan_file_is_private_and_replaces_an_older_one(shell: Shell) -> None:
    path = shell.write("plan.json", "older")
    path.chmod(0o644)
    assert shell.run("trueup plan --out plan.json").code == 2
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text(encoding="utf-8").startswith("{")

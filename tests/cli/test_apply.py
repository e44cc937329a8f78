"""apply asks people on a terminal, and leaves no lock behind when they interrupt it."""

from __future__ import annotations

import json
import os
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


PROD = "--stage prod"


def edited(shell: Shell, **facts: object) -> None:
    """The plan in plan.json, with other facts in it."""
    path = shell.folder / "plan.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | facts))


@pytest.fixture
def made(shell: Shell) -> Shell:
    """A protected stage with two tables."""
    shell.write("tables.py", tables("Orders", "Users").text)
    agreed = shell.run_in_terminal(f"trueup apply {PROD}", answers=[(ASKED, "prod\n")])
    assert agreed.code == 0
    return shell


BOTH = {"Orders", "Users", "trueup-state"}


@pytest.mark.parametrize("options", ["", "--auto-approve", "--destroy --auto-approve --prune"])
def test_file_does_not_destroy_on_a_protected_stage(made: Shell, options: str) -> None:
    assert made.run(f"trueup plan --destroy --out plan.json {PROD}").code == 2
    refused = made.run_in_terminal(
        f"trueup apply plan.json {PROD} {options}", answers=[(ASKED, "prod\n")]
    )
    assert (refused.code, "[protected-stage]" in refused.plain) == (3, True)
    assert names_in(made, "prod.db") == BOTH


@pytest.mark.parametrize("facts", [{}, {"allowed": [], "needs": []}, {"changes": [], "counts": {}}])
def test_file_that_says_it_loses_nothing_is_asked_for_all_the_same(
    made: Shell, facts: dict[str, object]
) -> None:
    made.write("tables.py", tables("Orders").text)
    assert made.run(f"trueup plan --out plan.json {PROD}").code == 2
    edited(made, **facts)
    refused = made.run(f"trueup apply plan.json {PROD} --auto-approve --prune")
    assert (refused.code, "[protected-stage]" in refused.err) == (3, True)
    assert names_in(made, "prod.db") == BOTH
    agreed = made.run_in_terminal(
        f"trueup apply plan.json {PROD} --prune", answers=[(ASKED, "prod\n")]
    )
    assert (agreed.code, "Users is dropped" in agreed.plain) == (0, True)
    assert names_in(made, "prod.db") == BOTH - {"Users"}


def test_file_allows_nothing_by_itself(shell: Shell) -> None:
    assert shell.run("trueup apply --auto-approve").code == 0
    shell.run("trueup plan --destroy --out plan.json")
    refused = shell.run("trueup apply plan.json --auto-approve")
    assert (refused.code, "[not-allowed]" in refused.err) == (3, True)
    assert shell.run("trueup apply plan.json --destroy").code == 0
    assert names_in(shell) == {"trueup-state"}


def test_table_is_copied_before_its_drop_whatever_a_file_says(shell: Shell) -> None:
    assert shell.run("trueup apply --auto-approve").code == 0
    shell.run("trueup plan --destroy --out plan.json")
    edited(shell, backup="")
    done = shell.run("trueup apply plan.json --destroy")
    assert (done.code, "copy the file" in done.err) == (0, True)


@pytest.mark.parametrize(
    "facts",
    [{"is_destroy": True}, {"id": "0" * 16}, {"tables": ["Users"]}, {"allowed": ["--prune"]}],
)
def test_file_that_was_edited_is_another_plan(made: Shell, facts: dict[str, object]) -> None:
    """It is refused; or it is carried out as it would be without what was edited."""
    made.write("tables.py", tables("Orders", "Users", "Carts").text)
    made.run(f"trueup plan --out plan.json {PROD}")
    edited(made, **facts)
    result = made.run(f"trueup apply plan.json {PROD} --auto-approve --prune")
    assert names_in(made, "prod.db") == (BOTH if result.code else BOTH | {"Carts"})
    assert result.code in (0, 3)


OWN = "trueup adopt --own --stage dev --url sqlite:///prod.db"


@pytest.mark.parametrize("run", ["run", "run_in_terminal"])
def test_tables_of_a_protected_stage_are_not_taken_over_by_automations(
    made: Shell, run: str
) -> None:
    refused = getattr(made, run)(f"{OWN} --auto-approve")
    assert (refused.code, "[protected-stage]" in refused.plain + refused.err) == (3, True)
    done = made.run("trueup apply --url sqlite:///prod.db --destroy --auto-approve")
    assert "no table is owned" in done.out
    assert names_in(made, "prod.db") == BOTH


@pytest.mark.parametrize(("typed", "code"), [("prod\n", 0), ("dev\n", 3), ("yes\n", 3)])
def test_taking_over_a_protected_table_asks_for_the_name_of_its_stage(
    made: Shell, typed: str, code: int
) -> None:
    answers = [(ASKED, "yes\n"), (ASKED, typed)]
    result = made.run_in_terminal(OWN, answers=answers)
    asked = "Take 2 tables from the layer shop, stage prod, which is protected?"
    assert (result.code, asked in result.plain) == (code, True)


def test_stage_that_is_protected_no_longer_asks_once_more(made: Shell) -> None:
    text = (made.folder / "pyproject.toml").read_text(encoding="utf-8")
    made.write("pyproject.toml", text.replace("protect = true\n", ""))
    destroy = f"trueup apply {PROD} --destroy --auto-approve"
    refused = made.run(destroy)
    assert (refused.code, "[protected-stage]" in refused.err) == (3, True)
    assert made.run(f"trueup apply {PROD} --auto-approve").code == 0  # lifts nothing
    assert made.run(destroy).code == 3
    lifted = made.run_in_terminal(f"trueup apply {PROD}", answers=[(ASKED, "prod\n")])
    assert (lifted.code, "are protected until now" in lifted.plain) == (0, True)
    assert made.run(destroy).code == 0


def test_file_that_loses_something_is_refused_on_a_protected_stage(shell: Shell) -> None:
    assert shell.run("trueup apply --stage prod --auto-approve").code == 0
    users = tables("Users")
    shell.write(users.name, users.text)
    assert shell.run("trueup plan --stage prod --prune --out plan.json").code == 2
    before = names_in(shell, "prod.db")
    for allowed in ("", " --prune"):
        refused = shell.run(f"trueup apply plan.json --stage prod --auto-approve{allowed}")
        assert (refused.code, names_in(shell, "prod.db")) == (3, before)
    assert "[protected-stage]" in refused.err
    asked = "trueup apply plan.json --stage prod --prune"
    assert shell.run_in_terminal(asked, answers=[(ASKED, "prod\n")]).code == 0
    assert names_in(shell, "prod.db") == before - {"Orders"} | {"Users"}


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


def test_plan_file_is_private_and_replaces_an_older_plan(shell: Shell) -> None:
    assert shell.run("trueup plan --out plan.json").code == 2
    path = shell.folder / "plan.json"
    path.chmod(0o644)
    older = path.read_text(encoding="utf-8")
    shell.write("tables.py", tables("Users").text)
    assert shell.run("trueup plan --out plan.json").code == 2
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text(encoding="utf-8") not in ("", older)


@pytest.mark.parametrize("command", ["trueup plan", "trueup adopt"])
@pytest.mark.parametrize("out", ["tables.py", "empty", "link", "pipe", "/dev/null", "."])
def test_out_replaces_nothing_of_others(shell: Shell, command: str, out: str) -> None:
    shell.write("empty", "")
    (shell.folder / "link").symlink_to("elsewhere")
    os.mkfifo(shell.folder / "pipe")
    before = shell.folder.joinpath("tables.py").read_bytes()
    refused = shell.run(f"{command} --out {out}")
    assert (refused.code, "[file-exists]" in refused.err) == (3, True)
    assert shell.folder.joinpath("tables.py").read_bytes() == before
    assert not (shell.folder / "elsewhere").exists()


def test_file_of_apply_is_a_regular_one(shell: Shell) -> None:
    os.mkfifo(shell.folder / "pipe")
    for file in ("pipe", "/dev/zero", "."):
        refused = shell.run(f"trueup apply {file}")
        said = "[invalid-option] the file cannot be read" in refused.err
        assert (refused.code, said) == (1, True)


def test_adopt_says_that_there_is_no_folder(shell: Shell) -> None:
    assert shell.run("trueup apply --auto-approve").code == 0
    refused = shell.run("trueup adopt --out no/such/folder.py")
    assert (refused.code, "[cannot-open]" in refused.err) == (1, True)


def test_state_of_a_stage_is_not_adopted(shell: Shell) -> None:
    assert shell.run("trueup apply --auto-approve --state-table locks").code == 0
    found = shell.run("trueup adopt")
    assert (found.code, "Orders" in found.out, "locks" in found.out) == (0, True, False)
    refused = shell.run("trueup adopt locks")
    assert (refused.code, "holds lock and ownership" in refused.err) == (1, True)

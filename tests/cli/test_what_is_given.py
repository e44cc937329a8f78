"""Options as they are given: an empty one is none, and commands that are named carry the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.cli.shop import PROJECT, tables

TARGETS = ("--stage", "--url", "--layer", "--names", "--region", "--state-table")
OTHERS = ("--table", "--unlock")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A project with one table."""
    made = Shell(tmp_path)
    for file in (PROJECT, tables("Orders")):
        made.write(file.name, file.text)
    return made


@pytest.mark.parametrize("given", ["{} ''", "{}="])
@pytest.mark.parametrize("option", [*TARGETS, *OTHERS])
def test_empty_option_is_not_one_that_is_left_out(shell: Shell, option: str, given: str) -> None:
    assert shell.run("trueup apply --auto-approve").code == 0
    done = shell.run(f"trueup apply --destroy --auto-approve {given.format(option)}")
    assert done.code == 1
    assert f"{option} is empty" in done.err
    assert f"leave {option} out" in " ".join(done.err.split())
    assert shell.run("trueup plan").code == 0


def test_empty_argument_is_refused(shell: Shell) -> None:
    done = shell.run("trueup apply '' --auto-approve")
    assert done.code == 1
    assert "an argument is empty" in done.err


@pytest.mark.parametrize("option", TARGETS)
def test_variable_that_is_set_and_empty_is_refused(shell: Shell, option: str) -> None:
    variable = "TRUEUP_" + option.removeprefix("--").replace("-", "_").upper()
    done = shell.run("trueup plan", **{variable: ""})
    assert done.code == 1
    assert f"{variable} is set and empty" in " ".join(done.err.split())
    assert f"unset {variable}" in " ".join(done.err.split())


GIVEN = "--names 'x-{table}' --url='sqlite:///other file.db' --stage next --layer tables:layer"
CARRIED = "--stage next --layer tables:layer --url 'sqlite:///other file.db' --names 'x-{table}'"


def test_commands_that_a_command_names_have_its_options(shell: Shell) -> None:
    spoken = " ".join(shell.run(f"trueup verify {GIVEN}").out.split())
    assert f"mend: trueup apply {CARRIED}" in spoken

    written = " ".join(shell.run(f"trueup plan --out p.json {GIVEN}").out.split())
    assert f"trueup apply {CARRIED} p.json carries out" in written
    line = written.partition("Written to p.json; ")[2].partition(" carries out")[0]
    assert shell.run(line).code == 0


def test_hint_of_an_error_has_the_options_that_were_given(shell: Shell) -> None:
    done = shell.run(f"trueup query Orders id=1 {GIVEN}")
    assert f"trueup apply {CARRIED}" in " ".join(done.err.split())
    plain = shell.run("trueup query Orders id=1")
    assert "to do: make it by trueup apply\n" in plain.err


@pytest.mark.parametrize("command", ["plan --stage", "query Orders --index", "generate docs --out"])
def test_missing_value_is_told_with_its_command(shell: Shell, command: str) -> None:
    name = command.split(maxsplit=1)[0]
    done = shell.run(f"trueup {command}")
    assert done.code == 1
    assert f"where: trueup {name}\n" in done.err
    assert f"see trueup {name} --help" in done.err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("query Orders id=1 id=2", "two values are given for 'id'"),
        ("query Orders --scan status=a status==b", "two values are given for 'status'"),
        ("query Orders --scan --pattern of_status status=a", "a pattern is no scan"),
        ("query Orders id=1 --lines --json", "--lines and --json are different answers"),
        ("query Orders id=1 --count --describe", "--describe and --count are different answers"),
    ],
)
def test_question_that_contradicts_itself_is_refused(shell: Shell, command: str, said: str) -> None:
    assert shell.run("trueup apply --auto-approve").code == 0
    done = shell.run(f"trueup {command}")
    assert done.code == 1
    assert said in " ".join(done.err.split())


def test_pages_go_below_the_folder_of_the_project(shell: Shell) -> None:
    (shell.folder / "src").mkdir()
    below = Shell(shell.folder / "src")
    assert below.run("trueup generate docs").code == 0
    assert (shell.folder / "docs" / "tables" / "Orders.md").is_file()
    assert list(below.folder.iterdir()) == []
    told = below.run("trueup generate docs --check --layer tables:layer")
    assert told.code == 0
    assert below.run("trueup generate docs --out here").code == 0
    assert (below.folder / "here" / "Orders.md").is_file()
    below.write("here/Orders.md", (below.folder / "here" / "Orders.md").read_text() + "more\n")
    told = below.run("trueup generate docs --check --out here --layer tables:layer")
    assert "run trueup generate docs --out here --layer tables:layer" in " ".join(told.out.split())

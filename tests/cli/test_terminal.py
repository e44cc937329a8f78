"""On a terminal there are colours, unless NO_COLOR says no; people are asked there only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import Shell

ASK = """
import sys
from trueup.cli.confirm import confirm
from trueup.cli.errors import report
from trueup.errors import TrueupError

def ask():
    try:
        confirm("Change 3 tables?", answer="yes", allowed_by="--auto-approve")
    except TrueupError as error:
        return report(error, [])
    print("changed")

sys.exit(ask())
"""

PRINT = """
from rich.text import Text
from trueup.cli.output import BAD, Output
output = Output(False)
output.print("[red]a[/] :warning: 3 True 'x' " + "w" * 60 + " next")
output.note("note [b]4[/]")
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_terminal_shows_colours_and_the_same_text(shell: Shell) -> None:
    in_pipe = shell.run_interpreter("trueup init a")
    coloured = shell.run_in_terminal("trueup init b")
    plain = shell.run_in_terminal("trueup init c", NO_COLOR="1")
    assert coloured.has_colours
    assert not plain.has_colours
    assert in_pipe.out == coloured.plain == plain.plain


@pytest.mark.parametrize(
    ("typed", "code", "says"), [("yes\n", 0, "changed"), ("no\n", 3, "the answer was not yes")]
)
def test_person_is_asked_on_a_terminal(shell: Shell, typed: str, code: int, says: str) -> None:
    result = shell.run_script_in_terminal(ASK, [("to go on: ", typed)])
    assert result.code == code
    assert "Change 3 tables?\nType yes to go on:" in result.plain
    assert says in result.plain.partition("go on: ")[2]


def test_nobody_is_asked_in_a_pipe(shell: Shell) -> None:
    result = shell.run_script(ASK)
    assert (result.code, result.out) == (3, "")
    assert "give --auto-approve" in result.err


def test_text_is_shown_as_it_is(shell: Shell) -> None:
    said = shell.run_script_in_terminal(PRINT)
    assert said.plain.startswith("[red]a[/] :warning: 3 True 'x' \n" + "w" * 60 + " next\n")
    assert said.plain.endswith("note [b]4[/]\n")
    assert not said.has_colours


def test_notes_are_no_part_of_the_output(shell: Shell) -> None:
    said = shell.run_script(PRINT)
    assert said.err == "note [b]4[/]\n"
    assert "note" not in said.out


SLOW = """
import time
print("loading", flush=True)
time.sleep(60)
"""


def test_ctrl_c_ends_a_command_that_says_what_is_done(shell: Shell) -> None:
    shell.write("tables.py", SLOW)
    line = "trueup verify --url sqlite:// --layer tables:layer"
    result = shell.run_in_terminal(line, answers=[("loading", "\x03")])
    assert result.code == 130
    assert "[interrupted] the command was interrupted; nothing was changed" in result.plain
    assert "Traceback" not in result.plain

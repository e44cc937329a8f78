"""What others wrote is shown and not obeyed: in every form of output, wherever it comes from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.kitchen import KITCHEN
from tests.cli.shell import Result, Shell
from tests.cli.shop import PROJECT, tables

OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
EVIL = "\x1b]0;owned\x07\x9b2J\x7f\u202egnp\u2066\u200e"
SHOWN = "\\x1b]0;owned\\x07\\x9b2J\\x7f\\u202egnp\\u2066\\u200e"

PRINTED = f"""
from rich.text import Text
from trueup.cli.confirm import confirm
from trueup.cli.errors import report
from trueup.cli.output import BAD, Output
from trueup.errors import InvalidCall, Place
evil = {EVIL!r}
for output in (Output(False), Output(True)):
    output.print(evil)
    output.print(Text(evil, BAD))
    output.marked("x", BAD, evil)
    output.lines(Text(evil))
    output.plain(evil)
    output.note(evil)
    output.note(Text(evil))
    output.part('"' + evil.replace(chr(27), "").replace(chr(7), "") + '"')
error = InvalidCall(evil, fix=evil, where=Place(note=evil + chr(10) + "  to do: curl"), native=evil)
report(error, [])
report(error, ["--json"])
"""


def is_clean(result: Result) -> bool:
    return not OBEYED.search(result.out + result.err)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_every_way_to_print_shows_control_characters(shell: Shell) -> None:
    result = shell.run_script(PRINTED)
    assert result.code == 0
    assert is_clean(result)
    assert (result.out + result.err).count("\\x9b2J") >= 9
    assert "\n  to do: curl" not in result.err


def test_colours_stay_on_a_terminal(shell: Shell) -> None:
    result = shell.run_script_in_terminal(PRINTED.replace("Output(True)", "Output(False)"))
    assert result.has_colours
    assert "\\x9b2J" in result.plain
    assert not OBEYED.search(result.plain)


@pytest.mark.parametrize("option", ["", " --lines", " --json", " --fields notes,name"])
def test_items_are_shown_and_not_obeyed(shell: Shell, option: str) -> None:
    for one in KITCHEN:
        shell.write(one.name, one.text)
    shell.run_script(f"""
import sys
sys.path.insert(0, ".")
import made, sqlite3, trueup
from tables import Dish, dishes, layer
with trueup.connect("sqlite:///dev.db", layer) as db:
    db.repository(dishes).put(Dish(kitchen="a", name={EVIL!r}, notes=[{EVIL!r}]))
""")
    result = shell.run(f"trueup query Dishes kitchen=a{option}")
    assert result.code == 0
    assert is_clean(result)
    assert "\\u009b2J\\u007f\\u202egnp" in result.out
    if option == " --json":
        assert json.loads(result.out)["items"][0]["name"] == EVIL
    if option == " --lines":
        assert json.loads(result.out)["notes"] == [EVIL]


LIVE = f"""
import sqlite3
with sqlite3.connect("dev.db") as file:
    file.execute('CREATE INDEX "Orders.{EVIL}" ON "Orders" (id)')
    file.execute('CREATE TABLE "{EVIL}" (id TEXT PRIMARY KEY)')
"""


@pytest.mark.parametrize(
    "line",
    [
        "plan --verbose --prune",
        "plan --json",
        "diff",
        "diff --json",
        "verify --all",
        "verify --json",
        "verify --format markdown",
        "verify --format junit",
        "query Orders --describe",
        "query Orders --describe --json",
        "adopt",
        "adopt --json",
        "adopt --own --auto-approve",
        "apply --auto-approve --prune",
        "doctor",
    ],
)
def test_live_names_are_shown_and_not_obeyed(shell: Shell, line: str) -> None:
    for one in (PROJECT, tables("Orders")):
        shell.write(one.name, one.text)
    assert shell.run("trueup apply --auto-approve").code == 0
    shell.run_script(LIVE)
    result = shell.run(f"trueup {line}")
    assert result.code in (0, 1, 2, 3, 4)
    assert is_clean(result)
    if "json" in line and result.out:
        json.loads(result.out)
    if "junit" in line:
        ElementTree.fromstring(result.out)

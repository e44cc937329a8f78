"""A person's path on a terminal: a new project, its tables, a second version, their items."""

from __future__ import annotations

from pathlib import Path

from tests.cli.shell import Result, Shell

ASKED = "go on: "
NOTE = """
import sys
sys.path.insert(0, ".")
from app.tables import Note, notes
from trueup.configuration import open_stage
with open_stage() as db:
    db.repository(notes).put_many(
        Note(id=str(number), author="ada", text=f"note {number}") for number in range(20)
    )
"""
SECOND_VERSION = ("    indexes=[", '    indexes=[\n        Index("TextIndex", partition="text"),')


def said(result: Result, code: int, *texts: str) -> None:
    """What a command ended with, and some of what it said."""
    assert result.code == code, result.plain
    assert [text for text in texts if text not in result.plain] == []


def test_person_makes_tables_changes_them_and_looks_into_them(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    type_yes = [(ASKED, "yes\n")]
    said(shell.run_in_terminal("trueup init ."), 0, "files are written")
    said(shell.run_in_terminal("trueup plan"), 2, "+ Notes", "1 to add")
    said(shell.run_in_terminal("trueup apply", answers=type_yes), 0, "✓ Applied, in 1 step.")
    assert shell.run_script(NOTE).code == 0

    path = tmp_path / "app" / "tables.py"
    path.write_text(path.read_text(encoding="utf-8").replace(*SECOND_VERSION), encoding="utf-8")
    said(shell.run_in_terminal("trueup plan"), 2, "+ Notes  index TextIndex", "1 to add")
    said(shell.run_in_terminal("trueup apply", answers=type_yes), 0, "index TextIndex of Notes")

    said(shell.run_in_terminal("trueup verify"), 0, "0 differ")
    said(shell.run_in_terminal("trueup plan"), 0, "✓ No changes")
    asked = "trueup query Notes --index TextIndex 'text=note 7'"
    said(shell.run_in_terminal(asked), 0, "ada", "note 7")
    said(shell.run_in_terminal("trueup query Notes --scan"), 0, "note 19")

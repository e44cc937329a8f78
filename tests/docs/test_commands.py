"""The page of a command has all of its options, and `make help` all targets."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.cli.harness import golden_of
from tests.docs.pages import ROOT
from trueup.cli.commands import COMMANDS

PAGES = ROOT / "docs" / "commands"
COMMON = ("--help", "--json", "--layer", "--names", "--region", "--stage", "--state-table", "--url")
"""What chooses a stage: `guides/configuration.md` has these."""
_OPTION = re.compile(r"^  (--[a-z-]+)", re.MULTILINE)
_TARGETS = re.compile(r"^\.PHONY: (.*)$", re.MULTILINE)


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_page_has_every_option(name: str) -> None:
    options = set(_OPTION.findall(golden_of(f"common_{name}")["usage"])) - set(COMMON)
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert {option for option in options if not re.search(rf"{option}\b(?!-)", page)} == set()


def test_index_has_every_command() -> None:
    index = (PAGES / "index.md").read_text(encoding="utf-8")
    assert [one.name for one in COMMANDS if f"| [{one.name}]({one.name}.md) |" not in index] == []


def test_make_help_shows_every_target() -> None:
    targets = _TARGETS.findall((ROOT / "Makefile").read_text(encoding="utf-8"))
    shown = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    named = {line.split()[0] for line in shown.stdout.splitlines()}
    assert set(" ".join(targets).split()) - named == set()

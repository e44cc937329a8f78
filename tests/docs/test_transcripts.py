"""Transcripts in the documentation are what the commands say, and every command has a page."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks_of, name_of
from tests.docs.transcripts import empty_database, find_transcripts, replay
from trueup.cli.commands import COMMANDS
from trueup.cli.exit_codes import ExitCode

FOLDER = ROOT / "docs" / "commands"
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
INDEX = (FOLDER / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", find_transcripts(), ids=name_of)
def test_transcript_is_what_the_commands_say(
    page: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    environ, text = {}, page.read_text(encoding="utf-8")
    if "$DYNAMODB_URL" in text:
        url = request.getfixturevalue("dynamodb_url")
        environ = {"DYNAMODB_URL": url, **{name: os.environ[name] for name in KEYS}}
    with ExitStack() as stack:
        if "$POSTGRES_URL" in text:
            server = request.getfixturevalue("postgres_server")
            if server is None:
                pytest.skip("POSTGRES_URL names a server, on which the tests make no databases")
            environ |= stack.enter_context(empty_database(server))
        for block, said in replay(page, tmp_path, environ):
            assert block.code == said, f"{name_of(page)}:{block.line}"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_command_has_a_page_with_a_transcript(command: object) -> None:
    name = getattr(command, "name", "")
    page = FOLDER / f"{name}.md"
    assert page.read_text(encoding="utf-8").startswith(f"# trueup {name}\n")
    shown = "".join(block.code for block in blocks_of(page) if block.language == "console")
    assert f"$ trueup {name}" in shown
    assert f"](../schemas/{name}.json)" in page.read_text(encoding="utf-8")
    assert f"| [{name}]({name}.md) |" in INDEX


def test_no_page_is_of_no_command() -> None:
    names = {command.name for command in COMMANDS}
    assert {path.stem for path in FOLDER.glob("*.md")} - names == {"index"}


def test_index_has_every_exit_code() -> None:
    assert re.findall(r"^\| (\d+) \|", INDEX, re.MULTILINE) == [str(int(code)) for code in ExitCode]

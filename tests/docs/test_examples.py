"""Every code block of README, guides, error pages and systems is true."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.docs.examples import run_page
from tests.docs.pages import ROOT, blocks_of, find_pages, name_of

ERRORS = ROOT / "docs" / "errors"
# The pages of errors build on their index; test_errors.py runs them.
PAGES = [
    page
    for page in find_pages()
    if any(block.is_run for block in blocks_of(page))
    and (page.parent != ERRORS or page.name == "index.md")
]
FIRST = ROOT / "docs" / "guides" / "first_program.md"
# The variables that pages read, and what starts the server of each.
URLS = {
    "DYNAMODB_URL": "dynamodb_url",
    "POSTGRES_URL": "postgres_url",
    "DOMAINFLOW_URL": "schema_url",
    "PDFJOBS_URL": "schema_url",
}
_MAKE = re.compile(r"(?:^|[$&;] *)make +(?:[A-Z]+=\S+ +)*([a-z-]+)", re.MULTILINE)
_MODULE = re.compile(r"\bpython3? -m +([\w.]+)")
_TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_python_blocks_run(
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    code = "".join(block.code for block in blocks_of(page))
    for variable, fixture in URLS.items():
        if variable in code:
            monkeypatch.setenv(variable, request.getfixturevalue(fixture))
    monkeypatch.chdir(tmp_path)
    is_run_twice = "POSTGRES_URL" in code or page in (ROOT / "README.md", FIRST)
    for _ in range(2 if is_run_twice else 1):  # what a run leaves there stands in no way
        with patch.dict(os.environ):  # a page may set what it needs
            run_page(page)


@pytest.mark.parametrize("page", find_pages(), ids=name_of)
def test_block_that_is_not_run_says_why(page: Path) -> None:
    unclear = [b.line for b in blocks_of(page) if b.language == "python" and b.is_run and b.info]
    assert unclear == [], "write ```python no-run: the reason"


@pytest.mark.parametrize("page", find_pages(), ids=name_of)
def test_commands_exist(page: Path) -> None:
    shell = [b.code for b in blocks_of(page) if b.language in ("bash", "sh", "console", "shell")]
    text = "\n".join(shell)
    targets = set(_TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    assert set(_MAKE.findall(text)) - targets == set()
    assert [name for name in _MODULE.findall(text) if find_spec(name) is None] == []

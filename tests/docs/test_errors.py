"""Every error code has a page, whose example brings that error about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.examples import run_page
from tests.docs.pages import ROOT, blocks_of
from trueup import ErrorCode

FOLDER = ROOT / "docs" / "errors"
INDEX = FOLDER / "index.md"
SECTIONS = ("It means", "Commonest cause", "What to do")


def page_of(code: ErrorCode) -> Path:
    return FOLDER / f"{code.value}.md"


def has_example(page: Path) -> bool:
    return page.exists() and any(block.is_run for block in blocks_of(page))


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    pages = {page.stem for page in FOLDER.glob("*.md")} - {"index"}
    assert pages == {code.value for code in ErrorCode}


def test_index_lists_every_code() -> None:
    text = INDEX.read_text(encoding="utf-8")
    assert [code.value for code in ErrorCode if f"]({code.value}.md)" not in text] == []


@pytest.mark.parametrize("code", ErrorCode, ids=lambda code: code.value)
def test_page_says_what_why_and_what_to_do(code: ErrorCode) -> None:
    text = page_of(code).read_text(encoding="utf-8")
    assert text.startswith(f"# {code.value}\n")
    assert [section for section in SECTIONS if f"**{section}.**" not in text] == []


@pytest.mark.parametrize(
    "code",
    [code for code in ErrorCode if has_example(page_of(code))],
    ids=lambda code: code.value,
)
def test_example_brings_the_error_about(
    code: ErrorCode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert code.value in run_page(page_of(code), before=INDEX)

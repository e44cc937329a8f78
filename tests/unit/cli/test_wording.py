"""What every command says in the same way."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.text import Span

from trueup.cli.wording import STYLES, broken, counted, from_here, wrapped


def test_lines_fit_and_later_ones_stand_further_in() -> None:
    assert broken("one two three", 2, 9) == "  one two\n      three"
    assert broken("one two three", 0, 7, hang=2) == "one two\n  three"


def test_word_that_is_too_long_stays_whole() -> None:
    assert broken("a arn:aws:dynamodb", 0, 5, hang=0) == "a\narn:aws:dynamodb"


@pytest.mark.parametrize("symbol", STYLES)
def test_symbol_alone_has_its_colour(symbol: str) -> None:
    text = wrapped(f"{symbol} Orders", 2, 80)
    assert text.plain == f"  {symbol} Orders"
    assert text.spans == [Span(2, 2 + len(symbol), STYLES[symbol])]
    assert wrapped("Orders", 2, 80).spans == []


def test_things_are_counted() -> None:
    assert [counted(number, "table") for number in (0, 1, 2)] == ["0 tables", "1 table", "2 tables"]
    assert counted(2, "file is", "files are") == "2 files are"


def test_place_below_the_working_directory_is_named_from_there() -> None:
    assert from_here(f"{Path.cwd()}/app/tables.py:3") == "app/tables.py:3"
    assert from_here("/elsewhere/tables.py:3") == "/elsewhere/tables.py:3"

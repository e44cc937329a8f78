"""Wording: what every command says in the same way: lines that fit, symbols, counts, places."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill

from rich.text import Text

from .output import BAD, GOOD, WARNING

STYLES = {
    "✓": GOOD,
    "✗": BAD,
    "?": WARNING,
    "!": WARNING,
    "+": GOOD,
    "~": WARNING,
    "-": BAD,
    "-/+": BAD,
}
"""The style of each symbol that a line may begin with."""


def broken(text: str, indent: int, width: int, *, hang: int = 4) -> str:
    """A text in lines that are no longer than the terminal, unless a word is.

    indent, hang: the columns before the first line, and those that are added before later ones.
    """
    return fill(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def wrapped(text: str, indent: int, width: int, style: str = "", *, hang: int = 4) -> Text:
    """The same with a style; a symbol that the text begins with has its own."""
    lines = Text(broken(text, indent, width, hang=hang), style)
    symbol = text.partition(" ")[0]
    if symbol in STYLES:
        lines.stylize(STYLES[symbol], indent, indent + len(symbol))
    return lines


def counted(number: int, one: str, many: str = "") -> str:
    """A number of things: `1 table`, `2 tables`. many: the plural, if an s is not enough."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def from_here(place: str) -> str:
    """A file below the working directory without the directory's path."""
    return place.removeprefix(f"{Path.cwd()}/")

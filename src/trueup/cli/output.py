"""Output: what a command says, as text by rich or as one JSON document."""

from __future__ import annotations

import sys
from textwrap import wrap
from typing import Literal

from pydantic import BaseModel, ConfigDict
from rich.console import Console, RenderableType
from rich.text import Text

GOOD, WARNING, BAD, FAINT = "green", "yellow", "red", "dim"
"""Styles of rich. A colour is never alone: a symbol or a word says the same."""


class JsonDocument(BaseModel):
    """What `--json` prints. version: of the form; a field is added without a new one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1


class Output:
    """Where a command prints: text to stdout, or with `--json` one document and nothing else.

    Lines are as wide as the terminal, and 80 columns in a pipe. Colours go to terminals only, and
    not under NO_COLOR.
    """

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._console = Console(highlight=False, markup=False, emoji=False)
        self._notes = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)

    @property
    def width(self) -> int:
        """The columns of the terminal; 80 in a pipe."""
        return self._console.width

    def print(self, *what: RenderableType) -> None:
        """Print text, or a table of rich, unless the output is a document. No text is markup."""
        if not self.as_json:
            self._console.print(*what)

    def marked(self, symbol: str, style: str, text: str, *, as_note: bool = False) -> None:
        """Print a text after a symbol, which alone has a colour; later lines stand further in."""
        lines = wrap(text, self.width - 4, break_long_words=False, break_on_hyphens=False)
        say = self.note if as_note else self.print
        say(Text(f"{symbol} ", style) + Text("\n    ".join(lines), "none"))

    def lines(self, text: Text) -> None:
        """Print text that is broken into lines already: a word that is too long stays whole."""
        if not self.as_json:
            self._console.print(text, soft_wrap=True)

    def plain(self, text: str) -> None:
        """Print text as it is, for files and other programs, unless the output is a document."""
        if not self.as_json:
            print(text)

    def note(self, what: RenderableType) -> None:
        """Say on stderr how far a command is, unless the output is a document."""
        if not self.as_json:
            self._notes.print(what, soft_wrap=isinstance(what, Text))

    def part(self, line: str) -> None:
        """Print a line of a document that is written while it is made, if the output is one."""
        if self.as_json:
            print(line)

    def document(self, document: JsonDocument) -> None:
        """Print the document, if the output is one."""
        if self.as_json:
            print(document.model_dump_json(indent=2))

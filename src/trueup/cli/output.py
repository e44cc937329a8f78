"""Output: what a command says, as text by rich or as one JSON document.

Everything that is printed goes through here: control characters in it are shown, and not obeyed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from contextvars import ContextVar
from errno import EPIPE
from textwrap import wrap
from typing import Literal, TextIO

from pydantic import BaseModel, ConfigDict
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from .._visible import visible, visible_json
from ..errors import ErrorCode, NeedsOperator, Place
from .streams import discard, unheard

GOOD, WARNING, BAD, FAINT = "green", "yellow", "red", "dim"
"""Styles of rich. A colour is never alone: a symbol or a word says the same."""

_LAYOUT = "\n\t"
_STDOUT: ContextVar[TextIO | None] = ContextVar("_STDOUT", default=None)


@contextmanager
def own_stdout() -> Iterator[None]:
    """A block in which stdout is for Output alone: what a user's module prints goes to stderr."""
    token = _STDOUT.set(sys.stdout)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        _STDOUT.reset(token)


class JsonDocument(BaseModel):
    """What `--json` prints. version: of the form; a field is added without a new one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1


class Output:
    """Where a command prints: text to stdout, or with `--json` one document and nothing else.

    goes_on: whether the command changes something, and so does not stop when nobody reads what it
    prints; it calls `finish` then.

    Lines are as wide as the terminal, and 80 columns in a pipe. Colours go to terminals only, and
    not under NO_COLOR.
    """

    def __init__(self, as_json: bool, *, goes_on: bool = False) -> None:
        self.as_json = as_json
        self._file = _STDOUT.get() or sys.stdout
        self._console = _Console(file=self._file, highlight=False, markup=False, emoji=False)
        self._notes = _Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
        self._goes_on = goes_on
        self._lost = ""

    @property
    def width(self) -> int:
        """The columns of the terminal; 80 in a pipe."""
        return self._console.width

    def print(self, *what: RenderableType) -> None:
        """Print text, or a table of rich, unless the output is a document. No text is markup."""
        if not self.as_json:
            self._say(lambda: self._console.print(*what))

    def marked(self, symbol: str, style: str, text: str, *, as_note: bool = False) -> None:
        """Print a text after a symbol, which alone has a colour; later lines stand further in."""
        lines = wrap(
            visible(text, _LAYOUT), self.width - 4, break_long_words=False, break_on_hyphens=False
        )
        say = self.note if as_note else self.print
        say(Text(f"{symbol} ", style) + Text("\n    ".join(lines), "none"))

    def lines(self, text: Text) -> None:
        """Print text that is broken into lines already: a word that is too long stays whole."""
        if not self.as_json:
            self._say(lambda: self._console.print(text, soft_wrap=True))

    def plain(self, text: str) -> None:
        """Print text as it is, for files and other programs, unless the output is a document."""
        if not self.as_json:
            self._say(lambda: print(visible(text, _LAYOUT), file=self._file))

    def note(self, what: RenderableType) -> None:
        """Say on stderr how far a command is, unless the output is a document."""
        if not self.as_json:
            with unheard(self._notes.file):  # nothing is lost with a note
                self._notes.print(what, soft_wrap=isinstance(what, Text))

    def part(self, line: str) -> None:
        """Print a line of a document that is written while it is made, if the output is one."""
        if self.as_json:
            self._say(lambda: print(visible_json(line), file=self._file))

    def document(self, document: JsonDocument) -> None:
        """Print the document, if the output is one."""
        if self.as_json:
            self.part(document.model_dump_json(indent=2))

    def finish(self, done: str) -> None:
        """The end of a command that changes something. done: what it did.

        Raises NeedsOperator, which says so, if the output could not be written.
        """
        self._say(self._file.flush)
        if self._lost:
            raise NeedsOperator(
                f"{done}; but the output could not be written: {self._lost}",
                where=Place(note="stdout"),
                fix="nothing has to be done again; write the output where it is read to its end",
                code=ErrorCode.CANNOT_OPEN,
            )

    def _say(self, say: Callable[[], object]) -> None:
        if self._lost:
            return
        try:
            say()
        except OSError as error:
            if not self._goes_on:
                raise
            self._lost = error.strerror or type(error).__name__
            discard(self._file)


class _Console(Console):
    """A console that shows control characters, and whose caller hears of a reader that is gone."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The segments of a text. Colours are added to them later."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control else Segment(visible(text, _LAYOUT), style)

    def on_broken_pipe(self) -> None:
        """Called by rich where it catches BrokenPipeError."""
        raise BrokenPipeError(EPIPE, os.strerror(EPIPE))

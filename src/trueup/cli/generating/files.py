"""Files that a command generates: written where they changed, and said in a few lines."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from ...lifecycle.generated import Generated, State, write_file
from ..errors import interruptible
from ..output import BAD, GOOD, WARNING, Output
from ..wording import counted

FILES = ("file is", "files are")
_SYMBOLS = {
    State.MISSING: ("+", GOOD),
    State.STALE: ("~", WARNING),
    State.SUPERFLUOUS: ("-", BAD),
}


def write_changed(files: Sequence[Generated]) -> None:
    """Write the files. Raises Interrupted, which says how many are written, after Ctrl-C."""
    written: list[str] = []

    def done() -> str:
        return f"{len(written)} of {len(files)} files are written"

    with interruptible(done, "run the command again: it writes the others"):
        for file in files:
            write_file(file)
            written.append(str(file.path))


def print_files(
    output: Output, files: Sequence[Generated], differing: Sequence[Generated], command: str
) -> None:
    """Print what differs, and how many. command: writes them; empty if they are written."""
    for file in differing:
        symbol, style = _SYMBOLS[file.state]
        said = f" {file.path}" + (f"  {file.state.value}" if command else "")
        output.print(Text(f"  {symbol}", style) + Text(said, "none"))
    wrong = f"{len(differing)} of {counted(len(files), *FILES)} not up to date: run {command}"
    if not differing:
        symbol, style, said = "✓", GOOD, f"{counted(len(files), *FILES)} up to date"
    elif command:
        symbol, style, said = "✗", BAD, wrong
    else:
        symbol, style, said = "✓", GOOD, f"{counted(len(differing), *FILES)} changed"
    output.print(Text(symbol, style) + Text(f" {said}", "none"))

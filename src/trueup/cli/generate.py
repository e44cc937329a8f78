"""trueup generate: files that are computed from the declarations."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from os.path import relpath
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict
from rich.text import Text

from ..configuration import StageOptions, load_project_layer
from ..configuration.settings import find_project
from ..docgen import PageFile, State, page_files, write_file
from ..engines.connect import target_engine
from .errors import interruptible
from .exit_codes import ExitCode
from .options import JsonOption
from .output import BAD, GOOD, WARNING, JsonDocument, Output
from .wording import counted

_FILES = ("file is", "files are")
_SYMBOLS = {
    State.MISSING: ("+", GOOD),
    State.STALE: ("~", WARNING),
    State.SUPERFLUOUS: ("-", BAD),
}
_CHECK = typer.Option("--check", help="Write nothing; exit with 2 if anything is out of date.")
_OUT = typer.Option(
    "--out", metavar="PATH", help="In place of docs/tables of the project; NAME.md for one page."
)
_LAYER = typer.Option("--layer", help="The layer: app.tables:layer.")


class What(StrEnum):
    """What is generated."""

    DOCS = "docs"


class GeneratedFile(BaseModel):
    """A file, and its state before the command."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    state: State


class GenerateDocument(JsonDocument):
    """What `trueup generate --json` prints. written: whether the files are now as they should be,
    or were only checked."""

    what: What
    layer: str
    files: list[GeneratedFile]
    written: bool


def run(
    what: Annotated[What, typer.Argument(metavar="WHAT", help="docs: a page for each table.")],
    out: Annotated[Path | None, _OUT] = None,
    check: Annotated[bool, _CHECK] = False,
    layer: Annotated[str, _LAYER] = "",
    json: JsonOption = False,
) -> ExitCode:
    """Write what is computed from the declarations: the documentation of the tables.

    Only files that changed are written, and only files that Trueup generated are replaced, or
    removed with their table. The same declarations give the same bytes, on every stage.
    """
    loaded = load_project_layer(StageOptions(layer=layer))
    files = page_files(loaded, target_engine(loaded), out or _default_out())
    differing = [file for file in files if file.state is not State.CURRENT]
    if not check:
        write_changed(differing)
    output = Output(json, goes_on=not check)
    output.document(
        GenerateDocument(
            what=what,
            layer=loaded.name,
            files=[GeneratedFile(path=str(file.path), state=file.state) for file in files],
            written=not check,
        )
    )
    _print(output, files, differing, _command(layer, out) if check else "")
    output.finish(f"{counted(len(differing), *_FILES)} {'not up to date' if check else 'changed'}")
    return ExitCode.CHANGES if check and differing else ExitCode.DONE


def write_changed(files: Sequence[PageFile]) -> None:
    """Write the files. Raises Interrupted, which says how many are written, after Ctrl-C."""
    written: list[str] = []

    def done() -> str:
        return f"{len(written)} of {len(files)} files are written"

    with interruptible(done, "run the command again: it writes the others"):
        for file in files:
            write_file(file)
            written.append(str(file.path))


def _default_out() -> Path:
    """A folder below the project's, wherever in it the command runs."""
    return Path(relpath(find_project(Path.cwd()).folder / "docs" / "tables"))


def _command(layer: str, out: Path | None) -> str:
    """The command that writes the same files."""
    given = [("--out", str(out) if out else ""), ("--layer", layer)]
    options = "".join(f" {option} {quote(value)}" for option, value in given if value)
    return f"trueup generate docs{options}"


def _print(
    output: Output, files: Sequence[PageFile], differing: Sequence[PageFile], command: str
) -> None:
    for file in differing:
        symbol, style = _SYMBOLS[file.state]
        said = f" {file.path}" + (f"  {file.state.value}" if command else "")
        output.print(Text(f"  {symbol}", style) + Text(said, "none"))
    wrong = f"{len(differing)} of {counted(len(files), *_FILES)} not up to date: run {command}"
    if not differing:
        symbol, style, said = "✓", GOOD, f"{counted(len(files), *_FILES)} up to date"
    elif command:
        symbol, style, said = "✗", BAD, wrong
    else:
        symbol, style, said = "✓", GOOD, f"{counted(len(differing), *_FILES)} changed"
    output.print(Text(symbol, style) + Text(f" {said}", "none"))

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

from ..configuration import StageOptions, load_project_layer, load_stage
from ..configuration.settings import find_project
from ..docgen import page_files
from ..engines.connect import target_engine
from ..errors import ErrorCode, InvalidCall, Place
from ..infra import Format, stack_file, stack_of
from ..lifecycle.generated import Generated, State, write_file
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
    "--out", metavar="PATH", help="In place of docs/tables or infra; a file NAME.md, NAME.json …"
)
_FORMAT = typer.Option("--format", help="Of infrastructure: cloudformation, terraform.")
_STAGE = typer.Option("--stage", help="Of infrastructure: the stage, whose names and rules hold.")
_LAYER = typer.Option("--layer", help="The layer: app.tables:layer.")


class What(StrEnum):
    """What is generated."""

    DOCS = "docs"
    IAC = "iac"


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
    what: Annotated[
        What,
        typer.Argument(
            metavar="WHAT", help="docs: a page for each table. iac: tables and alarms in AWS."
        ),
    ],
    *,
    out: Annotated[Path | None, _OUT] = None,
    form: Annotated[Format | None, _FORMAT] = None,
    stage: Annotated[str, _STAGE] = "",
    check: Annotated[bool, _CHECK] = False,
    layer: Annotated[str, _LAYER] = "",
    json: JsonOption = False,
) -> ExitCode:
    """Write what is computed from the declarations: documentation, or infrastructure.

    Only files that changed are written, and only files that Trueup generated are replaced, or
    removed with their table. The same declarations give the same bytes.
    """
    options = StageOptions(layer=layer, stage=stage)
    if what is What.DOCS:
        _refuse_with_docs(stage, form)
        loaded = load_project_layer(options)
        files = page_files(loaded, target_engine(loaded), out or _default_out("docs", "tables"))
    else:
        staged = load_stage(options)
        loaded = staged.layer
        stack = stack_of(
            loaded,
            staged.table_names,
            stage=staged.stage.name,
            is_protected=staged.stage.protect,
        )
        files = [stack_file(stack, form or Format.CLOUDFORMATION, out or _default_out("infra"))]
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
    _print(output, files, differing, _command(what, layer, out, form, stage) if check else "")
    output.finish(f"{counted(len(differing), *_FILES)} {'not up to date' if check else 'changed'}")
    return ExitCode.CHANGES if check and differing else ExitCode.DONE


def _refuse_with_docs(stage: str, form: Format | None) -> None:
    """Documentation is that of the declarations, which are the same on every stage."""
    given = {"--stage": stage, "--format": form}
    if named := [option for option, value in given.items() if value]:
        raise InvalidCall(
            f"{' and '.join(named)} is of infrastructure, and documentation has none",
            where=Place(note="trueup generate docs"),
            fix="leave it out, or generate iac",
            code=ErrorCode.USAGE,
        )


def write_changed(files: Sequence[Generated]) -> None:
    """Write the files. Raises Interrupted, which says how many are written, after Ctrl-C."""
    written: list[str] = []

    def done() -> str:
        return f"{len(written)} of {len(files)} files are written"

    with interruptible(done, "run the command again: it writes the others"):
        for file in files:
            write_file(file)
            written.append(str(file.path))


def _default_out(*folders: str) -> Path:
    """A folder below the project's, wherever in it the command runs."""
    return Path(relpath(find_project(Path.cwd()).folder.joinpath(*folders)))


def _command(what: What, layer: str, out: Path | None, form: Format | None, stage: str) -> str:
    """The command that writes the same files."""
    given = {"--out": str(out) if out else "", "--layer": layer, "--format": form, "--stage": stage}
    options = "".join(f" {option} {quote(value)}" for option, value in given.items() if value)
    return f"trueup generate {what}{options}"


def _print(
    output: Output, files: Sequence[Generated], differing: Sequence[Generated], command: str
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

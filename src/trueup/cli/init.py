"""trueup init: a project that works, from a template."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from ..errors import Blocked, ErrorCode, NeedsOperator, Place
from .errors import interruptible
from .exit_codes import ExitCode
from .options import JsonOption
from .output import GOOD, JsonDocument, Output

SUFFIX = ".txt"
"""What the files of the templates end in: no tool takes them for modules of this package."""

_SHARED = "shared"
_HIDDEN = "dot_"
"""Stands for the dot of hidden files, which tools that build packages may leave out."""


class Template(StrEnum):
    """A first layer to start from."""

    EMPTY = "empty"
    NEXUS = "nexus"
    IOPS = "iops"


class InitDocument(JsonDocument):
    """What `trueup init --json` prints. files: paths below `folder`."""

    folder: str
    template: Template
    files: list[str]


def run(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where.")] = Path(),
    template: Annotated[
        Template,
        typer.Option("--template", help="One table; or a small version of a reference system."),
    ] = Template.EMPTY,
    json: JsonOption = False,
) -> ExitCode:
    """Write a project that works: a layer of tables, a test, a stage on SQLite.

    A file that is there is never replaced: then nothing is written.
    """
    texts = dict(sorted(read_template(template)))
    _refuse_existing(folder, list(texts))
    write_files(folder, texts)
    output = Output(json, goes_on=True)
    output.document(InitDocument(folder=str(folder), template=template, files=list(texts)))
    output.print(Text("✓", GOOD) + Text(f" {len(texts)} files are written", "none"))
    for name in texts:
        output.print(f"  {name}")
    output.print("\nRun its tests with make test; then trueup plan shows what would be made.")
    output.finish(f"{len(texts)} files are written")
    return ExitCode.DONE


def read_template(template: Template) -> Iterator[tuple[str, str]]:
    """The files of a template, by their paths in the project."""
    folder = files("trueup") / "cli" / "templates"
    for part in (_SHARED, template.value):
        yield from _texts(folder / part, "")


def _texts(folder: Traversable, above: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        name = above + entry.name.replace(_HIDDEN, ".")
        if entry.is_dir():
            yield from _texts(entry, f"{name}/")
        elif name.endswith(SUFFIX):
            yield name.removesuffix(SUFFIX), entry.read_text(encoding="utf-8")


def write_files(folder: Path, texts: dict[str, str]) -> None:
    """Write new files, with the folders that they need."""
    written: list[str] = []

    def done() -> str:
        return f"written are {', '.join(written)}" if written else "nothing was written"

    with interruptible(done, "delete these files, and run the command again"):
        for name, text in texts.items():
            path = folder / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("x", encoding="utf-8") as file:
                    file.write(text)
            except OSError as error:
                raise NeedsOperator(
                    f"the file cannot be written: {error.strerror}; {done()}",
                    where=Place(note=str(path)),
                    fix="choose a folder in which this user may write",
                    code=ErrorCode.CANNOT_OPEN,
                ) from error
            written.append(name)


def _refuse_existing(folder: Path, names: list[str]) -> None:
    found = [name for name in names if (folder / name).exists()]
    if found:
        raise Blocked(
            f"files are there already, and are never replaced: {', '.join(found)}",
            where=Place(note=f"folder {folder}"),
            fix="choose an empty folder; or write [tool.trueup] by hand, as "
            "docs/guides/configuration.md says",
            code=ErrorCode.FILE_EXISTS,
        )

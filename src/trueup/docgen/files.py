"""The files of the pages: written where they changed, compared, and never mixed with others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import Enum
from pathlib import Path

from .._dataclass import dataclass
from ..errors import Blocked, ErrorCode, NeedsOperator, Place
from ..lifecycle.files import read_regular, write_new, write_over
from ..model.declarations.layer import Layer
from ..schema.engine import SchemaEngine
from .pages import first_line, render_page, render_pages


class State(Enum):
    """How a file stands to the declarations."""

    CURRENT = "current"
    STALE = "out of date"
    MISSING = "missing"
    SUPERFLUOUS = "superfluous"


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file of the documentation. text: what it is to hold; empty if it is superfluous."""

    path: Path
    text: str = field(repr=False)
    state: State


def page_files(layer: Layer, engine: SchemaEngine, out: Path) -> list[PageFile]:
    """Every file of a layer's documentation, as it is and as it is to be, sorted by path.

    out: a directory for a page of each table, or a file named `.md` for a single page.

    Raises Blocked (file-exists) if a file is in the way that was not generated from this layer,
    NeedsOperator if a file cannot be read, and the errors of `render_pages`.
    """
    wanted = _wanted(layer, engine, out)
    mark = first_line(layer).strip()
    files = [PageFile(path, text, _state(path, text, mark)) for path, text in wanted.items()]
    files += [PageFile(path, "", State.SUPERFLUOUS) for path in _left_over(wanted, out, mark)]
    return sorted(files, key=lambda file: file.path)


def _wanted(layer: Layer, engine: SchemaEngine, out: Path) -> dict[Path, str]:
    if out.suffix == ".md":
        return {out: render_page(layer, engine)}
    return {out / name: text for name, text in render_pages(layer, engine).items()}


def _state(path: Path, text: str, mark: str) -> State:
    found = _read(path)
    if found is None:
        return State.MISSING
    if found == text:
        return State.CURRENT
    if not found.startswith(mark):
        raise Blocked(
            f"the file {path.name} is there already, and was not generated from this layer",
            code=ErrorCode.FILE_EXISTS,
            where=Place(note=str(path)),
            fix="move it, or write the pages elsewhere",
        )
    return State.STALE


def _read(path: Path) -> str | None:
    """The text, whatever ends its lines; None without a file."""
    try:
        found = read_regular(path).decode("utf-8", errors="replace")
        return found.replace("\r\n", "\n").replace("\r", "\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _refused(path, "read", error) from error


def _refused(path: Path, what: str, error: OSError) -> NeedsOperator:
    return NeedsOperator(
        f"the file cannot be {what}: {error.strerror}",
        where=Place(note=str(path)),
        fix="choose a folder in which this user may write",
        code=ErrorCode.CANNOT_OPEN,
    )


def _left_over(wanted: Mapping[Path, str], out: Path, mark: str) -> Iterator[Path]:
    """Pages that were generated from this layer, for tables that it has no more."""
    for path in sorted(out.glob("*.md")) if out.is_dir() else ():
        if path not in wanted and (_read(path) or "").startswith(mark):
            yield path


def stale_pages(layer: Layer, engine: SchemaEngine, out: Path) -> list[PageFile]:
    """The files that are missing, out of date or superfluous; see `page_files`."""
    return [file for file in page_files(layer, engine, out) if file.state is not State.CURRENT]


def write_pages(layer: Layer, engine: SchemaEngine, out: Path) -> list[PageFile]:
    """Write the files that changed, and remove the superfluous ones; returns both.

    Raises as `page_files` does, before anything is written; NeedsOperator if that is not allowed.
    """
    changed = stale_pages(layer, engine, out)
    for file in changed:
        write_file(file)
    return changed


def write_file(file: PageFile) -> None:
    """Write a file, with its folder, or remove a superfluous one; a file is there as a whole, or is
    as it was.

    Raises NeedsOperator, and Blocked (file-exists) if something is there by now that was not.
    """
    try:
        if file.state is State.SUPERFLUOUS:
            file.path.unlink(missing_ok=True)
        else:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            write = write_new if file.state is State.MISSING else write_over
            write(file.path, file.text)
    except OSError as error:
        raise _refused(file.path, "written", error) from error

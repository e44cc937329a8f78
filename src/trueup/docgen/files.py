"""The files of the pages: written where they changed, compared, and never mixed with others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ..lifecycle.generated import Generated, State, read_text, state_of, write_file
from ..model.declarations.layer import Layer
from ..schema.engine import SchemaEngine
from .pages import first_line, render_page, render_pages


def page_files(layer: Layer, engine: SchemaEngine, out: Path) -> list[Generated]:
    """Every file of a layer's documentation, as it is and as it is to be, sorted by path.

    out: a directory for a page of each table, or a file named `.md` for a single page.

    Raises Blocked (file-exists) if a file is in the way that was not generated from this layer,
    NeedsOperator if a file cannot be read, and the errors of `render_pages`.
    """
    wanted = _wanted(layer, engine, out)
    mark = first_line(layer).strip()
    files = [Generated(path, text, state_of(path, text, mark)) for path, text in wanted.items()]
    files += [Generated(path, "", State.SUPERFLUOUS) for path in _left_over(wanted, out, mark)]
    return sorted(files, key=lambda file: file.path)


def _wanted(layer: Layer, engine: SchemaEngine, out: Path) -> dict[Path, str]:
    if out.suffix == ".md":
        return {out: render_page(layer, engine)}
    return {out / name: text for name, text in render_pages(layer, engine).items()}


def _left_over(wanted: Mapping[Path, str], out: Path, mark: str) -> Iterator[Path]:
    """Pages that were generated from this layer, for tables that it has no more."""
    for path in sorted(out.glob("*.md")) if out.is_dir() else ():
        if path not in wanted and (read_text(path) or "").startswith(mark):
            yield path


def stale_pages(layer: Layer, engine: SchemaEngine, out: Path) -> list[Generated]:
    """The files that are missing, out of date or superfluous; see `page_files`."""
    return [file for file in page_files(layer, engine, out) if file.state is not State.CURRENT]


def write_pages(layer: Layer, engine: SchemaEngine, out: Path) -> list[Generated]:
    """Write the files that changed, and remove the superfluous ones; returns both.

    Raises as `page_files` does, before anything is written; NeedsOperator if that is not allowed.
    """
    changed = stale_pages(layer, engine, out)
    for file in changed:
        write_file(file)
    return changed

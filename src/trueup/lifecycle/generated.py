"""Generated files: what they are to hold, what they hold, and how they are written.

A file is written as a whole, and only over one that was generated from the same declarations,
which the mark at its beginning says.
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from pathlib import Path

from .._dataclass import dataclass
from ..errors import Blocked, ErrorCode, NeedsOperator, Place
from .files import read_regular, write_new, write_over

_BEGINNING = 500


class State(Enum):
    """How a file stands to the declarations."""

    CURRENT = "current"
    STALE = "out of date"
    MISSING = "missing"
    SUPERFLUOUS = "superfluous"


@dataclass(frozen=True, slots=True)
class Generated:
    """A generated file. text: what it is to hold; empty if it is superfluous."""

    path: Path
    text: str = field(repr=False)
    state: State


def state_of(path: Path, text: str, mark: str) -> State:
    """How a file stands to its text.

    Raises Blocked (file-exists) if it was not generated with this mark, NeedsOperator if it cannot
    be read.
    """
    found = read_text(path)
    if found is None:
        return State.MISSING
    if found == text:
        return State.CURRENT
    if mark not in found[:_BEGINNING]:
        raise Blocked(
            f"the file {path.name} is there already, and was not generated from this layer",
            code=ErrorCode.FILE_EXISTS,
            where=Place(note=str(path)),
            fix="move it, or generate the files elsewhere",
        )
    return State.STALE


def read_text(path: Path) -> str | None:
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


def write_file(file: Generated) -> None:
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

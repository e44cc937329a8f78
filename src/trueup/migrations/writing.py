"""Write the files of migrations: new ones, and one in place of many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..errors import Blocked, ErrorCode, InvalidCall, Place
from .files import Migration
from .sections import Section, Statement

DIGITS = 4
_NAME = re.compile(r"[a-z0-9_]{1,80}")


def new_path(folder: Path, files: Sequence[Migration], name: str) -> Path:
    """The path of the next file. Raises InvalidCall for a name that none can have."""
    short = re.sub(r"[\s-]+", "_", name.strip().lower())
    if not _NAME.fullmatch(short):
        raise InvalidCall(
            "the name of a migration has small letters, digits and _",
            where=Place(note="trueup migrate new"),
            fix="write it like add_index_of_jobs",
            code=ErrorCode.USAGE,
        )
    version = files[-1].version + 1 if files else 1
    return folder / f"{version:0{DIGITS}d}_{short}.sql"


def template(up: Sequence[str] = (), down: Sequence[str] = (), forward_only: str = "") -> str:
    """The text of a new file. up, down: its statements, without semicolons. forward_only: why it
    has no way down."""
    if forward_only:
        return f"-- trueup: forward-only {forward_only}\n{_part('up', up)}"
    return f"{_part('up', up)}\n{_part('down', down)}"


def _part(name: str, statements: Sequence[str]) -> str:
    by_steps = any(re.search(r"\bCONCURRENTLY\b", sql) for sql in statements)
    kind = "-- trueup: no-transaction\n" if by_steps else ""
    return f"-- trueup: {name}\n{kind}" + "".join(f"{sql.rstrip(';')};\n" for sql in statements)


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet. Raises Blocked (file-exists)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        is_there = True
    else:
        is_there = False
    if is_there:
        raise Blocked(
            "the file is there already",
            where=Place(note=f"{path.parent.name}/{path.name}"),
            fix="give another name",
            code=ErrorCode.FILE_EXISTS,
        )


def squashed(files: Sequence[Migration]) -> str:
    """The text of one file that does what several do, and says which."""
    lines = [f"-- trueup: squashes {one.name} {one.checksum}" for one in files]
    forward = [one for one in files if one.forward_only]
    if forward:
        lines.append(f"-- trueup: forward-only {forward[-1].name}: {forward[-1].forward_only}")
    up = [line for one in files for line in _section(one.up, one.name)]
    lines += ["", "-- trueup: up", *_kind([one.up for one in files]), *up]
    if not forward:
        down = [line for one in reversed(files) for line in _section(one.down, one.name)]
        lines += ["", "-- trueup: down", *_kind([one.down for one in files]), *down]
    return "\n".join(lines) + "\n"


def _kind(sections: Sequence[Section]) -> list[str]:
    lines = [f"-- trueup: loses {text}" for one in sections for text in one.loses]
    if any(not one.in_transaction for one in sections):
        lines.append("-- trueup: no-transaction")
    return lines


def _section(section: Section, name: str) -> list[str]:
    statements = [line for one in section.statements for line in _statement(one)]
    return [f"-- {name}", *statements] if statements else []


def _statement(statement: Statement) -> list[str]:
    batch = statement.batch
    above = [f"-- trueup: batch {batch.table} by {batch.column} size {batch.size}"] if batch else []
    return [*above, f"{statement.sql};"]

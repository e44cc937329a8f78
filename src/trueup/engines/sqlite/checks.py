"""The checks of SQLite: the library, the file, and whether it can be written."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ..checks import WAIT_S, Finding, attempt, bad, good, not_needed, state_table_finding
from .file_format import FORMAT_VERSION
from .wire.connections import Location, open_reader
from .wire.files import may_be_there


def check_all(path: Path | None, read_only: bool, state_table: str) -> Iterator[Finding]:
    """Every check. path: of the file; None for a database in memory."""
    yield good("server", f"SQLite {sqlite3.sqlite_version}, format {FORMAT_VERSION} of Trueup")
    if path is None:
        yield not_needed("file", "the database is in memory, and ends with its process")
    elif may_be_there(path):
        location = Location(path.absolute(), read_only=True, create=False)
        yield from _file(location, read_only, state_table)
    else:
        yield _folder(path.absolute(), read_only)


def _folder(path: Path, read_only: bool) -> Finding:
    folder = path.parent
    if read_only:
        fix = "leave ?mode=ro out of the URL once, or correct the path"
        return bad("file", "there is none, and the URL says mode=ro", fix, str(path))
    if not folder.is_dir():
        fix = "make the folder, or correct the URL"
        return bad("file", "there is no folder for it", fix, str(folder))
    if not os.access(folder, os.W_OK | os.X_OK):
        fix = "let this user write the folder"
        return bad("file", "its folder may not be written", fix, str(folder))
    return good("file", "not there yet; its folder may be written", str(path))


def _file(location: Location, read_only: bool, state_table: str) -> Iterator[Finding]:
    path = location.path
    assert path is not None
    opened = attempt("file", lambda: open_reader(location, time.monotonic() + WAIT_S))
    if opened.result is None:
        yield from filter(None, [opened.failed])
        return
    with closing(opened.result) as reader:
        yield good("file", f"{path.stat().st_size:,} bytes", str(path))
        if state_table:
            yield state_table_finding(state_table, _has_table(reader, state_table))
    if read_only:
        yield not_needed("writable", "the URL says mode=ro")
    elif os.access(path, os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK):
        yield good("writable", "the file and its folder may be written")
    else:
        fix = "let this user write both: SQLite keeps its log beside the file"
        yield bad("writable", "the file or its folder may not be written", fix)


def _has_table(reader: sqlite3.Connection, name: str) -> bool:
    select = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
    with closing(reader.execute(select, (name,))) as cursor:
        return cursor.fetchone() is not None

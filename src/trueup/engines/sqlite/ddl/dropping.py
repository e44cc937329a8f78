"""A table is dropped, after a copy of the whole file, in one transaction.

The copy holds what the drop takes away: writers wait from before the copy until after the drop.
"""

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from ....errors import ErrorCode, NeedsOperator, Place
from ....schema.engine import DONE, Progress
from ..layout import quote
from ..record import FORGET

_IS_THERE = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
_FILE = "SELECT file FROM pragma_database_list WHERE name = 'main'"


def drop_table(connection: sqlite3.Connection, table: str, backup: str) -> Progress:
    """Drop a table, in the caller's transaction. A table that is not there is done already.

    backup: names the copy of the file; empty for none, and there is none of a database in memory.
    """
    if not connection.execute(_IS_THERE, (table,)).fetchone():
        return DONE
    (file,) = connection.execute(_FILE).fetchone()
    copy = backup_path(file, backup) if file and backup else None
    if copy is not None:
        copy_file(Path(file), copy)
    connection.execute(f"DROP TABLE {quote(table)}")
    connection.execute(FORGET, (table,))
    return DONE if copy is None else Progress(note=f"a copy of the file is {copy}")


def backup_path(file: str, backup: str) -> Path:
    """Where the copy of a file is: `shop.db` and `before-7` give `shop.before-7.db`, beside it."""
    path = Path(file)
    return path.with_name(f"{path.stem}.{backup.replace(os.sep, '_')}{path.suffix}")


def copy_file(file: Path, copy: Path) -> None:
    """Copy a database as its last commit left it, for its owner alone, onto the disk.

    SQLite does not sync the copy, which may be damaged if it is interrupted: it gets its name last.
    Source: https://www.sqlite.org/lang_vacuum.html#vacuuminto

    Raises NeedsOperator if the system refuses the copy.
    """
    try:
        descriptor, unnamed = tempfile.mkstemp(dir=copy.parent, prefix="trueup-")
        try:
            with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True)) as source:
                source.execute("VACUUM INTO ?", (unnamed,))
            os.fsync(descriptor)
            os.replace(unnamed, copy)
            _sync_folder(copy.parent)
        except BaseException:
            with suppress(OSError):
                os.unlink(unnamed)
            raise
        finally:
            os.close(descriptor)
    except OSError as error:
        raise NeedsOperator(
            f"the file cannot be copied to {copy}: {error.strerror}; nothing was dropped",
            where=Place("sqlite", note=f"file {file}"),
            fix="make room there, and give this user the right to write the folder",
            code=ErrorCode.CANNOT_OPEN,
        ) from error


def _sync_folder(folder: Path) -> None:
    """Let the new name survive a power failure. Windows cannot open a folder, and needs no sync."""
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

"""Opening connections: their settings, and the files that are refused."""

import sqlite3
import sys
from collections.abc import Callable
from os.path import isdir  # that of pathlib raises in a folder that may not be searched
from pathlib import Path

from ...._dataclass import dataclass
from ....errors import ErrorCode, Place, TrueupError
from ..errors import translate
from ..file_format import is_stamped, stamp
from . import forks
from .files import FileState, find_state, make_private, may_write
from .transaction import transact, until


class Connection(sqlite3.Connection):
    """A connection that weak references may name.

    still: the state of a file that nobody wrote when it was opened, and that SQLite does not lock.
    """

    still: FileState | None = None


READ_BUSY_MS = 100
"""How long SQLite itself waits for a lock in a read; short, as no signal is handled meanwhile."""

CACHED_STATEMENTS = 256
"""The prepared statements kept per connection; more than the texts of a layer of 50 tables."""


@dataclass(frozen=True, slots=True)
class Location:
    """A database, and the way to open it.

    path: the file; None is a database in memory that ends with its connection.
    read_only: writes are refused, and no file stays on the disk that was not there.
    create: whether a missing file is created.
    missing: the file in whose place an empty database in memory is read.
    wal_autocheckpoint_pages: SQLite's setting: the length of the log at which its pages move into
        the file; 0 is never. https://www.sqlite.org/pragma.html#pragma_wal_autocheckpoint
    """

    path: Path | None
    read_only: bool = False
    create: bool = True
    wal_autocheckpoint_pages: int = 1000
    missing: Path | None = None

    @property
    def where(self) -> Place:
        """The place of errors about the file."""
        missing = f"file {self.missing}, which is not there" if self.missing else "in memory"
        return Place("sqlite", note=f"file {self.path}" if self.path else missing)


def open_writer(location: Location, deadline_s: float | None = None) -> Connection:
    """The writing connection. Creates and stamps the file if it is missing or empty.

    location: not of a database that is only read.

    Raises:
        NeedsOperator: the file cannot be opened, is damaged, or belongs to another application.
        RetryableError: others held its lock until the deadline.
    """
    if location.path and location.create:
        make_private(location.path)
    mode = "rwc" if location.create else "rw"
    return _prepared(location, mode, lambda made: _prepare_writer(made, location, deadline_s))


def open_reader(location: Location, deadline_s: float | None = None) -> Connection:
    """A reading connection; SQLite refuses writes on it. Raises the errors of `open_writer`.

    The last connection to a file removes its log and index, if it may write. A user who may not
    write opens a file without a log as it stands: SQLite could not create the index that it needs,
    or would create it as a file of this user, which shuts out the owner.
    Source: https://www.sqlite.org/wal.html#read_only_databases
    """
    path, mode, still = location.path, "rw", None
    if path and location.read_only and not may_write(path):
        still = find_state(path)
        mode = "ro&immutable=1" if still else "ro"
    reader = _prepared(location, mode, lambda made: _prepare_reader(made, location, deadline_s))
    reader.still = still
    return reader


def has_changed(reader: Connection, location: Location) -> bool:
    """Whether somebody wrote a file that stood still: what was read from it may be half of it."""
    return bool(reader.still and location.path and find_state(location.path) != reader.still)


def _prepared(
    location: Location, mode: str, prepare: Callable[[sqlite3.Connection], None]
) -> Connection:
    try:
        connection = _connect(location, mode)
    except sqlite3.Error as error:
        raise _not_opened(error, location) from error
    try:
        prepare(connection)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error):
            raise _not_opened(error, location) from error
        raise
    return connection


def _not_opened(error: sqlite3.Error, location: Location) -> TrueupError:
    """The error for a connection that failed; it says nothing of writing to who only reads."""
    ours = translate(error, location.where)
    if ours.code is ErrorCode.CANNOT_OPEN and location.path and isdir(location.path):
        ours.what = "the database file cannot be opened: a folder is there, not a file"
        ours.fix = "give the path of a file, in that folder or elsewhere"
    elif ours.code is ErrorCode.CANNOT_OPEN and location.read_only:
        ours.fix = "check that it is there, and that this user may read it and its folder"
    return ours


def _connect(location: Location, mode: str) -> Connection:
    """A connection without Python's implicit transactions, usable by one thread after the other."""
    if location.path:
        forks.check(location.path, location.where)
    target = f"{location.path.absolute().as_uri()}?mode={mode}" if location.path else ":memory:"
    return sqlite3.connect(
        target,
        uri=location.path is not None,
        timeout=0,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=CACHED_STATEMENTS,
        factory=Connection,
    )


def _prepare_reader(
    connection: sqlite3.Connection, location: Location, deadline_s: float | None
) -> None:
    connection.execute(f"PRAGMA busy_timeout = {READ_BUSY_MS}")
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    _sync_every_commit(connection)
    if location.read_only:
        where = location.where
        until(deadline_s, where, lambda: is_stamped(connection, where))


def _prepare_writer(
    connection: sqlite3.Connection, location: Location, deadline_s: float | None
) -> None:
    where = location.where
    ours = until(deadline_s, where, lambda: is_stamped(connection, where))
    # Only now, as this writes into the file. SQLite does not wait for locks while it changes the
    # mode, whatever busy_timeout says: https://www.sqlite.org/pragma.html#pragma_journal_mode
    until(deadline_s, where, lambda: connection.execute("PRAGMA journal_mode = WAL").fetchone())
    connection.execute(f"PRAGMA wal_autocheckpoint = {location.wal_autocheckpoint_pages:d}")
    connection.execute("PRAGMA trusted_schema = OFF")
    _sync_every_commit(connection)
    if not ours:
        transact(connection, _stamp_if_empty, deadline_s, where)


def _stamp_if_empty(connection: sqlite3.Connection) -> None:
    """Stamp the file if it is still empty: another process may have stamped it since."""
    if not is_stamped(connection, Place("sqlite")):
        stamp(connection)


def _sync_every_commit(connection: sqlite3.Connection) -> None:
    """Let commits return when their pages are on the disk, not when the system has accepted them.

    FULL syncs the log at each commit; on macOS only F_FULLFSYNC empties the disk's own cache.
    Source: https://www.sqlite.org/pragma.html#pragma_synchronous
    """
    connection.execute("PRAGMA synchronous = FULL")
    if sys.platform == "darwin":
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("PRAGMA checkpoint_fullfsync = ON")

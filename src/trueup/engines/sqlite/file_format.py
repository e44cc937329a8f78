"""The stamp of our files, and the version of their format.

Both are fields of SQLite's header, so that `file` and every SQLite tool can show them.
Source: https://www.sqlite.org/fileformat2.html#application_id
"""

import sqlite3
from contextlib import closing

from ...errors import ErrorCode, NeedsOperator, Place
from .layout import quote

APPLICATION_ID = 0x54525550  # "TRUP"
FORMAT_VERSION = 1
BOOKKEEPING_TABLE = "trueup:tables"


def is_stamped(connection: sqlite3.Connection, where: Place) -> bool:
    """Whether the file is ours; False for an empty file, which `stamp` may take.

    Raises:
        NeedsOperator: the file belongs to another application, or a newer Trueup wrote it.
    """
    application, version, objects = _read_header(connection)
    if application == APPLICATION_ID and version <= FORMAT_VERSION:
        return True
    if application == APPLICATION_ID:
        raise _cannot_open(
            f"the file has storage format {version}; this version reads up to {FORMAT_VERSION}",
            where,
            "install the version of Trueup that wrote it, or a newer one",
        )
    if application == 0 and objects == 0:
        return False
    raise _cannot_open(
        "the file is an SQLite database of another application",
        where,
        "give the path of a Trueup file, or of one that does not exist yet",
    )


def stamp(connection: sqlite3.Connection) -> None:
    """Make an empty file ours, in the caller's write transaction. A second call changes nothing."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {quote(BOOKKEEPING_TABLE)}"
        " (name TEXT NOT NULL PRIMARY KEY, description TEXT NOT NULL)"
    )


def _read_header(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """application_id, user_version and the number of tables, all from one moment.

    If they were read apart, a process that stamps the file in between would make it look foreign.
    """
    if connection.in_transaction:
        return _header_now(connection)
    connection.execute("BEGIN")
    try:
        return _header_now(connection)
    finally:
        connection.rollback()


def _header_now(connection: sqlite3.Connection) -> tuple[int, int, int]:
    objects = _number(connection, "SELECT count(*) FROM sqlite_schema")
    application = _number(connection, "PRAGMA application_id")
    return application, _number(connection, "PRAGMA user_version"), objects


def _number(connection: sqlite3.Connection, sql: str) -> int:
    with closing(connection.execute(sql)) as cursor:
        return int(cursor.fetchone()[0])


def _cannot_open(what: str, where: Place, fix: str) -> NeedsOperator:
    return NeedsOperator(what, where=where, fix=fix, code=ErrorCode.CANNOT_OPEN)

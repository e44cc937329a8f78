"""Translate SQLite's errors to ours, by code."""

import sqlite3

from ...errors import (
    AlreadyExists,
    DeadlineExceeded,
    ErrorCode,
    InvalidCall,
    NeedsOperator,
    Place,
    TrueupError,
    Unavailable,
)

_PRIMARY = 0xFF  # the low byte of an extended code; https://www.sqlite.org/rescode.html
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DUPLICATE = frozenset({sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE})

_OPERATOR = {
    sqlite3.SQLITE_READONLY: (
        ErrorCode.READ_ONLY,
        "the database file cannot be written",
        "open it for writing, or give this user the right to write the file and its folder",
    ),
    sqlite3.SQLITE_PERM: (
        ErrorCode.READ_ONLY,
        "the database file may not be used this way",
        "give this user the right to read and write the file and its folder",
    ),
    sqlite3.SQLITE_FULL: (
        ErrorCode.DISK_FULL,
        "there is no room left for the database file; nothing was written",
        "free space on its disk (or raise max_page_count), then call again",
    ),
    sqlite3.SQLITE_CORRUPT: (
        ErrorCode.CORRUPT_FILE,
        "the database file is damaged",
        "restore it from a backup, or save what can be read with `sqlite3 FILE .recover`",
    ),
    sqlite3.SQLITE_NOTADB: (
        ErrorCode.CORRUPT_FILE,
        "the file is not an SQLite database, or its first page is damaged",
        "check the path; if it is the right file, restore it from a backup",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        ErrorCode.CANNOT_OPEN,
        "the database file cannot be opened",
        "check that its folder exists and that this user may read and write both",
    ),
}


OLDER_LAYER_FIX = (
    "use the layer that the file was last changed for, or change the file to this one: "
    "`trueup plan --prune` shows what that takes"
)
_OTHER_COLUMNS = (
    "no such column",
    "no such index",
    "no query solution",  # INDEXED BY an index of other columns
    "ON CONFLICT clause does not match",  # another primary key
)


_NAMING = ("no such table", "no such column", "no such function", "ambiguous column name")


def wrong_sql(error: sqlite3.Error) -> InvalidCall | None:
    """The error for a mistake in SQL of the caller's own; None for any other error. SQLite's words
    for it name tables, columns and functions; those of a mistake in the syntax quote the text, so
    that they are for a debugger only."""
    if not isinstance(error, sqlite3.ProgrammingError) and code_of(error) != sqlite3.SQLITE_ERROR:
        return None
    refusal = InvalidCall(
        "SQLite refuses the SQL",
        where=Place("sqlite"),
        native=getattr(error, "sqlite_errorname", ""),
        fix="correct the statement",
        code=ErrorCode.INVALID_SQL,
    )
    refusal.reply = str(error)
    refusal.reply_is_shown = refusal.reply.startswith(_NAMING)
    return refusal


def is_locked(error: sqlite3.Error) -> bool:
    """Whether another connection held the lock: the statement did nothing and can be repeated."""
    return code_of(error) & _PRIMARY in _LOCKED


def code_of(error: sqlite3.Error) -> int:
    """SQLite's extended result code; 0 for errors that Python's module itself raises."""
    return getattr(error, "sqlite_errorcode", 0)


def translate(error: sqlite3.Error, where: Place, *, deadline_passed: bool = False) -> TrueupError:
    """Translate an SQLite error; the caller raises the result `from error`.

    deadline_passed: whether the caller's time is over, so that it cannot wait for a lock again.
    """
    code = code_of(error) & _PRIMARY
    native = getattr(error, "sqlite_errorname", type(error).__name__)
    if code in _LOCKED and not deadline_passed:
        return _busy(where, native)
    if code in _LOCKED or code == sqlite3.SQLITE_INTERRUPT:
        return deadline_exceeded(where, native)
    if code_of(error) in _DUPLICATE:
        return _duplicate(where, native)
    if code == sqlite3.SQLITE_TOOBIG:
        return _too_large(where, native)
    return _operator_error(error, code, where, native)


def deadline_exceeded(where: Place, native: str = "") -> DeadlineExceeded:
    """The error if the time ran out in a queue or at a lock, before anything was applied."""
    return DeadlineExceeded(
        "the time given for the call ran out while it waited for the database",
        where=where,
        native=native,
        fix="call again, with more time, and look for a program that keeps a transaction open",
    )


def read_only(where: Place) -> NeedsOperator:
    """A write to a database that was opened for reading."""
    return NeedsOperator(
        "the database was opened for reading only",
        where=where,
        fix="open it without ?mode=ro, or read only",
        code=ErrorCode.READ_ONLY,
    )


def _busy(where: Place, native: str) -> Unavailable:
    return Unavailable(
        "another connection holds the lock of the database",
        where=where,
        native=native,
        fix="call again, and look for a program that keeps a transaction open",
    )


def _duplicate(where: Place, native: str) -> AlreadyExists:
    return AlreadyExists(
        "an item with this key is already there; nothing was written",
        where=where,
        native=native,
        fix="use `put` to replace it, or another key",
    )


def _too_large(where: Place, native: str) -> InvalidCall:
    return InvalidCall(
        "an item is longer than SQLite can store",
        where=where,
        native=native,
        fix="split it, or keep the large value in a file and store its path",
        code=ErrorCode.ITEM_TOO_LARGE,
    )


def _operator_error(error: sqlite3.Error, code: int, where: Place, native: str) -> NeedsOperator:
    ours, what, fix = _OPERATOR.get(code) or _by_text(error) or _unknown(error)
    return NeedsOperator(what, where=where, native=native, fix=fix, code=ours)


def _by_text(error: sqlite3.Error) -> tuple[ErrorCode, str, str] | None:
    """The translation by message: errors in a statement all have the code SQLITE_ERROR.

    SQLite's messages name tables and columns, never values, and are the same since SQLite 3.0.
    Source: https://github.com/sqlite/sqlite/blob/master/src/build.c (sqlite3LocateTable)
    """
    text = str(error)
    if text.startswith("no such table"):
        return (
            ErrorCode.TABLE_NOT_FOUND,
            f"the file has {text}",
            "make it by trueup apply or db.create_tables()",
        )
    if text.startswith(_OTHER_COLUMNS) or "has no column named" in text:
        fix = OLDER_LAYER_FIX
        return ErrorCode.SCHEMA_MISMATCH, f"the table in the file differs: {text}", fix
    if text.startswith("Could not decode to UTF-8"):  # Python's words, which quote the text
        error.args = ("Could not decode to UTF-8",)
        fix = "restore the file from a backup, or repair the text"
        return ErrorCode.CORRUPT_FILE, "a text in the file is not UTF-8", fix
    return None


def _unknown(error: sqlite3.Error) -> tuple[ErrorCode, str, str]:
    fix = "look at the disk and the system's log if it is an I/O error; otherwise report it"
    return ErrorCode.ENGINE_FAILED, f"SQLite failed: {error}", fix

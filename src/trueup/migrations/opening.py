"""Open the database of a URL for migrations."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from ..engines.connect import find_driver
from ..engines.postgres.login.urls import PostgresUrl
from ..engines.sqlite.driver import SqliteUrl
from ..errors import ErrorCode, InvalidCall, Place, UnsupportedByEngine
from .port import MigrationDatabase
from .statements import Dialect


@contextmanager
def open_migrations(
    url: str, *, is_read: bool = False, shadow_url: str = "", within_s: float = math.inf
) -> Iterator[MigrationDatabase]:
    """A database on a connection of its own, which is closed after the block.

    is_read: nothing is written: a file of SQLite that is not there is read as an empty one.
    shadow_url: of an empty database of PostgreSQL that proofs are made on; empty to make one.
    within_s: the time for all statements, on PostgreSQL: one that has not ended by then fails, and
        the server gives it up.

    Raises InvalidCall, UnsupportedByEngine for engines without SQL, and the errors of opening.
    """
    database = _opened(url, shadow_url, within_s, is_read=is_read)
    try:
        yield database
    finally:
        database.close()


def dialect_of(url: str) -> Dialect:
    """The SQL of the engine. Raises UnsupportedByEngine for engines without."""
    match find_driver(url)[1]:
        case PostgresUrl():
            return Dialect.POSTGRES
        case SqliteUrl():
            return Dialect.SQLITE
    raise UnsupportedByEngine(
        "migrations are SQL, and this database has none",
        where=Place(note=url.partition(":")[0]),
        fix="use trueup plan and trueup apply",
    )


def _opened(url: str, shadow_url: str, within_s: float, *, is_read: bool) -> MigrationDatabase:
    dialect_of(url)
    address = find_driver(url)[1]
    if isinstance(address, PostgresUrl):
        from .postgres.database import open_postgres

        return open_postgres(address, _shadow_of(shadow_url), within_s)
    if shadow_url:
        raise _no_shadow("SQLite makes its shadows of files in a temporary folder", "leave it out")
    assert isinstance(address, SqliteUrl)
    if address.path is None or address.read_only:
        raise InvalidCall(
            "migrations need a file that can be written",
            where=Place("sqlite"),
            fix="give its URL, sqlite:///shop.db",
            code=ErrorCode.INVALID_URL,
        )
    from .sqlite.database import open_sqlite

    path = address.path.absolute()
    return open_sqlite(path if path.exists() or not is_read else None)


def _shadow_of(url: str) -> PostgresUrl | None:
    if not url:
        return None
    address = find_driver(url)[1]
    if not isinstance(address, PostgresUrl):
        raise _no_shadow("it is no database of PostgreSQL", "give its URL, postgresql://…")
    return address


def _no_shadow(what: str, fix: str) -> InvalidCall:
    return InvalidCall(what, where=Place(note="--shadow-url"), fix=fix, code=ErrorCode.INVALID_URL)

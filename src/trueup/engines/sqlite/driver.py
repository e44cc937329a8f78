"""The driver of SQLite: its URLs name a file, or nothing for a database in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from ..._dataclass import dataclass
from ...model.description.tables import TableDescription
from ...operations.engine import Rules
from ...operations.run import AsyncWire, Wire
from ...resilience import RetryPolicy
from ...schema.engine import SchemaEngine
from ..checks import Examination, Finding
from ..driver import DatabaseUrl, Driver, SettledUrl, Surroundings
from .limits import RULES

if TYPE_CHECKING:
    from .wire.connections import Location

_MEMORY = ":memory:"
"""SQLite's own name for a database in memory."""


@dataclass(frozen=True, slots=True)
class SqliteUrl:
    """A file; None is a database in memory. missing: the file in whose place that one is."""

    path: Path | None
    read_only: bool
    missing: Path | None = None


def parse(url: DatabaseUrl) -> SqliteUrl:
    """The file that a URL names."""
    url.check_options({"mode": ("ro",)})
    if url.host:
        raise url.refused("the name of a file follows three slashes, as in sqlite:///shop.db")
    path = _path(url)
    if path is None and url.options:
        raise url.refused("the option mode is for files, and it names none")
    return SqliteUrl(path, read_only="mode" in url.options)


def _path(url: DatabaseUrl) -> Path | None:
    """The file that a URL names. Encoded dots and slashes are refused: a file has one spelling."""
    if "%2e" in url.path.lower() or "%2f" in url.path.lower():
        raise url.refused("a dot or a slash of its path is encoded")
    name = unquote(url.path).removeprefix("/")
    if not url.path or name == _MEMORY:
        return None
    if not name:
        raise url.refused("it names no file")
    if name.startswith("//"):
        raise url.refused("the full path of a file has four slashes before it")
    return Path(name)


def settle(text: str, url: SqliteUrl, around: Surroundings) -> SettledUrl:
    """The URL with the full path of its file, if that is relative to a folder."""
    if url.path is None or url.path.is_absolute() or around.folder is None:
        return SettledUrl(text)
    path = quote((around.folder / url.path).absolute().as_posix())
    return SettledUrl(f"sqlite:///{path}{'?mode=ro' if url.read_only else ''}")


def _no_retries(url: SqliteUrl, given: RetryPolicy | None) -> None:
    """No policy: SQLite waits for its locks, and no request is lost on a network."""


def _new_engine(
    rules: Rules,
    tables: Mapping[str, TableDescription],
    names: Mapping[str, str],
    _retries: RetryPolicy | None,
) -> SchemaEngine:
    from .engine import SqliteEngine

    return SqliteEngine(rules, tables, names)


def _location(url: SqliteUrl) -> Location:
    """Its full path: connections are opened when they are needed, maybe from another folder."""
    from .wire.connections import Location

    return Location(url.path and url.path.absolute(), read_only=url.read_only, missing=url.missing)


def _reading(url: SqliteUrl) -> SqliteUrl:
    """The file without its writer; an empty database in memory if there is no file."""
    from .wire.files import may_be_there

    if url.path is None or may_be_there(url.path):
        return replace(url, read_only=url.path is not None)
    return SqliteUrl(None, read_only=False, missing=url.path.absolute())


def _open_wire(url: SqliteUrl, timeout_s: float) -> Wire:
    from .wire.blocking import SqliteWire

    location = _location(url)
    return SqliteWire(location, time.monotonic() + timeout_s)


async def _open_async_wire(url: SqliteUrl, timeout_s: float) -> AsyncWire:
    from .wire.asynchronous import AsyncSqliteWire

    location = _location(url)
    return await AsyncSqliteWire.open(location, time.monotonic() + timeout_s)


def _checks(url: SqliteUrl, examined: Examination) -> Iterator[Finding]:
    from .checks import check_all

    return check_all(url.path, url.read_only, examined.state_table)


DRIVER = Driver(
    url_forms="use sqlite:///relative/file.db, sqlite:////absolute/file.db or sqlite://, with "
    "?mode=ro to refuse writes",
    rules=RULES,
    parse=parse,
    settle=settle,
    retries=_no_retries,
    new_engine=_new_engine,
    open_wire=_open_wire,
    open_async_wire=_open_async_wire,
    reading=_reading,
    checks=_checks,
)

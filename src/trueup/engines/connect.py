"""Open a database by its URL. The only module that knows every engine."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from ..errors import Code, RequestError
from ..model.layer import Layer, Target
from ..operations.access import Clock
from ..operations.cursor import Cursors
from ..operations.engine import Rules
from ..operations.limits import check_declaration
from ..operations.rules import narrowed
from ..operations.run import AsyncRunner, Runner
from ..repository.database import AsyncDatabase, Database, Opened

if TYPE_CHECKING:
    from .sqlite.engine import SqliteEngine
    from .sqlite.wire.connections import Location

TIMEOUT_S = 30.0
"""Time for each call, unless `timeout_s=` or `within()` says otherwise."""


def connect(
    url: str,
    layer: Layer,
    *,
    timeout_s: float = TIMEOUT_S,
    cursor_key: bytes = b"",
    clock: Clock = time.time,
) -> Database:
    """Open `layer` on the database at `url`, for callers that block.

    url: `sqlite:///relative/file.db`, `sqlite:////absolute/file.db`, `sqlite://` (in memory),
        each with `?mode=ro` to refuse writes.
    timeout_s: time for each call. cursor_key: signs cursors, for clients that are not trusted.
    clock: gives the epoch seconds of now, by which items expire.

    Raises RequestError for a URL no engine serves, UnsupportedByEngine for a layer it cannot
    hold, OperatorError where the database cannot be opened.
    """
    from .sqlite.port import SqlitePort
    from .sqlite.wire.sqlite import SqliteWire

    engine = _sqlite(layer)
    wire = SqliteWire(_location(url), time.monotonic() + timeout_s)
    opened = Opened(layer, engine, Cursors(cursor_key), clock)
    return Database(opened, Runner(SqlitePort(wire), timeout_s))


async def connect_async(
    url: str,
    layer: Layer,
    *,
    timeout_s: float = TIMEOUT_S,
    cursor_key: bytes = b"",
    clock: Clock = time.time,
) -> AsyncDatabase:
    """Open `layer` on the database at `url`, for asyncio; see `connect`."""
    from .sqlite.async_port import AsyncSqlitePort
    from .sqlite.wire.threaded import AsyncSqliteWire

    engine = _sqlite(layer)
    wire = await AsyncSqliteWire.open(_location(url), time.monotonic() + timeout_s)
    opened = Opened(layer, engine, Cursors(cursor_key), clock)
    return AsyncDatabase(opened, AsyncRunner(AsyncSqlitePort(wire), timeout_s))


def _sqlite(layer: Layer) -> SqliteEngine:
    """The engine for a layer, under the rules of the layer's target."""
    from .sqlite.capabilities import CAPABILITIES, LIMITS
    from .sqlite.engine import SqliteEngine

    rules = narrowed(Rules("sqlite", LIMITS, CAPABILITIES), _target_rules(layer.target))
    tables = {table.name: layer.describe(table) for table in layer.tables}
    for table in tables.values():
        check_declaration(rules, table)
    return SqliteEngine(rules, tables, layer.physical_names(os.environ))


def _target_rules(target: Target) -> Rules:
    """What a target refuses, without opening it; nothing for one that has no limits of its own."""
    if target == "dynamodb":
        from .dynamodb.capabilities import CAPABILITIES
        from .dynamodb.limits import LIMITS

        return Rules("dynamodb", LIMITS, CAPABILITIES)
    return Rules(target)


def _location(url: str) -> Location:
    """The file a URL names."""
    from .sqlite.wire.connections import Location

    parts = urlsplit(url)
    options = parse_qs(parts.query)
    unknown = set(options) - {"mode"}
    if parts.scheme != "sqlite" or parts.netloc or unknown or options.get("mode", ["ro"]) != ["ro"]:
        raise RequestError(
            "no engine serves this URL",
            code=Code.INVALID_URL,
            where=f"scheme {parts.scheme or 'missing'}",
            fix="use sqlite:///relative/file.db, sqlite:////absolute/file.db or sqlite://, with "
            "?mode=ro to refuse writes",
        )
    name = unquote(parts.path).removeprefix("/")
    return Location(Path(name) if name else None, read_only="mode" in options)

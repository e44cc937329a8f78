"""Open a database by its URL. The only module that knows every engine."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ..model.declarations.layer import Layer
from ..operations.engine import Rules
from ..operations.plans.checks import check_declaration
from ..operations.plans.context import Clock
from ..operations.plans.cursor import Cursors
from ..operations.rules import narrowed
from ..operations.run import AsyncWire, Wire
from ..operations.runner import AsyncRunner, Runner
from ..repository.database import AsyncDatabase, Database, OpenLayer
from ..repository.database.open_layer import SchemaEngine
from ..resilience import Retries, RetryPolicy
from .urls import DynamoUrl, SqliteUrl, parse_url

if TYPE_CHECKING:
    from .dynamodb.wire.aws.configuration import Options

TIMEOUT_S = 30.0
"""Time for each call, unless `timeout_s=` or `within()` says otherwise."""


def connect(
    url: str,
    layer: Layer,
    *,
    timeout_s: float = TIMEOUT_S,
    cursor_key: bytes = b"",
    clock: Clock = time.time,
    table_names: str = "{table}",
    retries: RetryPolicy | None = None,
) -> Database:
    """Open `layer` on the database at `url`, for callers that block.

    url: `sqlite:///relative/file.db`, `sqlite:////absolute/file.db`, `sqlite://` (in memory),
        each with `?mode=ro` to refuse writes; `dynamodb://eu-west-1`, or an endpoint:
        `dynamodb://localhost:8000?region=eu-west-1`, with `?tls=true` where it has TLS,
        `?profile=` for a profile of AWS, `?wire=botocore` to send through botocore.
    timeout_s: time for each call. cursor_key: signs cursors, for clients that are not trusted.
    clock: gives the epoch seconds of now, by which items expire.
    table_names: how tables are called in the database, for example `"beta-{table}"`.
    retries: how often a failed request is sent again over a network: `RetryPolicy.STANDARD`, with
        as many attempts as AWS_MAX_ATTEMPTS says if that is set, unless you give another policy.
        SQLite waits for its locks instead.

    Raises InvalidCall for a URL no engine serves, UnsupportedByEngine for a layer it cannot
    hold or an engine that is not installed, NeedsOperator where the database cannot be opened.
    """
    where = parse_url(url)
    policy = _policy(where, retries)
    engine = _engine(where, layer, table_names, policy)
    runner = Runner(_open_wire(where, timeout_s), timeout_s, middleware=_middleware(policy))
    return Database(OpenLayer(layer, engine, Cursors(cursor_key), clock), runner)


async def connect_async(
    url: str,
    layer: Layer,
    *,
    timeout_s: float = TIMEOUT_S,
    cursor_key: bytes = b"",
    clock: Clock = time.time,
    table_names: str = "{table}",
    retries: RetryPolicy | None = None,
) -> AsyncDatabase:
    """Open `layer` on the database at `url`, for asyncio; see `connect`."""
    where = parse_url(url)
    policy = _policy(where, retries)
    engine = _engine(where, layer, table_names, policy)
    wire = await _open_async_wire(where, timeout_s)
    runner = AsyncRunner(wire, timeout_s, middleware=_middleware(policy))
    return AsyncDatabase(OpenLayer(layer, engine, Cursors(cursor_key), clock), runner)


def _engine(
    where: SqliteUrl | DynamoUrl, layer: Layer, names: str, policy: RetryPolicy | None
) -> SchemaEngine:
    """The engine for a layer, under the rules of the layer's target."""
    name = "sqlite" if isinstance(where, SqliteUrl) else "dynamodb"
    rules = narrowed(_own_rules(name), _own_rules(layer.target))
    tables = {table.name: layer.describe(table) for table in layer.tables}
    for table in tables.values():
        check_declaration(rules, table)
    physical = layer.physical_names(os.environ)
    physical = {table: names.replace("{table}", called) for table, called in physical.items()}
    if isinstance(where, SqliteUrl):
        from .sqlite.engine import SqliteEngine

        return SqliteEngine(rules, tables, physical)
    from .dynamodb.engine import DynamoEngine
    from .dynamodb.requests.unprocessed import Resending

    return DynamoEngine(
        rules, tables, physical, resending=Resending(policy or RetryPolicy.STANDARD)
    )


def _own_rules(name: str) -> Rules:
    """What an engine refuses, without opening it; nothing for one that has no limits of its own."""
    if name == "sqlite":
        from .sqlite.capabilities import CAPABILITIES as SQLITE
        from .sqlite.capabilities import LIMITS as SQLITE_LIMITS

        return Rules("sqlite", SQLITE_LIMITS, SQLITE)
    if name == "dynamodb":
        from .dynamodb.capabilities import CAPABILITIES
        from .dynamodb.limits import LIMITS

        return Rules("dynamodb", LIMITS, CAPABILITIES)
    return Rules(name)


def _open_wire(where: SqliteUrl | DynamoUrl, timeout_s: float) -> Wire:
    if isinstance(where, SqliteUrl):
        from .sqlite.wire.blocking import SqliteWire
        from .sqlite.wire.connections import Location

        location = Location(where.path, read_only=where.read_only)
        return SqliteWire(location, time.monotonic() + timeout_s)
    from .dynamodb.open import open_wire
    from .dynamodb.port import DynamoPort

    return DynamoPort(open_wire(where.wire, _options(where)))


async def _open_async_wire(where: SqliteUrl | DynamoUrl, timeout_s: float) -> AsyncWire:
    if isinstance(where, SqliteUrl):
        from .sqlite.wire.asynchronous import AsyncSqliteWire
        from .sqlite.wire.connections import Location

        location = Location(where.path, read_only=where.read_only)
        return await AsyncSqliteWire.open(location, time.monotonic() + timeout_s)
    from .dynamodb.open import open_async_wire
    from .dynamodb.port import AsyncDynamoPort

    return AsyncDynamoPort(await open_async_wire(where.wire, _options(where)))


def _middleware(policy: RetryPolicy | None) -> Retries | None:
    return None if policy is None else Retries(policy)


def _policy(where: SqliteUrl | DynamoUrl, given: RetryPolicy | None) -> RetryPolicy | None:
    """None where nothing is sent across a network."""
    if isinstance(where, SqliteUrl):
        return None
    return given or _standard_policy(where)


def _standard_policy(where: DynamoUrl) -> RetryPolicy:
    from .dynamodb.wire.aws.configuration import read_max_attempts

    attempts = read_max_attempts(_options(where), os.environ)
    standard = RetryPolicy.STANDARD
    return standard if attempts is None else replace(standard, retries=attempts - 1)


def _options(where: DynamoUrl) -> Options:
    from .dynamodb.wire.aws.configuration import Options

    return Options(region=where.region, endpoint_url=where.endpoint_url, profile=where.profile)

"""Open a database by its URL. Each engine is named here once, by its URL scheme."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, TypeAlias

from .._kinds import checks_kinds, misspelt
from ..errors import ErrorCode, InvalidCall, Place
from ..model.declarations.layer import Layer
from ..operations.engine import Rules, narrowed
from ..operations.plans.context import Clock
from ..operations.runner import check_timeout
from ..repository.database import (
    TIMEOUT_S,
    AsyncDatabase,
    Database,
    check_layer,
    open_database,
    open_database_async,
)
from ..resilience import RetryPolicy
from ..schema.engine import SchemaEngine
from .driver import Driver, refused_url, split_url
from .opening import as_opening

ENGINES = {"dynamodb": "dynamodb", "postgresql": "postgres", "sqlite": "sqlite"}
"""The engines by the scheme of their URLs."""

TableNames: TypeAlias = str | Mapping[str, str]
"""A pattern of physical names, or the physical names of tables by their logical ones."""

_CALL = 'call it as connect("sqlite:///shop.db", layer), with options as its documentation says'


@checks_kinds(fix=_CALL)
def connect(
    url: str,
    layer: Layer,
    *,
    timeout_s: float = TIMEOUT_S,
    cursor_key: bytes = b"",
    clock: Clock = time.time,
    table_names: TableNames = "{table}",
    retries: RetryPolicy | None = None,
    password: Callable[[], str] | None = None,
) -> Database:
    """Open `layer` on the database at `url`, for callers that block.

    url: `sqlite:///relative/file.db`, `sqlite:////absolute/file.db`, `sqlite://` (in memory),
        each with `?mode=ro` to refuse writes; `dynamodb://eu-west-1`, or an endpoint:
        `dynamodb://localhost:8000?region=eu-west-1`, with `?tls=false` for another machine without
        TLS, `?profile=` for a profile of AWS, `?wire=botocore` to send through botocore;
        `postgresql://host:5432/database`, with `?user=`, `?sslrootcert=`, `?pool=1` to `?pool=100`
        connections, `?pooler=true`, `?secret=` of AWS Secrets Manager, `?auth=iam`; or
        `postgresql://env`, which DB_HOST, DB_PORT, DB_NAME and DB_SECRET_ARN complete.
    timeout_s: time for each call. cursor_key: signs cursors, for clients that are not trusted.
    clock: returns the current epoch seconds, by which items expire.
    table_names: the pattern of physical table names, for example `"beta-{table}"`; or the physical
        names of tables by their logical ones, `{"Orders": "orders-2"}`. Tables that a mapping
        leaves out keep the names of their declarations.
    retries: how often a failed request is sent again over a network: `RetryPolicy.STANDARD`, with
        as many attempts as AWS_MAX_ATTEMPTS says if that is set, unless you give another policy.
        SQLite waits for its locks instead.
    password: returns the password of PostgreSQL; called for each connection, and once more if the
        server refuses it. With asyncio it is called in a thread.

    Raises InvalidCall if no engine serves the URL, UnsupportedByEngine if the engine cannot hold
    the layer or is not installed, NeedsOperator if the database cannot be opened.
    """
    driver, address, engine, retries = _prepared(
        url, layer, timeout_s, table_names, retries, password
    )
    wire = driver.open_wire(address, timeout_s)
    return open_database(
        engine,
        wire,
        layer,
        timeout_s=timeout_s,
        cursor_key=cursor_key,
        clock=clock,
        retries=retries,
    )


@checks_kinds(fix=_CALL.replace("connect", "connect_async"))
@as_opening
async def connect_async(
    url: str,
    layer: Layer,
    *,
    timeout_s: float = TIMEOUT_S,
    cursor_key: bytes = b"",
    clock: Clock = time.time,
    table_names: TableNames = "{table}",
    retries: RetryPolicy | None = None,
    password: Callable[[], str] | None = None,
) -> AsyncDatabase:
    """Open `layer` on the database at `url`, for asyncio; see `connect`.

    `async with connect_async(url, layer) as db:` closes it; `db = await connect_async(url, layer)`
    leaves that to you.
    """
    driver, address, engine, retries = _prepared(
        url, layer, timeout_s, table_names, retries, password
    )
    wire = await driver.open_async_wire(address, timeout_s)
    return open_database_async(
        engine,
        wire,
        layer,
        timeout_s=timeout_s,
        cursor_key=cursor_key,
        clock=clock,
        retries=retries,
    )


def _prepared(
    url: str,
    layer: Layer,
    timeout_s: float,
    table_names: TableNames,
    retries: RetryPolicy | None,
    password: Callable[[], str] | None,
) -> tuple[Driver[Any], Any, SchemaEngine, RetryPolicy | None]:
    """The driver, the address, the engine and the policy in force; nothing is opened yet."""
    check_timeout(timeout_s)
    driver, address = find_driver(url)
    if password is not None:
        if driver.with_password is None:
            raise _no_password(driver)
        address = driver.with_password(address, password)
    retries = driver.retries(address, retries)
    return driver, address, new_engine(driver, layer, table_names, retries), retries


def _no_password(driver: Driver[Any]) -> InvalidCall:
    return InvalidCall(
        f"{driver.rules.engine} takes no password",
        where=Place("connect()"),
        fix="leave out password=, or open PostgreSQL",
        code=ErrorCode.INVALID_OPTION,
    )


def find_driver(url: str) -> tuple[Driver[Any], Any]:
    """The driver for a URL, and the parsed URL.

    Raises InvalidCall (invalid-url).
    """
    scheme = url.partition(":")[0].lower()
    if scheme not in ENGINES:
        forms = "; ".join(
            _driver(ENGINES[name]).url_forms for name in sorted(ENGINES, reverse=True)
        )
        if scheme.startswith("postgres"):  # as other libraries write it
            forms = f"did you mean postgresql://? {forms}"
        raise refused_url("no engine serves it", scheme, forms)
    driver = _driver(ENGINES[scheme])
    return driver, driver.parse(split_url(url, driver.url_forms))


def target_engine(layer: Layer) -> SchemaEngine:
    """The engine of the layer's target, without a database and whatever the environment says: for
    previews of requests, and documentation.

    Raises UnsupportedByEngine as `connect` does.
    """
    return new_engine(_driver(layer.target), layer, "{table}", None, environment={})


def new_engine(
    driver: Driver[Any],
    layer: Layer,
    table_names: TableNames,
    retries: RetryPolicy | None,
    *,
    environment: Mapping[str, str] = os.environ,
) -> SchemaEngine:
    """An engine that can hold the layer, under the rules of the layer's target."""
    names = physical_names(layer, table_names, environment)
    tables = {table.name: layer.describe(table) for table in layer.tables}
    engine = driver.new_engine(rules_for(layer, driver.rules), tables, names, retries)
    check_layer(engine, layer)  # before a file or a socket is opened
    return engine


def physical_names(
    layer: Layer, table_names: TableNames, environ: Mapping[str, str]
) -> dict[str, str]:
    """The physical names of the layer's tables, by the logical ones. table_names: see `connect`.

    Raises InvalidCall (invalid-option) if the layer has no table of a name.
    """
    declared = layer.physical_names(environ)
    if isinstance(table_names, str):
        return {
            table: table_names.replace("{table}", physical) for table, physical in declared.items()
        }
    problems = [
        f"there is no table {name!r}; {misspelt(name, declared, 'tables')}"
        for name in table_names
        if name not in declared
    ]
    if problems:
        raise InvalidCall(
            "; ".join(problems),
            where=Place(note=f"table_names, layer {layer.name}"),
            fix="name the tables as they are declared",
            code=ErrorCode.INVALID_OPTION,
        )
    return declared | dict(table_names)


def rules_for(layer: Layer, rules: Rules) -> Rules:
    """The rules of an engine, narrowed by those of the layer's target."""
    return narrowed(rules, _driver(layer.target).rules)


def _driver(engine: str) -> Driver[Any]:
    """The driver, imported on demand: a process rarely needs more than one engine."""
    driver: Driver[Any] = import_module(f".{engine}.driver", __package__).DRIVER
    return driver

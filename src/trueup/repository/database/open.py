"""open_database(): make a database of a layer, an engine and a wire."""

from __future__ import annotations

import time

from ..._kinds import checks_kinds
from ...errors import Place, UnsupportedByEngine
from ...model.declarations.layer import Layer
from ...operations.plans.context import Clock
from ...operations.plans.cursor import Cursors
from ...operations.run import AsyncWire, Wire
from ...operations.runner import AsyncRunner, Runner
from ...resilience import Retries, RetryPolicy
from ...schema.engine import SchemaEngine
from ._async import AsyncDatabase
from ._sync import Database
from .open_layer import OpenLayer

TIMEOUT_S = 30.0
"""Time for each call, unless `timeout_s=` or `within()` says otherwise."""

_CALL = "call it as open_database(engine, wire, layer), with options as its documentation says"


@checks_kinds(fix=_CALL)
def open_database(
    engine: SchemaEngine,
    wire: Wire,
    layer: Layer,
    *,
    timeout_s: float = TIMEOUT_S,
    cursor_key: bytes = b"",
    clock: Clock = time.time,
    retries: RetryPolicy | None = None,
) -> Database:
    """Open `layer` on your own engine, for callers that block; `connect` knows ours.

    engine: compiles actions on the layer's tables into requests. wire: performs them; closing
        the database closes it. retries: None sends each request once. The rest: see `connect`.

    Raises UnsupportedByEngine if the engine cannot hold the layer.
    """
    check_layer(engine, layer)
    open_layer = OpenLayer(layer, engine, Cursors(cursor_key), clock)
    return Database(open_layer, runner_on(wire, timeout_s, retries))


@checks_kinds(fix=_CALL)
def open_database_async(
    engine: SchemaEngine,
    wire: AsyncWire,
    layer: Layer,
    *,
    timeout_s: float = TIMEOUT_S,
    cursor_key: bytes = b"",
    clock: Clock = time.time,
    retries: RetryPolicy | None = None,
) -> AsyncDatabase:
    """Open `layer` on your own engine, for asyncio; see `open_database`."""
    check_layer(engine, layer)
    runner = AsyncRunner(wire, timeout_s, middleware=Retries(retries) if retries else None)
    return AsyncDatabase(OpenLayer(layer, engine, Cursors(cursor_key), clock), runner)


def runner_on(wire: Wire, timeout_s: float, retries: RetryPolicy | None) -> Runner:
    """Runs operations on a wire, with retries if there is a policy."""
    return Runner(wire, timeout_s, middleware=Retries(retries) if retries else None)


def check_layer(engine: SchemaEngine, layer: Layer) -> None:
    """Refuse a layer that the engine, or the layer's target, cannot hold.

    Raises UnsupportedByEngine.
    """
    tables = [layer.describe(table) for table in layer.tables]
    problems = layer.name_problems({table.name: engine.name_of(table) for table in tables})
    if problems:
        raise UnsupportedByEngine(
            f"{engine.rules.whose} cannot hold the layer {layer.name!r}\n  "
            + "\n  ".join(problems),
            where=Place(engine.rules.engine),
            fix="fix every problem listed above: set other names with physical= or table_names=",
            problems=problems,
        )
    engine.check(tables)

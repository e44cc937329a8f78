"""OpenTables: a layer opened on a database for the commands, which also read what no model fits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from .._dataclass import dataclass
from ..model.declarations.layer import Layer
from ..model.declarations.table import Table
from ..operations.plans.context import Clock, TableContext
from ..operations.plans.cursor import Cursors
from ..operations.runner import Runner
from ..repository import Repository
from ..repository.database import TIMEOUT_S, Database, OpenLayer
from ..repository.database.open import runner_on
from ..resilience import RetryPolicy
from .connect import TableNames, find_driver, new_engine
from .driver import Driver


@dataclass(frozen=True, slots=True)
class OpenTables:
    """The tables of a layer in one database, and what runs operations on them."""

    open_layer: OpenLayer
    runner: Runner
    driver: Driver[Any]
    retries: RetryPolicy | None

    def repository(self, table: Table[Any]) -> Repository[Any]:
        """Typed access to a table."""
        return Repository(self.runner, self.open_layer.context(table))

    def stored(self, table: Table[Any]) -> Repository[Any]:
        """The same, but reads give items as they are stored: mappings of stored names to values."""
        return Repository(self.runner, stored_context(self.open_layer, table))

    def for_tenant(self, tenant: object) -> OpenTables:
        """The same tables for the rows of one tenant. Raises the errors of `Database.tenant`."""
        layer = self.open_layer.for_tenant(tenant)
        runner = replace(self.runner, wire=layer.wire_of_tenant(self.runner.wire))
        return replace(self, open_layer=layer, runner=runner)

    def beside(self, layer: Layer) -> Database:
        """Another layer in the same database, on the same wire: what the commands keep there.

        Raises UnsupportedByEngine if the engine cannot hold it.
        """
        engine = new_engine(self.driver, layer, "{table}", self.retries)
        return Database(OpenLayer(layer, engine, Cursors(), self.open_layer.clock), self.runner)


def stored_context(open_layer: OpenLayer, table: Table[Any]) -> TableContext:
    """The context of reads that give items as they are stored."""
    return replace(open_layer.context(table), as_stored=True)


@contextmanager
def open_tables(
    url: str,
    layer: Layer,
    *,
    timeout_s: float = TIMEOUT_S,
    clock: Clock = time.time,
    table_names: TableNames = "{table}",
    retries: RetryPolicy | None = None,
) -> Iterator[OpenTables]:
    """The tables of a layer, until the end of the block. Options and errors: see `connect`."""
    driver, address = find_driver(url)
    retries = driver.retries(address, retries)
    engine = new_engine(driver, layer, table_names, retries)
    open_layer = OpenLayer(layer, engine, Cursors(), clock)
    with _opened(driver, address, open_layer, timeout_s, retries) as opened:
        yield opened


@contextmanager
def open_tables_to_read(
    url: str, layer: Layer, *, table_names: TableNames = "{table}"
) -> Iterator[OpenTables]:
    """The same for callers who only read: a database that is not there is an empty one, and is not
    made."""
    driver, address = find_driver(url)
    retries = driver.retries(address, None)
    engine = new_engine(driver, layer, table_names, retries)
    open_layer = OpenLayer(layer, engine, Cursors(), time.time)
    with _opened(driver, driver.reading(address), open_layer, TIMEOUT_S, retries) as opened:
        yield opened


@contextmanager
def _opened(
    driver: Driver[Any],
    address: Any,
    open_layer: OpenLayer,
    timeout_s: float,
    retries: RetryPolicy | None,
) -> Iterator[OpenTables]:
    wire = driver.open_wire(address, timeout_s)
    try:
        runner = runner_on(wire, timeout_s, retries)
        yield OpenTables(open_layer, runner, driver, retries)
    finally:
        wire.close()


def unopened_layer(
    url: str, layer: Layer, *, clock: Clock = time.time, table_names: TableNames = "{table}"
) -> OpenLayer:
    """The layer on the engine of a URL, for requests that are shown and not sent: nothing is
    opened, and no credentials are needed."""
    driver, _ = find_driver(url)
    return OpenLayer(layer, new_engine(driver, layer, table_names, None), Cursors(), clock)

"""The driver of PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ...errors import Place
from ...model.description.tables import TableDescription
from ...operations.engine import Rules
from ...operations.run import AsyncWire, Wire
from ...resilience import RetryPolicy
from ...schema.engine import SchemaEngine
from ..checks import WAIT_S, Examination, Finding
from ..driver import Driver, SettledUrl, Surroundings
from .limits import RULES
from .urls import FORMS, PostgresUrl, parse

if TYPE_CHECKING:
    from .wire.address import Address


def settle(text: str, _url: PostgresUrl, _around: Surroundings) -> SettledUrl:
    """The URL as it is: it leaves nothing open."""
    return SettledUrl(text)


def _retries(_url: PostgresUrl, given: RetryPolicy | None) -> RetryPolicy:
    return given or RetryPolicy.STANDARD


def _new_engine(
    rules: Rules,
    tables: Mapping[str, TableDescription],
    names: Mapping[str, str],
    _retries: RetryPolicy | None,
) -> SchemaEngine:
    from .engine import PostgresEngine

    return PostgresEngine(rules, tables, names)


def address_of(url: PostgresUrl, timeout_s: float) -> Address:
    """The address for connections. timeout_s: of the longest statement."""
    from .wire.address import Address

    where = Place("postgres", note=f"{url.host}:{url.port}/{url.database}")
    return Address(url.parameters, url.behind_pooler, url.most_connections, timeout_s, where)


def _open_wire(url: PostgresUrl, timeout_s: float) -> Wire:
    address = address_of(url, timeout_s)
    from .wire.blocking import PostgresWire

    return PostgresWire(address, time.monotonic() + timeout_s)


async def _open_async_wire(url: PostgresUrl, timeout_s: float) -> AsyncWire:
    address = address_of(url, timeout_s)
    from .wire.asynchronous import AsyncPostgresWire

    return await AsyncPostgresWire.open(address, time.monotonic() + timeout_s)


def _checks(url: PostgresUrl, examined: Examination) -> Iterator[Finding]:
    from .checks import check_all

    return check_all(url.host, lambda: address_of(url, WAIT_S), examined)


DRIVER = Driver(
    url_forms=FORMS,
    rules=RULES,
    parse=parse,
    settle=settle,
    retries=_retries,
    new_engine=_new_engine,
    open_wire=_open_wire,
    open_async_wire=_open_async_wire,
    reading=lambda url: url,
    checks=_checks,
)

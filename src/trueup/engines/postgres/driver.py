"""The driver of PostgreSQL: its URLs name a host and a database, never a password."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ..._dataclass import dataclass
from ...errors import Place
from ...model.description.tables import TableDescription
from ...operations.engine import Rules
from ...operations.run import AsyncWire, Wire
from ...resilience import RetryPolicy
from ...schema.engine import SchemaEngine
from ..checks import WAIT_S, Examination, Finding
from ..driver import DatabaseUrl, Driver, SettledUrl, Surroundings
from .limits import RULES

if TYPE_CHECKING:
    from .wire.connections import Address

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_OPTIONS: dict[str, tuple[str, ...]] = {
    "user": (),
    "sslrootcert": (),
    "pooler": ("true", "false"),
}


@dataclass(frozen=True, slots=True)
class PostgresUrl:
    """A database on a server. root_certificate: of the authorities that are trusted; empty for
    those of the system. behind_pooler: connections go to a pooler, in transaction mode."""

    host: str
    port: int
    database: str
    user: str
    root_certificate: str
    behind_pooler: bool

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The connection, in libpq's words. Everything is encrypted and checked, except on this
        machine.

        Source: https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS
        """
        is_local = self.host in _LOOPBACK and not self.root_certificate
        named = {
            "host": self.host,
            "port": str(self.port),
            "dbname": self.database,
            "user": self.user,
            "sslmode": "prefer" if is_local else "verify-full",
            "sslrootcert": "" if is_local else self.root_certificate or "system",
            "gssencmode": "disable",
        }
        return tuple((name, value) for name, value in named.items() if value)


def parse(url: DatabaseUrl) -> PostgresUrl:
    """The database that a URL names."""
    url.check_options(_OPTIONS)
    host, port = _host_and_port(url)
    database = unquote(url.path.removeprefix("/"))
    if not database or "/" in database:
        raise url.refused("the name of a database follows the host, as in postgresql://host/shop")
    options = url.options
    return PostgresUrl(
        host,
        port,
        database,
        options.get("user", ""),
        options.get("sslrootcert", ""),
        options.get("pooler") == "true",
    )


def _host_and_port(url: DatabaseUrl) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{url.host}")
        host, port = parts.hostname or "", parts.port
    except ValueError:  # it quotes the URL
        host, port = "", 0
    if not host or port == 0 or "," in host:
        raise url.refused("it names no host, or a port that is no number from 1 to 65535")
    return host, port or 5432


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
    from .wire.connections import Address

    where = Place("postgres", note=f"{url.host}:{url.port}/{url.database}")
    return Address(url.parameters, url.behind_pooler, timeout_s, where)


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
    url_forms="use postgresql://host:5432/database, with ?user=, ?sslrootcert= or ?pooler=true; "
    "the password comes from PGPASSWORD or a password file",
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

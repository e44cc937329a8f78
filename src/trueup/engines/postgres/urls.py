"""The URLs of PostgreSQL: a host and a database, never a password."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from ..._dataclass import dataclass
from ..driver import DatabaseUrl

FORMS = (
    "use postgresql://host:5432/database, with ?user=, ?sslrootcert=, ?pool=1..100 or "
    "?pooler=true; the password comes from PGPASSWORD or a password file"
)
CONNECTIONS = 10
"""Connections at a time unless the URL says otherwise; PostgreSQL has 100 for all clients unless it
is told otherwise."""

_MOST_CONNECTIONS = 100
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_OPTIONS: dict[str, tuple[str, ...]] = {
    "user": (),
    "sslrootcert": (),
    "pool": (),
    "pooler": ("true", "false"),
}


@dataclass(frozen=True, slots=True)
class PostgresUrl:
    """A database on a server. root_certificate: of the authorities that are trusted; empty for
    those of the system. most_connections: at a time. behind_pooler: connections go to a pooler, in
    transaction mode."""

    host: str
    port: int
    database: str
    user: str = ""
    root_certificate: str = ""
    most_connections: int = CONNECTIONS
    behind_pooler: bool = False

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
        user=options.get("user", ""),
        root_certificate=options.get("sslrootcert", ""),
        most_connections=_most_connections(url),
        behind_pooler=options.get("pooler") == "true",
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


def _most_connections(url: DatabaseUrl) -> int:
    text = url.options.get("pool", str(CONNECTIONS))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= _MOST_CONNECTIONS):
        raise url.refused(f"the option pool is a number from 1 to {_MOST_CONNECTIONS}")
    return int(text)

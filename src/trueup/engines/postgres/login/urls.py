"""The URLs of PostgreSQL: a host, a database, and where the password comes from; never itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from urllib.parse import unquote, urlsplit

from ...._dataclass import dataclass
from ....errors import ErrorCode, InvalidCall, Place
from ...aws_logins import region_of_secret
from ...driver import DatabaseUrl
from .logins import NO_LOGIN, Login, Password

FORMS = (
    "use postgresql://host:5432/database, with ?user=, ?sslrootcert=, ?pool=1..100, ?pooler=true, "
    "?secret= or ?auth=iam, or postgresql://env; the password comes from PGPASSWORD or a password "
    "file, unless the URL names a source"
)
PORT = 5432
CONNECTIONS = 10
"""Connections at a time unless the URL says otherwise; PostgreSQL has 100 for all clients unless it
is told otherwise."""

_MOST_CONNECTIONS = 100
_NO_HOST = re.compile(r"[\s,/@]")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_OPTIONS: dict[str, tuple[str, ...]] = {
    "user": (),
    "sslrootcert": (),
    "pool": (),
    "pooler": ("true", "false"),
    "secret": (),
    "auth": ("iam",),
    "region": (),
}
_ENVIRONMENT = "env"
"""The host of URLs that leave host, port, database and secret to the environment."""


@dataclass(frozen=True, slots=True)
class PostgresUrl:
    """A database on a server.

    host, port, database: empty and 0 if the environment says them, or the secret.
    root_certificate: of the authorities that are trusted; empty for those of the system.
    most_connections: at a time. behind_pooler: connections go to a pooler, in transaction mode.
    secret: the name or the ARN of the secret with user and password. uses_iam: the password is a
        token. region: of both, if no ARN or host says it.
    password: returns the password; the caller's.
    """

    host: str
    port: int
    database: str
    user: str = ""
    root_certificate: str = ""
    most_connections: int = CONNECTIONS
    behind_pooler: bool = False
    secret: str = ""
    uses_iam: bool = False
    region: str = ""
    is_of_environment: bool = False
    password: Password | None = field(default=None, repr=False)

    @property
    def spoken(self) -> str:
        """The database, for messages; without its user."""
        port = f":{self.port}" if self.port else ""
        return f"{self.host or 'the host of the secret'}{port}/{self.database}"

    @property
    def parameters(self) -> dict[str, str]:
        """A connection, as `parameters_of` a login that the environment has."""
        return self.parameters_of(NO_LOGIN)

    def parameters_of(self, login: Login) -> dict[str, str]:
        """A connection, in libpq's words. Everything is encrypted and checked, except on this
        machine.

        Source: https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS
        """
        host = self.host or login.host
        is_local = host in _LOOPBACK and not self.root_certificate
        named = {
            "host": host,
            "port": str(self.port or login.port or PORT),
            "dbname": self.database or login.database,
            "user": self.user or login.user,
            "password": login.password,
            "sslmode": "prefer" if is_local else "verify-full",
            "sslrootcert": "" if is_local else self.root_certificate or "system",
            "gssencmode": "disable",
        }
        return {name: value for name, value in named.items() if value}

    def in_environment(self, environ: Mapping[str, str]) -> PostgresUrl:
        """The same, with what the environment says of it: DB_HOST, DB_PORT, DB_NAME, and
        DB_SECRET_ARN, whose secret gives what the others leave out.

        Raises InvalidCall (invalid-option) if that is not enough.
        """
        if not self.is_of_environment:
            return self
        secret = self.secret or environ.get("DB_SECRET_ARN", "")
        host, database = environ.get("DB_HOST", ""), environ.get("DB_NAME", "")
        port = environ.get("DB_PORT", "") or ("" if secret else str(PORT))
        for name, value in (("DB_HOST", host), ("DB_NAME", database)):
            if not (value or secret):
                raise _wrong_variable(name, "is not set, nor is DB_SECRET_ARN")
        if not (port == "" or (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65_536)):
            raise _wrong_variable("DB_PORT", "is no number from 1 to 65535")
        if _NO_HOST.search(host):
            raise _wrong_variable("DB_HOST", "is no name of a host")
        if secret and self.user:
            raise _wrong_variable("DB_SECRET_ARN", "has the user, and the URL names one too")
        if secret and not (region_of_secret(secret) or self.region):
            raise _wrong_variable("DB_SECRET_ARN", "is no ARN of a secret")
        if _is_elsewhere(secret, self.region):
            raise _wrong_variable("DB_SECRET_ARN", "is in another region than the URL's region=")
        return replace(self, host=host, port=int(port or 0), database=database, secret=secret)


def _wrong_variable(name: str, what: str) -> InvalidCall:
    return InvalidCall(
        f"{name} {what}",
        where=Place("postgres", note="postgresql://env"),
        code=ErrorCode.INVALID_OPTION,
        fix="set DB_HOST, DB_PORT, DB_NAME and DB_SECRET_ARN, or write the URL out",
    )


def parse(url: DatabaseUrl) -> PostgresUrl:
    """The database that a URL names."""
    url.check_options(_OPTIONS)
    is_of_environment = url.host == _ENVIRONMENT and url.path in ("", "/")
    host, port, database = ("", 0, "") if is_of_environment else _location(url)
    options = url.options
    uses_iam = options.get("auth") == "iam"
    _check_sources(url, uses_iam=uses_iam, is_of_environment=is_of_environment)
    return PostgresUrl(
        host,
        port,
        database,
        user=options.get("user", ""),
        root_certificate=options.get("sslrootcert", ""),
        most_connections=_most_connections(url),
        behind_pooler=options.get("pooler") == "true",
        secret=options.get("secret", ""),
        uses_iam=uses_iam,
        region=options.get("region", ""),
        is_of_environment=is_of_environment,
    )


def _check_sources(url: DatabaseUrl, *, uses_iam: bool, is_of_environment: bool) -> None:
    """Refuse options about the user and the password that contradict each other."""
    options = url.options
    if "secret" in options and not options["secret"]:
        raise url.refused("the option secret names none")
    if "secret" in options and not (region_of_secret(options["secret"]) or "region" in options):
        raise url.refused("a secret by its name is in a region; give its ARN, or region=")
    if _is_elsewhere(options.get("secret", ""), options.get("region", "")):
        raise url.refused("the ARN of the secret is in another region; leave out region=")
    if "secret" in options and ("user" in options or uses_iam):
        raise url.refused("the secret has the user and the password; leave out user and auth")
    if uses_iam and "user" not in options:
        raise url.refused("a token of IAM is for one user; name it with user=")
    if "region" in options and not (uses_iam or "secret" in options or is_of_environment):
        raise url.refused("a region is needed for secret= and auth=iam only")


def _is_elsewhere(secret: str, region: str) -> bool:
    """Whether the ARN of a secret names another region."""
    return bool(region) and region_of_secret(secret) not in ("", region)


def _location(url: DatabaseUrl) -> tuple[str, int, str]:
    host, port = _host_and_port(url)
    database = unquote(url.path.removeprefix("/"))
    if not database or "/" in database:
        raise url.refused("the name of a database follows the host, as in postgresql://host/shop")
    return host, port, database


def _host_and_port(url: DatabaseUrl) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{url.host}")
        host, port = parts.hostname or "", parts.port
    except ValueError:  # it quotes the URL
        host, port = "", 0
    if not host or port == 0 or "," in host:
        raise url.refused("it names no host, or a port that is no number from 1 to 65535")
    return host, port or PORT


def _most_connections(url: DatabaseUrl) -> int:
    text = url.options.get("pool", str(CONNECTIONS))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= _MOST_CONNECTIONS):
        raise url.refused(f"the option pool is a number from 1 to {_MOST_CONNECTIONS}")
    return int(text)

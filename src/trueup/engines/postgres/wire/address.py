"""The address of connections: the server, and how it is spoken to."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import field

from ...._dataclass import dataclass
from ....errors import ErrorCode, NeedsOperator, Place
from ..errors import deadline_exceeded, missing_extra
from ..login.logins import Login, Logins
from ..login.urls import PostgresUrl

try:
    from psycopg.conninfo import make_conninfo
except ImportError as error:
    raise missing_extra("psycopg") from error

CONNECT_S = 10.0
"""The longest wait for a connection."""


@dataclass(frozen=True, slots=True)
class Address:
    """The server and the database, and how they are spoken to.

    timeout_s: the server ends longer statements. where: the place of errors about the database,
        without its user. logins: asked for each connection; None if the environment has what is
        needed.
    """

    url: PostgresUrl
    timeout_s: float
    where: Place
    logins: Logins | None = None

    @property
    def most_connections(self) -> int:
        """Connections at a time."""
        return self.url.most_connections

    @property
    def behind_pooler(self) -> bool:
        """Whether connections are shared by transactions of others, so that nothing is prepared and
        no setting is left on a session."""
        return self.url.behind_pooler

    def connect_until_s(self, deadline_s: float) -> float:
        """The deadline of a connection. Raises DeadlineExceeded after that of the call."""
        now_s = time.monotonic()
        if now_s >= deadline_s:
            raise deadline_exceeded(self.where)
        return min(deadline_s, now_s + CONNECT_S)

    def target(self, login: Login) -> Target:
        """What a login connects to. Raises NeedsOperator if nothing names the host or the
        database."""
        parameters = self.url.parameters_of(login)
        if "host" in parameters and "dbname" in parameters:
            return Target(parameters)
        raise NeedsOperator(
            "neither the environment nor the secret names a host and a database",
            where=self.where,
            code=ErrorCode.CANNOT_OPEN,
            fix="set DB_HOST and DB_NAME",
        )


@dataclass(frozen=True, slots=True)
class Target:
    """A connection's parameters, in libpq's words."""

    parameters: Mapping[str, str] = field(repr=False)

    @property
    def host_and_port(self) -> tuple[str, str]:
        """The name of the server, and its port."""
        return self.parameters["host"], self.parameters["port"]

    def conninfo(self, host: str) -> str:
        """The parameters for one of the server's numeric addresses. `options` is not among them, as
        proxies refuse it.

        Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html#rds-proxy.limitations
        """
        own = {"client_encoding": "UTF8", "application_name": "trueup", "hostaddr": host}
        return make_conninfo("", **own, **self.parameters)

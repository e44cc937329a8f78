"""The address of connections: the server, and how it is spoken to."""

from __future__ import annotations

import time

from ...._dataclass import dataclass
from ....errors import Place
from ..errors import deadline_exceeded, missing_extra

try:
    from psycopg.conninfo import make_conninfo
except ImportError as error:
    raise missing_extra("psycopg") from error

CONNECT_S = 10.0
"""The longest wait for a connection."""


@dataclass(frozen=True, slots=True)
class Address:
    """The server and the database, as libpq's parameters; and how it is spoken to.

    behind_pooler: connections are shared by transactions of others, so that nothing is prepared
        and no setting is left on a session. most_connections: at a time.
    timeout_s: the server ends longer statements. where: the place of errors about the database,
        without its user.
    """

    parameters: tuple[tuple[str, str], ...]
    behind_pooler: bool
    most_connections: int
    timeout_s: float
    where: Place

    def conninfo(self, host: str) -> str:
        """The parameters of a connection to one of the server's numeric addresses. `options` is not
        among them, as proxies refuse it.

        Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html#rds-proxy.limitations
        """
        own = {"client_encoding": "UTF8", "application_name": "trueup", "hostaddr": host}
        return make_conninfo("", **own, **dict(self.parameters))

    @property
    def host_and_port(self) -> tuple[str, str]:
        """The name of the server, and its port."""
        parameters = dict(self.parameters)
        return parameters["host"], parameters["port"]

    def connect_until_s(self, deadline_s: float) -> float:
        """The deadline of a connection. Raises DeadlineExceeded after that of the call."""
        now_s = time.monotonic()
        if now_s >= deadline_s:
            raise deadline_exceeded(self.where)
        return min(deadline_s, now_s + CONNECT_S)

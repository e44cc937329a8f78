"""How a connection is made: whose login it has, and whether it is encrypted on its own way."""

from __future__ import annotations

import time

from ...._dataclass import dataclass
from ..login.logins import SecretLogins
from .address import Address
from .connections import end
from .opening import open_connection


@dataclass(frozen=True, slots=True)
class Secured:
    """What is known of a connection, of nobody else's.

    from_secret: its user and password were read from a secret. is_proved: over TLS the server
    showed a certificate for its name, of an authority that is trusted.
    """

    from_secret: bool
    is_encrypted: bool
    is_proved: bool


def look_at_connection(address: Address, timeout_s: float) -> Secured:
    """Connect once, and look at the connection itself. A view of the server would not do: behind a
    proxy it tells of the connection from the proxy.

    Raises the errors of a login that cannot be read, and of a connection that cannot be made.

    Source: https://www.postgresql.org/docs/15/libpq-status.html#LIBPQ-PQSSLINUSE
    """
    connection = open_connection(address, time.monotonic() + timeout_s)
    try:
        is_encrypted = connection.pgconn.ssl_in_use
        checked = {one.keyword: one.val for one in connection.pgconn.info}.get(b"sslmode")
        return Secured(
            isinstance(address.logins, SecretLogins),
            is_encrypted,
            is_encrypted and checked == b"verify-full",
        )
    finally:
        end(connection)

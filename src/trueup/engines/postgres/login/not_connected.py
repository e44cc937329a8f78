"""The errors of connections that could not be made. libpq has no SQLSTATE for them, only texts,
which may hold the name of the user, so that they are not passed on.

Source: https://www.postgresql.org/docs/15/libpq-status.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ....errors import ErrorCode, NeedsOperator, Place, TrueupError, Unavailable
from ..errors import OPERATOR

if TYPE_CHECKING:
    import psycopg

_SERVER_SAYS = ":  "
"""Stands between a severity and the words of the server, in any language of its.
Source: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/interfaces/libpq/fe-protocol3.c
(pqBuildErrorMessage3)"""

_REFUSED = (
    (re.compile("authentication failed|no pg_hba.conf entry"), "28"),
    (re.compile('role ".*" (does not exist|is not permitted to log in)'), "28"),
    (re.compile('database ".*" does not exist|no such database'), "3D000"),
)
_NO_RIGHT = "permission denied for database"
_BUSY = ("too many", "connection slots", "starting up", "shutting down", "not yet accepting")
_TLS = ("certificate", "SSL", "sslmode", "root.crt")


def not_connected(error: psycopg.Error, where: Place) -> TrueupError:
    """The error if no connection could be made. What libpq knows of the password decides before
    the words of the server, which may be in any language."""
    connection = error.pgconn
    if connection is not None and connection.needs_password:
        return _no_password(where)
    text = str(error)
    if _SERVER_SAYS in text:
        used_password = connection is not None and connection.used_password
        return _refused(text, where, used_password=used_password)
    if any(words in text for words in _TLS):
        return NeedsOperator(
            "no encrypted connection to the server could be made and checked",
            where=where,
            code=ErrorCode.CANNOT_OPEN,
            fix="give the certificate of its authority with ?sslrootcert=, and the host's name as "
            "it stands in the server's certificate",
        )
    return Unavailable(
        "the server does not answer",
        where=where,
        fix="look at the host and the port of the URL, and whether the server runs",
    )


def _no_password(where: Place) -> NeedsOperator:
    return NeedsOperator(
        "the server asks for a password, and there is none",
        where=where,
        code=ErrorCode.CREDENTIALS_REFUSED,
        fix="set PGPASSWORD, or write the password into the file that PGPASSFILE names, or open "
        "the database with connect(…, password=…)",
    )


def _refused(text: str, where: Place, *, used_password: bool) -> TrueupError:
    """The error if the server answered, and refused. In another language than English, a refusal
    that follows a password is taken for one of the password, as it mostly is."""
    for words, state in _REFUSED:
        if words.search(text):
            return _for_the_operator(state, where)
    if _NO_RIGHT in text:
        return NeedsOperator(
            "this user may not connect to the database",
            where=where,
            code=ErrorCode.ACCESS_DENIED,
            fix="GRANT CONNECT ON DATABASE … to the role that the program connects as",
        )
    if used_password and not any(words in text for words in _BUSY):
        return _for_the_operator("28", where)
    return Unavailable(
        "the server accepts no connection now",
        where=where,
        fix="call again, and look at the server's log, which says why",
    )


def _for_the_operator(state: str, where: Place) -> NeedsOperator:
    code, what, fix = OPERATOR[state]
    return NeedsOperator(what, where=where, native=state, code=code, fix=fix)


def unknown_host(where: Place) -> Unavailable:
    """The error if the name of the server has no address, for now at least."""
    return Unavailable(
        "the server's name is not known",
        where=where,
        fix="look at the host of the URL, and at the network's DNS",
    )

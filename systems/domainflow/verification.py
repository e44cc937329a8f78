"""What is declared, beside what is there and what it does: the tables, the connection, PostGIS, and
the function that initialises them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pydantic import BaseModel

from trueup import Database, TrueupError
from trueup.engines.connect import find_driver
from trueup.engines.open_tables import OpenTables, open_tables
from trueup.engines.postgres.driver import address_of
from trueup.engines.postgres.wire.secured import Secured, look_at_connection
from trueup.lifecycle.behaviour import try_tables
from trueup.lifecycle.declared import declared_tables
from trueup.lifecycle.verification import (
    Verification,
    in_order_of_tables,
    look_at,
    verify_tables,
)
from trueup.schema.facts import Difference, Unknown, Value
from trueup.schema.severity import Severity
from trueup.schema.verify import Finding

from .handlers import initialise
from .tables import layer

_CONNECT_S = 10.0
_REPLY = {
    "statusCode": 200,
    "body": '{"message": "Database schema initialized successfully"}',
}


class _Answer(BaseModel):
    is_so: bool


def verify(url: str) -> Verification:
    """All that is declared, tried on the database, and the function that initialises it.

    Raises TrueupError if no connection can be made, a secret that cannot be read included.
    """
    secured = _connection(url)
    with open_tables(url, layer) as opened:
        declared = declared_tables(opened.open_layer, [], protect=False)
        found = verify_tables(declared, look_at(opened), engine=opened.open_layer.engine)
        tried = try_tables(opened, declared.values())
        own = [*_secured(secured), *_postgis(opened), *_handler(found)]
    return replace(found, findings=in_order_of_tables((*found.findings, *tried, *own)))


def _connection(url: str) -> Secured:
    return look_at_connection(address_of(find_driver(url)[1], _CONNECT_S), _CONNECT_S)


def _secured(secured: Secured) -> Iterator[Finding]:
    """The secret was read, and the connection is over TLS. A login that is not from a secret is one
    of a person on the server's own machine: nothing is promised of it, and nothing is counted."""
    if not secured.from_secret:
        return
    promised = "user and password are read from the secret, and connect"
    yield _finding("tenants", "secret resolvable", promised, promised)
    promised = "over TLS, to a server that shows a certificate for its name"
    seen: Value = promised
    if not secured.is_proved:
        seen = "the server showed no certificate" if secured.is_encrypted else "it is not encrypted"
    yield _finding("tenants", "connection encrypted", promised, seen)


def _postgis(opened: OpenTables) -> Iterator[Finding]:
    """PostGIS is usable: a kilometre is found to be less than two, on the globe."""
    asked = (
        "SELECT ST_DWithin('SRID=4326;POINT(5 52)'::geography, "
        "'SRID=4326;POINT(5 52.009)'::geography, {}) AS is_so"
    )
    database: Database = opened.beside(layer)
    promised = "ST_DWithin finds what is near, and nothing else"
    seen: Value = promised
    try:
        with database.session(read_only=True) as session:
            near, far = (session.fetch_one(_Answer, asked.format(one)) for one in (2000, 500))
        if near is None or far is None or not near.is_so or far.is_so:
            seen = "it finds something else"
    except TrueupError as error:
        seen = Unknown(error.what)
    yield _finding("incidents", "postgis usable", promised, seen)


def _handler(found: Verification) -> Iterator[Finding]:
    """The function replies as the document says, also when it runs again. It runs only if nothing
    differs, so that it changes nothing."""
    promised = "a second and a third run reply that the schema is initialized"
    seen: Value = promised
    if found.differing() or found.unknown:
        seen = Unknown("it is not run while something differs")
    else:
        for _ in range(2):
            if initialise({}, None) != _REPLY:
                seen = "it replies something else"
    yield _finding("tenants", "handler reply", promised, seen)


def _finding(table: str, what: str, promised: str, seen: Value) -> Finding:
    kind, name = what.split()
    difference = Difference(("behaviour", kind, name), promised, seen)
    return Finding(table, difference, "", "", Severity.HIGH)

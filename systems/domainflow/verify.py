"""`python -m systems.domainflow.verify`: what is declared and what the database does, check by
check, with the share that succeeds. Ends with 0 if all do, else with 1.

The database is that of DOMAINFLOW_URL; without it, that of DB_HOST with the secret DB_SECRET_ARN.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import replace

from pydantic import BaseModel
from rich.console import Console

from trueup import Database, TrueupError
from trueup.cli.verification.checklist import checklist
from trueup.cli.verification.lines import lines_of
from trueup.engines.open_tables import OpenTables, open_tables
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

from .handlers import THROUGH_PROXY, URL, initialise
from .tables import layer

_log = logging.getLogger(__name__)


class _Answer(BaseModel):
    is_so: bool


def main() -> int:
    """Print the report. Returns 0 if every check succeeds, else 1."""
    console = Console(highlight=False)
    try:
        found = verify(os.environ.get(URL, THROUGH_PROXY))
    except TrueupError as error:
        console.print(f"✗ {error}", style="red")
        return 1
    lines = list(lines_of(found, lambda command: command))
    for line in lines:
        _log.info("%s %s %s: %s", line.verdict, line.table, line.fact, line.text)
    for text in checklist(found.declared, found.present, lines, console.width):
        console.print(text)
    return 0 if not found.differing() and not found.unknown else 1


def verify(url: str) -> Verification:
    """All that is declared, tried on the database, and the function that initialises it."""
    with open_tables(url, layer) as opened:
        declared = declared_tables(opened.open_layer, [], protect=False)
        found = verify_tables(declared, look_at(opened), engine=opened.open_layer.engine)
        tried = try_tables(opened, declared.values())
        own = [*_postgis(opened), *_handler(found)]
    return replace(found, findings=in_order_of_tables((*found.findings, *tried, *own)))


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
    expected = '{"message": "Database schema initialized successfully"}'
    if found.differing() or found.unknown:
        seen = Unknown("it is not run while something differs")
    else:
        for _ in range(2):
            if initialise({}, None) != {"statusCode": 200, "body": expected}:
                seen = "it replies something else"
    yield _finding("tenants", "handler reply", promised, seen)


def _finding(table: str, what: str, promised: str, seen: Value) -> Finding:
    kind, name = what.split()
    difference = Difference(("behaviour", kind, name), promised, seen)
    return Finding(table, difference, "", "", Severity.HIGH)


if __name__ == "__main__":
    sys.exit(main())

"""The checks of PostgreSQL: the server, the encryption, and whether it can be written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ...errors import TrueupError
from ..checks import (
    WAIT_S,
    Examination,
    Finding,
    bad,
    good,
    not_needed,
    refused,
    state_table_finding,
)
from .inspect import SCHEMA
from .payload import SelectEach, Statement

if TYPE_CHECKING:
    from .wire.address import Address

OLDEST = 15
_SERVER = """SELECT current_setting('server_version'), current_setting('server_version_num')::int,
pg_is_in_recovery(), current_setting('default_transaction_read_only')::boolean,
coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false),
has_schema_privilege(current_schema(), 'CREATE')"""
_STATE = f"""SELECT EXISTS
(SELECT FROM pg_class WHERE relnamespace = {SCHEMA} AND relkind = 'r' AND relname = $1::text)"""


def check_all(
    host: str, address: Callable[[], Address], examined: Examination
) -> Iterator[Finding]:
    """Every check, on one connection. address: raises if psycopg is not installed."""
    asked = SelectEach((Statement(_SERVER), Statement(_STATE, (examined.state_table,))))
    try:
        where = address()
        from .wire.blocking import PostgresWire

        wire = PostgresWire(where, time.monotonic() + WAIT_S)
        try:
            [[server], [[has_state]]] = asked.on(wire, time.monotonic() + WAIT_S, "")
        finally:
            wire.close()
    except TrueupError as error:
        yield refused("server", error)
        return
    version, number, is_standby, is_read_only, is_encrypted, may_create = server
    yield _version(version, number)
    yield _encryption(host, is_encrypted=is_encrypted)
    yield _writable(may_write=not (is_standby or is_read_only), may_create=may_create)
    if examined.state_table:
        yield state_table_finding(examined.state_table, has_state)


def _version(version: str, number: int) -> Finding:
    if number // 10_000 >= OLDEST:
        return good("server", f"PostgreSQL {version}")
    fix = f"upgrade the server to PostgreSQL {OLDEST} or later"
    return bad("server", f"PostgreSQL {version} is older than the oldest that is tested", fix)


def _encryption(host: str, *, is_encrypted: bool) -> Finding:
    if is_encrypted:
        return good("encryption", "the connection is encrypted")
    return not_needed("encryption", f"the server is on this machine, {host}")


def _writable(*, may_write: bool, may_create: bool) -> Finding:
    if not may_write:
        fix = "connect to the primary server"
        return bad("writable", "the server, or this user's default, refuses writes", fix)
    if not may_create:
        return not_needed("writable", "items can be written; this user may create no tables")
    return good("writable", "items can be written, and tables created")

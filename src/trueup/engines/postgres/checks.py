"""The checks of PostgreSQL: the server, the encryption, and whether it can be written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ...errors import TrueupError
from ...schema.tables import TableSchema
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
from .login.settings import FIXED, SETTINGS, wrong
from .payload import Rows, SelectEach, Single, Statement
from .tables.layout import declared
from .tenants import ROLE, unbound
from .values.names import SCHEMA

if TYPE_CHECKING:
    from .wire.address import Address

OLDEST = 15
ROLE_TIMEOUT = "30s"
_SERVER = """SELECT current_setting('server_version'), current_setting('server_version_num')::int,
pg_is_in_recovery(), current_setting('default_transaction_read_only')::boolean,
coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false),
has_schema_privilege(current_schema(), 'CREATE'),
(SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)"""
_TIMEOUTS = "SELECT name FROM pg_settings WHERE name = ANY ($1) AND setting = '0' ORDER BY name"
_STATE = f"""SELECT EXISTS
(SELECT FROM pg_class WHERE relnamespace = {SCHEMA} AND relkind = 'r' AND relname = $1::text)"""


def check_all(address: Callable[[], Address], examined: Examination) -> Iterator[Finding]:
    """Every check, on one connection. address: raises if psycopg is not installed."""
    try:
        where = address()
        guarded = [name for name, table in examined.tables.items() if table.tenant]
        [endless, settings, [server], [[has_state]], bound] = _ask(
            where, examined.state_table, guarded
        )
    except TrueupError as error:
        yield refused("server", error)
        return
    version, number, is_standby, is_read_only, is_encrypted, may_create, is_above = server
    yield _version(version, number)
    yield _encryption(where.url.host, is_encrypted=is_encrypted)
    yield _writable(may_write=not (is_standby or is_read_only), may_create=may_create)
    yield _timeouts([name for (name,) in endless], behind_pooler=where.behind_pooler)
    yield _settings(wrong(settings), behind_pooler=where.behind_pooler)
    if guarded:
        yield _tenants(bound, _declared(examined), is_above=is_above)
    if examined.state_table:
        yield state_table_finding(examined.state_table, has_state)


def _ask(address: Address, state_table: str, guarded: Sequence[str]) -> list[Rows]:
    """The timeouts that are missing, the settings, the server, whether there is a table of the
    state, and the guarded tables with whether policies bind the role."""
    from .wire.blocking import PostgresWire
    from .wire.transactions import TIMEOUTS

    # A transaction would have timeouts of its own.
    alone = Single(_TIMEOUTS, ([*TIMEOUTS],)), Single(SETTINGS, ([*FIXED],))
    others = SelectEach(
        (Statement(_SERVER), Statement(_STATE, (state_table,)), Statement(ROLE, ([*guarded],)))
    )
    wire = PostgresWire(address, time.monotonic() + WAIT_S)
    try:
        return [
            *(single.on(wire, time.monotonic() + WAIT_S, "") for single in alone),
            *others.on(wire, time.monotonic() + WAIT_S, ""),
        ]
    finally:
        wire.close()


def _timeouts(endless: Sequence[str], *, behind_pooler: bool) -> Finding:
    """Whether the server ends what takes too long, also if the client is gone.

    endless: the timeouts that the session lacks.
    """
    if not behind_pooler:
        return not_needed("timeouts", "each connection sets its own, and no pooler is in between")
    if not endless:
        return good("timeouts", "those of the role hold behind the pooler")
    return bad(
        "timeouts",
        f"behind a pooler no connection sets its own, and the role has no {' or '.join(endless)}",
        "run, as this user: " + " ".join(_role_setting(name, ROLE_TIMEOUT) for name in endless),
    )


def _settings(wrong: Sequence[str], *, behind_pooler: bool) -> Finding:
    """Whether values are the same on their way. wrong: the settings that change them."""
    if not behind_pooler:
        return not_needed("settings", "each connection sets what values depend on")
    if not wrong:
        return good("settings", "those of the role leave values as they are")
    return bad(
        "settings",
        f"behind a pooler no connection sets its own, and values change by {', '.join(wrong)}",
        "run, as this user: " + " ".join(_role_setting(name, FIXED[name]) for name in wrong),
    )


def _role_setting(name: str, value: str) -> str:
    """The statement that gives a role a setting, for all its sessions from now on.

    Source: https://www.postgresql.org/docs/15/sql-alterrole.html
    """
    return f"ALTER ROLE CURRENT_USER SET {name} = '{value}';"


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


def _declared(examined: Examination) -> Mapping[str, TableSchema]:
    """The schemas of the tables with tenants, by their names in the database."""
    names = {table.name: name for name, table in examined.tables.items()}
    guarded = (table for table in examined.tables.values() if table.tenant)
    return {names[table.name]: declared(table, names) for table in guarded}


def _tenants(bound: Rows, tables: Mapping[str, TableSchema], *, is_above: bool) -> Finding:
    """Whether this user sees the rows of one tenant only. bound: what `ROLE` returned."""
    if not bound and is_above:
        bound = [(name, False, True, True) for name in tables]
    found = unbound(bound, tables)
    if found is not None:
        return bad("tenants", found.what, found.fix, found.tables)
    if len(bound) < len(tables):
        return not_needed("tenants", "the tables with tenants are not all there yet")
    return good("tenants", "policies bind this user")

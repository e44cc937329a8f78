"""Behind a pooler in transaction mode: what is on the wire, and every call through PgBouncer."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

import trueup
from tests.wire.postgres import tenants
from tests.wire.postgres.conftest import LAYER
from tests.wire.postgres.pgbouncer import running_pgbouncer
from tests.wire.postgres.proxy import Proxy
from tests.wire.postgres.walk import CALLS, Setting, opened
from trueup import AsyncDatabase, AsyncRepository
from trueup.errors import ErrorCode, TrueupError, UnsupportedByEngine
from trueup.testing.suite.harness.engine import Flavour
from trueup.testing.suite.harness.refusals import refused

FLAVOURS = pytest.mark.parametrize("flavour", list(Flavour))
ALLOWED = re.compile(
    r"(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|BEGIN|COMMIT|ROLLBACK"
    r"|LOCK TABLE|COPY|SAVEPOINT|RELEASE SAVEPOINT"
    r"|CREATE (TABLE|INDEX|UNIQUE INDEX)|COMMENT ON)\b|$"
)
"""How a statement may begin behind a pooler. An empty one asks whether the connection stands."""

NOT_CALLED = {"aclose", "connections", "repository", "requests", "stream", "subscribe"} | {
    *("tenant", "unsubscribe", "within"),
}
"""Methods of a database that send nothing; `stream`, which is refused here; and `tenant`, whose
calls have a walk of their own."""

SETS_LOCALLY = re.compile(r"SELECT (set_config\('[\w.]+', \$1, true\)(, )?)+")
LEAVES_SOMETHING = re.compile(
    r"set_config|\bTEMP|pg_(try_)?advisory_(un)?lock|nextval|setval", re.IGNORECASE
)


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[Proxy]:
    with Proxy(urlsplit(postgres_url).port or 5432) as made:
        yield made


@pytest.fixture(scope="module")
def pgbouncer(postgres_url: str) -> Iterator[str]:
    with running_pgbouncer(postgres_url, os.environ["PGPASSWORD"]) as url:
        yield url


def test_walk_has_every_call_of_a_repository_and_a_database() -> None:
    """A method that is added belongs into `walk.CALLS`; `nearest`, one SELECT, needs PostGIS."""
    public = {name for name in dir(AsyncRepository) if not name.startswith("_")}
    assert public - {"nearest", "requests", "within"} <= CALLS.keys()
    public = {name for name in dir(AsyncDatabase) if not name.startswith("_")}
    assert public - NOT_CALLED <= CALLS.keys()


@FLAVOURS
def test_only_transactions_are_set_and_nothing_outlives_them(
    postgres_url: str, proxy: Proxy, prefix: str, flavour: Flavour
) -> None:
    async def walk() -> None:
        url = f"{proxy.of(postgres_url)}&pooler=true"
        async with await opened(url, prefix, flavour) as db:
            for name, call in CALLS.items():
                await call(db)
                check_wire(proxy, name)

    asyncio.run(walk())
    assert "" not in proxy.statements
    assert any(SETS_LOCALLY.fullmatch(sql) for sql in proxy.statements)


@FLAVOURS
def test_tenants_are_set_for_transactions_only(
    postgres_url: str, proxy: Proxy, prefix: str, flavour: Flavour
) -> None:
    names = f"{prefix}{{table}}"
    with trueup.connect(postgres_url, tenants.LAYER, table_names=names) as direct:
        direct.create_tables()

    async def walk() -> None:
        url = f"{proxy.of(postgres_url)}&pooler=true"
        async with await opened(url, prefix, flavour, layer=tenants.LAYER) as db:
            await tenants.plant(db)
            for name, (call, _) in (tenants.READS | tenants.WRITES).items():
                with suppress(TrueupError):  # many are refused, which is shown elsewhere
                    await call(db.tenant(tenants.A))
                check_wire(proxy, name)

    asyncio.run(walk())
    assert "SELECT set_config('trueup.tenant', $1, true)" in proxy.statements


def check_wire(proxy: Proxy, name: str) -> None:
    """Nothing on the wire changes a session, and settings stand in transactions."""
    for link in proxy.links:
        recording = link.recording
        assert "options" not in recording.startup
        assert recording.named == [], name
        is_in_transaction = False
        for sql in recording.statements:
            assert ALLOWED.match(sql), (name, sql)
            if SETS_LOCALLY.fullmatch(sql):
                assert is_in_transaction, (name, sql)
            else:
                assert not LEAVES_SOMETHING.search(without_texts(sql)), (name, sql)
            is_in_transaction |= sql.startswith("BEGIN")
            is_in_transaction &= not sql.startswith(("COMMIT", "ROLLBACK"))


def without_texts(sql: str) -> str:
    """The SQL without what stands in quotes."""
    return re.sub(r"\"[^\"]*\"|'[^']*'", "?", sql)


@FLAVOURS
def test_every_call_works_through_pgbouncer(
    pgbouncer: str, postgres_url: str, prefix: str, flavour: Flavour
) -> None:
    async def walk() -> None:
        async with await opened(pgbouncer, prefix, flavour) as db:
            for call in CALLS.values():
                await call(db)

    asyncio.run(walk())
    trueup.connect(postgres_url, LAYER).close()


@FLAVOURS
@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("SELECT pg_advisory_lock(1)", "pg_advisory_lock"),
        ("SELECT /* */ PG_Advisory_Lock_Shared(1)", "pg_advisory_lock_shared"),
        ("SELECT pg_try_advisory_lock(1)", "pg_try_advisory_lock"),
        ("SELECT pg_try_advisory_lock_shared(1)", "pg_try_advisory_lock_shared"),
        ("CREATE TEMP TABLE t (n int)", "a temporary table"),
        ("CREATE TEMPORARY TABLE t (n int)", "a temporary table"),
        ("SELECT 1 AS n INTO TEMP t", "a temporary table"),
        ("SELECT set_config('role', 'none', false)", "set_config(…, false)"),
        ("SELECT set_config('role', 'none', (true))", "set_config(…, false)"),
        (
            "SELECT set_config('a.b', 'c', true), set_config('a.b', 'd', false)",
            "set_config(…, false)",
        ),
    ],
)
def test_what_a_session_would_keep_is_refused_by_name(
    postgres_url: str, proxy: Proxy, prefix: str, flavour: Flavour, sql: str, name: str
) -> None:
    async def refuse() -> None:
        async with await opened(f"{proxy.of(postgres_url)}&pooler=true", prefix, flavour) as db:
            with refused(UnsupportedByEngine) as refusal:
                await db.execute(sql)
            assert refusal.says(f"behind a pooler there is no {name}:")
            async with db.session() as session:
                with refused(UnsupportedByEngine):
                    await session.execute(sql)
        assert sql not in proxy.statements

    asyncio.run(refuse())


@FLAVOURS
def test_setting_of_a_transaction_is_refused_outside_of_one(
    postgres_url: str, prefix: str, flavour: Flavour
) -> None:
    async def refuse() -> None:
        async with await opened(f"{postgres_url}&pooler=true", prefix, flavour) as db:
            with refused(UnsupportedByEngine) as refusal:
                await db.execute("SELECT set_config('a.b', 'c', true)")
            assert refusal.says("db.session()")

    asyncio.run(refuse())


@FLAVOURS
@pytest.mark.parametrize(
    "sql",
    [
        *("PREPARE p AS SELECT 1", "EXECUTE p", "DEALLOCATE ALL", "DECLARE c CURSOR FOR SELECT 1"),
        *("SET work_mem = '1MB'", "RESET ALL", "DISCARD ALL", "LISTEN x", "/* */ set role none"),
    ],
)
def test_statements_about_a_session_are_refused_everywhere(
    postgres_url: str, prefix: str, flavour: Flavour, sql: str
) -> None:
    async def refuse() -> None:
        async with await opened(f"{postgres_url}&pooler=true", prefix, flavour) as db:
            with refused(ErrorCode.INVALID_SQL) as refusal:
                await db.execute(sql)
            first = sql.removeprefix("/* */ ").split()[0].upper()
            assert refusal.says(f"{first} is not for SQL of your own")

    asyncio.run(refuse())


@FLAVOURS
def test_copy_that_needs_a_temporary_table_is_refused_by_name(
    postgres_url: str, prefix: str, flavour: Flavour
) -> None:
    names = f"{prefix}{{table}}"
    job = tenants.Job(id="j", tenant_id=tenants.A, name="n")
    with trueup.connect(postgres_url, tenants.LAYER, table_names=names) as direct:
        direct.create_tables()
        direct.tenant(tenants.A).copy_in(tenants.JOBS, [job])
        assert direct.connections.idle == 1

    async def refuse() -> None:
        url = f"{postgres_url}&pooler=true"
        async with await opened(url, prefix, flavour, layer=tenants.LAYER) as db:
            with refused(UnsupportedByEngine) as refusal:
                await db.tenant(tenants.A).copy_in(tenants.JOBS, [job])
            assert refusal.says("there is no temporary table, which copy_in() needs")

    asyncio.run(refuse())


@FLAVOURS
def test_cursor_on_the_server_is_refused_by_name(
    postgres_url: str, prefix: str, flavour: Flavour
) -> None:
    async def refuse() -> None:
        async with await opened(f"{postgres_url}&pooler=true", prefix, flavour) as db:
            with refused(UnsupportedByEngine) as refusal:
                async with db.stream(Setting, "SELECT 'x' AS setting") as rows:
                    async for _ in rows:
                        pass
            assert refusal.says("no cursors on the server")

    asyncio.run(refuse())

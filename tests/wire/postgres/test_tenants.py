"""Rows of tenants: no call shows, changes or counts those of another, whoever asked before."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from types import UnionType
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import BaseModel

import trueup
from tests.waiting import wait_until
from tests.wire.postgres.live import differences, explained
from tests.wire.postgres.pgbouncer import running_pgbouncer
from tests.wire.postgres.proxy import Proxy
from tests.wire.postgres.tenants import (
    ANYTHING,
    JOBS,
    LAYER,
    MINE,
    PLANS,
    READS,
    SECRET,
    THEIRS,
    WRITES,
    A,
    B,
    Job,
    Plan,
    all_rows,
    plant,
)
from trueup import (
    AsyncDatabase,
    AsyncRepository,
    BatchIncomplete,
    ConstraintRefused,
    ErrorCode,
    InvalidCall,
    Layer,
    NeedsOperator,
    OutcomeUnknown,
    Relational,
    Seed,
    Table,
    TrueupError,
    UnsupportedByEngine,
    at,
)
from trueup.docgen import render_pages
from trueup.engines.checks import Examination, Finding, Verdict
from trueup.engines.connect import find_driver, target_engine
from trueup.engines.open_tables import open_tables
from trueup.engines.postgres.relational.row_security import SETTING
from trueup.relational import SqlObject
from trueup.seeds.plant import plan
from trueup.seeds.plant import plant as plant_seed
from trueup.testing.postgres import USER, drop_tables
from trueup.testing.suite.harness.engine import Flavour
from trueup.testing.suite.harness.flavour import as_awaitable

FLAVOURS = pytest.mark.parametrize("flavour", list(Flavour))
CALLS = READS | WRITES
PRESENT = "SELECT current_setting(:name, true) AS tenant"


class Shared(BaseModel):
    """A row that is nobody's."""

    one: int


class Setting(BaseModel):
    """The tenant of a transaction."""

    tenant: str | None


@pytest.fixture
def names(postgres_owner_url: str) -> Iterator[str]:
    """Tables of the owner of the database, who made them three times."""
    prefix = f"t{uuid4().hex[:12]}-"
    with trueup.connect(postgres_owner_url, LAYER, table_names=f"{prefix}{{table}}") as opened:
        for _ in range(3):
            opened.create_tables()
    yield f"{prefix}{{table}}"
    drop_tables(postgres_owner_url, prefix)


@pytest.fixture(params=["a role", "the owner", "behind a pooler"])
def url(request: pytest.FixtureRequest, postgres_url: str, postgres_owner_url: str) -> str:
    if request.param == "behind a pooler":
        pooler: str = request.getfixturevalue("pgbouncer")
        return pooler
    return postgres_owner_url if request.param == "the owner" else postgres_url


@pytest.fixture(scope="module")
def pgbouncer(postgres_url: str) -> Iterator[str]:
    with running_pgbouncer(postgres_url, os.environ["PGPASSWORD"], connections=1) as made:
        yield made


@asynccontextmanager
async def opened(url: str, names: str, flavour: Flavour) -> AsyncIterator[AsyncDatabase]:
    """A database with one connection, so that each call has the one of the call before."""
    url += "&pool=1"
    if flavour is Flavour.SYNC:
        with trueup.connect(url, LAYER, table_names=names) as blocking:
            yield as_awaitable(blocking)
    else:
        async with trueup.connect_async(url, LAYER, table_names=names) as db:
            yield db


def test_every_call_of_a_repository_is_among_them() -> None:
    """All but `nearest`, whose table needs PostGIS: see `test_geo.py`."""
    public = {name for name in dir(AsyncRepository) if not name.startswith("_")}
    called = {name.split(" ")[0] for name in CALLS}
    assert public - {"requests", "within", "nearest"} <= called


@FLAVOURS
def test_no_call_reaches_rows_of_another_tenant(url: str, names: str, flavour: Flavour) -> None:
    # They need a temporary table, which poolers do not have.
    copies = {name for name in CALLS if name.startswith("copy_in")}
    refused_here = copies if "pooler=true" in url else set()

    async def walk() -> None:
        async with opened(url, names, flavour) as db:
            await plant(db)
            before = await all_rows(db, B)
            assert len(before) == 3
            for name, (call, expected) in CALLS.items():
                kind = UnsupportedByEngine if name in refused_here else expected
                await reach(name, call, kind, db.tenant(A))
                assert await all_rows(db, B) == before, name

    asyncio.run(walk())


async def reach(
    name: str,
    call: Callable[[AsyncDatabase], Awaitable[Any]],
    expected: Any,
    db: AsyncDatabase,
) -> None:
    """Make a call, and look at what it gives or raises: nothing of another tenant."""
    given = await outcome(call(db))
    if isinstance(expected, type | UnionType):
        assert isinstance(given, expected), (name, given)
    elif expected is not ANYTHING:
        assert given == expected, (name, given)
    assert SECRET not in everything_of(given), name


async def outcome(call: Awaitable[Any]) -> Any:
    """What a call gives, or the error that it raises."""
    try:
        return await call
    except TrueupError as error:
        return error


def everything_of(given: Any) -> str:
    """All text of a result, or of an error and its reasons."""
    if not isinstance(given, TrueupError):
        return repr(given)
    notes = getattr(given, "__notes__", ())
    return " ".join([str(given), repr(given.to_dict()), given.reply, *notes])


@FLAVOURS
@pytest.mark.parametrize("connection", ["fresh", "reused"])
def test_without_a_tenant_every_call_is_refused_before_it_is_sent(
    url: str, names: str, flavour: Flavour, connection: str
) -> None:
    async def walk() -> None:
        async with opened(url, names, flavour) as db:
            if connection == "reused":
                await plant(db)
            sent: list[Any] = []
            db.subscribe(sent.append)
            for name, (call, _) in CALLS.items():
                if name == "session":
                    continue  # its BEGIN is sent, and no more
                assert codes_of(await outcome(call(db))) == {"tenant-required"}, name
            assert sent == []

    asyncio.run(walk())


def codes_of(given: Any) -> set[str]:
    """The codes of what was refused, each item of a batch by itself."""
    if isinstance(given, BatchIncomplete):
        return {one.error.code.value for one in given.result.failures if one.error}
    if isinstance(given, list):
        return set(given)
    return {given.code.value}


@pytest.mark.case("P35")
@pytest.mark.parametrize("fills", [True, False], ids=["rows", "empty tables"])
@pytest.mark.parametrize("before", ["fresh", "reused", "reused by SQL"])
@FLAVOURS
def test_sql_without_a_tenant_fails_and_finds_no_rows(
    url: str, names: str, flavour: Flavour, before: str, *, fills: bool
) -> None:
    jobs = f'"{names.format(table="jobs")}"'

    async def walk() -> None:
        async with opened(url, names, flavour) as db:
            if fills:
                await plant(db)
        async with opened(url, names, flavour) as db:
            if before == "reused":
                await db.tenant(A).repository(JOBS).get("a1")
            elif before == "reused by SQL":
                assert len(await db.tenant(A).fetch(Job, f"SELECT * FROM {jobs}")) == fills
            for sql in (
                f"SELECT * FROM {jobs}",
                f"SELECT * FROM {jobs} WHERE name = 'x'",
                f"SELECT * FROM {jobs} WHERE id = 'b1' FOR UPDATE",
            ):
                await refused_sql(db.fetch(Job, sql))
            for sql in (f"UPDATE {jobs} SET state = 'x'", f"DELETE FROM {jobs}"):
                await refused_sql(db.execute(sql))
            assert await db.fetch(Plan, f'SELECT * FROM "{names.format(table="plans")}"') == []

    asyncio.run(walk())


async def refused_sql(call: Awaitable[Any]) -> None:
    with pytest.raises(TrueupError) as refusal:
        await call
    assert refusal.value.code.value == "tenant-required"


@FLAVOURS
def test_nothing_of_a_tenant_is_left_on_a_connection(
    url: str, names: str, flavour: Flavour
) -> None:
    read = "SELECT current_setting('trueup.tenant', true) AS tenant"

    async def walk() -> None:
        async with opened(url, names, flavour) as db:
            await plant(db)
            for name, (call, _) in CALLS.items():
                await outcome(call(db.tenant(A)))
                left = await db.fetch_one(Setting, read)
                assert left is not None
                assert not left.tenant, name
            now = await db.tenant(A).fetch_one(Setting, PRESENT, name=SETTING)
            assert now == Setting(tenant=str(A))

    asyncio.run(walk())


@pytest.mark.case("P36")
@FLAVOURS
def test_sql_of_a_tenant_is_bound_too(url: str, names: str, flavour: Flavour) -> None:
    jobs = f'"{names.format(table="jobs")}"'

    async def walk() -> None:
        async with opened(url, names, flavour) as db:
            await plant(db)
            before = await all_rows(db, B)
            mine = db.tenant(A)
            assert len(await mine.fetch(Job, f"SELECT * FROM {jobs}")) == 1
            assert await mine.execute(f"UPDATE {jobs} SET state = 'seen'") == 1
            for rehoming in (
                f"UPDATE {jobs} SET tenant_id = :to",
                f"INSERT INTO {jobs} VALUES ('b9', :to, 'x', 'x')",
                f"INSERT INTO {jobs} VALUES ('b1', :to, 'x', 'x')"
                " ON CONFLICT (id) DO UPDATE SET name = 'y'",
            ):
                assert isinstance(await outcome(mine.execute(rehoming, to=B)), ConstraintRefused)
            async with mine.session() as session:
                rows = await session.fetch(Job, f"SELECT * FROM {jobs} FOR UPDATE")
                assert [row.id for row in rows] == ["a1"]
                found = await session.repository(JOBS).scan().all()
                assert [job.id for job in found] == ["a1"]
            async with mine.session(read_only=True, isolation="serializable") as session:
                assert await session.repository(JOBS).get("b1") is None
            if "pooler" not in url:
                streamed = [row.id async for row in mine.stream(Job, f"SELECT * FROM {jobs}")]
                assert streamed == ["a1"]
            assert await all_rows(db, B) == before

    asyncio.run(walk())


@pytest.mark.parametrize(
    "sql",
    [
        "select set_config('trueup.tenant', :to, true) as v",
        "select pg_catalog . Set_Config/**/('x', :to, true) as v",
        """select "set_config"('true' || 'up.tenant', :to, true) as v""",
        """select U&"s!0065t_config" UESCAPE '!' ('x', :to, true) as v""",
        "with a as materialized (select set_config('x', :to, true) as v) select v from a",
        "insert into jobs select set_config('x', :to, true) returning id as v",
        "select query_to_xml('select set' || :to, true, false, '') as v",
        "select count(*) as v from ts_stat('select ' || :to)",
        "select $$select set_config('x', 'y', true)$$ || :to as v",
        "select current_setting('TRUEUP.tenant') || :to as v",
        "do 'begin perform 1; end' -- :to",
        "truncate jobs",
        "alter table jobs disable row level security",
        "create function f() returns text language sql as $$ select 'x' $$",
        "set local trueup.tenant = 'x'",
        "reset trueup.tenant",
    ],
)
def test_sql_of_a_tenant_cannot_name_another_tenant(
    names: str, postgres_owner_url: str, sql: str
) -> None:
    given: dict[str, Any] = {"to": str(B)} if ":to" in sql.partition("--")[0] else {}
    with trueup.connect(postgres_owner_url, LAYER, table_names=names) as db:
        mine = db.tenant(A)
        calls: list[Callable[[], Any]] = [
            lambda: mine.execute(sql, **given),
            lambda: mine.fetch(Shared, sql, **given),
            lambda: list(mine.stream(Shared, sql, **given)),
        ]
        with mine.session() as session:
            calls += [
                lambda: session.execute(sql, **given),
                lambda: session.fetch_one(Shared, sql, **given),
            ]
            for call in calls:
                with pytest.raises(InvalidCall) as refusal:
                    call()
                assert refusal.value.code is ErrorCode.INVALID_SQL
                assert not refusal.value.native
            kept = session.fetch_one(Setting, PRESENT, name=SETTING)
            assert kept == Setting(tenant=str(A))


@FLAVOURS
@pytest.mark.parametrize("options", ["", "&pooler=true"])
def test_a_call_of_one_statement_is_one_round_trip(
    postgres_url: str, names: str, flavour: Flavour, options: str
) -> None:
    with Proxy(urlsplit(postgres_url).port or 5432) as proxy:

        async def walk() -> None:
            async with opened(proxy.of(postgres_url) + options, names, flavour) as db:
                await plant(db)
                for call, sql in (
                    (lambda: db.tenant(A).repository(JOBS).get("a1"), "SELECT"),
                    (lambda: db.tenant(A).repository(JOBS).put(MINE[0]), "INSERT"),
                    (lambda: db.tenant(A).fetch(Shared, "SELECT 1 AS one"), "SELECT"),
                ):
                    before, turns = len(proxy.statements), proxy.turns
                    assert await call() is not None
                    sent = proxy.statements[before:]
                    assert proxy.turns - turns == 1
                    if not options:
                        continue  # what was sent before is prepared, and not sent as text
                    assert [one.split(" ")[0] for one in (sent[0], *sent[3:])] == [
                        "BEGIN",
                        sql,
                        "COMMIT",
                    ]
                    assert sent[2] == "SELECT set_config('trueup.tenant', $1, true)"

        asyncio.run(walk())


@FLAVOURS
def test_calls_of_tenants_side_by_side_keep_to_their_own(
    url: str, names: str, flavour: Flavour
) -> None:
    async def of(db: AsyncDatabase, tenant: UUID, name: str) -> None:
        repo = db.tenant(tenant).repository(JOBS)
        for number in range(10):
            await repo.put(Job(id=f"{name}{number}", tenant_id=tenant, name=f"{name}{number}"))
            await asyncio.sleep(0)
            ids = {job.id async for job in repo.scan()}
            assert ids == {f"{name}{done}" for done in range(number + 1)}

    async def walk() -> None:
        url_of_two = url + "&pool=2"
        async with trueup.connect_async(url_of_two, LAYER, table_names=names) as db:
            await asyncio.gather(*(of(db, uuid4(), f"{name}-") for name in "abcdef"))

    def threads() -> None:
        with trueup.connect(url + "&pool=2", LAYER, table_names=names) as db:
            awaitable = as_awaitable(db)
            with ThreadPoolExecutor(6) as pool:
                calls = [
                    pool.submit(asyncio.run, of(awaitable, uuid4(), f"{name}-"))
                    for name in "abcdef"
                ]
                for call in calls:
                    call.result()

    threads() if flavour is Flavour.SYNC else asyncio.run(walk())


@pytest.mark.case("P36")
def test_a_policy_has_one_condition_for_all_that_is_done(
    names: str, postgres_owner_url: str
) -> None:
    with connection_of(postgres_owner_url) as owner:
        for table in ("jobs", "notes"):
            found = owner.execute(
                "SELECT polcmd, polpermissive, pg_get_expr(polqual, polrelid),"
                " pg_get_expr(polwithcheck, polrelid) FROM pg_policy"
                f" WHERE polrelid = '\"{names.format(table=table)}\"'::regclass"
            ).fetchall()
            [(kinds, is_permissive, read, written)] = found
            assert (kinds, is_permissive) == ("*", True)
            assert read == written
            assert read.startswith("(tenant_id = (COALESCE(NULLIF(current_setting('trueup.tenant'")


@pytest.mark.case("P36")
@FLAVOURS
def test_no_function_of_another_role_says_whose_rows_are_shown(
    postgres_url: str, postgres_owner_url: str, prefix: str, flavour: Flavour
) -> None:
    names = f"{prefix}{{table}}"
    theirs = """CREATE OR REPLACE FUNCTION trueup_tenant() RETURNS text LANGUAGE sql STABLE
    AS $$SELECT coalesce(current_setting('trueup.tenant', true), 'none')$$"""
    with connection_of(postgres_url) as other:
        other.execute(theirs.encode())
        try:
            with trueup.connect(postgres_owner_url, LAYER, table_names=names) as db:
                db.create_tables()
            other.execute(f"{theirs.split('AS', maxsplit=1)[0]} AS $$SELECT '{B}'$$".encode())

            async def walk() -> None:
                async with opened(postgres_url, names, flavour) as db:
                    await plant(db)
                    assert await db.tenant(A).repository(JOBS).scan().all() == MINE

            asyncio.run(walk())
        finally:
            drop_tables(postgres_owner_url, prefix)
            other.execute(b"DROP FUNCTION trueup_tenant()")


@pytest.mark.case("P34")
@FLAVOURS
def test_the_role_is_asked_of_the_tables_that_its_queries_find(
    superuser: psycopg.Connection[Any], postgres_url: str, names: str, flavour: Flavour
) -> None:
    boss = f"boss{uuid4().hex[:8]}"
    superuser.execute(f"CREATE ROLE {boss} SUPERUSER LOGIN".encode())
    superuser.execute(f"ALTER ROLE {boss} PASSWORD '{os.environ['PGPASSWORD']}'".encode())
    superuser.execute(f"CREATE SCHEMA {boss} AUTHORIZATION {boss}".encode())
    url = postgres_url.replace(f"user={USER}", f"user={boss}")

    async def walk() -> None:
        async with opened(url, names, flavour) as db:
            for call in (
                lambda: db.tenant(A).repository(JOBS).scan().all(),
                lambda: session_of(db.tenant(A)),
            ):
                refused = await outcome(call())
                assert isinstance(refused, NeedsOperator), refused
                assert refused.code.value == "row-security-off"

    try:
        asyncio.run(walk())
    finally:
        superuser.execute(f"DROP SCHEMA {boss} CASCADE".encode())
        superuser.execute(f"DROP ROLE {boss}".encode())


@FLAVOURS
def test_tenants_are_refused_until_all_tables_are_there(
    postgres_url: str, names: str, postgres_owner_url: str, flavour: Flavour
) -> None:
    with connection_of(postgres_owner_url) as owner:
        owner.execute(f'DROP TABLE "{names.format(table="notes")}"'.encode())

    async def walk() -> None:
        async with opened(postgres_url, names, flavour) as db:
            refused = await outcome(db.tenant(A).repository(JOBS).scan().all())
            assert isinstance(refused, NeedsOperator), refused
            assert refused.code.value == "table-not-found"
            assert refused.where.table == names.format(table="notes")

    asyncio.run(walk())


@pytest.mark.case("P34")
@FLAVOURS
@pytest.mark.parametrize("role", ["superuser", "bypassrls", "owner without FORCE", "disabled"])
def test_roles_that_no_policy_binds_are_refused(
    superuser: psycopg.Connection[Any],
    postgres_url: str,
    postgres_owner_url: str,
    names: str,
    flavour: Flavour,
    role: str,
) -> None:
    quoted = f'"{names.format(table="jobs")}"'
    url = postgres_owner_url if role.startswith("owner") else postgres_url
    undo = "SELECT 1"
    if role in ("superuser", "bypassrls"):
        superuser.execute(f"ALTER ROLE {USER} {role}".encode())
        undo = f"ALTER ROLE {USER} NO{role}"
    elif role == "disabled":
        superuser.execute(f"ALTER TABLE {quoted} DISABLE ROW LEVEL SECURITY".encode())
    else:
        superuser.execute(f"ALTER TABLE {quoted} NO FORCE ROW LEVEL SECURITY".encode())

    async def walk() -> None:
        async with opened(url, names, flavour) as db:
            for call in (
                lambda: db.tenant(A).repository(JOBS).get("a1"),
                lambda: db.tenant(A).repository(JOBS).put(MINE[0]),
                lambda: db.tenant(A).repository(PLANS).put_many([Plan(name="p")]),
                lambda: session_of(db.tenant(A)),
            ):
                refused = await outcome(call())
                assert isinstance(refused, NeedsOperator), refused
                assert refused.code.value == "row-security-off"
                assert "jobs" in refused.where.table
            assert await db.repository(PLANS).scan().all() == []

    try:
        asyncio.run(walk())
    finally:
        superuser.execute(undo.encode())
        superuser.execute(f"DELETE FROM {quoted}".encode())


MISSING = {
    "ENABLE and FORCE alone": "DROP POLICY trueup_tenant ON {}",
    "another condition": "ALTER POLICY trueup_tenant ON {0} USING ({1}) WITH CHECK ({1})",
    "another role": "ALTER POLICY trueup_tenant ON {} TO pg_monitor",
}


@FLAVOURS
@pytest.mark.parametrize("state", MISSING)
def test_a_table_without_the_policy_is_refused_with_the_sql_that_makes_it(
    postgres_owner_url: str, names: str, flavour: Flavour, state: str
) -> None:
    jobs = names.format(table="jobs")
    with connection_of(postgres_owner_url) as owner:
        change = MISSING[state].format(f'"{jobs}"', "tenant_id IS NOT NULL")
        owner.execute(change.encode())

        async def walk() -> None:
            async with opened(postgres_owner_url, names, flavour) as db:
                refused = await outcome(db.tenant(A).repository(JOBS).get("a1"))
                assert isinstance(refused, NeedsOperator)
                assert refused.code is ErrorCode.ROW_SECURITY_OFF
                assert refused.where.table == jobs
                found = finding(postgres_owner_url, names)
                assert (found.verdict, found.where) == (Verdict.BAD, jobs)
                assert found.fix == refused.fix
                for said in ("CREATE POLICY", "FORCE ROW"):
                    assert said in refused.fix
                owner.execute(refused.fix.partition("run: ")[2].encode())
                await db.tenant(A).repository(JOBS).put(MINE[0])
                assert await db.tenant(A).repository(JOBS).get("a1") == MINE[0]

        asyncio.run(walk())
    assert finding(postgres_owner_url, names).verdict is Verdict.GOOD
    assert differences(postgres_owner_url, LAYER, names) == []


async def session_of(db: AsyncDatabase) -> None:
    async with db.session():
        pass


CHANGES = {
    "dropped": "DROP POLICY trueup_tenant ON {}",
    "another condition": "ALTER POLICY trueup_tenant ON {} USING (true)",
    "another check": "ALTER POLICY trueup_tenant ON {} WITH CHECK (true)",
    "one more": "CREATE POLICY more ON {} USING (true)",
    "off": "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
    "not forced": "ALTER TABLE {} NO FORCE ROW LEVEL SECURITY",
}


@pytest.mark.parametrize("change", CHANGES)
def test_verify_finds_what_lets_tenants_see_each_other(
    names: str, postgres_owner_url: str, change: str
) -> None:
    assert differences(postgres_owner_url, LAYER, names) == []
    with connection_of(postgres_owner_url) as owner:
        owner.execute(CHANGES[change].format(f'"{names.format(table="jobs")}"').encode())
    [found] = differences(postgres_owner_url, LAYER, names)
    assert (
        ".".join(found.path)
        == {
            "dropped": "row_security.policies.trueup_tenant",
            "another condition": "row_security.policies.trueup_tenant",
            "another check": "row_security.policies.trueup_tenant",
            "one more": "undeclared",
            "off": "row_security.enabled",
            "not forced": "row_security.forced",
        }[change]
    )


@contextmanager
def connection_of(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of another program."""
    parameters: dict[str, Any] = dict(find_driver(url)[1].parameters)
    with psycopg.connect("", autocommit=True, **parameters) as connection:
        yield connection


@pytest.mark.parametrize("tenant", ["", "a\0b", "\ud800", "no uuid", 7, None])
def test_what_can_be_no_tenant_is_refused(url: str, names: str, tenant: Any) -> None:
    with trueup.connect(url, LAYER, table_names=names) as db:
        with pytest.raises(InvalidCall):
            db.tenant(tenant)
        with pytest.raises(InvalidCall):
            db.tenant(A).tenant(B)


def test_engines_that_do_not_keep_tenants_apart_say_so(postgres_url: str) -> None:
    with (
        trueup.connect("sqlite://", Layer("none", target="sqlite", tables=[])) as db,
        pytest.raises(UnsupportedByEngine, match="sqlite has no rows of tenants"),
    ):
        db.tenant("a")
    with (
        trueup.connect(postgres_url, Layer("none", target="postgres", tables=[PLANS])) as db,
        pytest.raises(InvalidCall, match="no table of the layer says whose its rows are"),
    ):
        db.tenant("a")


@pytest.mark.case("P37")
def test_copies_and_counts_are_whole_or_fail(names: str, postgres_url: str) -> None:
    jobs = f'"{names.format(table="jobs")}"'
    with connection_of(postgres_url) as other:
        for sql in (f"COPY {jobs} TO STDOUT", f"SELECT count(*) FROM {jobs}"):
            for setting, state in (("on", "42704"), ("off", "42501")):
                other.execute(f"SET row_security = {setting}".encode())
                with pytest.raises(psycopg.Error) as refusal:
                    copied(other, sql)
                assert refusal.value.sqlstate == state


def copied(connection: psycopg.Connection[Any], sql: str) -> list[Any]:
    """What a statement gives, or copies out."""
    if not sql.startswith("COPY"):
        return connection.execute(sql.encode()).fetchall()
    with connection.cursor().copy(sql.encode()) as copy:
        return list(copy.rows())


@pytest.mark.case("P26")
def test_a_view_shows_a_tenant_its_own_rows(postgres_url: str, prefix: str) -> None:
    table, view = f"{prefix}jobs", f"{prefix}names"
    named = SqlObject(
        "view",
        view,
        f'CREATE OR REPLACE VIEW "{view}" WITH (security_invoker = true)'
        f' AS SELECT id, name AS text FROM "{table}"',
    )
    jobs = Table(
        "jobs",
        Job,
        partition="id",
        relational=Relational(tenant="tenant_id", objects=[named]),
    )
    layer = Layer("viewed", target="postgres", tables=[jobs])

    class Named(BaseModel):
        id: str
        text: str

    with trueup.connect(postgres_url, layer, table_names=f"{prefix}{{table}}") as db:
        db.create_tables()
        for tenant, name in ((A, "a"), (B, "b")):
            db.tenant(tenant).repository(jobs).put(Job(id=name, tenant_id=tenant, name=name))
        assert db.tenant(B).fetch(Named, f'SELECT * FROM "{view}"') == [Named(id="b", text="b")]
        with pytest.raises(InvalidCall):
            db.fetch(Named, f'SELECT * FROM "{view}"')
        with connection_of(postgres_url) as other:
            other.execute(f'ALTER VIEW "{view}" RESET (security_invoker)'.encode())
            [found] = differences(postgres_url, layer, f"{prefix}{{table}}")
            other.execute(f'DROP VIEW "{view}"'.encode())
        assert found.path == ("objects", f"view {view}")


BARE_VIEWS = {
    "an option that is off": "CREATE OR REPLACE VIEW {view} WITH (security_invoker = f) AS"
    " SELECT id FROM {{jobs}}",
    "an option in a comment": "CREATE OR REPLACE VIEW {view} AS SELECT id FROM {{jobs}}"
    " -- WITH (security_invoker = true)",
    "another name": "CREATE OR REPLACE VIEW {other} AS SELECT id FROM {{jobs}}"
    " -- WITH (security_invoker = true)",
}


@pytest.mark.case("P26")
@pytest.mark.parametrize("statement", BARE_VIEWS.values(), ids=BARE_VIEWS)
def test_a_view_that_only_seems_to_read_as_its_reader_is_refused(
    postgres_url: str, prefix: str, statement: str
) -> None:
    view = f"{prefix}names"
    sql = statement.format(view=f'"{view}"', other=f'"{view}2"')
    settings = Relational(tenant="tenant_id", objects=[SqlObject("view", view, sql)])
    jobs = Table("jobs", Job, partition="id", relational=settings)
    layer = Layer("viewed", target="postgres", tables=[jobs])
    with trueup.connect(postgres_url, layer, table_names=f"{prefix}{{table}}") as db:
        with pytest.raises(NeedsOperator) as refused:
            db.create_tables()
        assert refused.value.code is ErrorCode.ROW_SECURITY_OFF
        assert (refused.value.where.table or "").startswith(view)
    with connection_of(postgres_url) as other:
        made = "SELECT relname FROM pg_class WHERE starts_with(relname, %s)"
        assert other.execute(made.encode(), (prefix,)).fetchall() == []


def test_seeds_are_planted_as_rows_of_their_own_tenants(url: str, names: str) -> None:
    seed = Seed("jobs", JOBS, items=[*THEIRS, *MINE])
    with open_tables(url, LAYER, table_names=names) as tables:
        assert plan(tables, seed).created == 3
        planted = plant_seed(tables, seed)
        assert (planted.created, planted.rejected) == (3, [])
        assert plant_seed(tables, seed).unchanged == 3
        taken = plant_seed(tables, Seed("taken", JOBS, items=[Job(id="b1", tenant_id=A, name="n")]))
        assert [one.problem for one in taken.rejected] == [
            "the row is another tenant's, by its key or by its tenant; nothing was written"
        ]
    with trueup.connect(url, LAYER, table_names=names) as db:
        assert len(db.tenant(B).repository(JOBS).scan().all()) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "shown"),
    [
        (["--scan", "--tenant", str(A)], 0, "mine"),
        (["--scan", "--count", "--tenant", str(B)], 0, "2"),
        (["id=b1", "--tenant", str(A)], 0, "0 items"),
        (["id=b1", "--explain", "--tenant", str(A)], 0, "SELECT set_config('trueup.tenant'"),
        (["--scan"], 1, "tenant-required"),
        (["--scan", "--tenant", "no uuid"], 1, "invalid-value"),
        (["--describe"], 0, "policies.trueup_tenant"),
    ],
)
def test_the_query_of_a_tenant(
    postgres_url: str, names: str, arguments: list[str], code: int, shown: str
) -> None:
    with trueup.connect(postgres_url, LAYER, table_names=names) as db:
        asyncio.run(plant(as_awaitable(db)))
    command = [sys.executable, "-m", "trueup", "query", "jobs", *arguments, "--url", postgres_url]
    command += ["--layer", "tests.wire.postgres.tenants:LAYER", "--names", names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert shown in done.stdout + done.stderr
    assert str(A) in arguments or SECRET not in done.stdout


PREVIEWED: list[Callable[[Any], Any]] = [
    lambda jobs: jobs.get("b1"),
    lambda jobs: jobs.count(A, index="by_tenant"),
    lambda jobs: jobs.put(Job(id="m9", tenant_id=A, name="n")),
    lambda jobs: jobs.put_many([Job(id="m9", tenant_id=A, name="n")]),
    lambda jobs: jobs.delete("m9"),
]


def test_previews_show_the_whole_transaction_of_a_tenant(postgres_url: str, names: str) -> None:
    with (
        Proxy(urlsplit(postgres_url).port or 5432) as proxy,
        trueup.connect(proxy.of(postgres_url), LAYER, table_names=names) as db,
    ):
        jobs = db.tenant(A).repository(JOBS)
        jobs.get("b1")  # the first request looks at the role, too
        for call in PREVIEWED:
            seen = len(proxy.statements)
            call(jobs)
            sent = [f"{sql};" for sql in proxy.statements[seen:] if "SAVEPOINT" not in sql]
            lines = call(jobs.requests).payload.shown.text.splitlines()
            assert sent == [line for line in lines if not line.startswith("-- ")]
            assert sent[1] == "SELECT set_config('trueup.tenant', $1, true);"
            assert lines[2] == f"-- parameters: '{A}'"


@pytest.mark.case("P34")
def test_doctor_says_whether_policies_bind_the_user(
    superuser: psycopg.Connection[Any], postgres_url: str, postgres_owner_url: str, names: str
) -> None:
    assert finding(postgres_url, names).verdict is Verdict.GOOD
    assert finding(postgres_url, "nowhere-{table}").verdict is Verdict.NOT_NEEDED
    with connection_of(postgres_owner_url) as owner:
        jobs = names.format(table="jobs")
        owner.execute(f'ALTER TABLE "{jobs}" NO FORCE ROW LEVEL SECURITY'.encode())
        assert finding(postgres_owner_url, names).verdict is Verdict.BAD
        assert finding(postgres_owner_url, names).where == jobs
        assert finding(postgres_url, names).verdict is Verdict.GOOD
    superuser.execute(f"ALTER ROLE {USER} BYPASSRLS".encode())
    try:
        above = finding(postgres_url, names)
    finally:
        superuser.execute(f"ALTER ROLE {USER} NOBYPASSRLS".encode())
    assert above.verdict is Verdict.BAD
    assert "BYPASSRLS" in above.found


def finding(url: str, names: str) -> Finding:
    """What doctor says of tenants."""
    driver, address = find_driver(url)
    tables = {names.format(table=one.name): LAYER.describe(one) for one in LAYER.tables}
    found = driver.checks(address, Examination(tables, time.time))
    [of_tenants] = [one for one in found if one.check == "tenants"]
    return of_tenants


def test_documentation_shows_requests_of_tables_with_tenants() -> None:
    pages = render_pages(LAYER, target_engine(LAYER))
    assert 'FROM "jobs"' in "".join(pages.values())


@FLAVOURS
@pytest.mark.parametrize("options", ["", "&pooler=true"])
def test_a_transaction_of_a_tenant_has_no_round_trip_more(
    postgres_url: str, names: str, flavour: Flavour, options: str
) -> None:
    with Proxy(urlsplit(postgres_url).port or 5432) as proxy:

        async def walk() -> None:
            async with opened(proxy.of(postgres_url) + options, names, flavour) as db:
                await plant(db)
                turns = []
                for tenant in (None, A):
                    of = db if tenant is None else db.tenant(tenant)
                    before = proxy.turns
                    await of.repository(PLANS).update_or_create("p", at(Plan.price).assign(1))
                    turns.append(proxy.turns - before)
                assert turns[1] <= turns[0]

        asyncio.run(walk())


@FLAVOURS
@pytest.mark.parametrize("end", ["terminated", "reset"])
def test_a_tenant_goes_on_when_its_connection_was_lost(
    postgres_url: str, names: str, flavour: Flavour, end: str
) -> None:
    slowly = f"UPDATE \"{names.format(table='jobs')}\" SET state = 'x' WHERE pg_sleep(9) IS NULL"

    def lose(proxy: Proxy) -> None:
        wait_until(lambda: slowly in proxy.statements)
        if end == "reset":
            proxy.links[-1].end()
        else:
            with connection_of(postgres_url) as other:
                end_it = (
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE query LIKE '%pg_sleep(9)%' AND pid <> pg_backend_pid()"
                )
                ended: list[Any] = []

                def is_ended() -> bool:
                    if not ended:
                        ended.extend(other.execute(end_it.encode()).fetchall())
                    return bool(ended)

                wait_until(is_ended)

    async def walk(proxy: Proxy) -> None:
        async with opened(proxy.of(postgres_url), names, flavour) as db:
            await plant(db)
            before = await all_rows(db, A)
            with ThreadPoolExecutor(1) as thread:
                lost = thread.submit(lose, proxy)
                given = await outcome(db.tenant(A).execute(slowly))
                lost.result()
            assert isinstance(given, OutcomeUnknown), given
            assert await all_rows(db, A) == before

    with Proxy(urlsplit(postgres_url).port or 5432) as proxy:
        asyncio.run(walk(proxy))


def test_a_call_that_is_cancelled_leaves_no_tenant(postgres_url: str, names: str) -> None:
    async def walk() -> None:
        async with opened(postgres_url, names, Flavour.ASYNC) as db:
            await plant(db)
            slowly = db.tenant(A).fetch(Shared, "SELECT 1 AS one FROM pg_sleep(9)")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(slowly, 0.2)
            await refused_sql(db.fetch(Job, f'SELECT * FROM "{names.format(table="jobs")}"'))
            assert len(await all_rows(db, B)) == 3

    asyncio.run(walk())


def test_deletes_of_what_a_tenant_does_not_have_keep_nobody_waiting(
    postgres_url: str, names: str
) -> None:
    with (
        Proxy(urlsplit(postgres_url).port or 5432) as proxy,
        trueup.connect(proxy.of(postgres_url), LAYER, table_names=names) as db,
    ):
        db.tenant(A).repository(JOBS).delete_many(["b1", "b2"])
        assert not [sql for sql in proxy.statements if sql.startswith("LOCK TABLE")]


def test_policies_leave_indexes_in_use(postgres_url: str, names: str) -> None:
    jobs = f'"{names.format(table="jobs")}"'
    with (
        trueup.connect(postgres_url, LAYER, table_names=names) as db,
        connection_of(postgres_url) as other,
    ):
        for number in range(1, 11):  # the last is A
            tenant, name = UUID(int=number), f"{number}-"
            other.execute("SELECT set_config('trueup.tenant', %s, false)", (str(tenant),))
            filled = "SELECT %s || n, %s, %s || n, 'queued' FROM generate_series(1, 2000) n"
            other.execute(f"INSERT INTO {jobs} {filled}".encode(), (name, tenant, name))
        requests = db.tenant(A).repository(JOBS).requests
        for request in (
            requests.get("10-1"),
            requests.query(A, index="by_tenant", sort=Job.id > "1"),
            requests.query(A, index="by_tenant", filter=Job.state == "queued"),
            requests.scan(filter=Job.state == "done"),
        ):
            plan = explained(other, request.payload)
            assert "Index" in plan, plan
            assert "Seq Scan" not in plan, plan

"""Sessions are left as they were, and a server that falls silent costs no call more than its time.

The pool is used by every call, through the proxy that drops what is sent without a word.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.waiting import wait_until
from tests.wire.postgres.conftest import LAYER
from tests.wire.postgres.proxy import Proxy
from tests.wire.postgres.walk import CALLS, Setting, opened
from trueup import AsyncDatabase, RetryPolicy, Unavailable
from trueup.engines.postgres.errors import Stage
from trueup.engines.postgres.payload import Rows, Statement
from trueup.engines.postgres.wire.asynchronous import AsyncPostgresWire
from trueup.engines.postgres.wire.blocking import PostgresWire
from trueup.errors import DeadlineExceeded, ErrorCode, OutcomeUnknown, TrueupError
from trueup.repository.database import open_database, open_database_async
from trueup.testing.suite.harness.engine import Flavour, engine_at
from trueup.testing.suite.harness.flavour import as_awaitable
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.tables import PEOPLE

FLAVOURS = pytest.mark.parametrize("flavour", list(Flavour))
SETTINGS = Statement("SELECT name, setting FROM pg_settings ORDER BY name")
LEFT = Statement(
    "SELECT current_user, session_user, (SELECT count(*) FROM pg_listening_channels())"
)
WITHIN_S = 0.2
SPARE_S = 0.5
PROCESS = "SELECT pg_backend_pid()::text AS setting"


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[Proxy]:
    with Proxy(urlsplit(postgres_url).port or 5432) as made:
        yield made


async def ask(wire: PostgresWire | AsyncPostgresWire, statement: Statement) -> Rows:
    """The rows of a statement on the only connection of a wire."""
    found = wire.single(statement, Stage.NOTHING, time.monotonic() + 10, "")
    return found if isinstance(found, list) else await found


@pytest.mark.case("P39")
@FLAVOURS
@pytest.mark.parametrize("option", ["", "&pooler=true"])
def test_every_call_leaves_the_settings_of_its_session_as_they_were(
    postgres_url: str, prefix: str, flavour: Flavour, option: str
) -> None:
    async def walk() -> None:
        engine = engine_at(
            "postgres", f"{postgres_url}&pool=1{option}", table_names=f"{prefix}{{table}}"
        )
        connected = await engine.connect(LAYER, flavour)
        opener = open_database if flavour is Flavour.SYNC else open_database_async
        db = as_awaitable(opener(connected.engine, connected.wire, LAYER))
        async with db:
            before = await ask(connected.wire, SETTINGS), await ask(connected.wire, LEFT)
            for name, call in CALLS.items():
                await call(db)
                after = await ask(connected.wire, SETTINGS), await ask(connected.wire, LEFT)
                assert after == before, name
            await db.within(900).repository(PEOPLE).get("a")
            assert (await ask(connected.wire, SETTINGS), await ask(connected.wire, LEFT)) == before
            assert db.connections.opened == 1

    asyncio.run(walk())


@pytest.mark.case("P38")
@FLAVOURS
def test_role_that_sql_takes_on_is_never_left_to_the_next_call(
    postgres_url: str, prefix: str, flavour: Flavour
) -> None:
    async def take_on() -> None:
        role = "SELECT current_setting('role') AS setting"
        async with await opened(f"{postgres_url}&pool=1", prefix, flavour) as db:
            with refused(ErrorCode.INVALID_SQL):
                await db.execute("SET ROLE NONE")
            take = "SELECT set_config('role', current_user, false) AS setting"
            taken = await db.fetch_one(Setting, take)
            assert taken is not None
            assert taken.setting != "none"
            assert db.connections.idle == 0
            assert await db.fetch_one(Setting, role) == Setting(setting="none")
            opened_so_far = db.connections.opened
            async with db.session() as session:
                await session.execute(take.replace("false", "true"))
                assert await session.fetch_one(Setting, role) == taken
            assert await db.fetch_one(Setting, role) == Setting(setting="none")
            assert db.connections.opened == opened_so_far

    asyncio.run(take_on())


@pytest.mark.case("P41")
@FLAVOURS
def test_every_call_ends_in_its_time_when_the_server_falls_silent(
    postgres_url: str, proxy: Proxy, prefix: str, flavour: Flavour
) -> None:
    async def walk() -> None:
        url = f"{proxy.of(postgres_url)}&pool=1"
        async with await opened(url, prefix, flavour, retries=RetryPolicy.NONE) as db:
            for name, call in CALLS.items():
                await call(db)
                before = db.connections.opened
                proxy.lose()
                begun = time.monotonic()
                with pytest.raises(TrueupError) as refusal:
                    await call(db.within(WITHIN_S))
                assert time.monotonic() - begun < WITHIN_S + SPARE_S, name
                assert isinstance(refusal.value, DeadlineExceeded | OutcomeUnknown | Unavailable)
                assert db.connections.open == 0, name
                assert await db.repository(PEOPLE).get("nobody") is None
                assert db.connections.opened == before + 1, name

    asyncio.run(walk())


@pytest.mark.case("P41")
@FLAVOURS
def test_connecting_ends_in_its_time_when_the_server_is_silent(
    postgres_url: str, proxy: Proxy, flavour: Flavour
) -> None:
    async def connect() -> None:
        proxy.is_silent = True
        begun = time.monotonic()
        with pytest.raises((DeadlineExceeded, Unavailable)):
            await opened(proxy.of(postgres_url), "", flavour, timeout_s=WITHIN_S)
        assert time.monotonic() - begun < WITHIN_S + SPARE_S

    asyncio.run(connect())


async def rest_before(db: AsyncDatabase, next_call: str, is_ended: Callable[[str], bool]) -> None:
    """Ask, rest longer than the server allows, and ask again."""
    if next_call == "a part of a stream":
        async for row in db.stream(Setting, f"{PROCESS} FROM generate_series(1, 3)", batch=1):
            wait_until(functools.partial(is_ended, row.setting))
    async with db.session() as session:
        [found] = await session.fetch(Setting, PROCESS)
        wait_until(lambda: is_ended(found.setting))
        if next_call == "a statement":
            await session.execute("SELECT 1")


@FLAVOURS
@pytest.mark.parametrize("next_call", ["a statement", "the commit", "a part of a stream"])
def test_session_that_rested_too_long_says_that_nothing_was_applied(
    postgres_url: str,
    prefix: str,
    flavour: Flavour,
    next_call: str,
    other: psycopg.Connection[Any],
) -> None:
    def is_ended(process: str) -> bool:
        looked = "SELECT 1 FROM pg_stat_activity WHERE pid = %s::int"
        return not other.execute(looked, (process,)).fetchall()

    async def walk() -> None:
        async with await opened(
            postgres_url, prefix, flavour, timeout_s=1, retries=RetryPolicy.NONE
        ) as db:
            with pytest.raises(Unavailable, match="nothing was applied") as refusal:
                await rest_before(db, next_call, is_ended)
            assert refusal.value.native == "25P03"

    asyncio.run(walk())


LEFT_BY = {
    "a quoted name": """SELECT "set_config"('trueup.left', 'x', false) AS setting""",
    "a schema's name": "SELECT pg_catalog.set_config('trueup.left', 'x', false) AS setting",
    "a function": "SELECT {own}('trueup.left', 'x') AS setting",
    "a quoted function": "SELECT \"{own}\"('trueup.left', 'x') AS setting",
    "an escaped name": """SELECT U&"set\\005Fconfig"('trueup.left', 'x', false) AS setting""",
    "a view": "UPDATE pg_settings SET setting = 'x' WHERE name = 'application_name'",
    "a quoted view": "UPDATE \"pg_settings\" SET setting = 'x' WHERE name = 'application_name'",
    "SQL in a text": "SELECT query_to_xml('SELECT {own}(''trueup.left'', ''x'')', true, true, '')"
    "::text AS setting",
}
NOW = """SELECT coalesce(current_setting('trueup.left', true), '')
    || current_setting('application_name') AS setting"""


@pytest.mark.case("P38")
@FLAVOURS
@pytest.mark.parametrize("left_by", LEFT_BY)
@pytest.mark.parametrize("way", ["fetch", "execute", "stream", "session"])
def test_setting_that_sql_makes_is_never_left_to_the_next_call(
    postgres_url: str,
    prefix: str,
    flavour: Flavour,
    left_by: str,
    way: str,
    other: psycopg.Connection[Any],
) -> None:
    own = f"own_{prefix[:-1]}"
    sql = LEFT_BY[left_by].format(own=own)
    other.execute(
        f"CREATE FUNCTION {own}(name text, value text) RETURNS text LANGUAGE plpgsql AS"
        " $$BEGIN RETURN set_config(name, value, false); END$$".encode()
    )

    async def leave() -> None:
        async with await opened(f"{postgres_url}&pool=1", prefix, flavour) as db:
            before = await db.fetch_one(Setting, NOW)
            if way == "session":
                async with db.session() as session:
                    await session.execute(sql)
            elif way == "execute" or sql.startswith("UPDATE"):
                await db.execute(sql)
            elif way == "fetch":
                await db.fetch(Setting, sql)
            else:
                assert [row async for row in db.stream(Setting, sql)]
            assert await db.fetch_one(Setting, NOW) == before

    try:
        asyncio.run(leave())
    finally:
        other.execute(f"DROP FUNCTION {own}".encode())


@FLAVOURS
def test_connection_stays_open_after_sql_that_leaves_nothing(
    postgres_url: str, prefix: str, flavour: Flavour
) -> None:
    async def ask() -> None:
        async with await opened(f"{postgres_url}&pool=1", prefix, flavour) as db:
            for sql in (
                "SELECT count(*)::text AS setting FROM pg_class WHERE relname IN ('a', 'b')",
                "WITH few (n) AS (VALUES (1), (2)) SELECT max(n)::text AS setting FROM few",
                "SELECT setting FROM pg_settings WHERE name = 'role'",
                "SELECT lower(:given::varchar(3)) AS setting",
            ):
                given = {"given": "A"} if ":given" in sql else {}
                await db.fetch(Setting, sql, **given)
            assert db.connections.opened == 1

    asyncio.run(ask())

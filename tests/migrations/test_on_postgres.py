"""What only PostgreSQL has: concurrent builds, locks that are held, poolers, roles, settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.kills.child import Nursery
from tests.migrations.servers import fresh_database
from tests.migrations.site import JOBS, UNDO_JOBS, Site, nobody
from tests.waiting import wait_until
from trueup.engines.connect import find_driver
from trueup.errors import Blocked, ErrorCode, NeedsOperator, Unavailable, UnsupportedByEngine
from trueup.lifecycle.clocks import Clocks
from trueup.migrations.events import Waited
from trueup.migrations.opening import open_migrations
from trueup.migrations.proving.folder import prove
from trueup.migrations.proving.proofs import Proof
from trueup.migrations.proving.rows import load
from trueup.testing.postgres import OWNER, PostgresServer

pytestmark = pytest.mark.server

BUILD = "-- trueup: no-transaction\nCREATE INDEX CONCURRENTLY by_name ON jobs (name);"


@pytest.fixture
def site(postgres_site: Site) -> Site:
    postgres_site.write("0001_jobs", JOBS, UNDO_JOBS)
    postgres_site.up()
    return postgres_site


@pytest.fixture
def shadow_url(postgres_server: PostgresServer | None) -> Iterator[str]:
    with fresh_database(postgres_server, "shadow") as url:
        yield url


@pytest.fixture
def own_server(postgres_server: PostgresServer | None) -> PostgresServer:
    """The server of the session, for a role that may create no databases."""
    if postgres_server is None:
        pytest.skip("POSTGRES_URL names a server, on which the tests make no roles")
    return postgres_server


@contextmanager
def other(site: Site) -> Iterator[psycopg.Connection[Any]]:
    """A connection of another program."""
    parameters: dict[str, Any] = dict(find_driver(site.url)[1].parameters)
    with psycopg.connect("", autocommit=True, **parameters) as connection:
        yield connection


@pytest.mark.case("P20")
def test_a_build_that_was_killed_while_it_waited_is_dropped_and_built_anew(
    site: Site, nursery: Nursery
) -> None:
    site.write("0002_index", BUILD, "DROP INDEX by_name;")
    with other(site) as writer:
        writer.execute("BEGIN; INSERT INTO jobs VALUES (1, 'a', 'new')")
        child = nursery.begin("tests.migrations.killing:run", url=site.url, site=str(site.folder))
        wait_until(lambda: validity(site) == [(False,)], 30)
        child.kill()
        wait_until(lambda: not is_building(site), 30)
        assert validity(site) == [(False,)]
        writer.execute("COMMIT")
    assert site.up() == ["0002_index"]
    assert validity(site) == [(True,)]


def validity(site: Site) -> list[Any]:
    sql = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('by_name')"
    return list(site.query(sql))


def is_building(site: Site) -> bool:
    sql = "SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'CREATE INDEX CONC%'"
    return bool(site.query(sql))


@pytest.mark.case("P21")
def test_a_concurrent_build_runs_among_other_statements(site: Site) -> None:
    site.write(
        "0002_both",
        f"{BUILD}\nALTER TABLE jobs ADD COLUMN n int; CREATE INDEX CONCURRENTLY by_n ON jobs (n);",
        "DROP INDEX by_n; ALTER TABLE jobs DROP COLUMN n; DROP INDEX by_name;",
    )
    assert all(isinstance(one, Proof) for one in site.prove())
    assert site.up(unproved=False) == ["0002_both"]


def test_the_holder_of_the_lock_is_named_and_waited_for_without_a_transaction(site: Site) -> None:
    with site.opened() as holder, holder.lock(0), site.opened() as late:
        with (
            pytest.raises(Blocked, match=r"trueup from .* \(trueup, pid \d+, .*\) holds") as caught,
            late.lock(0.3),
        ):
            raise AssertionError
        assert caught.value.code is ErrorCode.LOCKED
        sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        assert site.query(sql) == [(0,)]
    assert site.up() == []


@pytest.mark.case("P40")
def test_a_pooler_is_refused_before_anything_is_asked(site: Site) -> None:
    opening = open_migrations(f"{site.url}&pooler=true")
    with pytest.raises(UnsupportedByEngine, match="a pooler gives none"), opening:
        raise AssertionError


@pytest.mark.case("P40")
def test_a_session_that_changes_its_backend_loses_the_lock(site: Site) -> None:
    with site.opened() as first, site.opened() as second, first.lock(0):
        mine, others = vars(first), vars(second)
        mine["_connection"], others["_connection"] = others["_connection"], mine["_connection"]
        try:
            with pytest.raises(Blocked, match="a pooler stands before the server") as caught:
                first.begin()
        finally:
            mine["_connection"], others["_connection"] = (
                others["_connection"],
                mine["_connection"],
            )
    assert caught.value.code is ErrorCode.LOCK_LOST


@pytest.mark.case("P22")
def test_what_a_file_sets_is_not_left_to_the_next(site: Site) -> None:
    site.write("0002_set", "SET work_mem = '77MB'; SET TIME ZONE 'Asia/Tokyo'; SELECT 1;")
    site.write(
        "0003_look",
        "CREATE TABLE seen AS SELECT current_setting('work_mem') AS m,"
        " current_setting('TimeZone') AS z;",
    )
    site.up()
    assert site.query("SELECT m, z FROM seen") == site.query(
        "SELECT current_setting('work_mem'), current_setting('TimeZone')"
    )


@pytest.mark.case("P50")
def test_each_attempt_sets_its_time_for_locks_and_the_last_says_who_waits(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trueup.migrations.postgres.database.LOCK_WAIT_S", 0.05)
    site.write("0002_column", "ALTER TABLE jobs ADD COLUMN n int;")
    with other(site) as reader:
        reader.execute("BEGIN; SELECT * FROM jobs")
        with pytest.raises(Unavailable, match="another transaction holds a lock"):
            site.up()
        assert [one.attempt for one in site.events if isinstance(one, Waited)] == [1, 2, 3, 4, 5]

        def let_go(_seconds: float) -> None:
            reader.execute("ROLLBACK")

        assert site.up(clocks=Clocks(pause=let_go)) == ["0002_column"]


@pytest.mark.case("P62")
def test_without_the_right_to_create_a_shadow_one_sentence_says_what_to_do(
    site: Site, own_server: PostgresServer
) -> None:
    database = site.url.rpartition("/")[2].partition("?")[0]
    poor = Site(own_server.url_of(OWNER, database), site.folder)
    with pytest.raises(NeedsOperator, match="may not create the shadow database") as caught:
        poor.prove()
    assert "ALTER ROLE … CREATEDB" in caught.value.fix


@pytest.mark.case("P62")
def test_a_shadow_that_a_killed_run_left_behind_is_dropped(site: Site) -> None:
    site.execute("CREATE DATABASE trueup_shadow_1000_abcd")
    site.prove()
    sql = "SELECT datname FROM pg_database WHERE datname LIKE 'trueup_shadow_1000%'"
    assert site.query(sql) == []


@pytest.mark.case("P62")
def test_a_shadow_can_be_named_and_is_left_empty(
    site: Site, own_server: PostgresServer, shadow_url: str
) -> None:
    """The role may create no database; a run that was killed has left tables in the shadow."""
    database = site.url.rpartition("/")[2].partition("?")[0]
    poor = own_server.url_of(OWNER, database)
    shadow = Site(shadow_url, site.folder)
    site.write("0002_type", "CREATE SCHEMA more; CREATE TYPE more.kind AS ENUM ('a');"
               "CREATE VIEW names AS SELECT name FROM jobs; CREATE FUNCTION f() RETURNS int"
               " LANGUAGE sql AS 'SELECT 1';",
               "DROP SCHEMA more CASCADE; DROP VIEW names; DROP FUNCTION f();")  # fmt: skip
    for _ in range(2):
        with open_migrations(poor, shadow_url=shadow_url) as opened:
            found = list(prove(opened, site.files, site.files, nobody))
        assert [type(one) for one in found] == [Proof, Proof], found
        assert list(shadow.objects()) == ["extension plpgsql"]
        shadow.execute(
            "CREATE TABLE trueup_shadow AS SELECT text 'plpgsql' AS extension",
            "CREATE TABLE left_behind (id int)",
            "CREATE TABLE trueup_migrations (id int)",
        )


@pytest.mark.case("P62")
def test_what_is_no_shadow_is_refused_and_left_as_it_is(site: Site, shadow_url: str) -> None:
    def refusal(url: str) -> str:
        with (
            open_migrations(site.url, shadow_url=url) as opened,
            pytest.raises(Blocked) as caught,
            opened.shadow(),
        ):
            raise AssertionError
        return caught.value.what

    assert "it is the database itself" in refusal(site.url)
    shadow = Site(shadow_url, site.folder)
    shadow.execute("CREATE TABLE somebodys (id int)")
    assert "it is not empty: table public.somebodys" in refusal(shadow_url)
    assert "table public.somebodys" in shadow.objects()
    shadow.execute("DROP TABLE somebodys")
    with shadow.opened() as other_run, other_run.lock(0):
        assert "holds the lock" in refusal(shadow_url)


def test_rows_of_tenants_are_made_and_compared_as_their_owner_sees_them(site: Site) -> None:
    site.write(
        "0002_tenants",
        "ALTER TABLE jobs ENABLE ROW LEVEL SECURITY; ALTER TABLE jobs FORCE ROW LEVEL SECURITY;"
        "CREATE POLICY mine ON jobs USING (name = current_setting('app.tenant'));",
        "DROP POLICY mine ON jobs; ALTER TABLE jobs NO FORCE ROW LEVEL SECURITY;"
        "ALTER TABLE jobs DISABLE ROW LEVEL SECURITY;",
    )
    last = site.prove()[-1]
    assert isinstance(last, Proof), last
    assert (last.rows, last.loses_up, last.loses_down) == ({"jobs": 2095}, [], [])


def test_rows_are_made_for_every_common_type(site: Site) -> None:
    listed = (
        "smallint integer bigint numeric(7,3) real float8 money text varchar(3) char(4) bytea bool"
        " uuid date time timetz timestamp timestamptz interval json jsonb inet cidr macaddr point"
        " tsvector bit(3) varbit int4range tstzrange daterange numrange text[] int[] xml"
    )
    types = listed.split()
    columns = ", ".join(f"c{number} {name}" for number, name in enumerate(types))
    filled = " AND ".join(f"count(c{number}) BETWEEN 800 AND 999" for number in range(len(types)))
    with site.opened() as database, database.shadow() as shadow:
        shadow.run(f"CREATE TABLE types ({columns})")
        (shape,) = shadow.shapes()
        assert load(shadow, shape) == 1000
        assert shadow.query(f"SELECT {filled} FROM types") == [(True,)]
        ends = (
            "min(c0), max(c0), min(c2), max(c2), min(c17)::text, min(length(c7)), max(length(c8))"
        )
        assert shadow.query(f"SELECT {ends} FROM types") == [
            (-(2**15), 2**15 - 1, -(2**63), 2**63 - 1, "-infinity", 0, 3)
        ]

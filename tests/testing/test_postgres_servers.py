"""The PostgreSQL of the tests is what production is: English text, ordinary roles, extensions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import Any

import psycopg
import pytest

from trueup import ErrorCode, NeedsOperator
from trueup.testing import postgres_programs
from trueup.testing.postgres import (
    OWNER,
    USER,
    PostgresServer,
    create_database,
    running_postgres,
)
from trueup.testing.postgres_programs import embedded_programs, major_of, reachable
from trueup.testing.suite.harness.refusals import refused

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as started:
        yield started


@pytest.fixture(scope="module")
def embedded() -> Iterator[PostgresServer]:
    with running_postgres(programs=embedded_programs(16)) as started:
        yield started


def opened(server: PostgresServer, user: str, **other: Any) -> psycopg.Connection[Any]:
    """A connection as that role, by the way that everybody takes."""
    options = {"dbname": "trueup", "password": server.password, **other}
    return psycopg.connect(
        host=server.host, port=server.port, user=user, autocommit=True, **options
    )


def value(connection: psycopg.Connection[Any], statement: str) -> Any:
    """The only value of the only row."""
    with connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def test_text_is_ordered_as_in_english(server: PostgresServer) -> None:
    ordered = (
        "SELECT string_agg(t, '' ORDER BY t) FROM unnest(ARRAY['a', 'B', 'ä', '_', 'b']) AS a(t)"
    )
    assert value(opened(server, USER), ordered) == "_aäbB"
    locale = "SELECT daticulocale FROM pg_database WHERE datname = current_database()"
    assert value(opened(server, USER), locale) == "en-US"


def test_role_of_the_tests_neither_owns_the_database_nor_is_a_superuser(
    server: PostgresServer,
) -> None:
    rights = "SELECT rolsuper OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = "
    assert value(opened(server, USER), f"{rights}'{USER}'") is False
    assert value(opened(server, USER), f"{rights}'{OWNER}'") is False
    owner = "SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()"
    assert value(opened(server, USER), owner) == OWNER
    assert value(opened(server, USER), f"SELECT pg_has_role('{OWNER}', 'member')") is False


def test_role_uses_the_tables_of_the_owner_and_changes_none(server: PostgresServer) -> None:
    with opened(server, OWNER) as connection:
        connection.execute("CREATE TABLE owned (id bigint GENERATED ALWAYS AS IDENTITY, t text)")
    with opened(server, USER) as connection:
        connection.execute("INSERT INTO owned (t) VALUES ('a')")
        assert connection.execute("SELECT t FROM owned").fetchall() == [("a",)]
        for statement in (b"DROP TABLE owned", b"ALTER TABLE owned ADD COLUMN b text"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
        connection.execute("CREATE TABLE mine (t text)")


@pytest.mark.parametrize("user", [USER, OWNER])
def test_password_is_asked_for_and_kept_as_scram(server: PostgresServer, user: str) -> None:
    with pytest.raises(psycopg.OperationalError):
        opened(server, user, password="other")
    with psycopg.connect(server.as_superuser()) as connection:
        kept = f"SELECT rolpassword FROM pg_authid WHERE rolname = '{user}'"
        assert value(connection, kept).startswith("SCRAM-SHA-256$")


def test_superuser_has_no_password_and_comes_by_the_socket_only(server: PostgresServer) -> None:
    with pytest.raises(psycopg.OperationalError):
        opened(server, "superuser")
    assert value(psycopg.connect(server.as_superuser()), "SELECT current_user") == "superuser"


def test_database_with_extensions_has_those_that_a_role_may_not_create(
    server: PostgresServer,
) -> None:
    assert create_database(server, "maps", ["postgis"]).endswith("/maps?user=trueup")
    with opened(server, USER) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE EXTENSION postgis")
    far = "SELECT ST_DWithin('POINT(0 0)'::geography, 'POINT(0 1)', 112000)"
    assert value(opened(server, USER, dbname="maps"), far) is True


def test_durable_server_flushes_what_it_acknowledges() -> None:
    settings = "SELECT string_agg(setting, ' ') FROM pg_settings WHERE name IN "
    names = "('fsync', 'synchronous_commit', 'full_page_writes')"
    with running_postgres(durable=True) as durable:
        assert value(opened(durable, USER), settings + names) == "on on on"


@pytest.mark.parametrize("major", [16, 18])
def test_embedded_servers_are_those_that_they_say(major: int) -> None:
    assert major_of(embedded_programs(major)) == major


def test_embedded_server_answers(embedded: PostgresServer) -> None:
    assert value(opened(embedded, USER), "SHOW server_version").startswith("16.")


def test_embedded_server_refuses_postgis_by_name(embedded: PostgresServer) -> None:
    with pytest.raises(NeedsOperator) as caught:
        create_database(embedded, "maps", ["postgis"])
    assert "extension postgis is not available on this PostgreSQL" in str(caught.value)
    assert "sudo apt-get install postgresql postgresql-postgis" in str(caught.value)


def test_embedded_server_runs_from_a_folder_that_is_closed_to_others(tmp_path: Path) -> None:
    package = embedded_programs(16).parent.parent
    closed = tmp_path / "closed"
    shutil.copytree(package / "pginstall", closed / package.name / "pginstall", symlinks=True)
    for libraries in package.parent.glob("*.libs"):
        shutil.copytree(libraries, closed / libraries.name)
    closed.chmod(0o700)
    programs = closed / package.name / "pginstall" / "bin"
    assert reachable(programs, tmp_path / "copy") != programs
    with running_postgres(programs=programs) as server:
        assert value(opened(server, USER), "SELECT 1") == 1


def test_embedded_server_that_is_not_installed_names_its_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(util, "find_spec", lambda name: None)
    with refused(ErrorCode.MISSING_EXTRA) as refusal:
        postgres_programs.programs_of("postgresql://embedded")
    assert refusal.says("pip install 'trueup[embedded]'")

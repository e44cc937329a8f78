"""The fixtures of servers: what POSTGRES_URL names, and errors for what it lacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from trueup.testing.postgres import OWNER, PostgresServer, create_database, running_postgres

pytestmark = pytest.mark.server

CONFTEST = 'pytest_plugins = ["trueup.testing.servers"]'
EXTENSIONS = """
    import psycopg
    from trueup.engines.connect import find_driver
    from trueup.testing.servers import EXTENSIONS

    def asked(url, statement):
        with psycopg.connect("", **dict(find_driver(url)[1].parameters)) as connection:
            return [name for (name,) in connection.execute(statement)]

    def test_extensions(postgis_url, postgres_url):
        statement = "SELECT extname FROM pg_extension"
        assert set(EXTENSIONS) <= set(asked(postgis_url, statement))
"""
OWNED = (
    EXTENSIONS
    + """
    def test_owner(postgres_owner_url, postgres_url):
        statement = "SELECT pg_has_role(datdba, 'member') FROM pg_database"
        own = f"{statement} WHERE datname = current_database()"
        assert asked(postgres_owner_url, own) == [True]
        assert asked(postgres_url, own) == [False]
"""
)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as started:
        yield started


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    for name in ("POSTGRES_URL", "POSTGRES_OWNER_URL", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)
    pytester.makeconftest(CONFTEST)
    return pytester


def test_server_of_the_session_has_an_owner_and_every_extension(project: pytest.Pytester) -> None:
    project.makepyfile(OWNED)
    project.runpytest("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_server_that_is_named_is_used_with_its_extensions_and_owner(
    project: pytest.Pytester, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    extensions = ["postgis", "btree_gist", "uuid-ossp", "citext", "pg_trgm"]
    monkeypatch.setenv("POSTGRES_URL", create_database(server, "equipped", extensions))
    monkeypatch.setenv("POSTGRES_OWNER_URL", server.url_of(OWNER, "equipped"))
    monkeypatch.setenv("PGPASSWORD", server.password)
    project.makepyfile(OWNED)
    result = project.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines([f"postgres: postgresql://{server.host}:{server.port}/equipped*"])


def test_named_server_without_postgis_or_owner_is_an_error_and_never_a_skip(
    project: pytest.Pytester, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTGRES_URL", server.url)
    monkeypatch.setenv("PGPASSWORD", server.password)
    project.makepyfile(OWNED)
    result = project.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        [
            "*the database of the URL lacks the extension postgis",
            '*to do: run there as a superuser: CREATE EXTENSION "postgis"',
            "*nothing names the owner of its database",
            "*to do: set POSTGRES_OWNER_URL, or unset POSTGRES_URL",
        ]
    )


def test_embedded_server_without_postgis_is_an_error_that_says_so(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTGRES_URL", "postgresql://embedded")
    project.makepyfile(OWNED)
    result = project.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*extension postgis is not available on this PostgreSQL"])

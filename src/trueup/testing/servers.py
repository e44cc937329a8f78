"""Servers for tests: a pytest plugin that starts the needed servers, and always stops them.

`pytest_plugins = ["trueup.testing.servers"]` provides the fixture `dynamodb_url`: the URL in the
variable DYNAMODB_URL, else the URL of a ministack for the session; `postgres_url`, that of
POSTGRES_URL, else of a PostgreSQL for the session, whose role neither owns the database nor is a
superuser; `postgres_owner_url`, the same database as its owner; and `postgis_url`, a database with
the extensions of EXTENSIONS.

POSTGRES_URL may also be `postgresql://debian`, which is the rule, or `postgresql://embedded`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from ..engines.connect import find_driver
from ..engines.dynamodb.driver import DynamoUrl
from ..errors import ErrorCode, NeedsOperator, Place
from .ministack import ministack_version, running_ministack
from .postgres import (
    OWNER,
    PostgresServer,
    create_database,
    require_extensions,
    running_postgres,
)
from .postgres_programs import DEBIAN_URL, EMBEDDED_URL, postgres_programs, programs_of

URL_VARIABLE = "DYNAMODB_URL"
POSTGRES_VARIABLE = "POSTGRES_URL"
OWNER_VARIABLE = "POSTGRES_OWNER_URL"
EXTENSIONS = ("postgis", "btree_gist", "uuid-ossp", "citext", "pg_trgm")


def pytest_report_header() -> list[str]:
    """Report the servers under test."""
    version = ministack_version() or "not installed"
    programs = postgres_programs() or "not installed"
    return [
        f"dynamodb: {os.environ.get(URL_VARIABLE) or f'ministack {version}'}",
        f"postgres: {os.environ.get(POSTGRES_VARIABLE) or programs}",
    ]


@pytest.fixture(scope="session")
def dynamodb_url() -> Iterator[str]:
    """The URL of a DynamoDB for this session: `DYNAMODB_URL`, else a ministack's."""
    given = os.environ.get(URL_VARIABLE)
    with pytest.MonkeyPatch.context() as patch:
        if given is None or not _is_aws(given):
            # Emulators check no signature, but every client needs a key to sign with.
            patch.setenv("AWS_ACCESS_KEY_ID", "test")
            patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        if given is not None:
            yield given
            return
        with running_ministack() as server:
            yield server.url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer | None]:
    """The PostgreSQL that was started for this session; None if POSTGRES_URL names another."""
    named = os.environ.get(POSTGRES_VARIABLE) or DEBIAN_URL
    if named not in (DEBIAN_URL, EMBEDDED_URL):
        yield None
        return
    with (
        running_postgres(programs=programs_of(named)) as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("PGPASSWORD", server.password)
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer | None) -> str:
    """The URL of a PostgreSQL for this session: `POSTGRES_URL`, else a server's of our own."""
    return os.environ[POSTGRES_VARIABLE] if postgres_server is None else postgres_server.url


@pytest.fixture(scope="session")
def postgres_owner_url(postgres_server: PostgresServer | None) -> str:
    """The database of `postgres_url` as its owner, for tests of rights. The role of `postgres_url`
    may read and write the owner's tables."""
    if postgres_server is not None:
        return postgres_server.url_of(OWNER)
    url = os.environ.get(OWNER_VARIABLE)
    if url is None:
        raise NeedsOperator(
            f"{POSTGRES_VARIABLE} names a server, and nothing names the owner of its database",
            where=Place(note="postgres"),
            code=ErrorCode.CANNOT_OPEN,
            fix=f"set {OWNER_VARIABLE}, or unset {POSTGRES_VARIABLE}",
        )
    return url


@pytest.fixture(scope="session")
def postgis_url(postgres_server: PostgresServer | None, postgres_url: str) -> str:
    """A database with PostGIS and the other EXTENSIONS: that of `POSTGRES_URL`, which must have
    them, else one of our own. It is an error if they are missing, and never a skip."""
    if postgres_server is not None:
        return create_database(postgres_server, "postgis", EXTENSIONS)
    require_extensions(postgres_url, *EXTENSIONS)
    return postgres_url


def _is_aws(url: str) -> bool:
    """Whether a URL names a region; its `?profile=` then selects the account that pays."""
    _, where = find_driver(url)
    return isinstance(where, DynamoUrl) and not where.endpoint_url

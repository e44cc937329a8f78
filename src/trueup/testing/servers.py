"""Servers for tests: a pytest plugin that starts the needed servers, and always stops them.

`pytest_plugins = ["trueup.testing.servers"]` provides the fixture `dynamodb_url`: the URL in the
variable DYNAMODB_URL, else the URL of a ministack for the session; and `postgres_url`, that of
POSTGRES_URL, else of a PostgreSQL for the session.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from ..engines.connect import find_driver
from ..engines.dynamodb.driver import DynamoUrl
from .ministack import ministack_version, running_ministack
from .postgres import postgres_programs, running_postgres

URL_VARIABLE = "DYNAMODB_URL"
POSTGRES_VARIABLE = "POSTGRES_URL"


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
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL for this session: `POSTGRES_URL`, else a server's of our own."""
    given = os.environ.get(POSTGRES_VARIABLE)
    if given is not None:
        yield given
        return
    with running_postgres() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", server.password)
        yield server.url


def _is_aws(url: str) -> bool:
    """Whether a URL names a region; its `?profile=` then selects the account that pays."""
    _, where = find_driver(url)
    return isinstance(where, DynamoUrl) and not where.endpoint_url

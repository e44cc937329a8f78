"""Databases for tests of migrations, on the server of the session or on one that is given."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

from trueup.engines.connect import find_driver
from trueup.testing.postgres import USER, PostgresServer, create_database


@contextmanager
def fresh_database(server: PostgresServer | None, prefix: str) -> Iterator[str]:
    """The URL of an empty database, which is dropped after the block. server: None for that of
    POSTGRES_URL. The role may create others."""
    name = f"{prefix}_{uuid4().hex[:12]}"
    if server is None:
        with _given() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        parts = urlsplit(os.environ["POSTGRES_URL"])
        url = urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))
    else:
        _let_create(server)
        url = create_database(server, name)
    try:
        yield url
    finally:
        drop = f"DROP DATABASE {name} WITH (FORCE)".encode()
        if server is None:
            with _given() as connection:
                connection.execute(drop)
        else:
            with psycopg.connect(server.as_superuser(), autocommit=True) as connection:
                connection.execute(drop)


def _let_create(server: PostgresServer) -> None:
    with psycopg.connect(server.as_superuser(), autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {USER} CREATEDB".encode())


@contextmanager
def _given() -> Iterator[psycopg.Connection[Any]]:
    """The server of POSTGRES_URL, if its role may create databases. In CI it has to."""
    parameters: dict[str, Any] = dict(find_driver(os.environ["POSTGRES_URL"])[1].parameters)
    with psycopg.connect("", autocommit=True, **parameters) as connection:
        right = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        row = connection.execute(right).fetchone()
        if not row or not row[0]:
            why = "the role of POSTGRES_URL may create no databases: ALTER ROLE … CREATEDB"
            (pytest.fail if "CI" in os.environ else pytest.skip)(why)
        yield connection

"""The server that is measured against, and its address in the words of each library."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psycopg

from trueup.testing.postgres import DATABASE, USER, running_postgres

from .rows import CREATE, NEW_TENANT, PEERS_TABLE


@dataclass(frozen=True, slots=True)
class Where:
    """A database. url: as Trueup takes it; the password is that of PGPASSWORD."""

    host: str
    port: int
    password: str = field(repr=False)
    user: str = USER
    database: str = DATABASE

    @property
    def url(self) -> str:
        """The address as Trueup takes it, with the password in PGPASSWORD."""
        return f"postgresql://{self.host}:{self.port}/{self.database}?user={self.user}"

    @property
    def sqlalchemy_url(self) -> str:
        """The address as SQLAlchemy takes it."""
        return (
            f"postgresql+psycopg://{self.user}:{self.password}@{self.host}:{self.port}"
            f"/{self.database}"
        )

    @property
    def psycopg_text(self) -> str:
        """The address as psycopg takes it."""
        return (
            f"host={self.host} port={self.port} user={self.user} password={self.password} "
            f"dbname={self.database}"
        )

    @property
    def arguments(self) -> dict[str, object]:
        """The address as asyncpg takes it."""
        return {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "database": self.database,
        }


@contextmanager
def open_place() -> Iterator[Where]:
    """A new server with the peers' table; it ends with the context."""
    with running_postgres() as server:
        parts = urlsplit(server.url)
        assert parts.hostname is not None
        assert parts.port is not None
        where = Where(parts.hostname, parts.port, server.password)
        before = os.environ.get("PGPASSWORD")
        os.environ["PGPASSWORD"] = server.password
        try:
            with psycopg.connect(where.psycopg_text, autocommit=True) as connection:
                connection.execute(CREATE)
            yield where
        finally:
            os.environ.pop("PGPASSWORD")
            if before is not None:
                os.environ["PGPASSWORD"] = before


def server_version(where: Where) -> str:
    """The version that the server says."""
    with psycopg.connect(where.psycopg_text) as connection:
        return str(connection.info.parameter_status("server_version")).split()[0]


def forget_new_rows(where: Where) -> None:
    """Delete what a round has inserted, so that each begins alike."""
    with psycopg.connect(where.psycopg_text, autocommit=True) as connection:
        for table in (PEERS_TABLE, "customers"):
            connection.execute(
                f"DELETE FROM {table} WHERE starts_with(tenant, %s::text)".encode(), (NEW_TENANT,)
            )

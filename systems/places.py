"""Places where a demo can run: a file, a DynamoDB, a PostgreSQL, or one that is started for it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from uuid import uuid4

MINISTACK = "dynamodb://ministack"
POSTGRES = "postgresql://debian"
EMBEDDED = "postgresql://embedded"
"""These stand for servers that are started, and stopped afterwards."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a layer is opened. engine: in words. names: how tables are called there."""

    url: str
    engine: str
    names: str = "{table}"


@contextmanager
def place_at(url: str, extensions: Sequence[str] = ()) -> Iterator[Place]:
    """The place that a URL names. Tables that a demo makes on a DynamoDB or a PostgreSQL have names
    of their own there, and are dropped at the end.

    extensions: those that only a superuser may create; the PostgreSQL that is started has them, if
        it is Debian's.
    """
    prefix = f"trueup-demo-{uuid4().hex[:8]}-"
    if url == MINISTACK:
        from trueup.testing.ministack import ministack_version, running_ministack

        with running_ministack() as server, _environment(_TEST_KEY):
            yield Place(server.url, f"dynamodb (ministack {ministack_version()})")
    elif url.startswith("dynamodb:"):
        from trueup.testing.cleanup import drop_tables  # needs the extra `dynamodb`

        try:
            yield Place(url, "dynamodb", f"{prefix}{{table}}")
        finally:
            drop_tables(url, prefix)
    elif url in (POSTGRES, EMBEDDED):
        from trueup.testing.postgres import create_database, running_postgres
        from trueup.testing.postgres_programs import WHEEL, embedded_version, programs_of

        engine = "postgres" if url == POSTGRES else f"postgres ({WHEEL} {embedded_version()})"
        with (
            running_postgres(programs=programs_of(url)) as database,
            _environment({"PGPASSWORD": database.password}),
        ):
            wanted = () if url == EMBEDDED else extensions
            yield Place(create_database(database, "demo", wanted), engine)
    elif url.startswith("postgresql:"):
        from trueup.testing import postgres

        try:
            yield Place(url, "postgres", f"{prefix}{{table}}")
        finally:
            postgres.drop_tables(url, prefix)
    else:
        yield Place(url, "sqlite")


@contextmanager
def temporary_file() -> Iterator[Place]:
    """An SQLite file that goes away."""
    with TemporaryDirectory(prefix="trueup-demo-") as folder:
        yield Place(f"sqlite:///{folder}/demo.db", "sqlite")


_TEST_KEY = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
"""An emulator looks at no signature, but a client wants a key to sign with."""


@contextmanager
def _environment(given: dict[str, str]) -> Iterator[None]:
    """Variables that hold inside of the block."""
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

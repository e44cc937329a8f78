"""Databases of a test's own, and what pg_dump says of them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from trueup.testing.postgres import OWNER, USER, PostgresServer, create_database
from trueup.testing.postgres_programs import postgres_programs

EXTENSIONS = ("btree_gist", "citext", "pg_trgm")


@contextmanager
def new_database(
    server: PostgresServer, template: str = "", extensions: Sequence[str] = EXTENSIONS
) -> Iterator[str]:
    """The name of a database that is dropped in the end. template: which it is a copy of."""
    name = f"changes_{uuid4().hex[:12]}"
    if template:
        _as_superuser(server, f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")
        _as_superuser(server, f"GRANT CREATE ON DATABASE {name} TO {USER}")
    else:
        create_database(server, name, extensions)
    try:
        yield name
    finally:
        _as_superuser(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _as_superuser(server: PostgresServer, sql: str) -> None:
    with psycopg.connect(server.as_superuser(), autocommit=True) as connection:
        connection.execute(sql.encode())


def dumped(server: PostgresServer, database: str, programs: Path | None = None) -> list[str]:
    """What pg_dump says of the schema: its statements, in no order; of a table the columns too, as
    a column is always added behind the others. programs: the folder of pg_dump."""
    programs = programs or postgres_programs()
    assert programs is not None
    done = subprocess.run(
        [
            str(programs / "pg_dump"),
            "--schema-only",
            "--no-owner",
            f"--dbname={server.as_superuser(database)}",
        ],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    text = re.sub(r"^(--|SET |SELECT pg_catalog|\\).*$", "", done.stdout, flags=re.MULTILINE)
    return sorted(map(_ordered, filter(None, map(str.strip, text.split(";\n")))))


def _ordered(statement: str) -> str:
    if not statement.startswith("CREATE TABLE"):
        return statement
    first, *lines, last = statement.splitlines()
    return "\n".join([first, *sorted(line.rstrip(",") for line in lines), last])

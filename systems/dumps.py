"""The tables of two systems in databases of PostgreSQL 15, and as `pg_dump` tells them.

`pg_dump` writes the same text on every machine, but for what `_VARYING` names.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trueup
from trueup import Layer
from trueup.testing.postgres import PostgresServer, create_database, running_postgres

from .domainflow.tables import layer as domainflow
from .pdfjobs.tables import layer as pdfjobs

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
"""Those of Debian's packages postgresql-15 and postgresql-15-postgis-3."""

_VARYING = re.compile(r"^(\\(un)?restrict .*|-- Dumped .*)\n", re.MULTILINE)
"""Random words since 15.14, and the minor versions of the two programs."""


@dataclass(frozen=True, slots=True)
class Dumped:
    """A system with its script. extensions: those that only a superuser may create."""

    layer: Layer
    extensions: Sequence[str] = ()

    @property
    def file(self) -> Path:
        """What creates its tables."""
        return Path(__file__).parent / self.layer.name / "schema.sql"


SYSTEMS = (Dumped(domainflow, ["postgis"]), Dumped(pdfjobs))


@contextmanager
def server_15() -> Iterator[PostgresServer]:
    """A PostgreSQL of the major version that writes the dumps."""
    with running_postgres(programs=PROGRAMS) as server:
        before = os.environ.get("PGPASSWORD")
        os.environ["PGPASSWORD"] = server.password
        try:
            yield server
        finally:
            if before is None:
                del os.environ["PGPASSWORD"]
            else:
                os.environ["PGPASSWORD"] = before


def created(server: PostgresServer, system: Dumped) -> str:
    """Create a database with the tables of a system, and return its URL."""
    url = create_database(server, system.layer.name, system.extensions)
    with trueup.connect(url, system.layer) as db:
        db.create_tables()
    return url


def loaded(server: PostgresServer, system: Dumped, database: str) -> str:
    """Create a database by the script of a system, as its user runs it, and return its URL."""
    url = create_database(server, database, system.extensions)
    subprocess.run(
        [PROGRAMS / "psql", "--quiet", "--no-psqlrc", "--file", system.file, "--dbname", url],
        check=True,
        capture_output=True,
    )
    return url


def dump(server: PostgresServer, database: str) -> str:
    """The SQL that creates all that is in a database."""
    done = subprocess.run(
        [
            PROGRAMS / "pg_dump",
            "--schema-only",
            "--no-owner",
            "--no-privileges",
            "--dbname",
            server.as_superuser(database),
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    return _VARYING.sub("", done.stdout).strip() + "\n"

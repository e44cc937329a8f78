"""Projects of relational tables, and a role that may read their tables and do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.cli.shell import Result, Shell
from tests.postgres_changes.databases import new_database
from trueup.testing.postgres import USER, PostgresServer

READER = "schema_lock_reader"
TABLES = """
from typing import Annotated, Literal
from pydantic import Field
from trueup import Index, Layer, Model, Relational, Table
from trueup.relational import Check, References, SqlIndex, SqlObject, TouchOnUpdate, Unique
from datetime import datetime

class Person(Model):
    id: str
    name: Annotated[str, Field(max_length=80)]
    email: str
    phone: str | None = None
    state: Literal["new", "known"] = "new"
    seen_at: datetime | None = None
    updated_at: datetime | None = None

people = Table("people", Person, partition="id", description="Who asks", relational=Relational(
    extensions=["citext"],
    types={"email": "citext"},
    enums={"state": "person_state"},
    defaults={"seen_at": "now()", "updated_at": "now()"},
    unique=[Unique("email")],
    checks=[
        Check("people_reached", "num_nulls(email, phone) < 2"),
        Check("people_mail", "email LIKE '%@%' AND email <> 'none'::citext"),
    ],
    indexes=[SqlIndex("people_known", ["name"], where="state = 'known'")],
    triggers=[TouchOnUpdate("updated_at")],
    objects=[
        SqlObject("view", "mails", "CREATE OR REPLACE VIEW mails AS SELECT email FROM {people}")
    ],
))

class Call(Model):
    id: str
    person: str
    minutes: int = 0

def calls(name):
    by_person = Index(f"{name}_by_person", partition="person")
    return Table(name, Call, partition="id", indexes=[by_person], relational=Relational(
            references=[References("person", "people", on_delete="cascade")],
            checks=[Check(f"{name}_short", "minutes BETWEEN 0 AND 600")],
            indexes=[SqlIndex(f"{name}_long", ["minutes"], where="minutes > 60")],
        ))

tables = [people, *(calls(f"calls_{n}") for n in range(COUNT))]
layer = Layer("desk", target="postgres", tables=tables)
"""


@dataclass(frozen=True)
class Project:
    """A project in a folder, and its database."""

    server: PostgresServer
    database: str
    shell: Shell

    def url_of(self, user: str = USER) -> str:
        """The URL of the database for a role."""
        return self.server.url_of(user, self.database)

    def run(self, line: str, user: str = USER, url: str = "") -> Result:
        """A command, as that role. url: in place of the database's own."""
        return self.shell.run(f"trueup {line}", TRUEUP_URL=url or self.url_of(user))

    def made(self, line: str) -> Result:
        """A command that succeeds."""
        done = self.run(line)
        assert done.code == 0, done.out + done.err
        return done

    def execute(self, sql: str) -> None:
        """SQL of somebody else, who may do all."""
        with psycopg.connect(self.server.as_superuser(self.database), autocommit=True) as other:
            other.execute(sql.encode())

    @property
    def lock(self) -> Path:
        """The lock file."""
        return self.shell.folder / "schema.lock.json"


@contextmanager
def new_project(server: PostgresServer, folder: Path, count: int) -> Iterator[Project]:
    """A project of a table that so many others refer to, and an empty database."""
    with new_database(server) as database:
        shell = Shell(folder, {"PGPASSWORD": server.password, "TRUEUP_LAYER": "tables:layer"})
        shell.write("pyproject.toml", "[tool.trueup]\n")
        shell.write("tables.py", TABLES.replace("COUNT", str(count)))
        yield Project(server, database, shell)


def make_reader_of(server: PostgresServer, database: str) -> str:
    """Make the role that reads, and take from all others what PostgreSQL gives to everybody."""
    with psycopg.connect(server.as_superuser(database), autocommit=True) as other:
        if not other.execute("SELECT FROM pg_roles WHERE rolname = %s", (READER,)).fetchall():
            other.execute(f"CREATE ROLE {READER} LOGIN PASSWORD '{server.password}'".encode())
            other.execute(f"ALTER ROLE {READER} SET default_transaction_read_only = on".encode())
        for sql in (
            f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {database} TO {READER}, {USER}",
            f"GRANT USAGE ON SCHEMA public TO {READER}",
            f"GRANT ALL ON SCHEMA public TO {USER}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}",
        ):
            other.execute(sql.encode())
    return READER

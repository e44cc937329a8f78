"""A PostgreSQL on this machine, as a child process that always ends.

`postgres_programs.py` says where its programs come from.
"""

from __future__ import annotations

import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ErrorCode, NeedsOperator, Place
from .postgres_process import (
    SUPERUSER,
    Cluster,
    free_port,
    initialise,
    server_user,
    start,
    stop,
)
from .postgres_programs import INSTALL, not_started, postgres_programs, reachable

if TYPE_CHECKING:
    import psycopg

START_TIMEOUT_S = 60.0
USER = "trueup"
OWNER = "trueup_owner"
DATABASE = "trueup"
_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server with an empty database, whose text is ordered as in English if the server
    was built with ICU.

    Two roles have the password: USER, who may create tables, and neither owns the database nor is
    a superuser; and OWNER, who owns it. USER may read and write OWNER's tables.
    log: the output of the server, to explain failures.
    """

    host: str
    port: int
    log: Path
    password: str = field(repr=False)

    @property
    def url(self) -> str:
        """The URL for `trueup.connect()` as USER; the password belongs into PGPASSWORD."""
        return self.url_of(USER)

    def url_of(self, user: str, database: str = DATABASE) -> str:
        """The URL for `trueup.connect()` as that role."""
        return f"postgresql://{self.host}:{self.port}/{database}?user={user}"

    def as_superuser(self, database: str = "postgres") -> str:
        """What psycopg connects with to be the superuser, by the socket of the server."""
        return f"host={self.log.parent} port={self.port} user={SUPERUSER} dbname={database}"


@contextmanager
def running_postgres(
    *, programs: Path | None = None, durable: bool = False, certificate: bytes = b""
) -> Iterator[PostgresServer]:
    """A PostgreSQL on a free port of this machine, its files in a temporary folder.

    programs: the folder of `initdb` and `postgres`; else that of `postgres_programs()`.
    durable: whether what it acknowledges survives a crash of the machine, which costs time.
    certificate: its private key and certificates, as PEM, if it speaks TLS.

    Raises:
        NeedsOperator: it is not installed, or does not answer; a note has the end of its log.
    """
    programs = programs or postgres_programs()
    if programs is None:
        raise not_started("it is not installed", INSTALL)
    with tempfile.TemporaryDirectory(prefix="trueup-postgres-") as name:
        folder, user = Path(name), server_user()
        cluster = Cluster(folder, programs if user is None else reachable(programs, folder), user)
        cluster.own(folder)
        server = PostgresServer("127.0.0.1", free_port(), cluster.log, secrets.token_hex(16))
        if not initialise(cluster):
            raise _not_answering("initdb failed", server)
        process = start(cluster, server.port, durable=durable, certificate=certificate)
        try:
            _wait_until_ready(process, server)
            _create_roles(server)
            create_database(server, DATABASE)
            yield server
        finally:
            stop(process)


def _wait_until_ready(process: subprocess.Popen[bytes], server: PostgresServer) -> None:
    import psycopg

    deadline_s = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline_s:
        if process.poll() is not None:
            raise _not_answering("it ended at once", server)
        with suppress(psycopg.OperationalError):
            psycopg.connect(server.as_superuser()).close()
            return
        time.sleep(_LOOK_S)
    raise _not_answering(f"it did not answer in {START_TIMEOUT_S:.0f} s", server)


def _create_roles(server: PostgresServer) -> None:
    _execute(
        server.as_superuser(),
        *(f"CREATE ROLE {role} LOGIN PASSWORD '{server.password}'" for role in (USER, OWNER)),
    )


def create_database(server: PostgresServer, name: str, extensions: Sequence[str] = ()) -> str:
    """Create a database of OWNER with those extensions, which only a superuser may create, and
    return its URL for USER.

    Raises:
        NeedsOperator: the server has no such extension.
    """
    import psycopg

    with psycopg.connect(server.as_superuser(), autocommit=True) as connection:
        _require_available(connection, extensions)
        english = connection.execute("SELECT FROM pg_collation WHERE collname = 'en-US-x-icu'")
        order = "LOCALE_PROVIDER icu ICU_LOCALE 'en-US'" if english.rowcount else ""
        connection.execute(
            f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0 {order}".encode()
        )
    _execute(
        server.as_superuser(name),
        *(f'CREATE EXTENSION "{extension}"' for extension in extensions),
        f"GRANT CREATE ON DATABASE {name} TO {USER}",
        f"GRANT CREATE ON SCHEMA public TO {USER}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER}"
        f" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {USER}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE ON SEQUENCES TO {USER}",
    )
    return server.url_of(USER, name)


def require_extensions(url: str, *extensions: str) -> None:
    """Refuse a database in which one of the extensions was not created, and name it.

    url: as for `trueup.connect()`.

    Raises:
        NeedsOperator: it lacks one.
    """
    with _opened(url) as connection:
        rows = connection.execute("SELECT extname::text FROM pg_extension").fetchall()
    for name in extensions:
        if (name,) not in rows:
            fix = f'run there as a superuser: CREATE EXTENSION "{name}"'
            raise _lacks(f"the database of the URL lacks the extension {name}", fix)


def _require_available(connection: psycopg.Connection[Any], extensions: Sequence[str]) -> None:
    rows = connection.execute("SELECT name::text FROM pg_available_extensions").fetchall()
    for name in extensions:
        if (name,) not in rows:
            fix = f"{INSTALL}; the embedded PostgreSQL has neither PostGIS nor contrib"
            raise _lacks(f"extension {name} is not available on this PostgreSQL", fix)


def _lacks(what: str, fix: str) -> NeedsOperator:
    return NeedsOperator(what, where=Place(note="postgres"), code=ErrorCode.CANNOT_OPEN, fix=fix)


def _execute(connection: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(connection, autocommit=True) as opened:
        for statement in statements:
            opened.execute(statement.encode())


def drop_tables(url: str, prefix: str, password: str | None = None) -> list[str]:
    """Drop the tables whose names start with `prefix`, and return their names.

    url: as for `trueup.connect()`. password: else that of the environment.
    """
    from ..engines.postgres.values.names import quote

    assert prefix, "an empty prefix means every table"
    with _opened(url, password) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
                " AND starts_with(tablename, %s::text) ORDER BY tablename",
                (prefix,),
            )
        ]
        if names:
            connection.execute(f"DROP TABLE {', '.join(map(quote, names))}".encode())
    return names


def _opened(url: str, password: str | None = None) -> psycopg.Connection[Any]:
    import psycopg

    from ..engines.connect import find_driver
    from ..engines.postgres.login.urls import PostgresUrl

    _, where = find_driver(url)
    assert isinstance(where, PostgresUrl), "the URL of a PostgreSQL is wanted"
    options = dict(where.parameters) | ({"password": password} if password else {})
    return psycopg.connect("", autocommit=True, **options)  # type: ignore[arg-type]  # texts only


def _not_answering(why: str, server: PostgresServer) -> NeedsOperator:
    error = not_started(why, "look at the end of its log, in the notes of this error")
    error.add_note(server.log.read_text(encoding="utf-8", errors="replace")[-2000:])
    return error

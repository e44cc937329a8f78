"""A PostgreSQL on this machine, as a child process that always ends.

It needs Debian's packages, which put no other PostgreSQL in its way:
https://packages.debian.org/bookworm/postgresql-15
"""

from __future__ import annotations

import os
import pwd
import random
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import ErrorCode, NeedsOperator, Place

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0
USER = "trueup"
DATABASE = "trueup"
_OWNER = "owner"
_LOOK_S = 0.05
_PORTS = range(20_000, 32_000)
DEBIAN = Path("/usr/lib/postgresql")
_INSTALL = "run: sudo apt-get install postgresql"
_UNPRIVILEGED = ("postgres", "nobody")

# The server ends with its standard input, which ends with this process, however it ends.
_WATCHED = """
"$@" </dev/null &
server=$!
exec 3<&0
(cat <&3 >/dev/null; kill -INT "$server") 2>/dev/null &
wait "$server"
"""

_SETTINGS = {
    "logging_collector": "off",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "log_min_messages": "fatal",
    "lc_messages": "C",
}
_VOLATILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server with an empty database, whose text is ordered as in English, and a role that
    owns it and is no superuser. log: its output, to explain failures."""

    host: str
    port: int
    log: Path
    password: str = field(repr=False)

    @property
    def url(self) -> str:
        """The URL for `trueup.connect()`; the password belongs into PGPASSWORD."""
        return f"postgresql://{self.host}:{self.port}/{DATABASE}?user={USER}"


def postgres_programs() -> Path | None:
    """The folder with the newest server that is installed; None if there is none."""
    found = [path.parent for path in DEBIAN.glob("*/bin/initdb")]
    if not found:
        on_path = shutil.which("initdb")
        found = [Path(on_path).resolve().parent] if on_path else []
    return max(found, key=_version, default=None)


def _version(programs: Path) -> int:
    name = programs.parent.name
    return int(name) if name.isdigit() else 0


@contextmanager
def running_postgres(
    *, durable: bool = False, certificate: bytes = b""
) -> Iterator[PostgresServer]:
    """A PostgreSQL on a free port of this machine, its files in a temporary folder.

    durable: whether what it acknowledges survives a crash of the machine, which costs time.
    certificate: its private key and certificates, as PEM, if it speaks TLS.

    Raises:
        NeedsOperator: it is not installed, or does not answer; a note has the end of its log.
    """
    programs = postgres_programs()
    if programs is None:
        raise _not_started("it is not installed", _INSTALL)
    with tempfile.TemporaryDirectory(prefix="trueup-postgres-") as folder:
        user = _server_user()
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        server = PostgresServer(
            "127.0.0.1", _free_port(), Path(folder, "server.log"), secrets.token_hex(16)
        )
        _initialise(programs, folder, server, user)
        settings = _SETTINGS | ({} if durable else _VOLATILE)
        if certificate:
            settings |= _tls(Path(folder, "server.pem"), certificate, user)
        process = _start(programs, folder, server, user, settings)
        try:
            _wait_until_ready(process, server, folder)
            _create_database(server, folder)
            yield server
        finally:
            _stop(process)


def _server_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses root. None for the present user."""
    if os.geteuid() != 0:
        return None
    for name in _UNPRIVILEGED:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise _not_started("it refuses to run as root, and there is no other user", _INSTALL)


def _initialise(
    programs: Path, folder: str, server: PostgresServer, user: pwd.struct_passwd | None
) -> None:
    command = [
        *(str(programs / "initdb"), "--pgdata", f"{folder}/data", "--username", _OWNER),
        *("--auth-local", "trust", "--auth-host", "scram-sha-256"),
        *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"),
    ]
    process = _begin(command, folder, server, user)
    process.communicate()
    if process.returncode:
        raise _not_answering("initdb failed", server)


def _tls(file: Path, certificate: bytes, user: pwd.struct_passwd | None) -> dict[str, str]:
    """The settings of a server that speaks TLS. The file is its own, and nobody else reads it."""
    file.touch(mode=0o600)
    file.write_bytes(certificate)
    if user is not None:
        os.chown(file, user.pw_uid, user.pw_gid)
    return {"ssl": "on", "ssl_cert_file": str(file), "ssl_key_file": str(file)}


def _start(
    programs: Path,
    folder: str,
    server: PostgresServer,
    user: pwd.struct_passwd | None,
    settings: dict[str, str],
) -> subprocess.Popen[bytes]:
    settings = settings | {
        "listen_addresses": server.host,
        "port": str(server.port),
        "unix_socket_directories": folder,
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [str(programs / "postgres"), "-D", f"{folder}/data", *options]
    return _begin(["sh", "-c", _WATCHED, "sh", *command], folder, server, user)


def _begin(
    command: list[str], folder: str, server: PostgresServer, user: pwd.struct_passwd | None
) -> subprocess.Popen[bytes]:
    """A child that runs as that user, and has nothing of this process's environment, which may hold
    credentials."""
    path = os.environ.get("PATH", os.defpath)
    with server.log.open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            env={"PATH": path, "HOME": folder, "LC_ALL": "C.UTF-8"},
            user=None if user is None else user.pw_uid,
            group=None if user is None else user.pw_gid,
            extra_groups=None if user is None else [],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def _free_port() -> int:
    """A free port below the range that systems assign by themselves: a port of that range might be
    taken before the server starts."""
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise _not_started("no port is free", "end some servers")


def _wait_until_ready(
    process: subprocess.Popen[bytes], server: PostgresServer, folder: str
) -> None:
    import psycopg

    deadline_s = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline_s:
        if process.poll() is not None:
            raise _not_answering("it ended at once", server)
        with suppress(psycopg.OperationalError):
            psycopg.connect(_own_connection(server, folder)).close()
            return
        time.sleep(_LOOK_S)
    raise _not_answering(f"it did not answer in {START_TIMEOUT_S:.0f} s", server)


def _create_database(server: PostgresServer, folder: str) -> None:
    import psycopg

    with psycopg.connect(_own_connection(server, folder), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{server.password}'".encode())
        connection.execute(
            f"CREATE DATABASE {DATABASE} OWNER {USER} TEMPLATE template0 "
            "LOCALE_PROVIDER icu ICU_LOCALE 'en-US'".encode()
        )


def _own_connection(server: PostgresServer, folder: str) -> str:
    return f"host={folder} port={server.port} user={_OWNER} dbname=postgres"


def drop_tables(url: str, prefix: str, password: str | None = None) -> list[str]:
    """Drop the tables whose names start with `prefix`, and return their names.

    url: as for `trueup.connect()`. password: else that of the environment.
    """
    import psycopg

    from ..engines.connect import find_driver
    from ..engines.postgres.names import quote
    from ..engines.postgres.urls import PostgresUrl

    _, where = find_driver(url)
    assert prefix, "an empty prefix means every table"
    assert isinstance(where, PostgresUrl), "tables are dropped in PostgreSQL"
    options = dict(where.parameters) | ({"password": password} if password else {})
    with psycopg.connect("", autocommit=True, **options) as connection:  # type: ignore[arg-type]  # texts only
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


def _not_answering(why: str, server: PostgresServer) -> NeedsOperator:
    error = _not_started(why, "look at the end of its log, in the notes of this error")
    error.add_note(server.log.read_text(encoding="utf-8", errors="replace")[-2000:])
    return error


def _not_started(why: str, fix: str) -> NeedsOperator:
    return NeedsOperator(
        f"PostgreSQL was not started: {why}",
        where=Place(note="postgres"),
        code=ErrorCode.CANNOT_OPEN,
        fix=fix,
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server; its open connections are ended too."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

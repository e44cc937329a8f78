"""Debian's PgBouncer before a PostgreSQL, in transaction mode.

Source: https://www.pgbouncer.org/config.html
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from tests.waiting import wait_until

INSTALL = "PgBouncer is not installed; run: sudo apt-get install pgbouncer"


def _program() -> str:
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert found, INSTALL
    return found


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running_pgbouncer(url: str, password: str, connections: int = 2) -> Iterator[str]:
    """The URL of a PgBouncer that shares few connections to the server of `url` among all clients,
    by transactions."""
    parts = urlsplit(url)
    database, user = parts.path.lstrip("/"), parse_qs(parts.query)["user"][0]
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="trueup-pgbouncer-") as folder:
        users = Path(folder, "users.txt")
        users.write_text(f'"{user}" "{password}"\n', encoding="utf-8")
        settings = Path(folder, "pgbouncer.ini")
        settings.write_text(
            f"""[databases]
{database} = host={parts.hostname} port={parts.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 200
server_reset_query =
"""
        )
        command = [_program(), "-q", str(settings)]
        if os.geteuid() == 0:  # it refuses to be root
            for path in (Path(folder), users, settings):
                os.chown(path, pwd.getpwnam("nobody").pw_uid, -1)
            command[1:1] = ["-u", "nobody"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            try:
                shared = url.replace(parts.netloc, f"127.0.0.1:{port}")
                wait_until(lambda: _answers(port, database, user, password))
                yield f"{shared}&pooler=true"
            finally:
                process.terminate()


def _answers(port: int, database: str, user: str, password: str) -> bool:
    with suppress(psycopg.OperationalError):
        psycopg.connect(
            host="127.0.0.1", port=port, dbname=database, user=user, password=password
        ).close()
        return True
    return False

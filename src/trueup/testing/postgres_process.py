"""The process of a PostgreSQL: its files, its user, its settings, its end."""

from __future__ import annotations

import os
import pwd
import random
import socket
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .postgres_programs import INSTALL, not_started

STOP_TIMEOUT_S = 20.0
SUPERUSER = "superuser"
_PORTS = range(20_000, 32_000)
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
    "listen_addresses": "127.0.0.1",
    "logging_collector": "off",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "log_min_messages": "fatal",
    "lc_messages": "C",
}
_VOLATILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """The files of a server. programs: that serve them. user: whom they belong to; None for the
    present user."""

    folder: Path
    programs: Path
    user: pwd.struct_passwd | None

    @property
    def log(self) -> Path:
        """What the programs print."""
        return self.folder / "server.log"

    def own(self, path: Path) -> None:
        """Give a file or a folder to the user of the server."""
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


def server_user() -> pwd.struct_passwd | None:
    """Whom a server runs as: PostgreSQL refuses root. None for the present user."""
    if os.geteuid() != 0:
        return None
    for name in _UNPRIVILEGED:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise not_started("it refuses to run as root, and there is no other user", INSTALL)


def initialise(cluster: Cluster) -> bool:
    """Make the files of a server without databases; whether that went well. Its superuser comes in
    by the socket in its folder, everybody else by a password."""
    command = [
        *(str(cluster.programs / "initdb"), "--pgdata", f"{cluster.folder}/data"),
        *("--username", SUPERUSER, "--auth-local", "trust", "--auth-host", "scram-sha-256"),
        *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"),
    ]
    process = _begin(command, cluster)
    process.communicate()
    return process.returncode == 0


def start(
    cluster: Cluster, port: int, *, durable: bool, certificate: bytes
) -> subprocess.Popen[bytes]:
    """Start the server; it answers some time later. See `running_postgres`."""
    settings = _SETTINGS | ({} if durable else _VOLATILE)
    settings |= {"port": str(port), "unix_socket_directories": str(cluster.folder)}
    if certificate:
        settings |= _tls(cluster, certificate)
    command = [str(cluster.programs / "postgres"), "-D", f"{cluster.folder}/data"]
    return _begin(["sh", "-c", _WATCHED, "sh", *command, *_options(settings)], cluster)


def _options(settings: Mapping[str, str]) -> list[str]:
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _tls(cluster: Cluster, certificate: bytes) -> dict[str, str]:
    """The settings of a server that speaks TLS. The file is its own, and nobody else reads it."""
    file = cluster.folder / "server.pem"
    file.touch(mode=0o600)
    file.write_bytes(certificate)
    cluster.own(file)
    return {"ssl": "on", "ssl_cert_file": str(file), "ssl_key_file": str(file)}


def _begin(command: list[str], cluster: Cluster) -> subprocess.Popen[bytes]:
    """A child that runs as the cluster's user, and has nothing of this process's environment, which
    may hold credentials."""
    path, user = os.environ.get("PATH", os.defpath), cluster.user
    with cluster.log.open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=cluster.folder,
            env={"PATH": path, "HOME": str(cluster.folder), "LC_ALL": "C.UTF-8"},
            user=None if user is None else user.pw_uid,
            group=None if user is None else user.pw_gid,
            extra_groups=None if user is None else [],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def free_port() -> int:
    """A free port below the range that systems assign by themselves: a port of that range might be
    taken before the server starts."""
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise not_started("no port is free", "end some servers")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server; its open connections are ended too."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

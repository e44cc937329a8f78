"""ministack, an emulator of AWS, as a child process that always ends.

Source: https://github.com/ministackorg/ministack
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from ..errors import ErrorCode, NeedsOperator, Place

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 10.0
_LOOK_S = 0.02
_PORTS = range(20_000, 32_000)

_PASSED_ON = (
    *("PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "SYSTEMROOT"),
    *("LANG", "LC_ALL", "LC_CTYPE", "TZ"),
)
_SERVICES = "dynamodb,dynamodbstreams"
_CHILD = """
import os, runpy, sys, threading

def end_with_parent():
    sys.stdin.buffer.read()  # ends when the parent does, however it ends
    os._exit(0)

threading.Thread(target=end_with_parent, daemon=True).start()
sys.argv[1:] = []
runpy.run_module("ministack", run_name="__main__")
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. log: its output, to explain failures."""

    host: str
    port: int
    log: Path

    @property
    def url(self) -> str:
        """The URL for `trueup.connect()`."""
        return f"dynamodb://{self.host}:{self.port}"


def ministack_version() -> str:
    """The installed version; empty if there is none."""
    return metadata.version("ministack") if find_spec("ministack") else ""


@contextmanager
def running_ministack(
    services: str = _SERVICES, *, checks_permissions: bool = False
) -> Iterator[Server]:
    """A ministack on a free port of this machine, its files in a temporary folder.

    checks_permissions: whether it denies what the policies of a caller do not allow.
    It ends with the block, and also if this process is killed: it reads a pipe from this process.

    Raises:
        NeedsOperator: it is not installed, or does not answer; a note has the end of its log.
    """
    if not ministack_version():
        raise _not_started("it is not installed", "run: pip install ministack")
    with tempfile.TemporaryDirectory(prefix="trueup-ministack-") as folder:
        server = Server("127.0.0.1", _free_port(), Path(folder, "ministack.log"))
        with server.log.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", _CHILD],
                cwd=folder,
                env={
                    **_environment(server, services, folder),
                    "AUTH": str(checks_permissions).lower(),
                },
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait_until_ready(process, server)
            yield server
        finally:
            _stop(process)


def _environment(server: Server, services: str, folder: str) -> dict[str, str]:
    """The child's environment: loopback only, DynamoDB only, nothing kept. It has nothing of this
    process beyond the necessary, as credentials are in its variables and its home."""
    return {
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        "HOME": folder,
        "BIND_HOST": server.host,
        "GATEWAY_PORT": str(server.port),
        "SERVICES": services,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "TMPDIR": folder,
    }


def _free_port() -> int:
    """A free port below the range that systems assign by themselves: a port of that range might be
    taken before the server starts."""
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise _not_started("no port is free", "end some servers")


def _wait_until_ready(process: subprocess.Popen[bytes], server: Server) -> None:
    deadline_s = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline_s:
        if process.poll() is not None:
            raise _not_answering("it ended at once", server)
        if _answers(server):
            return
        time.sleep(_LOOK_S)
    raise _not_answering(f"it did not answer in {START_TIMEOUT_S:.0f} s", server)


def _not_answering(why: str, server: Server) -> NeedsOperator:
    error = _not_started(why, "look at the end of its log, in the notes of this error")
    error.add_note(_end_of(server.log))
    return error


def _not_started(why: str, fix: str) -> NeedsOperator:
    return NeedsOperator(
        f"ministack was not started: {why}",
        where=Place(note="ministack"),
        code=ErrorCode.CANNOT_OPEN,
        fix=fix,
    )


def _answers(server: Server) -> bool:
    connection = HTTPConnection(server.host, server.port, timeout=1)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finally:
        if process.stdin is not None:
            process.stdin.close()

"""Forks: run a command in a fork of a process that has imported what commands import.

A command takes a third of a second, most of it for imports; a fork takes a twentieth of that. What
a new interpreter reads as it starts (PYTHONIOENCODING, say) is not read again: tests of that, of
terminals and of the wheel start `python -m trueup`.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile

import trueup
from tests.architecture.sources import ROOT

SOURCE = str(Path(trueup.__file__).parents[1])
"""The folder that processes import `trueup` from: the same as this one's."""
TIMEOUT_S = 60.0
_MOST_BYTES = 1 << 20
_PRELOADED = (
    "trueup.cli.tree",
    "trueup.configuration",
    "trueup.engines.sqlite.engine",
    "trueup.engines.sqlite.wire.blocking",
    "trueup.engines.dynamodb.engine",
)


class Parent:
    """The process that is forked; it ends with this one."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.settimeout(TIMEOUT_S)
        command = [sys.executable, "-m", "tests.cli.forks", str(theirs.fileno())]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{SOURCE}{os.pathsep}{ROOT}"},
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()

    def run(
        self,
        arguments: Sequence[str],
        folder: Path,
        environ: Mapping[str, str],
        typed: str = "",
        script: str = "",
    ) -> tuple[int, str, str]:
        """The exit code, stdout and stderr of `trueup` with these arguments, or of a script."""
        with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
            given.write(typed.encode())
            given.seek(0)
            request = {
                "arguments": [*arguments],
                "folder": str(folder),
                "environ": {**environ},
                "script": script,
            }
            files = [file.fileno() for file in (given, out, err)]
            socket.send_fds(self._socket, [json.dumps(request).encode()], files)
            try:
                code = int(self._socket.recv(_MOST_BYTES))
            except TimeoutError:
                os.killpg(self._process.pid, signal.SIGKILL)
                raise
            for file in (out, err):
                file.seek(0)
            return code, out.read().decode(), err.read().decode()


@cache
def parent() -> Parent:
    """The one of this process."""
    return Parent()


def serve(requests: socket.socket) -> None:
    """Fork for each request, until nobody is left to ask."""
    from trueup.cli.commands import COMMANDS

    for name in (*_PRELOADED, *(command.module for command in COMMANDS)):
        import_module(name)
    while True:
        request, files, _, _ = socket.recv_fds(requests, _MOST_BYTES, 3)
        if not request:
            return
        child = os.fork()
        if child == 0:
            requests.close()
            os._exit(_run(json.loads(request), files))
        for file in files:
            os.close(file)
        _, status = os.waitpid(child, 0)
        requests.send(str(os.waitstatus_to_exitcode(status)).encode())


def _run(request: Mapping[str, object], files: Sequence[int]) -> int:
    """Become the command; its exit code."""
    from trueup.cli.main import main

    for place, file in enumerate(files):
        os.dup2(file, place)
    sys.stdin = os.fdopen(0, encoding="utf-8")
    sys.stdout, sys.stderr = (os.fdopen(file, "w", encoding="utf-8") for file in (1, 2))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by tests in the background
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(request["environ"])  # type: ignore[call-overload] # a mapping, from JSON
    sys.path[0] = ""  # as `python -m` has it
    sys.dont_write_bytecode = True  # that of an older text, of the same second and length, is taken
    try:
        if request["script"]:
            exec(str(request["script"]), {"__name__": "__main__"})
            return 0
        return main(request["arguments"])  # type: ignore[arg-type] # a list, from JSON
    except SystemExit as end:
        return int(end.code or 0)
    except Exception:  # noqa: BLE001 - as an interpreter does at its end
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))

"""Shell: runs the command `trueup` as a process, in a folder, in a clean environment."""

from __future__ import annotations

import os
import pty
import re
import select
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from tests.cli.forks import SOURCE, TIMEOUT_S, parent

COLUMNS = 80
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Result:
    """What a command said. In a terminal all of it is in `out`."""

    code: int
    out: str
    err: str = ""

    @property
    def plain(self) -> str:
        """`out` without colours, and with plain ends of lines."""
        return _ESCAPE.sub("", self.out).replace("\r\n", "\n")

    @property
    def has_colours(self) -> bool:
        """Whether there is any escape sequence."""
        return "\x1b[" in self.out + self.err


@dataclass(frozen=True)
class Shell:
    """A folder, and the variables that commands get beside the few that Python needs."""

    folder: Path
    environ: Mapping[str, str] = field(default_factory=dict)

    def write(self, name: str, text: str) -> Path:
        """Write a file below the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, line: str, *, typed: str = "", **environ: str) -> Result:
        """Run `trueup …` with its input and output in files. typed: what its input holds."""
        arguments = self._arguments(line, environ)
        return Result(*parent().run(arguments, self.folder, self._environ(environ), typed))

    def run_interpreter(self, line: str, **environ: str) -> Result:
        """The same with an interpreter of its own, and pipes."""
        return self._run_in_pipes(self._command(line, environ), "", environ)

    def run_in_terminal(self, line: str, *, typed: str = "", **environ: str) -> Result:
        """Run `trueup …` on a pseudo-terminal of 80 columns. typed: what a person types ahead."""
        return self._run_in_terminal(self._command(line, environ), typed, environ)

    def run_script(self, script: str, *, typed: str, in_terminal: bool) -> Result:
        """Run Python instead of the command."""
        run = self._run_in_terminal if in_terminal else self._run_in_pipes
        return run([sys.executable, "-c", script], typed, {})

    def _run_in_pipes(self, command: list[str], typed: str, environ: Mapping[str, str]) -> Result:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self._environ(environ),
            input=typed,
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT_S,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def _run_in_terminal(
        self, command: list[str], typed: str, environ: Mapping[str, str]
    ) -> Result:
        size = {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": "24"}
        ours, theirs = pty.openpty()
        try:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self._environ(size | dict(environ)),
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
            )
        finally:
            os.close(theirs)
        with process:
            os.write(ours, typed.encode())
            said = _read_to_end(ours, process)
            os.close(ours)
        return Result(process.returncode, said.decode("utf-8", "replace"))

    def _command(self, line: str, environ: Mapping[str, str]) -> list[str]:
        return [sys.executable, "-m", "trueup", *self._arguments(line, environ)]

    def _arguments(self, line: str, environ: Mapping[str, str]) -> list[str]:
        """The arguments in a line; `$NAME` in it is a variable of the shell."""
        text = Template(line).safe_substitute({**self.environ, **environ})
        program, *arguments = shlex.split(text)
        assert program == "trueup", line
        return arguments

    def _environ(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Nothing of the machine: no credentials, no settings of AWS, no colours."""
        clean = {
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "PATH": os.defpath,
            "PYTHONPATH": SOURCE,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return clean | dict(self.environ) | dict(environ)


def _read_to_end(ours: int, process: subprocess.Popen[bytes]) -> bytes:
    """All that is written until the process has ended."""
    said, deadline_s = b"", time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline_s:
        readable, _, _ = select.select([ours], [], [], 0.05)
        if readable:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux says so when the other side is closed
                break
            if not part:
                break
            said += part
        elif process.poll() is not None:
            break
    else:
        process.kill()
    return said

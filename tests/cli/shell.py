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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from tests.cli.forks import SOURCE, TIMEOUT_S, parent

COLUMNS = 80
_ON_TERMINAL = """
import fcntl, os, signal, sys, termios
signal.signal(signal.SIGINT, signal.SIG_DFL)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Makes the terminal the one that sends Ctrl-C to the command, and becomes the command. Tests that
a shell runs in the background ignore the signal of Ctrl-C, and all that they start would do so."""
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
        done = subprocess.run(
            self._command(line, environ),
            cwd=self.folder,
            env=self._environ(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT_S,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def run_in_terminal(
        self, line: str, *, answers: Sequence[tuple[str, str]] = (), **environ: str
    ) -> Result:
        """Run `trueup …` on a pseudo-terminal of 80 columns.

        answers: what a person types, each after a text that appears; "\x03" is Ctrl-C.
        """
        return self._run_in_terminal(self._command(line, environ), answers, environ)

    def run_script(self, script: str) -> Result:
        """Run Python instead of the command."""
        return Result(*parent().run([], self.folder, self._environ({}), script=script))

    def run_script_in_terminal(
        self, script: str, answers: Sequence[tuple[str, str]] = ()
    ) -> Result:
        """The same on a pseudo-terminal; see `run_in_terminal`."""
        return self._run_in_terminal([sys.executable, "-c", script], answers, {})

    def _run_in_terminal(
        self, command: list[str], answers: Sequence[tuple[str, str]], environ: Mapping[str, str]
    ) -> Result:
        size = {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": "24"}
        ours, theirs = pty.openpty()
        try:
            process = subprocess.Popen(
                [sys.executable, "-c", _ON_TERMINAL, *command],
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
            said = _converse(ours, process, answers)
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


def _converse(
    ours: int, process: subprocess.Popen[bytes], answers: Sequence[tuple[str, str]]
) -> bytes:
    """All that is written until the process has ended; each answer is typed after its text."""
    said, seen, waiting = b"", 0, list(answers)
    deadline_s = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline_s:
        while waiting and waiting[0][0].encode() in said[seen:]:
            seen = len(said)
            os.write(ours, waiting.pop(0)[1].encode())
        readable, _, _ = select.select([ours], [], [], 0.05)
        if readable:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux says so when the other side is closed
                return said
            if not part:
                return said
            said += part
        elif process.poll() is not None:
            return said
    process.kill()
    return said

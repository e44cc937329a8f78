"""The process edge of the command `trueup`: it runs a command and reports what failed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from .exit_codes import ExitCode
from .streams import discard

TRACEBACK = "TRUEUP_TRACEBACK"
"""The variable that shows where a bug is."""

_PACKAGES = ("typer", "rich")
_NO_EXTRA = """\
[missing-extra] the command trueup needs packages that are not installed: typer and rich
  to do: install the extra: pip install 'trueup[cli]'
  page:  docs/errors/missing-extra.md
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code. arguments: those of the process, unless they are given."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that lacks a symbol shows another one
            stream.reconfigure(errors="replace")
    try:
        code = _run(given)
        sys.stdout.flush()
    except KeyboardInterrupt:
        from .errors import Interrupted, report

        return report(Interrupted(), given)
    except BrokenPipeError:
        discard(sys.stdout)  # the reader has seen enough
        return ExitCode.ERROR
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        from .errors import report, unexpected

        return report(unexpected(error), given)
    return code


def _run(arguments: list[str]) -> int:
    try:
        from .tree import run

        return run(arguments)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _PACKAGES:
            raise
        sys.stderr.write(_NO_EXTRA)
        return ExitCode.ERROR

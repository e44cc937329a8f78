"""Errors as a command tells them: what, where, what to do, the page of the code; or as JSON."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from textwrap import wrap
from typing import Any

from ..errors import Blocked, ErrorCode, InternalError, InvalidCall, Place, TrueupError
from .commands import find_command
from .exit_codes import ExitCode
from .streams import unheard

WIDTH = 80
_PAGES = "docs/errors"
_BY_CODE = {
    ErrorCode.BATCH_INCOMPLETE: ExitCode.PARTIAL,
    ErrorCode.INTERRUPTED: ExitCode.INTERRUPTED,
}


class Interrupted(TrueupError):
    """Ctrl-C stopped a command. It says what is done, and how to go on."""

    default_code = ErrorCode.INTERRUPTED

    def __init__(
        self, done: str = "nothing was changed", go_on: str = "run the command again"
    ) -> None:
        super().__init__(
            f"the command was interrupted; {done}", fix=go_on, where=Place(note="Ctrl-C")
        )


@contextmanager
def interruptible(done: Callable[[], str], go_on: str) -> Iterator[None]:
    """A block that changes something: after Ctrl-C the error says what `done` gives.

    Without it, a command that is interrupted says that nothing was changed.
    Raises Interrupted.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(done(), go_on) from None


def report(error: TrueupError, arguments: Sequence[str]) -> ExitCode:
    """Write an error to stderr; the exit code. With `--json` in `arguments`, as a document."""
    code = exit_code(error)
    if "--json" in arguments:
        text = json.dumps(error_document(error), indent=2)
    else:
        text = error_text(error)
    with unheard(sys.stderr):  # the code still says it
        print(text, file=sys.stderr, flush=True)
    return code


def exit_code(error: TrueupError) -> ExitCode:
    """The exit code of an error."""
    if isinstance(error, Blocked):
        return ExitCode.BLOCKED
    return _BY_CODE.get(error.code, ExitCode.ERROR)


def error_text(error: TrueupError) -> str:
    """The error in lines of at most 80 characters; words that are longer are not broken."""
    lines = f"{error}\n  page:  {_PAGES}/{error.code.value}.md".splitlines()
    return "\n".join(part for line in lines for part in _wrapped(line))


def error_document(error: TrueupError) -> dict[str, Any]:
    """The error as a JSON document: an ErrorDocument of `error_document.py`."""
    return {"version": 1, "exit_code": int(exit_code(error)), "error": error.to_dict()}


def usage_error(error: Exception, arguments: Sequence[str]) -> InvalidCall:
    """Our error for one of typer's: an option or a command that does not exist, say.

    arguments: the command's name first, which typer does not say where a value is missing.
    """
    said = str(getattr(error, "format_message", error.__str__)()).strip().rstrip(".")
    said = said.replace("Value error, ", "")
    context = getattr(error, "ctx", None)
    name = next((one for one in arguments[:1] if find_command(one)), "")
    command = getattr(context, "command_path", "") or f"trueup {name}".rstrip()
    return InvalidCall(
        f"{said[:1].lower()}{said[1:]}",
        where=Place(note=command),
        fix=f"see {command} --help",
        code=ErrorCode.USAGE,
    )


def check_given(arguments: Sequence[str]) -> None:
    """Refuse an empty text: a variable of the shell was not set, and what was meant is not known.

    Raises InvalidCall (usage).
    """
    for before, argument in pairwise(["", *arguments]):
        option, equals, value = argument.partition("=")
        if argument and not (option.startswith("--") and equals and not value):
            continue
        name = option or (before if before.startswith("--") else "")
        raise InvalidCall(
            f"{name or 'an argument'} is empty",
            where=Place(note=f"trueup {arguments[0]}".rstrip()),
            fix=f"leave {name or 'it'} out, or say what is meant; a variable of the shell may not "
            "be set",
            code=ErrorCode.USAGE,
        )


def unexpected(error: Exception) -> InternalError:
    """The error for a bug of ours: its kind and place. Its own text may hold contents of items."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return InternalError(
        f"a {type(error).__name__} that nobody expected",
        where=Place(note=place),
        fix="report it; with TRUEUP_TRACEBACK=1 the command shows the whole way to it",
    )


def _wrapped(line: str) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return wrap(
        line,
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]

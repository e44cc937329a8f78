"""confirm(): asks a person, and only a person."""

from __future__ import annotations

import sys

from .._visible import visible
from ..errors import Blocked, ErrorCode, Place


def confirm(question: str, *, answer: str, allowed_by: str) -> None:
    """Ask on the terminal; go on only after `answer`. allowed_by: the option that stands for it.

    Raises Blocked (not-confirmed) for another answer, and where there is no terminal to ask on.
    """
    if not can_ask():
        raise _refused("nobody can be asked: there is no terminal", allowed_by)
    print(f"{visible(question)}\nType {answer} to go on: ", end="", file=sys.stderr, flush=True)
    given = sys.stdin.readline()
    if given.strip() != answer:
        raise _refused(f"the answer was not {answer}", allowed_by)


def can_ask() -> bool:
    """Whether there is a terminal to ask on."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _refused(why: str, allowed_by: str) -> Blocked:
    return Blocked(
        f"{why}; nothing was changed",
        where=Place(note="confirmation"),
        fix=f"read what would be done, then give {allowed_by}",
        code=ErrorCode.NOT_CONFIRMED,
        allowed_by=allowed_by,
    )

"""Problems that somebody accepts: by a comment at the place, or in the settings, with a reason.

    # trueup: accept T012, the table is a cache

A comment stands on the line of the problem, or alone on the lines right above it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from .._dataclass import dataclass
from ..lifecycle.files import read_regular
from .problem import Problem

_COMMENT = re.compile(r"(?:#|//)\s*trueup: accept (?P<code>[\w:.-]*\w)\W*(?P<reason>.*)")
_ALONE = re.compile(r"\s*(?:#|//)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Problems, sorted by whether they are accepted.

    open: not accepted. accepted: each with its reason. notes: what is wrong with acceptances.
    """

    open: Sequence[Problem]
    accepted: Sequence[tuple[Problem, str]] = ()
    notes: Sequence[str] = ()


def sort_out(
    problems: Iterable[Problem],
    reasons: Mapping[str, str],
    lines_of: Callable[[str], Sequence[str]],
    whole: str = "",
) -> Outcome:
    """Take out what is accepted.

    reasons: by code, or by code and table or resource: `T012 OrdersTable`. lines_of: the lines of a
    file, none if it cannot be read. whole: the letters of codes that were looked for everywhere, so
    that a reason for one which fits nothing is in vain.
    """
    found: list[Problem] = []
    accepted: list[tuple[Problem, str]] = []
    notes: dict[str, None] = {}
    used: set[str] = set()
    for problem in problems:
        keys = [key for key in (f"{problem.code} {problem.of}", problem.code) if key in reasons]
        said = _comment(problem, lines_of(problem.file)) if problem.line else None
        if said == "":
            notes[f"{problem.place}: {problem.code} is accepted there without a reason"] = None
        if reason := said or next((reasons[key] for key in keys), ""):
            accepted.append((problem, reason))
            used.update(keys)
        else:
            found.append(problem)
    vain = [key for key in reasons if key not in used and key.startswith(tuple(whole))]
    notes |= {f"nothing fits the accepted {key}": None for key in vain}
    return Outcome(tuple(found), tuple(accepted), tuple(notes))


def _comment(problem: Problem, lines: Sequence[str]) -> str | None:
    """The reason in a comment, empty if it has none; None without a comment."""
    above = takewhile(_ALONE.match, reversed(lines[: problem.line - 1]))
    for line in (*lines[problem.line - 1 : problem.line], *above):
        said = _COMMENT.search(line)
        if said and said["code"] == problem.code:
            return said["reason"].strip()
    return None


def lines_of_file(file: str) -> Sequence[str]:
    """The lines of a text file; none if it cannot be read."""
    try:
        return read_regular(Path(file)).decode("utf-8", errors="replace").splitlines()
    except OSError:
        return ()

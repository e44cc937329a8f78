"""The audit of code as problems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..problem import Problem
from .audit import Audit, audit
from .rules.catalogue import UNREAD
from .rules.expressions import expression_problems, missing_attributes
from .rules.reads import read_problems
from .rules.tables import Known, by_site, table_problems
from .rules.wiring import grant_problems, stream_problems
from .rules.writes import write_problems


def code_problems(root: Path) -> Sequence[Problem]:
    """What is wrong in the code below a folder, by place. No code of it is run.

    Raises OSError if the folder is not there.
    """
    found = judged(audit(root))
    return sorted(dict.fromkeys(found), key=lambda one: (one.file, one.line, one.code, one.what))


def judged(found: Audit) -> Iterator[Problem]:
    """What is wrong in what was read."""
    known = Known(found.declared)
    for unread in found.unread:
        yield UNREAD.problem(unread.reason, file=unread.file, line=unread.line, is_unknown=True)
    yield from _unfollowed(found)
    yield from table_problems(found, known)
    for use in by_site(found.uses).values():
        yield from read_problems(use, known)
    for use in found.uses:
        yield from expression_problems(use)
        yield from write_problems(use)
    yield from missing_attributes(found.uses, known)
    yield from stream_problems(found, known)
    yield from grant_problems(found)


def _unfollowed(found: Audit) -> Iterator[Problem]:
    """One for each file: what was not followed in it says the same."""
    by_file: dict[str, list[tuple[int, str]]] = {}
    for site, why in found.found.unfollowed.items():
        by_file.setdefault(site.file, []).append((site.line, why))
    for file, places in by_file.items():
        line, why = min(places)
        more = f", and {len(places) - 1} more functions" if len(places) > 1 else ""
        yield UNREAD.problem(f"{why}{more}", file=file, line=line, is_unknown=True)

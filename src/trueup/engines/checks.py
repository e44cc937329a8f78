"""Checks: what an engine finds out about its database for `trueup doctor`, one finding at a time.

A check changes nothing, waits for a bounded time, and shows no secret. What stands in its way is
a finding, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from .._dataclass import dataclass
from ..errors import TrueupError
from ..model.description.tables import TableDescription

R = TypeVar("R")
A = TypeVar("A")

WAIT_S = 3.0
"""The longest wait of one check."""


class Verdict(StrEnum):
    """What a check came to.

    UNKNOWN: it could not be made. NOT_NEEDED: what it looks at does not exist here.
    """

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check.

    found: in a sentence. fix: how to mend it; empty if all is well. where: a file, or the place of
    an error; empty if the sentence says it.
    """

    check: str
    verdict: Verdict
    found: str
    fix: str = ""
    where: str = ""


def good(check: str, found: str, where: str = "") -> Finding:
    """All is well."""
    return Finding(check, Verdict.GOOD, found, where=where)


def bad(check: str, found: str, fix: str, where: str = "") -> Finding:
    """Something is to be mended."""
    return Finding(check, Verdict.BAD, found, fix, where)


def unknown(check: str, found: str, fix: str) -> Finding:
    """The check could not be made. fix: what would let it."""
    return Finding(check, Verdict.UNKNOWN, found, fix)


def not_needed(check: str, found: str) -> Finding:
    """There is nothing to check."""
    return Finding(check, Verdict.NOT_NEEDED, found)


def refused(check: str, error: TrueupError) -> Finding:
    """An error as a finding; one that may pass by itself leaves it unknown."""
    verdict = Verdict.UNKNOWN if error.retryable else Verdict.BAD
    return Finding(check, verdict, error.what, error.fix, str(error.where))


@dataclass(frozen=True, slots=True)
class Attempt(Generic[R]):
    """What an attempt gave, or why it failed. Exactly one is set, unless it gave None."""

    result: R | None
    failed: Finding | None = None


def attempt(check: str, act: Callable[[], R]) -> Attempt[R]:
    """The result of `act`; an error of ours becomes a finding."""
    try:
        return Attempt(act())
    except TrueupError as error:
        return Attempt(None, refused(check, error))


@dataclass(frozen=True, slots=True)
class Examination:
    """What is examined.

    tables: by physical name. state_table: the physical name of the table where apply keeps its lock
    and its journal; empty if that is not asked. principal: whose permissions are asked for, in the
    engine's own words; empty for the caller's. clock: epoch seconds. health: whether the
    database is asked how the tables do, which takes some requests.
    """

    tables: Mapping[str, TableDescription]
    clock: Callable[[], float]
    state_table: str = ""
    principal: str = ""
    health: bool = False


Checks: TypeAlias = Callable[[A, Examination], Iterator[Finding]]
"""The checks of an engine. A: its parsed URL."""


def state_table_finding(name: str, is_there: bool) -> Finding:
    """Whether apply has begun in a database."""
    if is_there:
        return good("state table", f"{name} is there")
    return not_needed("state table", f"{name} is not there yet; the first apply makes it")


def listed(names: Sequence[str], most: int = 4) -> str:
    """Some names in a sentence, with how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")

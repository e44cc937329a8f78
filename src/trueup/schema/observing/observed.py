"""What a statement did to tables when it ran on a shadow: locks, rows read, rows written anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from ..._dataclass import dataclass

LOCKS = (
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)
"""The locks of a table, the weakest first.
Source: https://www.postgresql.org/docs/15/explicit-locking.html#LOCKING-TABLES"""


def holds_up_writes(lock: str) -> bool:
    """Whether others wait for a lock who write."""
    return LOCKS.index(lock) >= LOCKS.index("SHARE")


def holds_up_reads(lock: str) -> bool:
    """Whether others wait for a lock who only read."""
    return lock == LOCKS[-1]


def holds_up_changes(lock: str) -> bool:
    """Whether others wait for a lock who change the table itself: each waits at least for these."""
    return LOCKS.index(lock) >= LOCKS.index("SHARE UPDATE EXCLUSIVE")


def strongest(locks: Sequence[str]) -> str:
    """The strongest of some locks."""
    return max(locks, key=LOCKS.index)


@dataclass(frozen=True, slots=True)
class Observed:
    """A statement that ran on a shadow, over tables that are like the live ones.

    transaction: the number of its transaction; locks are held to its end. Statements of their own
        have each another.
    locks: by table, the strongest lock that it took. rewrites: tables and indexes that
        have other files afterwards. reads: tables whose rows were all read. changes: tables of
        which rows were changed.
    took_ms: how long it took, with `rows` in the tables that it reads or writes anew. empty_ms: how
        long over empty ones; None if it was not tried.
    why_not: why it was not observed; empty if it was.
    """

    sql: str
    transaction: int = 0
    locks: Mapping[str, str] = field(default_factory=dict)
    rewrites: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    took_ms: float = 0.0
    empty_ms: float | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    why_not: str = ""


def together(empty: Sequence[Observed], full: Sequence[Observed]) -> list[Observed]:
    """What was seen of the same statements over empty tables, and over full ones. Of a statement
    that rows stood in the way of, what it does to empty tables."""
    later = list(full)
    return [
        _together(one, later.pop(0)) if later and later[0].sql == one.sql else one for one in empty
    ]


def _together(empty: Observed, full: Observed) -> Observed:
    if empty.why_not or full.why_not:
        return empty
    names = sorted({*empty.locks, *full.locks})
    both = (empty.locks, full.locks)
    return replace(
        full,
        transaction=empty.transaction,
        locks={name: strongest([one[name] for one in both if name in one]) for name in names},
        rewrites=tuple(dict.fromkeys((*empty.rewrites, *full.rewrites))),
        reads=tuple(dict.fromkeys((*empty.reads, *full.reads))),
        empty_ms=empty.took_ms,
    )

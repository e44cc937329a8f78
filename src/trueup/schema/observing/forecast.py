"""What a statement that was observed on a shadow will do to the live tables, by their size.

The time over empty tables is the same for all, yet no more than half of the whole is taken for it;
what each row adds is multiplied by the live rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from ..._dataclass import dataclass
from .observed import (
    LOCKS,
    Observed,
    holds_up_changes,
    holds_up_reads,
    holds_up_writes,
    strongest,
)


@dataclass(frozen=True, slots=True)
class Hold:
    """What one transaction does to one table.

    lock: the strongest that it takes. held_ms: from that lock to the end of the transaction; None
    if it is not known. rows: about how many the table has; None if that is not known.
    """

    table: str
    lock: str
    held_ms: float | None
    rows: int | None = None
    is_read: bool = False
    is_rewritten: bool = False
    rebuilt: tuple[str, ...] = ()

    @property
    def writes_wait(self) -> bool:
        """Whether others wait who write."""
        return holds_up_writes(self.lock)

    @property
    def reads_wait(self) -> bool:
        """Whether others wait who read."""
        return holds_up_reads(self.lock)


def holds(seen: Sequence[Observed], live_rows: Mapping[str, int]) -> Iterator[Hold]:
    """What transactions do to each table, in their order. live_rows: by table, about how many."""
    for _, some in groupby(seen, key=lambda one: one.transaction):
        yield from _of_transaction(list(some), live_rows)


def _of_transaction(seen: Sequence[Observed], live_rows: Mapping[str, int]) -> Iterator[Hold]:
    times = [forecast_ms(one, live_rows) for one in seen]
    for table in dict.fromkeys(name for one in seen for name in (*one.reads, *one.locks)):
        locks = [one.locks[table] for one in seen if table in one.locks]
        lock = strongest(locks) if locks else LOCKS[0]
        first = next((n for n, one in enumerate(seen) if one.locks.get(table) == lock), len(seen))
        if any(table in one.reads for one in seen[:first]):
            yield _hold(table, LOCKS[0], seen[:first], times[:first], live_rows)
        if first < len(seen) and holds_up_changes(lock):
            yield _hold(table, lock, seen[first:], times[first:], live_rows)


def _hold(
    table: str,
    lock: str,
    seen: Sequence[Observed],
    times: Sequence[float | None],
    live_rows: Mapping[str, int],
) -> Hold:
    known = [one for one in times if one is not None]
    locked = {name for one in seen for name in one.locks}
    return Hold(
        table,
        lock,
        sum(known) if len(known) == len(times) else None,
        live_rows.get(table),
        is_read=any(table in one.reads for one in seen),
        is_rewritten=any(table in one.rewrites for one in seen),
        rebuilt=tuple(dict.fromkeys(x for one in seen for x in one.rewrites if x not in locked)),
    )


def forecast_ms(seen: Observed, live_rows: Mapping[str, int]) -> float | None:
    """How long a statement will take; None if no row of the shadow says how long each takes."""
    worked = {*seen.reads, *seen.rewrites} & seen.rows.keys()
    if not worked:
        return seen.took_ms if seen.empty_ms is None else min(seen.took_ms, seen.empty_ms)
    if any(not seen.rows[name] and live_rows.get(name, 1) for name in worked):
        return None
    if any(name not in live_rows for name in worked):
        return None
    fixed_ms = min(seen.empty_ms or 0.0, seen.took_ms / 2)
    scale = max(live_rows[name] / max(1, seen.rows[name]) for name in worked)
    return fixed_ms + (seen.took_ms - fixed_ms) * scale


def longest_wait(seen: Sequence[Hold]) -> float | None:
    """The longest time for which others wait who write; 0 if nobody does, None if it is not
    known."""
    found = [one.held_ms for one in seen if one.writes_wait]
    known = [one for one in found if one is not None]
    return max(known, default=0.0) if len(known) == len(found) else None

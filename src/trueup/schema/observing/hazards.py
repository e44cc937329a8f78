"""The hazards of what was observed, in place of those that a rule foretells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..hazard import Hazard, HazardCode
from ..severity import Severity
from .forecast import Hold

OBSERVABLE = frozenset({HazardCode.TABLE_REWRITE, HazardCode.TABLE_SCAN, HazardCode.WRITES_WAIT})
"""The hazards that an observation confirms, or shows to be none."""


def observed_hazards(holds: Sequence[Hold]) -> Iterator[Hazard]:
    """One hazard for each table and what happens to it."""
    for table in dict.fromkeys(one.table for one in holds):
        of_table = [one for one in holds if one.table == table]
        yield from _of(table, of_table)


def _of(table: str, holds: Sequence[Hold]) -> Iterator[Hazard]:
    rewritten = [one for one in holds if one.is_rewritten]
    waiting = [one for one in holds if one.is_read and one.writes_wait and not one.is_rewritten]
    read = [one for one in holds if one.is_read and not one.writes_wait]
    if rewritten:
        yield Hazard(
            HazardCode.TABLE_REWRITE,
            Severity.HIGH,
            f"{shown_rows(rewritten[0].rows)} of {table} are written anew {_time(rewritten)}; "
            "reads and writes wait",
        )
    if waiting:
        who = "reads and writes" if any(one.reads_wait for one in waiting) else "writes"
        yield Hazard(
            HazardCode.WRITES_WAIT,
            Severity.HIGH,
            f"{shown_rows(waiting[0].rows)} of {table} are read {_time(waiting)}; {who} wait",
        )
    if read:
        yield Hazard(
            HazardCode.TABLE_SCAN,
            Severity.LOW,
            f"{shown_rows(read[0].rows)} of {table} are read {_time(read)}; reads and writes go on",
        )


def _time(holds: Iterable[Hold]) -> str:
    known = [one.held_ms for one in holds]
    times = [one for one in known if one is not None]
    if len(times) < len(known):
        return "in a time that is not known"
    return f"in {shown_time(max(times))}"


def shown_rows(rows: int | None) -> str:
    """About how many rows: `about 1.2 million rows`."""
    if rows is None:
        return "all rows"
    if rows >= 1_000_000:
        return f"about {rows / 1_000_000:.3g} million rows"
    return f"about {rows:,} rows" if rows else "all rows (there are none)"


def shown_time(milliseconds: float | None) -> str:
    """About how long: `about 3 ms`, `about 4.1 s`."""
    if milliseconds is None:
        return "a time that is not known"
    if milliseconds < 1:
        return "less than 1 ms"
    if milliseconds < 1_000:
        return f"about {milliseconds:.0f} ms"
    if milliseconds < 100_000:
        return f"about {milliseconds / 1_000:.2g} s"
    return f"about {milliseconds / 60_000:.0f} min"

"""What a shadow showed of a plan: in lines, and in its document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from ...observation.forecasts import Changing, Forecast, forecast
from ...schema.hazard import Hazard
from ...schema.observing.forecast import Hold
from ...schema.observing.hazards import OBSERVABLE, shown_rows, shown_time
from ...schema.observing.observed import LOCKS, Observed
from .view import PlanView, ShownChange


def with_observations(view: PlanView, url: str, shadow_url: str) -> PlanView:
    """The view with what a shadow shows of each change. Raises the errors of `observe`."""
    from ...observation.plans import observe  # its driver is an extra

    made = [one for one in view.changes if not one.refusal]
    found = observe(url, shadow_url, [Changing(one.steps) for one in made]) if made else None
    forecasts = [] if found is None else [forecast(one, found.rows) for one in found.changes]
    by_change = dict(zip(map(id, made), forecasts, strict=True))
    changes = [replace(one, observed=by_change.get(id(one))) for one in view.changes]
    return replace(view, changes=changes)


def shown_hazards(shown: ShownChange) -> list[Hazard]:
    """The hazards of a change; if it was observed, those that were seen, and not those that a rule
    foretells."""
    if shown.observed is None or shown.observed.why_not:
        return list(shown.planned.hazards)
    told = [one for one in shown.planned.hazards if one.code not in OBSERVABLE]
    return [*told, *shown.observed.hazards]


def observed_lines(found: Forecast) -> Iterator[str]:
    """What is said of a change that was observed, or of why it was not."""
    if found.why_not:
        yield f"? not observed: {found.why_not}"
        return
    yield from (f"seen: {line}" for line in hold_lines(found.holds))
    if found.spared:
        yield f"spared: {found.spared}"


def hold_lines(found: Sequence[Hold]) -> Iterator[str]:
    """A line for each kind of hold; those of several transactions that are alike are one."""
    alike: dict[tuple[object, ...], list[Hold]] = {}
    for one in found:
        key = (one.table, one.lock, one.is_read, one.is_rewritten)
        alike.setdefault(key, []).append(one)
    for some in alike.values():
        yield _hold_line(some)


def _hold_line(some: Sequence[Hold]) -> str:
    one, times = some[0], [hold.held_ms for hold in some]
    known = [time for time in times if time is not None]
    held = shown_time(max(known) if len(known) == len(times) else None)
    often = f"{len(some)} times, each " if len(some) > 1 else ""
    work = ""
    if one.is_rewritten:
        work = f", in which {shown_rows(one.rows)} are written anew"
    elif one.is_read:
        work = f", in which {shown_rows(one.rows)} are read"
    if one.rebuilt:
        work += f" and {', '.join(one.rebuilt)} built anew"
    who = "reads and writes wait" if one.reads_wait else "writes wait"
    who = who if one.writes_wait else "reads and writes go on"
    if one.lock == LOCKS[0]:
        return f"{shown_rows(one.rows)} of {one.table} are read, {often}in {held}, before any lock"
    return f"{one.lock} lock on {one.table}, {often}for {held}{work}; {who}"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StatementObserved(_Part):
    """A statement on the shadow. locks: by table. rows: how many the tables had that it read or
    wrote anew. empty_ms: how long it took over empty tables; null if that was not tried."""

    sql: str
    transaction: int
    locks: dict[str, str]
    rewrites: list[str]
    reads: list[str]
    took_ms: float
    empty_ms: float | None
    rows: dict[str, int]


class HoldDocument(_Part):
    """What a transaction will do to a live table. held_ms, rows: null if that is not known."""

    table: str
    lock: str
    held_ms: float | None
    rows: int | None
    is_read: bool
    is_rewritten: bool
    rebuilt: list[str]
    reads_wait: bool
    writes_wait: bool


class ObservedDocument(_Part):
    """What a shadow showed of a change. hazards: their codes, with a text for people.

    holds, plain: what the live tables will feel, and what they would feel of the plain form.
    spared: the difference in words. why_not: why nothing is known; empty if something is.
    """

    why_not: str
    hazards: dict[str, str]
    statements: list[StatementObserved]
    holds: list[HoldDocument]
    plain: list[HoldDocument]
    spared: str


def observed_document(found: Forecast) -> ObservedDocument:
    """What was observed of a change."""
    return ObservedDocument(
        why_not=found.why_not,
        hazards={str(one.code): one.text for one in found.hazards},
        statements=[_statement(one) for step in found.seen.steps for one in step],
        holds=[_hold(one) for one in found.holds],
        plain=[_hold(one) for one in found.plain],
        spared=found.spared,
    )


def _statement(seen: Observed) -> StatementObserved:
    return StatementObserved(
        sql=seen.sql,
        transaction=seen.transaction,
        locks=dict(seen.locks),
        rewrites=list(seen.rewrites),
        reads=list(seen.reads),
        took_ms=seen.took_ms,
        empty_ms=seen.empty_ms,
        rows=dict(seen.rows),
    )


def _hold(hold: Hold) -> HoldDocument:
    return HoldDocument(
        table=hold.table,
        lock=hold.lock,
        held_ms=None if hold.held_ms is None else round(hold.held_ms, 1),
        rows=hold.rows,
        is_read=hold.is_read,
        is_rewritten=hold.is_rewritten,
        rebuilt=list(hold.rebuilt),
        reads_wait=hold.reads_wait,
        writes_wait=hold.writes_wait,
    )

"""The database is brought to what is declared: what lacks is added, and nothing else is changed.

lock ─► plan ─┬─► nothing to do ─► verify ─► done
   ▲          ├─► something is no addition ─► refused, with the codes of its hazards
   └── timeout└─► add, step by step ─► plan again
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from pydantic import BaseModel

from trueup import Blocked, ErrorCode, NeedsOperator, Place, Session, TrueupError
from trueup.engines.open_tables import OpenTables, open_tables
from trueup.lifecycle.declared import declared_tables
from trueup.lifecycle.verification import look_at, verify_tables
from trueup.operations.operation import send, sleep
from trueup.schema.changes import AddIndex, AddTable, Change, ChangePart
from trueup.schema.engine import LiveTable, Step, pauses
from trueup.schema.facts import dotted
from trueup.schema.plan import Plan, make_plan

from .tables import layer

_log = logging.getLogger(__name__)

_LOCK = "hashtextextended('domainflow: initialise', 0)"
_ROUNDS = 5
_WHERE = Place("postgres", note="domainflow")


class _Taken(BaseModel):
    is_taken: bool


class _Holder(BaseModel):
    pid: int
    application: str


def converge(url: str, budget_s: float) -> None:
    """Add to the database what it lacks, within so many seconds.

    Raises:
        Blocked: (locked) another run is at work, and was so for all the time.
        NeedsOperator: (schema-mismatch) something is there that differs; nothing was changed if
            that was so from the beginning.
        TrueupError: of the database.
    """
    deadline_s = time.monotonic() + budget_s
    with (
        _logged("converge"),
        _connected(url, budget_s) as opened,
        opened.beside(layer).session() as session,
    ):
        with _logged("lock"):
            _take_lock(opened, session, deadline_s)
        _add_what_lacks(opened, deadline_s)
        with _logged("verify"):
            _verify(opened)


@contextmanager
def _connected(url: str, budget_s: float) -> Iterator[OpenTables]:
    """The tables, until the end of the block; only the connecting is logged."""
    with ExitStack() as stack:
        with _logged("connect"):
            opened = stack.enter_context(open_tables(url, layer, timeout_s=budget_s))
        yield opened


@contextmanager
def _logged(operation: str, **facts: object) -> Iterator[None]:
    """Log what was done and how long it took, or the code of the error that ended it, which goes
    on. facts: fields of the record; none of them is a value of a row, or a secret."""
    began_s = time.monotonic()

    def record() -> dict[str, object]:
        took_ms = round((time.monotonic() - began_s) * 1000, 1)
        return {"operation": operation, **facts, "duration_ms": took_ms}

    try:
        yield
    except TrueupError as error:
        _log.error("initialise: %s failed", operation, extra={**record(), "code": str(error.code)})
        raise
    _log.info("initialise: %s", operation, extra=record())


def _take_lock(opened: OpenTables, session: Session, deadline_s: float) -> None:
    """Hold the lock of all initialisations until the session ends. It is asked for again and
    again, and never waited for: a queue behind a lock would stop others, too."""
    taken = f"SELECT pg_try_advisory_xact_lock({_LOCK}) AS is_taken"
    for pause_s in pauses():
        answer = session.fetch_one(_Taken, taken)
        if answer is not None and answer.is_taken:
            return
        if time.monotonic() + pause_s > deadline_s:
            break
        opened.runner.run(sleep(pause_s), "initialise")
    raise Blocked(
        f"another initialisation is at work: {_holder(session)}",
        where=_WHERE,
        fix="call again when it has ended",
        code=ErrorCode.LOCKED,
    )


def _holder(session: Session) -> str:
    found = session.fetch(
        _Holder,
        "SELECT a.pid, coalesce(a.application_name, '') AS application FROM pg_locks l "
        "JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted "
        f"AND l.classid = (({_LOCK} >> 32) & 4294967295)::oid "
        f"AND l.objid = ({_LOCK} & 4294967295)::oid",
    )
    return ", ".join(f"process {one.pid} {one.application}".strip() for one in found) or "unknown"


def _add_what_lacks(opened: OpenTables, deadline_s: float) -> None:
    for _ in range(_ROUNDS):
        with _logged("plan"):
            plan, live = _plan(opened)
            _refuse_what_is_no_addition(plan)
        if not plan.changes:
            return
        for step in opened.open_layer.engine.render(plan.steps, live):
            _perform(opened, step, deadline_s)
    raise _refused(["the tables still lack something after all additions"], [])


def _plan(opened: OpenTables) -> tuple[Plan, Mapping[str, LiveTable]]:
    declared = declared_tables(opened.open_layer, [], protect=False)
    live = opened.runner.run(opened.open_layer.engine.inspect(list(declared)), "initialise")
    return make_plan(declared, live, owned=list(declared)), live


def _refuse_what_is_no_addition(plan: Plan) -> None:
    others = [one for one in plan.changes if not all(map(_is_addition, one.steps))]
    if others or plan.unseen:
        hazards = [str(hazard.code) for one in others for hazard in one.hazards]
        unseen = [f"{name} is not known in full" for name in plan.unseen]
        raise _refused([*(str(one.change) for one in others), *unseen], hazards)


def _is_addition(change: Change) -> bool:
    """Whether a change leaves all that is there as it is."""
    if isinstance(change, ChangePart):
        return change.before is None
    return isinstance(change, AddTable | AddIndex)


def _perform(opened: OpenTables, step: Step, deadline_s: float) -> None:
    with _logged("step", step=step.comment):
        for pause_s in pauses():
            progress = opened.runner.run_until(deadline_s, send(step.request), "initialise")
            if progress.is_done or progress.is_late:
                return
            opened.runner.run(sleep(pause_s), "initialise")


def _verify(opened: OpenTables) -> None:
    """Refuse success if anything that is declared is not there, or not known."""
    declared = declared_tables(opened.open_layer, [], protect=False)
    found = verify_tables(declared, look_at(opened))
    bad = [*found.differing(), *found.unknown]
    if bad:
        raise _refused([f"{one.table} {dotted(one.difference.path)}" for one in bad], [])


def _refused(differing: list[str], hazards: list[str]) -> NeedsOperator:
    codes = ", ".join(hazards) or str(ErrorCode.SCHEMA_MISMATCH)
    facts = {"operation": "refuse", "hazards": hazards, "differing": differing}
    _log.error("initialise: refused (%s): %s", codes, "; ".join(differing), extra=facts)
    return NeedsOperator(
        f"the database has what is no addition to it ({codes}): {'; '.join(differing)}",
        where=_WHERE,
        code=ErrorCode.SCHEMA_MISMATCH,
        fix="make the change by a migration, then call again",
    )

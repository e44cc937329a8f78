"""The journal: which runs there were, with which plan, and which steps began and ended.

It keeps the last KEPT_RUNS runs of a layer in a stage, of at most KEPT_DAYS days.
"""

from __future__ import annotations

from itertools import islice

from ..aims import Seen
from ..clocks import Clocks
from .lock import Lease
from .records import Outcome, RunRecord, Scope, StepRecord, run_kind, step_kind
from .store import Store

KEPT_RUNS = 50
KEPT_DAYS = 90
_MOST_REMOVED = 5
"""The old runs that a run removes, so that it is not held up by them."""


class Journal:
    """The record of one run, written as it goes; each write renews the run's lease."""

    def __init__(self, lease: Lease, run: RunRecord, clocks: Clocks) -> None:
        self._lease = lease
        self._clocks = clocks
        self.run = run

    def begin(self) -> None:
        """Record that the run begins."""
        self._lease.renew(self.run)

    def step(self, number: int, table: str, comment: str) -> StepRecord:
        """The record of a step that begins now; not written."""
        return StepRecord(
            kind=step_kind(self.run.id),
            id=f"{number:06}",
            table=table,
            comment=comment,
            began_at_epoch_s=self._clocks.now_epoch_s,
        )

    def end_step(self, step: StepRecord) -> None:
        """Record that a step has ended."""
        ended = {"ended_at_epoch_s": self._clocks.now_epoch_s}
        self._lease.renew(step.model_copy(update=ended))

    def end(self, outcome: Outcome) -> None:
        """Record how the run ended."""
        ended = {"outcome": outcome, "ended_at_epoch_s": self._clocks.now_epoch_s}
        self._lease.renew(self.run.model_copy(update=ended))


def new_run(lease: Lease, agreed: Seen, steps: int, now_epoch_s: int) -> RunRecord:
    """The record of a run that begins now. agreed: the plan that it carries out or goes on with."""
    return RunRecord(
        kind=run_kind(lease.lock.scope),
        id=lease.lock.run_id,
        plan_id=agreed.plan_id,
        agreed=agreed.digest,
        owner=lease.lock.owner,
        began_at_epoch_s=now_epoch_s,
        steps=steps,
    )


def runs(store: Store, scope: Scope, most: int = KEPT_RUNS) -> list[RunRecord]:
    """The last runs, newest first."""
    records = store.records(RunRecord)
    found = records.query(run_kind(scope), order="descending", consistent=True)
    return list(islice(found, most))


def steps(store: Store, run_id: str) -> list[StepRecord]:
    """The steps that a run began, in order."""
    return store.records(StepRecord).query(step_kind(run_id), consistent=True).all()


def last_outcome(store: Store, scope: Scope, agreed: Seen) -> Outcome | None:
    """How the last run ended, if it was one of this plan; None if it was not, or there was none.

    What a file says of a plan counts only if the run has recorded the same.
    """
    last = next(iter(runs(store, scope, 1)), None)
    is_same = last is not None and (last.plan_id, last.agreed) == (agreed.plan_id, agreed.digest)
    return last.outcome if last is not None and is_same else None


def remove_old(store: Store, lease: Lease, now_epoch_s: int) -> None:
    """Remove some of the runs that are too old, or too many, with their steps."""
    found = runs(store, lease.lock.scope, KEPT_RUNS + _MOST_REMOVED)
    oldest_s = now_epoch_s - KEPT_DAYS * 86_400
    recent = [run for run in found[:KEPT_RUNS] if run.began_at_epoch_s >= oldest_s]
    for run in found[len(recent) :][-_MOST_REMOVED:]:
        lease.remove_all([*steps(store, run.id), run])

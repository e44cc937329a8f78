"""apply: a plan is carried out under the lock, step by step; a run that was killed is gone on with.

lock ─► look ─► plan ─► is it the plan that was seen? is it allowed? ─► own what will be created
  ┌──────────────────────────────────────────────────────────────────────────────┘
  └─► steps ─┬─► others were faster: look, plan the rest ─► steps
             └─► done ─► look, record what was created ─► unlock
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .._dataclass import dataclass
from ..errors import Blocked, ErrorCode, NeedsOperator, Place, TrueupError
from ..schema.changes import AddTable, DropTable
from ..schema.engine import pauses
from ..schema.plan import Plan
from .aims import Seen, is_rest, seen
from .clocks import TRUE_CLOCKS, Clocks
from .events import LockTaken, LookedAgain, Stopped, Tell, Waiting, tell_nobody
from .guards import check_allowed, check_protected
from .inspection import Intent, Sides, Target, inspect
from .owner import find_owner, new_run_id
from .state.journal import Journal, last_outcome, new_run, remove_old
from .state.lock import Lease, acquire
from .state.ownership import intended, settled
from .state.records import Outcome
from .steps import MOST_WAIT_S, Steps

_MOST_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Applied:
    """A run that came to its end. done: its steps, in order."""

    run_id: str
    plan_id: str
    done: tuple[str, ...]


def apply(
    target: Target,
    intent: Intent,
    agreed: Seen | None = None,
    *,
    owner: str = "",
    clocks: Clocks = TRUE_CLOCKS,
    tell: Tell = tell_nobody,
) -> Applied:
    """Make the live tables as declared, or drop them.

    agreed: the plan that somebody agreed to; None plans under the lock, and carries that out.
    owner: who runs, for others to read. tell: is told how it goes.

    Raises:
        Blocked: (locked) another run holds the lock; (state-unusable) the state may not be used;
            (stale-plan) it takes other changes than those agreed to; (not-allowed) a change needs
            an option that was not given; (protected-stage) the stage protects its tables, or did
            when they were recorded. Nothing was changed.
        NeedsOperator: (lock-lost) another run took over.
        TrueupError: of the engine. What is done stays done; another run goes on from there.
    """
    run_id = new_run_id(clocks.epoch_s())
    with _locked(target, run_id, owner or find_owner(), clocks, tell) as lease:
        remove_old(target.store, lease, clocks.now_epoch_s)
        sides = _when_usable(target, lease, clocks, tell)
        plan = sides.plan(intent)
        begun = _what_was_agreed(target, plan, agreed)
        check_allowed(plan, intent)
        check_protected(sides, plan, intent, target.scope)
        return _Run(target, intent, lease, clocks, tell).carry_out(sides, plan, begun)


@contextmanager
def _locked(target: Target, run_id: str, owner: str, clocks: Clocks, tell: Tell) -> Iterator[Lease]:
    """The lock, which is released in the end, however it comes."""
    before = {lock.scope: lock for lock in target.store.permitted(target.store.locks)}
    lease = acquire(target.store, target.scope, run_id, owner, clocks)
    try:
        former = before.get(target.scope)
        tell(LockTaken(run_id, lease.lock.number, former.owner if former else ""))
        yield lease
    except BaseException as error:
        try:
            lease.release()
        except TrueupError as failure:
            error.add_note(f"the lock was not released, and will expire: {failure.what}")
        raise
    lease.release()


def _when_usable(target: Target, lease: Lease, clocks: Clocks, tell: Tell) -> Sides:
    """Both sides, once no table of ours is being created or changed: a run that was killed may have
    begun that."""
    began_s, waits = clocks.monotonic_s(), pauses()
    sides = inspect(target)
    while sides.busy and (waited_s := clocks.monotonic_s() - began_s) <= MOST_WAIT_S:
        for name in sides.busy:
            busy = sides.live[name].busy or {"the table": "being changed"}
            note = ", ".join(f"{what} is {how}" for what, how in busy.items())
            tell(Waiting(name, note, waited_s))
        clocks.pause(next(waits))
        lease.keep()
        sides = inspect(target)
    return sides


def _what_was_agreed(target: Target, plan: Plan, agreed: Seen | None) -> Seen:
    """The plan that is carried out, or gone on with. Refuse one that nobody agreed to: it may only
    be the rest of one that the last run began, and did not end well."""
    if agreed is None or plan.id == agreed.plan_id:
        return seen(plan)
    if is_rest(plan, agreed):
        outcome = last_outcome(target.store, target.scope, agreed)
        is_over = outcome is Outcome.DONE and plan.changes
        if outcome is not None and not is_over:
            return agreed
    raise Blocked(
        f"the plan {agreed.plan_id} is stale: the tables, or their declarations, are no longer as "
        "it found them",
        where=Place(note=str(target.scope)),
        fix="run trueup plan again, and look at what has changed; nothing was changed",
        code=ErrorCode.STALE_PLAN,
    )


class _Run:
    """One run, which has the lock."""

    def __init__(
        self, target: Target, intent: Intent, lease: Lease, clocks: Clocks, tell: Tell
    ) -> None:
        self._target = target
        self._intent = intent
        self._lease = lease
        self._clocks = clocks
        self._tell = tell

    def carry_out(self, sides: Sides, plan: Plan, agreed: Seen) -> Applied:
        """Perform the steps of a plan, and write down how it goes."""
        target, lease = self._target, self._lease
        steps = target.opened.open_layer.engine.render(plan.steps, sides.live)
        run = new_run(lease, agreed, len(steps), self._clocks.now_epoch_s)
        journal = Journal(lease, run, self._clocks)
        performing = Steps(
            target.opened.runner, lease, journal, dict(sides.owned.ours), self._clocks, self._tell
        )
        journal.begin()
        try:
            self._rounds(performing, sides, plan)
        except BaseException as error:
            self._stop(performing, journal, error)
            raise
        journal.end(Outcome.DONE)
        return Applied(run.id, agreed.plan_id, tuple(performing.done))

    def _rounds(self, performing: Steps, sides: Sides, plan: Plan) -> None:
        """The steps; those that are left, if others were faster."""
        render = self._target.opened.open_layer.engine.render
        whole = seen(plan)
        for _ in range(_MOST_ROUNDS):
            self._intend(performing, plan)
            is_late = performing.perform(render(plan.steps, sides.live))
            self._settle(performing, plan)
            if not is_late:
                return
            # What others have begun is not all there to see before it is done.
            sides = _when_usable(self._target, self._lease, self._clocks, self._tell)
            plan = sides.plan(self._intent)
            if not is_rest(plan, whole):
                break
            self._tell(LookedAgain(len(plan.changes)))
        raise NeedsOperator(
            "others change the tables at the same time, and not to what is declared",
            where=Place(note=str(self._target.scope)),
            fix="find out who does, then run trueup apply again",
            code=ErrorCode.SCHEMA_MISMATCH,
        )

    def _intend(self, performing: Steps, plan: Plan) -> None:
        """Own the tables that will be created, before they are: a killed run leaves no orphans."""
        names = [change.schema.name for change in plan.steps if isinstance(change, AddTable)]
        scope, now = self._target.scope, self._clocks.now_epoch_s
        records = list(intended(names, scope, performing.owned, now))
        self._lease.write_all(records)
        performing.owned |= {record.id: record for record in records}

    def _settle(self, performing: Steps, plan: Plan) -> None:
        """Look, record what was created, forget what was dropped."""
        sides = inspect(self._target)
        ours = dict(sides.owned.ours)
        done = list(settled(ours, sides.live, self._target.scope, lifts=self._intent.is_named))
        self._lease.write_all(done)
        dropped = _dropped(plan) | (ours.keys() - sides.declared.keys())
        gone = [record for name, record in ours.items() if name in dropped - sides.live.keys()]
        self._lease.remove_all(gone)
        performing.owned = ours | {record.id: record for record in done}

    def _stop(self, performing: Steps, journal: Journal, error: BaseException) -> None:
        """Say and write down how far the run came."""
        self._tell(
            Stopped(
                self._lease.lock.run_id,
                tuple(performing.done),
                performing.current,
                tuple(performing.left),
                performing.is_refused,
            )
        )
        if isinstance(error, TrueupError) and error.code is ErrorCode.LOCK_LOST:
            return  # nothing more is written
        outcome = Outcome.FAILED if isinstance(error, TrueupError) else Outcome.INTERRUPTED
        try:
            journal.end(outcome)
        except TrueupError as failure:
            error.add_note(f"the journal does not say how the run ended: {failure.what}")


def _dropped(plan: Plan) -> set[str]:
    """The tables that a plan drops for good."""
    names = {change.schema.name for change in plan.steps if isinstance(change, DropTable)}
    return names - {change.schema.name for change in plan.steps if isinstance(change, AddTable)}

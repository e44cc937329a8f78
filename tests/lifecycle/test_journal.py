"""The journal keeps the last runs, and not for ever."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lifecycle.places import SHOP, Place, Time, shop
from trueup.lifecycle.aims import Seen
from trueup.lifecycle.inspection import Target
from trueup.lifecycle.state.journal import (
    KEPT_DAYS,
    KEPT_RUNS,
    Journal,
    last_outcome,
    new_run,
    remove_old,
    runs,
    steps,
)
from trueup.lifecycle.state.lock import Lease, acquire
from trueup.lifecycle.state.records import Outcome


@pytest.fixture
def target() -> Iterator[Target]:
    with Place("sqlite://", "").opened(shop()) as target:
        yield target


def plan(number: int, *aims: str) -> Seen:
    return Seen(f"plan-{number}", frozenset(aims))


def run(target: Target, moment: Time, number: int, outcome: Outcome = Outcome.DONE) -> Lease:
    """A run with a step, a minute after the last."""
    moment.pass_by(60)
    lease = acquire(target.store, SHOP, f"run-{number:03}", "me", moment.clocks)
    record = new_run(lease, plan(number), 1, moment.clocks.now_epoch_s)
    journal = Journal(lease, record, moment.clocks)
    journal.begin()
    journal.end_step(journal.step(1, "Orders", "do it"))
    journal.end(outcome)
    remove_old(target.store, lease, moment.clocks.now_epoch_s)
    lease.release()
    return lease


def test_runs_are_read_newest_first(target: Target, moment: Time) -> None:
    for number in range(3):
        run(target, moment, number)
    assert [one.id for one in runs(target.store, SHOP)] == ["run-002", "run-001", "run-000"]
    assert [one.comment for one in steps(target.store, "run-001")] == ["do it"]


def test_run_that_is_killed_has_begun_and_not_ended(target: Target, moment: Time) -> None:
    lease = acquire(target.store, SHOP, "killed", "me", moment.clocks)
    journal = Journal(lease, new_run(lease, plan(1), 1, moment.clocks.now_epoch_s), moment.clocks)
    journal.begin()
    lease.renew(journal.step(1, "Orders", "do it"))
    (found,) = runs(target.store, SHOP)
    assert (found.outcome, found.ended_at_epoch_s) == (Outcome.BEGAN, 0)
    (step,) = steps(target.store, "killed")
    assert (step.began_at_epoch_s, step.ended_at_epoch_s) == (moment.epoch_s, 0)


def test_last_outcome_is_that_of_the_last_run_and_of_no_other_plan(
    target: Target, moment: Time
) -> None:
    run(target, moment, 1, Outcome.FAILED)
    assert last_outcome(target.store, SHOP, plan(1)) is Outcome.FAILED
    assert last_outcome(target.store, SHOP, plan(1, "an aim that a file has more")) is None
    assert last_outcome(target.store, SHOP, plan(2)) is None
    run(target, moment, 2)
    assert last_outcome(target.store, SHOP, plan(1)) is None
    assert last_outcome(target.store, SHOP, plan(2)) is Outcome.DONE


def test_too_many_runs_are_removed_with_their_steps(target: Target, moment: Time) -> None:
    for number in range(KEPT_RUNS + 3):
        run(target, moment, number)
    kept = [one.id for one in runs(target.store, SHOP, 1000)]
    assert len(kept) == KEPT_RUNS
    assert kept[-1] == "run-003"
    assert steps(target.store, "run-002") == []
    assert steps(target.store, "run-003") != []


def test_old_runs_are_removed(target: Target, moment: Time) -> None:
    for number in range(3):
        run(target, moment, number)
    moment.pass_by(KEPT_DAYS * 86_400)
    run(target, moment, 3)
    assert [one.id for one in runs(target.store, SHOP)] == ["run-003"]

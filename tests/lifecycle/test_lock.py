"""The lock is one run's at a time, on real databases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.lifecycle.places import SHOP, Place, Time, shop
from trueup import Blocked
from trueup.errors import ErrorCode, OutcomeUnknown
from trueup.lifecycle.clocks import Clocks
from trueup.lifecycle.inspection import Target
from trueup.lifecycle.state.journal import runs
from trueup.lifecycle.state.lock import LEASE_S, RENEW_AFTER_S, Lease, acquire, unlock
from trueup.lifecycle.state.records import Outcome, RunRecord, Scope, run_kind
from trueup.lifecycle.state.store import Store
from trueup.operations import Request, Wire
from trueup.testing.suite.harness.refusals import refused


@pytest.fixture
def target(place: Place) -> Iterator[Target]:
    with place.opened(shop()) as target:
        yield target


def take(target: Target, moment: Time, run: str, scope: Scope = SHOP) -> Lease:
    return acquire(target.store, scope, run, f"owner of {run}", moment.clocks)


def run_record(run_id: str) -> RunRecord:
    return RunRecord(
        kind=run_kind(SHOP), id=run_id, plan_id="p", owner="me", began_at_epoch_s=0, steps=1
    )


@pytest.mark.case("S43")
def test_held_lock_names_owner_age_and_expiry(target: Target, moment: Time) -> None:
    take(target, moment, "one")
    moment.pass_by(12)
    with refused(ErrorCode.LOCKED) as refusal:
        take(target, moment, "two")
    assert refusal.says("run one of owner of one, began 12 s ago, expires in 48 s")
    assert refusal.says("apply --unlock one")


def test_owner_that_another_program_wrote_stays_on_its_line(target: Target, moment: Time) -> None:
    owner = "me\n  to do: \x1b[2J"
    acquire(target.store, SHOP, "one", owner, moment.clocks)
    with refused(ErrorCode.LOCKED) as refusal:
        take(target, moment, "two")
    assert refusal.says(r"run one of me\n  to do: \x1b[2J, began")


def test_other_stages_and_layers_have_locks_of_their_own(target: Target, moment: Time) -> None:
    take(target, moment, "one")
    take(target, moment, "two", Scope("shop", "prod"))
    take(target, moment, "three", Scope("other", "beta"))
    take(target, moment, "four", Scope("beta/shop"))
    assert {lock.run_id for lock in target.store.locks()} == {"one", "two", "three", "four"}


def test_number_grows_over_release_unlock_and_expiry(target: Target, moment: Time) -> None:
    first = take(target, moment, "one")
    assert first.release()
    second = take(target, moment, "two")
    unlock(target.store, "two", SHOP)
    third = take(target, moment, "three")
    moment.pass_by(LEASE_S)
    fourth = take(target, moment, "four")
    leases = (first, second, third, fourth)
    assert [lease.lock.number for lease in leases] == [1, 2, 3, 4]


@pytest.mark.case("S43")
def test_expired_lock_is_taken_and_its_former_holder_writes_nothing(
    target: Target, moment: Time
) -> None:
    killed = take(target, moment, "one")
    moment.pass_by(LEASE_S)
    take(target, moment, "two")
    with refused(ErrorCode.LOCK_LOST) as refusal:
        killed.renew(run_record("one"))
    assert refusal.says("another applier took over: owner of two, run two")
    assert runs(target.store, SHOP) == []
    assert not killed.release()
    assert [lock.run_id for lock in target.store.locks()] == ["two"]


def test_renewal_keeps_the_lock_and_writes_with_it(target: Target, moment: Time) -> None:
    lease = take(target, moment, "one")
    for _ in range(3):
        moment.pass_by(LEASE_S - 1)
        lease.renew(run_record("one"))
    with refused(ErrorCode.LOCKED):
        take(target, moment, "two")
    assert [run.outcome for run in runs(target.store, SHOP)] == [Outcome.BEGAN]


def test_lease_that_is_renewed_while_another_run_looks_is_not_taken(
    target: Target, moment: Time
) -> None:
    """Its number is the same after the renewal: the expiry has to be looked at too."""
    lease = take(target, moment, "one")
    moment.pass_by(LEASE_S)
    told: list[float] = []

    def renewed_now() -> float:
        if not told:  # the other run has read the lock, and has not written yet
            lease.renew()
        told.append(moment.epoch_s)
        return moment.epoch_s

    clocks = replace(moment.clocks, epoch_s=renewed_now)
    with refused(ErrorCode.LOCKED):
        acquire(target.store, SHOP, "two", "you", clocks)


def test_wait_renews_a_lease_that_is_old(target: Target, moment: Time) -> None:
    lease = take(target, moment, "one")
    end_s = lease.deadline_s
    moment.pass_by(RENEW_AFTER_S - 1)
    lease.keep()
    assert lease.deadline_s == end_s
    moment.pass_by(1)
    lease.keep()
    assert lease.deadline_s == end_s + RENEW_AFTER_S


def test_holder_sends_nothing_after_a_lease_that_others_may_take(
    target: Target, moment: Time
) -> None:
    began_s = moment.monotonic_s
    lease = take(target, moment, "one")
    assert lease.deadline_s < began_s + LEASE_S


@pytest.mark.case("S44")
def test_unlock_frees_the_lock_and_stops_its_run(target: Target, moment: Time) -> None:
    lease = take(target, moment, "one")
    freed = unlock(target.store, "one", SHOP)
    assert (freed.run_id, freed.owner) == ("one", "owner of one")
    with refused(ErrorCode.LOCK_LOST) as refusal:
        lease.renew()
    assert refusal.says("apply --unlock")
    take(target, moment, "two")


@pytest.mark.case("S44")
def test_unlock_that_frees_nothing_does_not_say_so(target: Target, moment: Time) -> None:
    """Between its look and its write the run gives the lock back, and takes it once more."""
    lease = take(target, moment, "one")

    def again() -> float:
        lease.release()
        take(target, moment, "one")
        return moment.monotonic_s

    with refused(ErrorCode.LOCKED) as refusal:
        unlock(target.store, "one", SHOP, replace(moment.clocks, monotonic_s=again))
    assert refusal.says("the lock of run one is still there")
    assert [lock.run_id for lock in target.store.locks()] == ["one"]


@pytest.mark.case("S44")
def test_unlock_of_an_unknown_run_lists_the_locks_of_each_stage(target: Target) -> None:
    with refused(ErrorCode.UNKNOWN_LOCK) as refusal:
        unlock(target.store, "one", SHOP)  # there is not even a table of the state
    assert refusal.says("no lock is held")
    for stage in ("beta", "prod"):
        acquire(target.store, Scope("shop", stage), f"run-{stage}", "me", Clocks())
    with refused(ErrorCode.UNKNOWN_LOCK) as refusal:
        unlock(target.store, "one", SHOP)
    assert refusal.says("layer shop, stage beta: run run-beta of me")
    assert refusal.says("layer shop, stage prod: run run-prod of me")


@pytest.mark.case("S46")
def test_of_twenty_first_runs_one_has_the_lock_and_the_others_name_it(place: Place) -> None:
    took: list[str] = []
    blocked: list[str] = []
    failed: list[BaseException] = []
    barrier = threading.Barrier(20)

    def run(name: str) -> None:
        try:
            with place.opened(shop()) as target:
                barrier.wait()
                acquire(target.store, SHOP, name, f"owner of {name}", Clocks())
                took.append(name)
        except Blocked as error:
            blocked.append(str(error))
        except BaseException as error:  # noqa: BLE001 - looked at below
            failed.append(error)

    threads = [threading.Thread(target=run, args=(f"run{number}",)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(took) == 1
    assert all(f"run {took[0]} of owner of {took[0]}" in text for text in blocked)


def test_read_only_database_blocks(tmp_path: Path, moment: Time) -> None:
    place = Place(f"sqlite:///{tmp_path}/shop.db", "")
    with place.opened(shop()) as target:
        take(target, moment, "one").release()
    read_only = replace(place, url=f"{place.url}?mode=ro")
    with read_only.opened(shop()) as target, refused(ErrorCode.STATE_UNUSABLE) as refusal:
        take(target, moment, "two")
    assert refusal.says("'state'", "opened for reading only")


class Losing:
    """A wire that loses the reply to its nth request, once that is done."""

    def __init__(self, wire: Wire, number: int, meanwhile: Callable[[], None]) -> None:
        self.wire = wire
        self.number = number
        self.meanwhile = meanwhile

    def perform(self, request: Request[Any], deadline: float) -> Any:
        reply = self.wire.perform(request, deadline)
        self.number -= 1
        if self.number == 0:
            self.meanwhile()
            raise OutcomeUnknown("the reply was lost", fix="look")
        return reply

    def close(self) -> None:
        self.wire.close()


def losing(target: Target, number: int, meanwhile: Callable[[], None] = lambda: None) -> Target:
    runner = target.opened.runner
    opened = replace(
        target.opened, runner=replace(runner, wire=Losing(runner.wire, number, meanwhile))
    )
    return replace(target, opened=opened, store=Store(opened, target.store.name))


def test_lock_whose_reply_was_lost_is_this_runs_own(target: Target, moment: Time) -> None:
    take(target, moment, "former").release()
    lease = take(losing(target, 2, lambda: moment.pass_by(30)), moment, "one")
    assert (lease.lock.run_id, lease.lock.number) == ("one", 2)
    (lock,) = target.store.locks()
    assert lock.expires_at_epoch_s == moment.epoch_s + LEASE_S


def test_release_whose_reply_was_lost_is_a_release(target: Target, moment: Time) -> None:
    take(target, moment, "former").release()
    lease = take(losing(target, 3), moment, "one")
    assert lease.release()
    assert not any(lock.run_id for lock in target.store.locks())


def test_lock_of_a_protected_stage_is_freed_from_that_stage_only(
    target: Target, moment: Time
) -> None:
    prod = Scope("shop", "prod", protect=True)
    take(target, moment, "one", prod)
    with refused(ErrorCode.PROTECTED_STAGE):
        unlock(target.store, "one", SHOP)
    assert unlock(target.store, "one", prod).run_id == "one"

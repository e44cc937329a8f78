"""apply carries out a plan under the lock, touches only its own, and goes on where it stopped."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

import trueup
from tests.lifecycle.places import BY_STATUS, SHOP, Order, Place, Time, shop
from trueup import Layer, Table
from trueup.errors import ErrorCode
from trueup.lifecycle.aims import Seen, seen
from trueup.lifecycle.apply import Applied, apply
from trueup.lifecycle.events import ApplyEvent, StepBegan, StepEnded, Stopped
from trueup.lifecycle.inspection import Intent, Sides, Target, inspect
from trueup.lifecycle.state.journal import runs, steps
from trueup.lifecycle.state.lock import LEASE_S, acquire, unlock
from trueup.lifecycle.state.records import Outcome, Ownership, Scope
from trueup.schema.hazard import Allowance
from trueup.testing.cleanup import drop_tables
from trueup.testing.suite.harness.refusals import refused

NOTHING = Intent()
PRUNE = Intent(frozenset({Allowance.PRUNE}))
DESTROY = Intent(frozenset({Allowance.PRUNE}), is_destroy=True)
Do = Callable[[ApplyEvent], Any]


def applied(place: Place, layer: Layer, intent: Intent = NOTHING, **options: Any) -> Applied:
    with place.opened(layer) as target:
        return apply(target, intent, **options)


def looked(place: Place, layer: Layer) -> Sides:
    with place.opened(layer) as target:
        return inspect(target)


def create_unowned(place: Place, layer: Layer) -> None:
    with trueup.connect(place.url, layer, table_names=f"{place.prefix}{{table}}") as db:
        db.create_tables()


def on(kind: type[ApplyEvent], do: Callable[[], Any]) -> tuple[Do, list[ApplyEvent]]:
    """A listener that does something at the first event of a kind, and what it heard."""
    heard: list[ApplyEvent] = []

    def tell(event: ApplyEvent) -> None:
        is_first = not any(isinstance(other, kind) for other in heard)
        heard.append(event)
        if isinstance(event, kind) and is_first:
            do()

    return tell, heard


def test_tables_are_created_and_owned(place: Place) -> None:
    done = applied(place, shop(more=("Users",)))
    sides = looked(place, shop(more=("Users",)))
    assert sides.plan(NOTHING).changes == ()
    assert set(sides.live) == {place.orders, f"{place.prefix}Users"}
    assert {one.ownership for one in sides.owned.ours.values()} == {Ownership.CREATED}
    with place.opened(shop()) as target:
        (run,) = runs(target.store, SHOP)
        assert (run.id, run.outcome, run.plan_id) == (done.run_id, Outcome.DONE, done.plan_id)
        recorded = steps(target.store, run.id)
        assert tuple(step.comment for step in recorded) == done.done
        assert all(step.ended_at_epoch_s for step in recorded)
        assert not any(lock.run_id for lock in target.store.locks())


@pytest.mark.case("S26")
def test_table_that_is_not_ours_blocks_a_change_and_is_kept(place: Place) -> None:
    create_unowned(place, shop())
    before = looked(place, shop()).live
    with refused(ErrorCode.NOT_ALLOWED) as refusal:
        applied(place, shop(BY_STATUS))
    assert refusal.says("[not-owned]", "nothing says that this layer made it", "adopt --own")
    assert looked(place, shop()).live == before


def test_table_of_another_stage_names_it(place: Place) -> None:
    with place.opened(shop(), Scope("shop", "prod")) as target:
        apply(target, NOTHING)
    with refused(ErrorCode.NOT_ALLOWED) as refusal:
        applied(place, shop(BY_STATUS))
    assert refusal.says("it belongs to layer shop, stage prod")


def test_table_that_is_no_longer_declared_needs_prune(place: Place) -> None:
    applied(place, shop(more=("Users",)))
    with refused(ErrorCode.NOT_ALLOWED) as refusal:
        applied(place, shop())
    assert refusal.says("[undeclared]", "--prune")
    applied(place, shop(), PRUNE)
    sides = looked(place, shop())
    assert list(sides.live) == [place.orders]
    assert list(sides.records) == [place.orders]


@pytest.mark.case("S12")
def test_index_that_is_not_declared_is_kept(place: Place) -> None:
    applied(place, shop(BY_STATUS))
    applied(place, shop())
    assert "ByStatus" in looked(place, shop()).live[place.orders].schema.indexes


def test_destroy_drops_what_is_ours_and_nothing_else(place: Place) -> None:
    applied(place, shop())
    create_unowned(place, shop(more=("Users",)))
    applied(place, shop(more=("Users",)), DESTROY)
    sides = looked(place, shop(more=("Users",)))
    assert list(sides.live) == [f"{place.prefix}Users"]
    assert sides.records == {}


def test_plan_that_was_seen_is_carried_out(place: Place) -> None:
    agreed = seen(looked(place, shop()).plan(NOTHING))
    assert applied(place, shop(), agreed=agreed).plan_id == agreed.plan_id


def test_stale_plan_is_refused(place: Place) -> None:
    agreed = seen(looked(place, shop()).plan(NOTHING))
    create_unowned(place, shop())
    with refused(ErrorCode.STALE_PLAN) as refusal:
        applied(place, shop(), agreed=agreed)
    assert refusal.says(agreed.plan_id, "nothing was changed")


def test_plan_of_another_declaration_is_refused(place: Place) -> None:
    agreed = seen(looked(place, shop()).plan(NOTHING))
    with refused(ErrorCode.STALE_PLAN):
        applied(place, shop(more=("Users",)), agreed=agreed)
    assert looked(place, shop()).live == {}


def test_plan_that_has_begun_is_gone_on_with(place: Place) -> None:
    layer = shop(BY_STATUS, more=("Users",))
    agreed = seen(looked(place, layer).plan(NOTHING))
    tell, _ = on(StepEnded, interrupt)
    with pytest.raises(KeyboardInterrupt):
        applied(place, layer, agreed=agreed, tell=tell)
    applied(place, layer, agreed=agreed)
    assert looked(place, layer).plan(NOTHING).changes == ()
    assert applied(place, layer, agreed=agreed).done == ()  # it is done already


def test_rest_of_a_plan_that_nobody_began_is_stale(place: Place) -> None:
    plan = looked(place, shop(more=("Users",))).plan(NOTHING)
    agreed = Seen("another", seen(plan).aims)
    with refused(ErrorCode.STALE_PLAN):
        applied(place, shop(more=("Users",)), agreed=agreed)


def interrupt() -> None:
    raise KeyboardInterrupt


def test_interrupted_run_says_how_far_it_came_and_frees_the_lock(place: Place) -> None:
    tell, heard = on(StepBegan, interrupt)
    with pytest.raises(KeyboardInterrupt):
        applied(place, shop(), tell=tell)
    stopped = heard[-1]
    assert isinstance(stopped, Stopped)
    assert stopped.done == ()
    assert stopped.current.startswith("create ")
    with place.opened(shop()) as target:
        assert [run.outcome for run in runs(target.store, SHOP)] == [Outcome.INTERRUPTED]
        assert not any(lock.run_id for lock in target.store.locks())


def drop_state(place: Place) -> None:
    if not place.url.startswith("sqlite"):
        drop_tables(place.url, f"{place.prefix}state")
        return
    with closing(sqlite3.connect(place.url.removeprefix("sqlite:///"))) as file:
        file.execute(f'DROP TABLE "{place.prefix}state"')


def test_lock_that_cannot_be_released_is_told(place: Place) -> None:
    def lose_state() -> None:
        drop_state(place)
        raise KeyboardInterrupt

    tell, _ = on(StepBegan, lose_state)
    with pytest.raises(KeyboardInterrupt) as interrupted:
        applied(place, shop(), tell=tell)
    notes = interrupted.value.__notes__
    assert any(note.startswith("the journal does not say how the run ended") for note in notes)
    assert any(note.startswith("the lock was not released, and will expire") for note in notes)


def test_run_whose_lock_is_taken_changes_nothing_more(place: Place) -> None:
    def free() -> None:
        with place.opened(shop()) as target:
            unlock(target.store, target.store.locks()[0].run_id, SHOP)

    tell, _ = on(StepBegan, free)
    with refused(ErrorCode.LOCK_LOST):
        applied(place, shop(), tell=tell)
    assert looked(place, shop()).live == {}


def test_table_that_others_create_meanwhile_is_looked_at_and_converges(place: Place) -> None:
    tell, _ = on(StepBegan, lambda: create_unowned(place, shop()))
    applied(place, shop(more=("Users",)), tell=tell)
    sides = looked(place, shop(more=("Users",)))
    assert sides.plan(NOTHING).changes == ()
    assert set(sides.owned.ours) == {place.orders, f"{place.prefix}Users"}


def test_other_table_that_others_create_meanwhile_is_an_error(place: Place) -> None:
    other = Layer("shop", target="dynamodb", tables=[Table("Orders", Order, partition="status")])
    tell, _ = on(StepBegan, lambda: create_unowned(place, other))
    with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
        applied(place, shop(), tell=tell)
    assert refusal.says("others change the tables")


@pytest.mark.case("S45")
def test_table_that_was_created_and_not_recorded_is_recognised(place: Place) -> None:
    tell, _ = on(StepEnded, interrupt)
    with pytest.raises(KeyboardInterrupt):
        applied(place, shop(), tell=tell)
    sides = looked(place, shop())
    assert sides.unrecorded == [place.orders]
    applied(place, shop())
    assert looked(place, shop()).owned.ours[place.orders].ownership is Ownership.CREATED


def test_held_lock_blocks(place: Place) -> None:
    with place.opened(shop()) as target:
        acquire(target.store, SHOP, "other", "somebody", Time(2e9, 0.0).clocks)
        with refused(ErrorCode.LOCKED) as refusal:
            apply(target, NOTHING)
    assert refusal.says("somebody")


def test_takeover_of_an_expired_lock_is_told(place: Place, moment: Time) -> None:
    with place.opened(shop()) as target:
        acquire(target.store, SHOP, "killed", "somebody", moment.clocks)
        moment.pass_by(LEASE_S)
        heard: list[ApplyEvent] = []
        apply(target, NOTHING, clocks=moment.clocks, tell=heard.append)
    assert getattr(heard[0], "took_over", "") == "somebody"


def test_only_some_tables(place: Place) -> None:
    layer = shop(more=("Users",))
    with place.opened(layer) as target:
        only = Target(target.opened, target.store, SHOP, only=frozenset({"Users"}))
        apply(only, NOTHING)
    assert list(looked(place, layer).live) == [f"{place.prefix}Users"]
    with place.opened(layer) as target:
        only = Target(target.opened, target.store, SHOP, only=frozenset({"Usres"}))
        with refused(ErrorCode.INVALID_OPTION) as refusal:
            inspect(only)
    assert refusal.says("Users")

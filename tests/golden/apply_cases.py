"""Runs of apply that are refused, or that stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from tests.golden.stage import Stage
from tests.lifecycle.places import BY_STATUS, SHOP, Order, Place, Time, shop
from trueup import Layer, Table, connect
from trueup.cli.apply import check_stage
from trueup.configuration import StageOptions, find_stage
from trueup.lifecycle.aims import Seen
from trueup.lifecycle.apply import apply
from trueup.lifecycle.events import ApplyEvent, StepBegan
from trueup.lifecycle.inspection import Intent, Target, inspect
from trueup.lifecycle.state.lock import LEASE_S, acquire, unlock
from trueup.lifecycle.state.records import Scope

NOW = 1_800_000_000.0
NOTHING = Intent()


def _place(stage: Stage) -> Place:
    return Place(f"sqlite:///{stage.folder}/shop.db", "")


def _with_lock(stage: Stage, then: Callable[[Target, Time], object]) -> object:
    """What another run meets 12 s after a run took the lock."""
    moment = Time(NOW, time.monotonic())
    with _place(stage).opened(shop()) as target:
        acquire(target.store, SHOP, "20270115T080000.000-4f2a9c1b", "ada@build", moment.clocks)
        moment.pass_by(12)
        return then(target, moment)


def lock_that_another_run_holds(stage: Stage) -> object:
    def second(target: Target, moment: Time) -> object:
        return apply(target, NOTHING, clocks=moment.clocks)

    return _with_lock(stage, second)


def lock_that_no_run_of_that_id_holds(stage: Stage) -> object:
    return _with_lock(stage, lambda target, moment: unlock(target.store, "x", SHOP, moment.clocks))


def unlock_of_no_lock(stage: Stage) -> object:
    with _place(stage).opened(shop()) as target:
        return unlock(target.store, "x", SHOP)


def state_that_may_not_be_written(stage: Stage) -> object:
    place = _place(stage)
    with connect(place.url, shop()) as db:
        db.create_tables()
    with replace(place, url=f"{place.url}?mode=ro").opened(shop()) as target:
        return apply(target, NOTHING)


def _at_first_step(stage: Stage, act: Callable[[Target, Time], object]) -> object:
    moment = Time(NOW, time.monotonic())
    with _place(stage).opened(shop()) as target:

        def tell(event: ApplyEvent) -> None:
            if isinstance(event, StepBegan):
                act(target, moment)

        return apply(target, NOTHING, clocks=moment.clocks, tell=tell)


def lock_that_was_taken_over(stage: Stage) -> object:
    def take(target: Target, moment: Time) -> None:
        moment.pass_by(LEASE_S)
        acquire(target.store, SHOP, "20270115T080100.000-5b6c7d8e", "eve@home", moment.clocks)

    return _at_first_step(stage, take)


def lock_that_was_freed(stage: Stage) -> object:
    return _at_first_step(
        stage, lambda target, _: unlock(target.store, target.store.locks()[0].run_id, SHOP)
    )


def table_that_others_create_otherwise(stage: Stage) -> object:
    def create(target: Target, _: Time) -> None:
        orders = Table("Orders", Order, partition="status")
        other = Layer("shop", target="dynamodb", tables=[orders])
        with connect(_place(stage).url, other) as db:
            db.create_tables()

    return _at_first_step(stage, create)


def stage_that_changes_by_versions(stage: Stage) -> object:
    settings = '[tool.trueup.stages.old]\nurl = "sqlite://"\nchanges = "versioned"\n'
    (stage.folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    check_stage(find_stage(StageOptions("old"), folder=stage.folder), destroy=False)
    return None


def everything_dropped_on_a_protected_stage(stage: Stage) -> object:
    settings = '[tool.trueup.stages.prod]\nurl = "sqlite://"\nprotect = true\n'
    (stage.folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    check_stage(find_stage(StageOptions("prod"), folder=stage.folder), destroy=True)
    return None


def plan_that_is_stale(stage: Stage) -> object:
    with _place(stage).opened(shop()) as target:
        return apply(target, NOTHING, Seen("0123456789abcdef", frozenset()))


def table_that_has_to_be_pruned(stage: Stage) -> object:
    with _place(stage).opened(shop(more=("Users",))) as target:
        apply(target, NOTHING)
    with _place(stage).opened(shop()) as target:
        return apply(target, NOTHING)


def table_of_another_stage(stage: Stage) -> object:
    with _place(stage).opened(shop(), Scope("shop", "prod")) as target:
        apply(target, NOTHING)
    with _place(stage).opened(shop(BY_STATUS)) as target:
        return apply(target, NOTHING)


def table_that_is_not_declared_by_that_name(stage: Stage) -> object:
    with _place(stage).opened(shop()) as target:
        return inspect(replace(target, only=frozenset({"orders"})))

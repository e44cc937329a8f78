"""Protection is recorded with the tables, and plans from files are no authority."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.lifecycle.places import BY_STATUS, SHOP, Place, shop
from trueup import Layer
from trueup.errors import ErrorCode
from trueup.lifecycle.adopt.owning import take_over
from trueup.lifecycle.aims import Seen, seen
from trueup.lifecycle.apply import apply
from trueup.lifecycle.events import ApplyEvent, StepBegan, StepEnded
from trueup.lifecycle.inspection import Intent, inspect
from trueup.lifecycle.state.records import Scope
from trueup.schema.hazard import Allowance
from trueup.testing.suite.harness.refusals import refused

PROD = Scope("shop", "prod", protect=True)
PROD_ELSEWHERE = Scope("shop", "prod")
"""The same stage by the settings of somebody else, which do not say that it is protected."""
NOTHING = Intent()
PRUNE = Intent(frozenset({Allowance.PRUNE}))
DESTROY = replace(PRUNE, is_destroy=True)
USERS = shop(more=("Users",))


@pytest.fixture
def prod(place: Place) -> Iterator[Place]:
    """A place with tables of a protected stage."""
    with place.opened(USERS, PROD) as target:
        apply(target, NOTHING)
    yield place
    for scope in (PROD_ELSEWHERE, SHOP):  # so that no table stays, which is protected
        with place.opened(USERS, scope) as target:
            if inspect(target).owned.ours:
                apply(target, Intent(is_named=True))
                apply(target, DESTROY)


@pytest.mark.parametrize("scope", [PROD, PROD_ELSEWHERE], ids=["here", "elsewhere"])
@pytest.mark.parametrize("is_named", [False, True])
def test_tables_of_a_protected_stage_are_never_dropped_together(
    prod: Place, scope: Scope, is_named: bool
) -> None:
    with prod.opened(USERS, scope) as target, refused(ErrorCode.PROTECTED_STAGE) as refusal:
        apply(target, replace(DESTROY, is_named=is_named))
    assert refusal.says("layer shop, stage prod is protected")
    with prod.opened(USERS, PROD) as target:
        assert len(inspect(target).live) == 2


@pytest.mark.parametrize("scope", [PROD, PROD_ELSEWHERE], ids=["here", "elsewhere"])
def test_protected_stage_loses_nothing_before_a_person_typed_its_name(
    prod: Place, scope: Scope
) -> None:
    with prod.opened(shop(), scope) as target:
        with refused(ErrorCode.PROTECTED_STAGE) as refusal:
            apply(target, PRUNE)
        assert refusal.says("the plan loses something")
        apply(target, replace(PRUNE, is_named=True))
        assert list(inspect(target).live) == [prod.orders]


def test_table_that_a_protected_stage_recorded_is_not_taken_over_unasked(prod: Place) -> None:
    with prod.opened(USERS, SHOP) as target:
        with refused(ErrorCode.PROTECTED_STAGE) as refusal:
            take_over(target, [prod.orders])
        assert refusal.says("layer shop, stage prod", prod.orders)
        take_over(target, [prod.orders], agreed=[PROD])
        assert list(inspect(target).owned.ours) == [prod.orders]


def test_name_that_a_protected_stage_has_recorded_is_not_used_by_another(place: Place) -> None:
    def stop(event: ApplyEvent) -> None:
        if isinstance(event, StepBegan):
            raise KeyboardInterrupt

    with place.opened(shop(), PROD) as target, pytest.raises(KeyboardInterrupt):
        apply(target, NOTHING, tell=stop)
    with place.opened(shop(), SHOP) as target:
        with refused(ErrorCode.PROTECTED_STAGE) as refusal:
            apply(target, NOTHING)
        assert refusal.says("is recorded for the layer shop, stage prod")


def test_plan_that_is_over_does_not_count_as_begun(place: Place) -> None:
    """An old file is carried out again, after an index was dropped for a reason."""
    with place.opened(shop(BY_STATUS)) as target:
        plan = seen(inspect(target).plan(NOTHING))
        apply(target, NOTHING, plan)
    with place.opened(shop()) as target:
        apply(target, PRUNE)
    with place.opened(shop(BY_STATUS)) as target, refused(ErrorCode.STALE_PLAN):
        apply(target, NOTHING, plan)


def interrupted(place: Place, layer: Layer) -> Seen:
    """A plan whose run was broken off after a step."""

    def stop(event: ApplyEvent) -> None:
        if isinstance(event, StepEnded):
            raise KeyboardInterrupt

    with place.opened(layer) as target:
        plan = seen(inspect(target).plan(NOTHING))
        with pytest.raises(KeyboardInterrupt):
            apply(target, NOTHING, plan, tell=stop)
    return plan


def test_plan_with_aims_that_its_run_did_not_have_is_stale(place: Place) -> None:
    plan = interrupted(place, USERS)
    more = shop(more=("Users", "Carts"))
    with place.opened(more) as target:
        forged = replace(seen(inspect(target).plan(NOTHING)), plan_id=plan.plan_id)
        both = replace(forged, aims=forged.aims | plan.aims)
        for one in (forged, both):
            with refused(ErrorCode.STALE_PLAN):
                apply(target, NOTHING, one)
    with place.opened(USERS) as target:
        apply(target, NOTHING, plan)
        assert len(inspect(target).live) == 2


def test_run_records_what_the_tables_say_and_not_what_a_file_says(place: Place) -> None:
    """A file with further aims is right about its plan's id, and carried out; what it says more
    does not count when its run is gone on with."""
    with place.opened(USERS) as target:
        plan = seen(inspect(target).plan(NOTHING))
    more = shop(more=("Users", "Carts"))
    with place.opened(more) as target:
        forged = replace(plan, aims=plan.aims | seen(inspect(target).plan(NOTHING)).aims)

    def stop(event: ApplyEvent) -> None:
        if isinstance(event, StepEnded):
            raise KeyboardInterrupt

    with place.opened(USERS) as target, pytest.raises(KeyboardInterrupt):
        apply(target, NOTHING, forged, tell=stop)
    with place.opened(more) as target, refused(ErrorCode.STALE_PLAN):
        apply(target, NOTHING, forged)

"""The table of a state is nobody's: it is not declared, dropped or adopted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.lifecycle.places import SHOP, Place, shop
from trueup import ConfigurationError, Layer, Model, Table
from trueup.lifecycle.adopt.owning import take_over
from trueup.lifecycle.apply import apply
from trueup.lifecycle.inspection import Intent, inspect
from trueup.lifecycle.state.recognition import holds_state
from trueup.lifecycle.state.records import TABLES, OwnedTable, Ownership, Scope
from trueup.lifecycle.state.store import Store
from trueup.schema.hazard import Allowance
from trueup.testing.suite.harness.refusals import refused

PRUNE = Intent(frozenset({Allowance.PRUNE}))
DESTROY = replace(PRUNE, is_destroy=True)
OTHER = Scope("billing", "beta")


class Setting(Model):
    kind: str
    id: str


def declaring(name: str) -> Layer:
    """A layer with a table of the keys that the state has."""
    return Layer(
        "billing",
        target="dynamodb",
        tables=[Table(name, Setting, partition="kind", sort="id")],
    )


@pytest.mark.parametrize("name", ["state", "State", "STATE"])
def test_declared_table_has_not_the_name_of_the_state(place: Place, name: str) -> None:
    with place.opened(declaring(name)) as target:
        for intent in (Intent(), PRUNE, DESTROY):
            with refused(ConfigurationError) as refusal:
                apply(target, intent)
            assert refusal.says("has the name of the state's table")


def test_table_that_holds_another_state_is_neither_declared_nor_taken_over(place: Place) -> None:
    with place.opened(shop()) as target:
        apply(target, Intent())
    with place.opened(declaring("state"), OTHER) as target:
        beside = replace(target, store=Store(target.opened, f"{place.prefix}other"))
        with refused(ConfigurationError) as refusal:
            apply(beside, PRUNE)
        assert refusal.says("holds the state of a stage")
        with refused(ConfigurationError):
            take_over(beside, [f"{place.prefix}state"])


@pytest.mark.parametrize("intent", [PRUNE, DESTROY])
def test_state_is_not_dropped_whoever_recorded_it_as_a_table(place: Place, intent: Intent) -> None:
    with place.opened(shop()) as target:
        apply(target, Intent())
        beside = replace(target, store=Store(target.opened, f"{place.prefix}other"))
        beside.store.create()
        for store in (target.store, beside.store):
            store.records(OwnedTable).put(recorded(f"{place.prefix}state"))
        for one in (target, beside):
            apply(one, intent)
            assert f"{place.prefix}state" not in inspect(one).owned.ours
        assert target.store.locks()


def recorded(name: str) -> OwnedTable:
    return OwnedTable(
        kind=TABLES,
        id=name,
        layer=SHOP.layer,
        stage=SHOP.stage,
        ownership=Ownership.CREATED,
        since_epoch_s=0,
    )


def test_table_of_a_user_with_the_same_keys_is_the_users(place: Place) -> None:
    with place.opened(declaring("Settings")) as target:
        apply(target, Intent())
        repository = target.opened.repository(target.opened.open_layer.layer.tables[0])
        repository.put(Setting(kind="lock", id="1"))
        (live,) = inspect(target).live.values()
        assert not holds_state(target.opened, live.schema)
        apply(target, DESTROY)
        assert inspect(target).live == {}


def test_table_with_other_keys_is_not_even_looked_at(place: Place) -> None:
    with place.opened(shop()) as target:
        apply(target, Intent())
        (live,) = inspect(target).live.values()
        assert not holds_state(target.opened, live.schema)

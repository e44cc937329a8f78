"""Tables that others made are taken over, with their items, instead of being dropped."""

from __future__ import annotations

import pytest

from tests.lifecycle.places import BY_STATUS, SHOP, Order, Place, shop
from trueup import connect
from trueup.errors import Blocked
from trueup.lifecycle.adopt.owning import candidates, take_over
from trueup.lifecycle.apply import apply
from trueup.lifecycle.inspection import Intent, inspect
from trueup.lifecycle.state.records import Scope

OTHER = Scope("billing", "beta")


@pytest.mark.req("I93", "IT9")
@pytest.mark.case("S26")
def test_table_that_exists_is_taken_over_and_keeps_its_items(place: Place) -> None:
    layer = shop()
    with connect(place.url, layer, table_names=f"{place.prefix}{{table}}") as db:
        db.create_tables()
        db.repository(layer.tables[0]).put(Order(id="1"))
    with place.opened(shop(BY_STATUS)) as target:
        with pytest.raises(Blocked, match="nothing says that this layer made it") as refused:
            apply(target, Intent())
        assert refused.value.allowed_by == "adopt --own"
        (candidate,) = candidates(inspect(target))
        assert (candidate.owner, candidate.differences) == ("", ("index ByStatus is missing",))
        assert [one.name for one in take_over(target, [place.orders])] == [place.orders]
        apply(target, Intent())
        repository = target.opened.repository(target.opened.open_layer.layer.tables[0])
        assert [item.id for item in repository.query("open", index="ByStatus")] == ["1"]


def test_table_of_another_layer_changes_hands_only_when_asked(place: Place) -> None:
    with place.opened(shop(), OTHER) as target:
        apply(target, Intent())
    with place.opened(shop(BY_STATUS), SHOP) as target:
        with pytest.raises(Blocked, match="it belongs to layer billing, stage beta"):
            apply(target, Intent())
        (candidate,) = candidates(inspect(target))
        assert candidate.owner == "it belongs to layer billing, stage beta"
        take_over(target, [place.orders])
        assert inspect(target).owned.ours.keys() == {place.orders}
    with place.opened(shop(BY_STATUS), OTHER) as target:
        assert inspect(target).owned.ours == {}


def test_only_the_tables_that_were_named_are_taken_over(place: Place) -> None:
    layer = shop(more=("Users",))
    with connect(place.url, layer, table_names=f"{place.prefix}{{table}}") as db:
        db.create_tables()
    with place.opened(layer) as target:
        take_over(target, [f"{place.prefix}Users"])
        assert take_over(target, [f"{place.prefix}Users"]) == []
        assert inspect(target).owned.ours.keys() == {f"{place.prefix}Users"}

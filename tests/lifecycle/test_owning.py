"""Tables that others made are taken over, with their items, instead of being dropped."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.aws_proxy.client import Client
from tests.aws_proxy.proxy import aws_before
from tests.aws_proxy.recorded import changes
from tests.lifecycle.places import BY_STATUS, SHOP, Order, Place, shop
from trueup import Layer, Table, connect
from trueup.errors import Blocked
from trueup.lifecycle.adopt.owning import candidates, take_over
from trueup.lifecycle.apply import apply
from trueup.lifecycle.inspection import Intent, inspect
from trueup.lifecycle.state.records import Scope
from trueup.schema.hazard import Allowance
from trueup.testing.cleanup import drop_tables

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


@pytest.mark.case("S26")
def test_table_of_a_stack_blocks_with_its_stack_and_its_key(server: tuple[str, int]) -> None:
    """The stack is in the tags, which only AWS sets so."""
    prefix = f"trueup-life-{uuid4().hex[:8]}-"
    other = Table("Orders", Order, partition="status", sort="id")
    with aws_before(server) as aws:
        place, client = Place(aws.url, prefix), Client(aws.port)
        try:
            create_of_stack(place, Layer("shop", target="dynamodb", tables=[other]), client)
            with place.opened(shop()) as target:
                target.store.create()
                aws.forget()
                with pytest.raises(Blocked, match="the CloudFormation stack billing manages it"):
                    apply(target, Intent(frozenset({Allowance.REPLACE, Allowance.PRUNE})))
                (candidate,) = candidates(inspect(target))
            assert changes(aws.asked) == []
        finally:
            drop_tables(place.url, prefix)
    assert candidate.owner == "the CloudFormation stack billing"
    assert candidate.differences == ("the key is (status S; id S), declared is (id S)",)


def create_of_stack(place: Place, layer: Layer, client: Client) -> None:
    with connect(place.url, layer, table_names=f"{place.prefix}{{table}}") as db:
        db.create_tables()
    arn = client.table(place.orders)["TableArn"]
    tag = {"Key": "aws:cloudformation:stack-name", "Value": "billing"}
    client.do("TagResource", ResourceArn=arn, Tags=[tag])


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

"""Conditions and updates that mean nothing, or something else than was meant."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from tests.golden.stage import KEY, SECRET_NUMBER, Account, Order, Stage, Status, order, secret
from trueup import at
from trueup.expressions.condition import Combinable


def unknown_attribute_in_a_condition(stage: Stage) -> object:
    model: Any = Order
    return stage.orders.query(secret("ada"), filter=model.lines.colour == secret("red")).all()


def unknown_attribute_in_an_update(stage: Stage) -> object:
    line: Any = Order.lines[0]
    return stage.orders.update(KEY, at(line.colour).assign(secret("red")))


def attribute_of_another_model(stage: Stage) -> object:
    return stage.orders.query(secret("ada"), filter=Account.owner == secret("ada")).all()


def conditions_joined_with_and(stage: Stage) -> object:
    only_if = Order.status == Status.OPEN and Order.total > Decimal(SECRET_NUMBER)
    return stage.orders.delete(*KEY, only_if=only_if)


def chained_comparison(stage: Stage) -> object:
    only_if = Decimal(1) < Order.total < Decimal(SECRET_NUMBER)
    return stage.orders.delete(*KEY, only_if=only_if)


def bool_as_a_condition(stage: Stage) -> object:
    found = order(status=Status.OPEN)
    return stage.orders.delete(*KEY, only_if=found.status == Status.OPEN)


def value_of_an_instance_given_to_at(stage: Stage) -> object:
    found = order(colour=secret("red"))
    return stage.orders.update(KEY, at(found.colour).assign(secret("blue")))


def truth_value_of_an_attribute(stage: Stage) -> object:
    return stage.orders.get(*KEY) if Order.notes else None


def attribute_searched_with_in(stage: Stage) -> object:
    return secret("tag") in Order.tags


def negative_list_position(stage: Stage) -> object:
    return at(Order.lines[-1].sku)


def order_of_none(stage: Stage) -> object:
    nothing: Any = None
    return stage.orders.query(secret("ada"), filter=Order.total > nothing).all()


def range_upside_down(stage: Stage) -> object:
    upside_down = at(Order.total).between(Decimal(SECRET_NUMBER), Decimal(1))
    return stage.orders.query(secret("ada"), filter=upside_down).all()


def order_of_truth_values(stage: Stage) -> object:
    yes: Any = True
    return stage.orders.query(secret("ada"), filter=Order.notes > yes).all()


def more_than_100_values(stage: Stage) -> object:
    values = [Decimal(f"{SECRET_NUMBER}{position}") for position in range(101)]
    return stage.orders.query(secret("ada"), filter=at(Order.total).is_in(*values)).all()


def sort_condition_on_another_attribute(stage: Stage) -> object:
    return stage.orders.query(secret("ada"), sort=Order.colour == secret("red")).all()


def sort_condition_that_no_key_answers(stage: Stage) -> object:
    return stage.orders.query(secret("ada"), sort=Order.number != SECRET_NUMBER).all()


def update_of_paths_that_overlap(stage: Stage) -> object:
    whole = at(Order.lines).assign([])
    return stage.orders.update(KEY, whole, at(Order.lines[0].sku).assign(secret("sku")))


def update_of_one_attribute_twice(stage: Stage) -> object:
    return stage.orders.update(KEY, at(Order.total).add(1), at(Order.total).add(SECRET_NUMBER))


def update_without_a_change(stage: Stage) -> object:
    return stage.orders.update(KEY)


def update_given_a_condition(stage: Stage) -> object:
    not_a_change: Any = Order.colour == secret("red")
    return stage.orders.update(KEY, not_a_change)


def update_to_another_attribute(stage: Stage) -> object:
    return stage.orders.update(KEY, at(Order.colour).assign(Order.customer))


def append_of_nothing(stage: Stage) -> object:
    return stage.orders.update(KEY, at(Order.lines).append())


def number_added_to_a_text(stage: Stage) -> object:
    stage.orders.put(order(notes=secret("text")))
    return stage.orders.update(KEY, at(Order.notes).add(SECRET_NUMBER))


def change_inside_a_map_that_is_not_there(stage: Stage) -> object:
    stage.orders.put(order())
    return stage.orders.update(KEY, at(Order.notes["weight"]).assign(SECRET_NUMBER))


def condition_of_a_kind_that_does_not_exist(stage: Stage) -> object:
    class Strange(Combinable):
        """Nothing that Trueup knows."""

    return stage.orders.query(secret("ada"), filter=cast(Any, Strange())).all()

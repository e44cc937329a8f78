"""Keys that do not fit."""

from __future__ import annotations

from typing import Any

from tests.golden.stage import (
    KEY,
    SECRET_NUMBER,
    Order,
    Shop,
    Stage,
    order,
    secret,
    shops,
)
from trueup import at


def key_with_one_value_of_two(stage: Stage) -> object:
    return stage.orders.get(secret("ada"))


def key_with_three_values_of_two(stage: Stage) -> object:
    return stage.orders.get(secret("ada"), SECRET_NUMBER, secret("more"))


def key_of_the_wrong_type(stage: Stage) -> object:
    return stage.orders.get(secret("ada"), secret("number"))


def key_as_a_mapping_that_lacks_a_value(stage: Stage) -> object:
    return stage.orders.get({"customer": secret("ada")})


def key_as_a_mapping_with_a_name_too_many(stage: Stage) -> object:
    return stage.orders.get({"customer": secret("ada"), "number": 1, "status": secret("x")})


def key_that_is_none(stage: Stage) -> object:
    return stage.orders.get(None, SECRET_NUMBER)


def empty_key(stage: Stage) -> object:
    return stage.orders.get("", SECRET_NUMBER)


def empty_key_in_an_item(stage: Stage) -> object:
    return stage.orders.put(order(customer=""))


def empty_index_key_in_an_item(stage: Stage) -> object:
    return stage.orders.put(order(colour=""))


def partition_key_too_long(stage: Stage) -> object:
    return stage.orders.get(secret("x") * 300, SECRET_NUMBER)


def partition_key_too_long_in_an_item(stage: Stage) -> object:
    return stage.orders.put(order(customer=secret("x") * 300))


def partition_with_two_values_of_one(stage: Stage) -> object:
    return stage.orders.query((secret("ada"), secret("b"))).all()


def partition_with_one_value_of_two(stage: Stage) -> object:
    return stage.orders.query("open", index="ByDay").all()


def key_changed_by_an_update(stage: Stage) -> object:
    return stage.orders.update(KEY, at(Order.customer).assign(secret("bob")))


def part_of_a_composed_key_changed_alone(stage: Stage) -> object:
    change = at(Shop.city).assign(secret("city"))
    return stage.db.repository(shops).update(secret("1"), change)


def composed_key_changed_beside_its_parts(stage: Stage) -> object:
    changes = [
        at(Shop.region).assign(secret("region")),
        at(Shop.city).assign(secret("city")),
        at(Shop.place).assign(secret("place")),
    ]
    return stage.db.repository(shops).update(secret("1"), *changes)


def composed_key_changed_alone(stage: Stage) -> object:
    stage.db.repository(shops).put(
        Shop(id=secret("1"), region=secret("region"), city=secret("city"))
    )
    change = at(Shop.place).assign(secret("place"))
    return stage.db.repository(shops).update(secret("1"), change)


def key_as_a_model_of_another_table(stage: Stage) -> object:
    other: Any = Shop(id=secret("1"), region=secret("region"), city=secret("city"))
    return stage.orders.get(other)

"""Slips of the hand in calls and declarations: another kind of value, or a misspelt name.

A type checker finds each of them, so that they have to pass by it: `Any` is the type of what is
given.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import trueup
from tests.golden.stage import KEY, Order, Stage, order, orders, secret, shop
from trueup import AccessPattern, Index, Layer, Table, at

connect: Any = trueup.connect
layer: Any = Layer
table: Any = Table
index: Any = Index
field: Any = Order


def repository_of_a_model(stage: Stage) -> object:
    db: Any = stage.db
    return db.repository(Order)


def repository_of_a_name(stage: Stage) -> object:
    db: Any = stage.db
    return db.repository("Orders")


def repository_of_a_number(stage: Stage) -> object:
    db: Any = stage.db
    return db.repository(5)


def repository_of_an_entity_that_is_no_class(stage: Stage) -> object:
    db: Any = stage.db
    return db.repository(orders, "Order")


def transaction_on_a_repository(stage: Stage) -> None:
    repository: Any = stage.orders
    with stage.db.transaction() as tx:
        tx.put(repository, order())


def transact_get_without_pairs(stage: Stage) -> object:
    db: Any = stage.db
    return db.transact_get(orders, KEY)


def subscribe_without_a_function(stage: Stage) -> object:
    db: Any = stage.db
    return db.subscribe("print")


def connect_with_arguments_the_other_way_round(_: Stage) -> object:
    return connect(shop, "sqlite://")


def connect_to_a_path(_: Stage) -> object:
    return connect(Path("shop.db"), shop)


def connect_with_tables_and_no_layer(_: Stage) -> object:
    return connect("sqlite://", [orders])


def connect_with_text_as_cursor_key(_: Stage) -> object:
    return connect("sqlite://", shop, cursor_key=secret("key"))


def connect_without_a_timeout(_: Stage) -> object:
    return connect("sqlite://", shop, timeout_s=None)


def connect_without_an_end(_: Stage) -> object:
    return connect("sqlite://", shop, timeout_s=float("inf"))


def connect_async_to_a_path(_: Stage) -> object:
    connect_async: Any = trueup.connect_async
    return asyncio.run(connect_async(Path("shop.db"), shop))


def url_with_an_unknown_option(_: Stage) -> object:
    return connect("sqlite:///shop.db?foo=1", shop)


def url_with_two_slashes(_: Stage) -> object:
    return connect("sqlite://shop.db", shop)


def within_a_text(stage: Stage) -> object:
    db: Any = stage.db
    return db.within("1")


def layer_of_models(_: Stage) -> object:
    return layer("shop", target="dynamodb", tables=[Order, orders])


def layer_of_one_table(_: Stage) -> object:
    return layer("shop", target="dynamodb", tables=orders)


def table_with_arguments_the_other_way_round(_: Stage) -> object:
    mistaken = table(Order, "Orders", partition="customer")
    return Layer("shop", target="dynamodb", tables=[mistaken])


def table_with_parts_of_other_kinds(_: Stage) -> object:
    mistaken = table(
        "Orders", Order, partition=Order.customer, indexes=Index("A", partition="colour"), ttl=5
    )
    return Layer("shop", target="dynamodb", tables=[mistaken])


def index_with_parts_of_other_kinds(_: Stage) -> object:
    mistaken = [
        index("ByColour", partition="colour", projection="ALL"),
        index("ByStatus", partition=["status", 5], shards="2"),
    ]
    pattern: Any = AccessPattern
    asked = [pattern("by_colour", index="ByColour", needs=5)]
    declared = Table("Orders", Order, partition="customer", indexes=mistaken, patterns=asked)
    return Layer("shop", target="dynamodb", tables=[declared])


def change_without_at(_: Stage) -> object:
    return field.status.assign("paid")


def arithmetic_with_a_path(_: Stage) -> object:
    return at(field.number).assign(field.number + 1)


def projection_by_names(stage: Stage) -> object:
    repository: Any = stage.orders
    return repository.get(*KEY, projection=["status"])


def misspelt_option(stage: Stage) -> object:
    repository: Any = stage.orders
    return repository.query(secret("ada"), lmit=5)


def option_that_resembles_none(stage: Stage) -> object:
    repository: Any = stage.orders
    return repository.put(order(), overwrite=True)


def limit_as_text(stage: Stage) -> object:
    repository: Any = stage.orders
    return repository.query(secret("ada"), limit="5")


def cursor_that_is_a_number(stage: Stage) -> object:
    repository: Any = stage.orders
    return repository.query(secret("ada"), after=5)


def update_with_the_key_in_two_arguments(stage: Stage) -> object:
    repository: Any = stage.orders
    return repository.update("ada", 1, at(Order.colour).assign("red"))


def update_with_half_of_the_key(stage: Stage) -> object:
    return stage.orders.update(secret("ada"), at(Order.colour).assign("red"))

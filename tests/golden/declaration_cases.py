"""Declarations that are wrong, each refused at import or when a database is opened."""

from __future__ import annotations

from typing import Any

import trueup
from tests.golden.stage import Order, Stage, elsewhere, order, orders
from trueup import AccessPattern, Index, Layer, Model, Table, Version, composed


def several_problems_of_one_layer(_: Stage) -> object:
    return Layer(
        "wrong",
        target="dynamodb",
        tables=[
            Table("Orders", Order, partition="client"),
            Table(
                "Others",
                Order,
                partition="customer",
                indexes=[Index("ByTags", partition="tags"), Index("ByAge", partition="age")],
                ttl="placed_at",
            ),
            Table("Orders", Order, partition="customer"),
        ],
    )


def access_pattern_without_an_index(_: Stage) -> object:
    pattern = AccessPattern("by_colour_newest_first", by="colour", sorted_by="placed_at")
    table = Table("Orders", Order, partition="customer", sort="number", patterns=[pattern])
    return Layer("wrong", target="dynamodb", tables=[table])


def access_pattern_that_another_index_answers(_: Stage) -> object:
    table = Table(
        "Orders",
        Order,
        partition="customer",
        sort="number",
        indexes=[Index("ByColour", partition="colour")],
        patterns=[AccessPattern("by_colour", by="colour")],
    )
    return Layer("wrong", target="dynamodb", tables=[table])


def access_pattern_that_needs_more_than_its_index_holds(_: Stage) -> object:
    table = Table(
        "Orders",
        Order,
        partition="customer",
        sort="number",
        indexes=[Index("ByColour", partition="colour", projection="keys")],
        patterns=[AccessPattern("by_colour", index="ByColour")],
    )
    return Layer("wrong", target="dynamodb", tables=[table])


def key_that_may_be_none(_: Stage) -> object:
    return Layer("wrong", target="dynamodb", tables=[Table("T", Order, partition="shipped_at")])


def composed_field_before_its_parts(_: Stage) -> object:
    class Early(Model):
        id: str = composed("{a}#{b}")
        a: str
        b: str

    return Layer("wrong", target="dynamodb", tables=[Table("T", Early, partition="id")])


def two_versions(_: Stage) -> object:
    class Twice(Model):
        id: str
        first: Version = 0
        second: Version = 0

    return Layer("wrong", target="dynamodb", tables=[Table("T", Twice, partition="id")])


def key_template_without_a_separator(_: Stage) -> object:
    return composed("{a}{b}")


def unknown_naming_rule(_: Stage) -> object:
    rule: Any = "Camel"

    class Named(Model, names=rule):
        id: str

    return Named


def unknown_target(_: Stage) -> object:
    target: Any = "oracle"
    return Layer("wrong", target=target, tables=[orders])


def table_of_another_layer(stage: Stage) -> object:
    return stage.db.repository(elsewhere)


def more_indexes_than_the_target_has(_: Stage) -> object:
    indexes = [Index(f"Index{position}", partition="status") for position in range(21)]
    table = Table("Orders", Order, partition="customer", indexes=indexes)
    return trueup.connect("sqlite://", Layer("many", target="dynamodb", tables=[table]))


def names_that_sqlite_cannot_keep_apart(stage: Stage) -> None:
    layer = Layer(
        "case",
        target="sqlite",
        tables=[Table(name, Order, partition="customer") for name in ("Orders", "ORDERS")],
    )
    with trueup.connect("sqlite://", layer) as db:
        db.create_tables()


def consistent_read_of_an_index(stage: Stage) -> object:
    stage.orders.put(order())
    return stage.orders.query("open", index="ByStatus", consistent=True).all()

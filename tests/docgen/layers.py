"""Layers whose pages are looked at: everything a table can say, and names that are no names."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field, create_model

from trueup import (
    AccessPattern,
    DynamoDB,
    Example,
    ExpiresAt,
    Index,
    Layer,
    Model,
    Table,
    Version,
    at,
    composed,
    kept,
    name_from_environment,
    stored_as,
)
from trueup.testing.suite import tables as suite

SUITE = Layer(
    "suite",
    target="dynamodb",
    tables=[value for value in vars(suite).values() if isinstance(value, Table)],
)


class Status(StrEnum):
    """Where an order stands."""

    OPEN = "open"
    SHIPPED = "shipped"


class Line(BaseModel):
    """A part of an order."""

    sku: str = Field(description="of the article", examples=["shoe-42"])
    count: int = Field(gt=0, examples=[2])


class Order(Model, names="camelCase"):
    """What a customer ordered."""

    customer: str = Field(description="who ordered it", examples=["ada"])
    ordered_at: datetime
    order_key: str = composed("{ordered_at}", description="the order of time")
    status: Status = Status.OPEN
    lines: list[Line]
    total: Annotated[Decimal, Field(ge=0)]
    seller: str | None = None
    expires_at: Annotated[ExpiresAt | None, kept(days=365, after="ordered_at"), stored_as("ttl")]
    edition: Version = 0


orders = Table(
    "Orders",
    Order,
    physical=name_from_environment("ORDERS_TABLE", default="shop-orders"),
    description="What customers ordered",
    partition="customer",
    sort="order_key",
    ttl="expires_at",
    stream="NEW_IMAGE",
    indexes=[
        Index("BySeller", partition="seller", sort="order_key", description="Find a seller's work"),
        Index("ByStatus", partition="status", sort="total", shards=4, projection=["customer"]),
    ],
    patterns=[
        AccessPattern(
            "orders_of_customer",
            sorted_by="order_key",
            order="descending",
            description="The orders of a customer, the newest first",
            examples=[
                Example("ada", limit=5, description="The last five"),
                Example(
                    "ada",
                    sort=at(Order.order_key).begins_with("2025-01"),
                    description="Those of a month",
                ),
            ],
        ),
        AccessPattern("orders_of_seller", index="BySeller", sorted_by="order_key"),
    ],
    dynamodb=DynamoDB(
        billing="provisioned", read_units=5, write_units=5, pitr_days=7, tags={"team": "shop"}
    ),
)


class Event(Model):
    """Kept by hour."""

    id: str
    expires_at: Annotated[ExpiresAt, kept(hours=36)]


events = Table("Events", Event, partition="id")

SHOP = Layer("shop", target="dynamodb", tables=[orders, events])
"""Everything that a page shows."""

NAMES = (
    "index",
    "ttl",
    "../../etc/passwd",
    "..",
    "a/b",
    "a|b",
    "A B",
    "`tick`",
    "<script>alert(1)</script>",
    "line\nbreak",
    "[x](y)",
    "-->",
    "Ünïcode 😀",
    "\x1b[31m",
)
"""Names of tables that are no file names, or mean something to Markdown."""


def hostile_table(name: str) -> Table[Any]:
    """A table whose every name and text is `name`, as far as that is possible."""

    fields: dict[str, Any] = {
        "id": (Annotated[str, stored_as(name)], Field(description=name)),
        "other": (Annotated[str, stored_as(name * 2)], Field(default=name, examples=[name])),
        "when": (Annotated[ExpiresAt, stored_as(f"{name}?"), kept(days=1)], ...),
    }
    text = f"# {name}\n\n```\n{name}\n\n<b>{name}"
    item = create_model("Item", __base__=Model, __doc__=text, **fields)
    return Table(
        name,
        item,
        description=name,
        partition="id",
        indexes=[Index(name, partition="other", description=name)],
        patterns=[
            AccessPattern(
                name,
                index=name,
                description=name,
                examples=[Example(name, description=name), Example("x", limit=1)],
            )
        ],
    )


HOSTILE = Layer("--> <b>|`", target="sqlite", tables=[hostile_table(name) for name in NAMES])

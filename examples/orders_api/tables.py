"""The table of orders."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from trueup import AccessPattern, Index, Layer, Model, Table


class Status(StrEnum):
    """How far an order is."""

    OPEN = "open"
    PAID = "paid"
    SENT = "sent"


class Order(Model):
    """What a customer ordered."""

    customer: str
    number: int
    status: Status = Status.OPEN
    total: Decimal


orders = Table(
    "Orders",
    Order,
    partition="customer",
    sort="number",
    indexes=[Index("ByStatus", partition="status", sort="number")],
    patterns=[
        AccessPattern("of_customer", order="descending"),
        AccessPattern("in_status", index="ByStatus"),
    ],
)
layer = Layer("orders", target="dynamodb", tables=[orders])

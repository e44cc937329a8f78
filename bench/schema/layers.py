"""The layers that are compared: a table that all others refer to, and those."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from trueup import Index, Layer, Model, Relational, Table
from trueup.relational import Check, References, SqlIndex, TouchOnUpdate


class Customer(Model):
    """Who orders."""

    id: str
    name: Annotated[str, Field(max_length=80)]
    email: str


class Order(Model):
    """What is ordered."""

    id: str
    customer: str
    state: Literal["new", "paid", "sent"] = "new"
    total: Annotated[Decimal, Field(max_digits=10, decimal_places=2, ge=0)] = Decimal(0)
    weight: int = 0
    note: str | None = None
    made_at: datetime | None = None
    updated_at: datetime | None = None


def layer_of(tables: int) -> Layer:
    """A layer of so many tables."""
    customers = Table("customers", Customer, partition="id", relational=Relational())
    others = [_orders(f"orders_{number:03}") for number in range(tables - 1)]
    return Layer("bench", target="postgres", tables=[customers, *others])


def _orders(name: str) -> Table[Order]:
    return Table(
        name,
        Order,
        partition="id",
        indexes=[Index(f"{name}_of_customer", partition="customer", sort="made_at")],
        relational=Relational(
            defaults={"made_at": "now()", "updated_at": "now()"},
            references=[References("customer", "customers", on_delete="cascade")],
            checks=[Check(f"{name}_light", "weight BETWEEN 0 AND 1000")],
            indexes=[SqlIndex(f"{name}_paid", ["made_at"], where="state = 'paid'")],
            triggers=[TouchOnUpdate("updated_at")],
        ),
    )

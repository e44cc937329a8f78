"""The item that is measured: thirteen attributes, as a Trueup model and as a plain pydantic one."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from trueup import AccessPattern, Index, Layer, Model, Table

PARTITION = "customers#100"


class Status(StrEnum):
    """A text enum."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class Address(BaseModel):
    """A nested model of four; both sides use it."""

    street: str
    city: str
    zip: str
    floor: int


class Customer(Model):
    """The item as a user of Trueup declares it."""

    pk: str
    sk: str
    name: str
    status: Status
    age: int
    balance: Decimal
    score: float
    active: bool
    created_at: datetime
    tags: list[str]
    address: Address
    nickname: str | None
    bio: str


class PlainCustomer(BaseModel):
    """The same item as a user of pydantic and sqlite3 declares it."""

    pk: str
    sk: str
    name: str
    status: Status
    age: int
    balance: Decimal
    score: float
    active: bool
    created_at: datetime
    tags: list[str]
    address: Address
    nickname: str | None
    bio: str


CUSTOMERS = Table(
    "customers",
    Customer,
    partition="pk",
    sort="sk",
    indexes=[Index("by_status", partition="status", sort="created_at")],
    patterns=[AccessPattern("by_status", index="by_status")],
)
LAYER = Layer("bench", target="sqlite", tables=[CUSTOMERS])


def make_values(number: int, partition: str = PARTITION) -> dict[str, Any]:
    """The field values of one item; the same number gives the same item."""
    chosen = random.Random(number)
    return {
        "pk": partition,
        "sk": f"order#{number:010}",
        "name": f"Customer Name {chosen.randrange(10**6)}",
        "status": chosen.choice(list(Status)),
        "age": chosen.randrange(18, 99),
        "balance": Decimal(chosen.randrange(10**8)) / 100,
        "score": round(chosen.random() * 100, 6),
        "active": chosen.random() < 0.5,
        "created_at": datetime(2024, 1, 1, tzinfo=UTC)
        + timedelta(microseconds=chosen.randrange(1, 10**13)),
        "tags": [f"tag-{chosen.randrange(1000)}" for _ in range(3)],
        "address": {
            "street": f"{chosen.randrange(1000)} Long Street Name",
            "city": f"City {chosen.randrange(1000)}",
            "zip": f"{chosen.randrange(10**5):05}",
            "floor": chosen.randrange(1, 50),
        },
        "nickname": None,
        "bio": "x" * 150 + f' "quoted" \u00e9\u00e8 end {chosen.randrange(1000)}',
    }

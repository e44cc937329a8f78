"""The item that is measured, as a Trueup model and as a plain pydantic one."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel

from trueup import AccessPattern, Index, Layer, Model, Table

from ..values import Status


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

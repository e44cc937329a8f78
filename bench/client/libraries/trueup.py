"""Trueup on its own wire: validated pydantic models with exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

import trueup
from trueup import Layer, Model, Table, at

from ...values import Status, make_values, sort_key
from ..names import (
    IN_A_TRANSACTION,
    IN_FLIGHT,
    NEW_AGE,
    NEW_NAME,
    ONE,
    PARTITION_100,
    PARTITION_1000,
    READ_TOGETHER,
    REGION,
    TABLE,
    WRITTEN_TOGETHER,
)

if TYPE_CHECKING:
    from trueup import AsyncDatabase


class Address(BaseModel):
    """A nested model of four."""

    street: str
    city: str
    zip: str
    floor: int


class Customer(Model):
    """The item."""

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


CUSTOMERS = Table(TABLE, Customer, partition="pk", sort="sk")
LAYER = Layer("bench", target="dynamodb", tables=[CUSTOMERS])


class Library:
    """What is measured. wire: which of the two."""

    def __init__(self, url: str, wire: str = "direct") -> None:
        place = url.removeprefix("https://")
        self._url = f"dynamodb://{place}?region={REGION}&tls=true&wire={wire}"
        self._database = trueup.connect(self._url, LAYER)
        self.repository = self._database.repository(CUSTOMERS)
        self._awaitable: AsyncDatabase | None = None

    def get(self) -> Customer | None:
        """One item."""
        return self.repository.get(PARTITION_100, ONE)

    def put(self) -> None:
        """One item."""
        self.repository.put(self.customers[0])

    def update(self) -> None:
        """Two attributes of an item that must exist."""
        self.repository.update(
            (PARTITION_100, ONE),
            at(Customer.name).assign(NEW_NAME),
            at(Customer.age).assign(NEW_AGE),
        )

    def query_100(self) -> list[Customer]:
        """A partition."""
        return self.repository.query(PARTITION_100).all()

    def query_1000(self) -> list[Customer]:
        """A larger partition."""
        return self.repository.query(PARTITION_1000).all()

    def put_many_25(self) -> None:
        """A batch, all of it written."""
        self.repository.put_many(self.customers)

    def get_many_100(self) -> list[Customer | None]:
        """A batch."""
        return self.repository.get_many(self.keys)

    def transact_10(self) -> None:
        """A transaction."""
        with self._database.transaction() as transaction:
            for customer in self.customers[:IN_A_TRANSACTION]:
                transaction.put(CUSTOMERS, customer)

    async def gets_32_async(self) -> list[Customer | None]:
        """Gets in flight together."""
        import asyncio  # not at a cold start of what blocks

        if self._awaitable is None:
            self._awaitable = await trueup.connect_async(self._url, LAYER)
        repository = self._awaitable.repository(CUSTOMERS)
        return await asyncio.gather(*(repository.get(PARTITION_100, ONE) for _ in range(IN_FLIGHT)))

    @cached_property
    def customers(self) -> list[Customer]:
        """What is written."""
        return [Customer.model_validate(make_values(n)) for n in range(WRITTEN_TOGETHER)]

    @cached_property
    def keys(self) -> list[tuple[str, str]]:
        """What is read together."""
        return [(PARTITION_100, sort_key(number)) for number in range(READ_TOGETHER)]

    def plain(self, found: Sequence[Any]) -> list[dict[str, Any]]:
        """The values of items that were read."""
        return [customer.model_dump() for customer in found]

    async def aclose(self) -> None:
        """Close every connection."""
        self._database.close()
        if self._awaitable is not None:
            await self._awaitable.aclose()

"""Trueup, as its users call it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

import trueup
from trueup import Layer, Model, Relational, Table, at

from ...values import Status
from ..place import Where
from ..rows import Address, Values


class Customer(Model):
    """The row as a user of Trueup declares it."""

    tenant: str
    id: UUID
    name: str
    status: Status
    age: int
    balance: Annotated[Decimal, Field(max_digits=12, decimal_places=2)]
    active: bool
    created_at: datetime
    tags: list[str]
    address: Address
    nickname: str | None = None
    bio: str


CUSTOMERS = Table(
    "customers",
    Customer,
    partition="tenant",
    sort="id",
    relational=Relational(types={"age": "integer"}),
)
LAYER = Layer("bench", target="postgres", tables=[CUSTOMERS])


class Library:
    """Rows come and go as validated models."""

    def __init__(self, where: Where) -> None:
        self._database = trueup.connect(where.url, LAYER)
        self._database.create_tables()
        self._repository = self._database.repository(CUSTOMERS)

    def get(self, tenant: str, key: UUID) -> Customer | None:
        """One row by its key."""
        return self._repository.get(tenant, key)

    def query(self, tenant: str) -> list[Customer]:
        """All rows of a tenant, by their keys."""
        return self._repository.query(tenant).all()

    def put(self, values: Values) -> None:
        """Store a row, whether or not there is one of its key."""
        self._repository.put(Customer.model_validate(values))

    def update(self, tenant: str, key: UUID, name: str, age: int) -> None:
        """Change two columns of a row."""
        changes = at(Customer.name).assign(name), at(Customer.age).assign(age)
        self._repository.update((tenant, key), *changes)

    insert = put

    def insert_many(self, rows: Sequence[Values]) -> None:
        """Store new rows, in as many transactions as the engine chooses."""
        self._repository.put_many(map(Customer.model_validate, rows))

    def values(self, row: Any) -> Values:
        """The field values of what a read gives."""
        found: Values = row.model_dump()
        return found

    def close(self) -> None:
        """Close the connections."""
        self._database.close()

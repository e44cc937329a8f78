"""dyntastic: pydantic models on boto3's resource."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from dyntastic import A, Dyntastic, transaction
from pydantic import BaseModel

from ...values import Status, make_values, sort_key
from ..names import (
    IN_A_TRANSACTION,
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


class Address(BaseModel):
    """A nested model of four."""

    street: str
    city: str
    zip: str
    floor: int


class Customer(Dyntastic):
    """The item; `__table_host__` is set when the library is opened."""

    __table_name__ = TABLE
    __table_region__ = REGION
    __table_host__ = ""
    __hash_key__ = "pk"
    __range_key__ = "sk"

    pk: str
    sk: str
    name: str
    status: Status
    age: int
    balance: Decimal
    score: Decimal  # boto3's resource writes no float
    active: bool
    created_at: datetime
    tags: list[str]
    address: Address
    nickname: str | None
    bio: str


class Library:
    """What is measured."""

    def __init__(self, url: str) -> None:
        Customer.__table_host__ = url

    def get(self) -> Any:
        """One item."""
        return Customer.get(PARTITION_100, ONE)

    def put(self) -> None:
        """One item."""
        self._customers[0].save()

    def update(self) -> None:
        """Two attributes of an item, without reading it again."""
        customer = self._customers[1]
        customer.update(A.name.set(NEW_NAME), A.age.set(NEW_AGE), refresh=False)
        customer.ignore_unrefreshed()

    def query_100(self) -> list[Any]:
        """A partition."""
        return list(Customer.query(PARTITION_100))

    def query_1000(self) -> list[Any]:
        """A larger partition."""
        return list(Customer.query(PARTITION_1000))

    def put_many_25(self) -> None:
        """A batch, all of it written."""
        with Customer.batch_writer():
            for customer in self._customers:
                customer.save()

    def get_many_100(self) -> list[Any]:
        """A batch, in no order."""
        found: list[Any] = Customer.batch_get(self._keys)
        return found

    def transact_10(self) -> None:
        """A transaction."""
        with transaction():
            for customer in self._customers[:IN_A_TRANSACTION]:
                customer.save()

    @cached_property
    def _customers(self) -> list[Any]:
        return [Customer(**make_values(number)) for number in range(WRITTEN_TOGETHER)]

    @cached_property
    def _keys(self) -> list[tuple[str, str]]:
        return [(PARTITION_100, sort_key(number)) for number in range(READ_TOGETHER)]

    def plain(self, found: Sequence[Any]) -> list[dict[str, Any]]:
        """The values of items that were read."""
        return [customer.model_dump() for customer in found]

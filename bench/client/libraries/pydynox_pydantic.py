"""pydynox with pydantic: validated models over a core in Rust.

Its integration gets and saves; queries and batches give dicts, which are validated here as it
does. The core gives numbers as float, so that a Decimal has been one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from pydantic import BaseModel, field_serializer
from pydynox import DynamoDBClient, SyncBatchWriter, SyncTransaction, dynamodb_model

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


class Address(BaseModel):
    """A nested model of four."""

    street: str
    city: str
    zip: str
    floor: int


class Customer(BaseModel):
    """The item; `dynamodb_model` gives it its methods."""

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

    @field_serializer("created_at")
    def _time(self, value: datetime) -> str:
        """Its core takes no datetime."""
        return value.isoformat()


class Library:
    """What is measured. The client finds the server's authority through SSL_CERT_FILE."""

    def __init__(self, url: str) -> None:
        self._client = DynamoDBClient(region=REGION, endpoint_url=url)
        decorate = dynamodb_model(
            table=TABLE, partition_key="pk", sort_key="sk", client=self._client
        )
        self._model = decorate(Customer)

    def get(self) -> Any:
        """One item."""
        return self._model.sync_get(pk=PARTITION_100, sk=ONE)

    def put(self) -> None:
        """One item."""
        self._customers[0].sync_save()

    def update(self) -> None:
        """Two attributes of an item."""
        self._customers[1].sync_update(name=NEW_NAME, age=NEW_AGE)

    def query_100(self) -> list[Any]:
        """A partition."""
        return self._query(PARTITION_100)

    def query_1000(self) -> list[Any]:
        """A larger partition."""
        return self._query(PARTITION_1000)

    def _query(self, partition: str) -> list[Any]:
        found = self._client.sync_query(
            TABLE,
            "#pk = :pk",
            expression_attribute_names={"#pk": "pk"},
            expression_attribute_values={":pk": partition},
        )
        return [self._model.model_validate(item) for item in found]

    def put_many_25(self) -> None:
        """A batch, all of it written."""
        with SyncBatchWriter(self._client, TABLE) as batch:
            for customer in self._customers:
                batch.put(customer.model_dump())

    def get_many_100(self) -> list[Any]:
        """A batch, in no order."""
        found = self._client.sync_batch_get(TABLE, self._keys)
        return [self._model.model_validate(item) for item in found]

    def transact_10(self) -> None:
        """A transaction."""
        with SyncTransaction(self._client) as transaction:
            for customer in self._customers[:IN_A_TRANSACTION]:
                transaction.put(TABLE, customer.model_dump())

    async def gets_32_async(self) -> list[Any]:
        """Gets in flight together."""
        import asyncio  # not at a cold start of what blocks

        one = self._model.get
        return await asyncio.gather(*(one(pk=PARTITION_100, sk=ONE) for _ in range(IN_FLIGHT)))

    @cached_property
    def _customers(self) -> list[Any]:
        return [self._model(**make_values(number)) for number in range(WRITTEN_TOGETHER)]

    @cached_property
    def _keys(self) -> list[dict[str, str]]:
        return [{"pk": PARTITION_100, "sk": sort_key(number)} for number in range(READ_TOGETHER)]

    def plain(self, found: Sequence[Any]) -> list[dict[str, Any]]:
        """The values of items that were read."""
        return [customer.model_dump() for customer in found]

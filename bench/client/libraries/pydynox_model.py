"""pydynox's own models: typed attributes over a core in Rust."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from pydynox import DynamoDBClient, Model, ModelConfig, SyncBatchWriter, SyncTransaction
from pydynox.attributes import (
    BooleanAttribute,
    DatetimeAttribute,
    DecimalAttribute,
    EnumAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    StringAttribute,
)

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


class Customer(Model):
    """The item; its client is set when the library is opened."""

    model_config = ModelConfig(table=TABLE)

    pk = StringAttribute(partition_key=True)
    sk = StringAttribute(sort_key=True)
    name = StringAttribute()
    status = EnumAttribute(Status)
    age = NumberAttribute()
    balance = DecimalAttribute()
    score = NumberAttribute()
    active = BooleanAttribute()
    created_at = DatetimeAttribute()
    tags = ListAttribute()
    address = MapAttribute()
    nickname = StringAttribute()
    bio = StringAttribute()


class Library:
    """What is measured. The client finds the server's authority through SSL_CERT_FILE."""

    def __init__(self, url: str) -> None:
        self._client = DynamoDBClient(region=REGION, endpoint_url=url)
        Customer.model_config = ModelConfig(table=TABLE, client=self._client)

    def get(self) -> Any:
        """One item."""
        return Customer.sync_get(pk=PARTITION_100, sk=ONE)

    def put(self) -> None:
        """One item."""
        self._customers[0].sync_save(full_replace=True)

    def update(self) -> None:
        """Two attributes of an item."""
        self._customers[1].sync_update(name=NEW_NAME, age=NEW_AGE)

    def query_100(self) -> list[Any]:
        """A partition."""
        return list(Customer.sync_query(partition_key=PARTITION_100))

    def query_1000(self) -> list[Any]:
        """A larger partition."""
        return list(Customer.sync_query(partition_key=PARTITION_1000))

    def put_many_25(self) -> None:
        """A batch, all of it written."""
        with SyncBatchWriter(self._client, TABLE) as batch:
            for customer in self._customers:
                batch.put(customer.to_dict())

    def get_many_100(self) -> list[Any]:
        """A batch, in no order."""
        found: list[Any] = Customer.sync_batch_get(self._keys)
        return found

    def transact_10(self) -> None:
        """A transaction."""
        with SyncTransaction(self._client) as transaction:
            for customer in self._customers[:IN_A_TRANSACTION]:
                transaction.put(TABLE, customer.to_dict())

    async def gets_32_async(self) -> list[Any]:
        """Gets in flight together."""
        import asyncio  # not at a cold start of what blocks

        one = Customer.get
        return await asyncio.gather(*(one(pk=PARTITION_100, sk=ONE) for _ in range(IN_FLIGHT)))

    @cached_property
    def _customers(self) -> list[Any]:
        return [Customer(**make_values(number)) for number in range(WRITTEN_TOGETHER)]

    @cached_property
    def _keys(self) -> list[dict[str, str]]:
        return [{"pk": PARTITION_100, "sk": sort_key(number)} for number in range(READ_TOGETHER)]

    def plain(self, found: Sequence[Any]) -> list[dict[str, Any]]:
        """The values of items that were read."""
        names = list(make_values(0))
        return [{name: getattr(customer, name) for name in names} for customer in found]

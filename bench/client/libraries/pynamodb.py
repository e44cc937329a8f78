"""PynamoDB: typed attributes, on botocore's transport."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.connection import Connection
from pynamodb.constants import NUMBER
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

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


class StatusAttribute(Attribute):
    """An enum; PynamoDB's guide writes one like this."""

    attr_type = "S"

    def serialize(self, value: Any) -> str:
        """Its value."""
        return str(value.value)

    def deserialize(self, value: Any) -> Status:
        """The enum."""
        return Status(value)


class DecimalAttribute(Attribute):
    """A number that stays exact: PynamoDB's own are int or float."""

    attr_type = NUMBER

    def serialize(self, value: Any) -> str:
        """Its digits."""
        return str(value)

    def deserialize(self, value: Any) -> Decimal:
        """The number."""
        return Decimal(value)


class Address(MapAttribute):
    """A nested map of four."""

    street = UnicodeAttribute()
    city = UnicodeAttribute()
    zip = UnicodeAttribute()
    floor = NumberAttribute()


class Customer(Model):
    """The item."""

    class Meta:
        """Where it is stored; `host` is set when the library is opened."""

        table_name = TABLE
        region = REGION
        host = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    name = UnicodeAttribute()
    status = StatusAttribute()
    age = NumberAttribute()
    balance = DecimalAttribute()
    score = NumberAttribute()
    active = BooleanAttribute()
    created_at = UTCDateTimeAttribute()
    tags = ListAttribute(of=UnicodeAttribute)
    address = Address()
    nickname = UnicodeAttribute(null=True)
    bio = UnicodeAttribute()


class Library:
    """What is measured."""

    def __init__(self, url: str) -> None:
        Customer.Meta.host = url
        self._connection = Connection(region=REGION, host=url)

    def get(self) -> Any:
        """One item."""
        return Customer.get(PARTITION_100, ONE)

    def put(self) -> None:
        """One item."""
        self._customers[0].save()

    def update(self) -> None:
        """Two attributes of an item; it reads the new image, always."""
        self._customers[1].update([Customer.name.set(NEW_NAME), Customer.age.set(NEW_AGE)])

    def query_100(self) -> list[Any]:
        """A partition."""
        return list(Customer.query(PARTITION_100))

    def query_1000(self) -> list[Any]:
        """A larger partition."""
        return list(Customer.query(PARTITION_1000))

    def put_many_25(self) -> None:
        """A batch, all of it written."""
        with Customer.batch_write() as batch:
            for customer in self._customers:
                batch.save(customer)

    def get_many_100(self) -> list[Any]:
        """A batch, in no order."""
        return list(Customer.batch_get(self._keys))

    def transact_10(self) -> None:
        """A transaction."""
        with TransactWrite(connection=self._connection) as transaction:
            for customer in self._customers[:IN_A_TRANSACTION]:
                transaction.save(customer)

    @cached_property
    def _customers(self) -> list[Any]:
        made = [make_values(number) for number in range(WRITTEN_TOGETHER)]
        return [Customer(**{**item, "address": Address(**item["address"])}) for item in made]

    @cached_property
    def _keys(self) -> list[tuple[str, str]]:
        return [(PARTITION_100, sort_key(number)) for number in range(READ_TOGETHER)]

    def plain(self, found: Sequence[Any]) -> list[dict[str, Any]]:
        """The values of items that were read."""
        names = Customer.get_attributes()
        items = [{name: getattr(one, name) for name in names} for one in found]
        return [{**item, "address": item["address"].attribute_values} for item in items]

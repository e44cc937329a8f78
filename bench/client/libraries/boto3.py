"""boto3's client: DynamoDB's JSON in and out, without types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import boto3

from .. import raw
from ..names import PARTITION_100, PARTITION_1000, TABLE
from ..wire_items import item_from_wire


class Library:
    """What is measured."""

    def __init__(self, url: str) -> None:
        self._client = boto3.client("dynamodb", endpoint_url=url)

    def get(self) -> Any:
        """One item."""
        return self._client.get_item(TableName=TABLE, Key=raw.KEY)["Item"]

    def put(self) -> None:
        """One item."""
        self._client.put_item(TableName=TABLE, Item=raw.items()[0])

    def update(self) -> None:
        """Two attributes of an item."""
        self._client.update_item(**raw.UPDATE)

    def query_100(self) -> list[Any]:
        """A partition."""
        return self._query(PARTITION_100)

    def query_1000(self) -> list[Any]:
        """A larger partition."""
        return self._query(PARTITION_1000)

    def _query(self, partition: str) -> list[Any]:
        pages = self._client.get_paginator("query").paginate(**raw.query_of(partition))
        return [item for page in pages for item in page["Items"]]

    def put_many_25(self) -> None:
        """A batch, all of it written."""
        reply = self._client.batch_write_item(RequestItems=raw.batch_write())
        assert not reply["UnprocessedItems"]

    def get_many_100(self) -> list[Any]:
        """A batch, in no order."""
        reply = self._client.batch_get_item(RequestItems=raw.batch_get())
        assert not reply["UnprocessedKeys"]
        found: list[Any] = reply["Responses"][TABLE]
        return found

    def transact_10(self) -> None:
        """A transaction."""
        self._client.transact_write_items(TransactItems=raw.transaction())

    def plain(self, found: Sequence[Any]) -> list[dict[str, Any]]:
        """The values of items that were read."""
        return [item_from_wire(item) for item in found]

    async def aclose(self) -> None:
        """Close every connection."""
        self._client.close()

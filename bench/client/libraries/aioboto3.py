"""aioboto3's client: boto3's for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import aioboto3
from botocore.config import Config

from .. import raw
from ..names import IN_FLIGHT, PARTITION_100, PARTITION_1000, TABLE
from ..wire_items import item_from_wire


class Library:
    """What is measured. Its pool is as large as the gets in flight: the default holds ten."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened = AsyncExitStack()
        self._client: Any = None

    async def aopen(self) -> None:
        """Open the client."""
        config = Config(max_pool_connections=IN_FLIGHT)
        client = aioboto3.Session().client("dynamodb", endpoint_url=self._url, config=config)
        self._client = await self._opened.enter_async_context(client)

    async def get(self) -> Any:
        """One item."""
        return (await self._client.get_item(TableName=TABLE, Key=raw.KEY))["Item"]

    async def put(self) -> None:
        """One item."""
        await self._client.put_item(TableName=TABLE, Item=raw.items()[0])

    async def update(self) -> None:
        """Two attributes of an item."""
        await self._client.update_item(**raw.UPDATE)

    async def query_100(self) -> list[Any]:
        """A partition."""
        return await self._query(PARTITION_100)

    async def query_1000(self) -> list[Any]:
        """A larger partition."""
        return await self._query(PARTITION_1000)

    async def _query(self, partition: str) -> list[Any]:
        pages = self._client.get_paginator("query").paginate(**raw.query_of(partition))
        return [item async for page in pages for item in page["Items"]]

    async def put_many_25(self) -> None:
        """A batch, all of it written."""
        reply = await self._client.batch_write_item(RequestItems=raw.batch_write())
        assert not reply["UnprocessedItems"]

    async def get_many_100(self) -> list[Any]:
        """A batch, in no order."""
        reply = await self._client.batch_get_item(RequestItems=raw.batch_get())
        assert not reply["UnprocessedKeys"]
        found: list[Any] = reply["Responses"][TABLE]
        return found

    async def transact_10(self) -> None:
        """A transaction."""
        await self._client.transact_write_items(TransactItems=raw.transaction())

    async def gets_32_async(self) -> list[Any]:
        """Gets in flight together."""
        return await asyncio.gather(*(self.get() for _ in range(IN_FLIGHT)))

    def plain(self, found: Sequence[Any]) -> list[dict[str, Any]]:
        """The values of items that were read."""
        return [item_from_wire(item) for item in found]

    async def aclose(self) -> None:
        """Close every connection."""
        await self._opened.aclose()

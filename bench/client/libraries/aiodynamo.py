"""aiodynamo over aiohttp: plain dicts with Decimal."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import aiohttp
from aiodynamo.client import Client
from aiodynamo.credentials import EnvironmentCredentials
from aiodynamo.expressions import F, HashKey
from aiodynamo.http.aiohttp import AIOHTTP
from aiodynamo.models import BatchGetRequest, BatchWriteRequest
from aiodynamo.operations import Put
from yarl import URL

from ...values import make_values, sort_key
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
from ..wire_items import time_to_text

KEY = {"pk": PARTITION_100, "sk": ONE}


class Library:
    """What is measured."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: Any = None
        self._client: Any = None

    async def aopen(self) -> None:
        """Open the client."""
        context = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context))
        self._client = Client(
            AIOHTTP(self._session), EnvironmentCredentials(), REGION, endpoint=URL(self._url)
        )

    async def get(self) -> Any:
        """One item."""
        return await self._client.get_item(TABLE, KEY)

    async def put(self) -> None:
        """One item."""
        await self._client.put_item(TABLE, self._items[0])

    async def update(self) -> None:
        """Two attributes of an item."""
        changes = F("name").set(NEW_NAME) & F("age").set(NEW_AGE)
        await self._client.update_item(TABLE, KEY, changes)

    async def query_100(self) -> list[Any]:
        """A partition."""
        return await self._query(PARTITION_100)

    async def query_1000(self) -> list[Any]:
        """A larger partition."""
        return await self._query(PARTITION_1000)

    async def _query(self, partition: str) -> list[Any]:
        return [item async for item in self._client.query(TABLE, HashKey("pk", partition))]

    async def put_many_25(self) -> None:
        """A batch, all of it written."""
        asked = {TABLE: BatchWriteRequest(items_to_put=self._items)}
        assert not await self._client.batch_write(asked)

    async def get_many_100(self) -> list[Any]:
        """A batch, in no order."""
        reply = await self._client.batch_get({TABLE: BatchGetRequest(keys=self._keys)})
        assert not reply.unprocessed_keys
        found: list[Any] = reply.items[TABLE]
        return found

    async def transact_10(self) -> None:
        """A transaction."""
        puts = [Put(TABLE, item) for item in self._items[:IN_A_TRANSACTION]]
        await self._client.transact_write_items(puts)

    async def gets_32_async(self) -> list[Any]:
        """Gets in flight together."""
        return await asyncio.gather(*(self.get() for _ in range(IN_FLIGHT)))

    @cached_property
    def _items(self) -> list[dict[str, Any]]:
        """It takes no datetime."""
        made = [make_values(number) for number in range(WRITTEN_TOGETHER)]
        return [{**item, "created_at": time_to_text(item["created_at"])} for item in made]

    @cached_property
    def _keys(self) -> list[dict[str, str]]:
        return [{"pk": PARTITION_100, "sk": sort_key(number)} for number in range(READ_TOGETHER)]

    def plain(self, found: Sequence[Any]) -> list[dict[str, Any]]:
        """The values of items that were read."""
        return list(found)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._session.close()

"""asyncpg by hand: records that pydantic validates, and executemany."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from ..place import Where
from ..rows import PlainCustomer, Values
from . import psycopg_validate as psycopg


def _numbered(text: str) -> str:
    """The same SQL with `$1` for the first parameter, and so on."""
    first, *others = text.split("%s")
    return first + "".join(f"${number}{part}" for number, part in enumerate(others, start=1))


_GET, _QUERY, _PUT = map(_numbered, (psycopg.GET, psycopg.QUERY, psycopg.PUT))
_UPDATE, _INSERT = map(_numbered, (psycopg.UPDATE, psycopg.INSERT))


class Library:
    """One connection, which commits every statement by itself."""

    def __init__(self, where: Where) -> None:
        self._where = where

    async def aopen(self) -> None:
        """Connect; texts go in and out of jsonb through Python's json."""
        self._connection = await asyncpg.connect(**self._where.arguments)
        await self._connection.set_type_codec(
            "jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog"
        )

    async def get(self, tenant: str, key: UUID) -> Any:
        """One row by its key."""
        record = await self._connection.fetchrow(_GET, tenant, key)
        return None if record is None else PlainCustomer.model_validate(dict(record))

    async def query(self, tenant: str) -> Sequence[Any]:
        """All rows of a tenant, by their keys."""
        records = await self._connection.fetch(_QUERY, tenant)
        return [PlainCustomer.model_validate(dict(record)) for record in records]

    async def put(self, values: Values) -> None:
        """Store a row, whether or not there is one of its key."""
        await self._connection.execute(_PUT, *_parameters(values))

    async def update(self, tenant: str, key: UUID, name: str, age: int) -> None:
        """Change two columns of a row."""
        await self._connection.execute(_UPDATE, name, age, tenant, key)

    async def insert(self, values: Values) -> None:
        """Store a new row."""
        await self._connection.execute(_INSERT, *_parameters(values))

    async def insert_many(self, rows: Sequence[Values]) -> None:
        """Store new rows in one transaction, which its executemany is."""
        await self._connection.executemany(_INSERT, [_parameters(values) for values in rows])

    def values(self, row: Any) -> Values:
        """The field values of what a read gives."""
        found: Values = row.model_dump()
        return found

    async def aclose(self) -> None:
        """Close the connection."""
        await self._connection.close()


def _parameters(values: Values) -> tuple[Any, ...]:
    row = PlainCustomer.model_validate(values)
    return (
        row.tenant,
        row.id,
        row.name,
        row.status.value,
        row.age,
        row.balance,
        row.active,
        row.created_at,
        row.tags,
        row.address.model_dump(),
        row.nickname,
        row.bio,
    )

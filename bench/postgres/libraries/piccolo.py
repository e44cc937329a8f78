"""Piccolo, with its own engine on asyncpg: table objects, which validate nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from piccolo import columns
from piccolo.engine.postgres import PostgresEngine
from piccolo.table import Table

from ..place import Where
from ..rows import COLUMNS, PEERS_TABLE, Values


class Customer(Table, tablename=PEERS_TABLE):
    """The row as a user of Piccolo declares it."""

    id = columns.UUID(primary_key=True)
    tenant = columns.Text()
    name = columns.Text()
    status = columns.Text()
    age = columns.Integer()
    balance = columns.Numeric(digits=(12, 2))
    active = columns.Boolean()
    created_at = columns.Timestamptz()
    tags = columns.Array(base_column=columns.Text())
    address = columns.JSONB()
    nickname = columns.Text(null=True, default=None)
    bio = columns.Text()


class Library:
    """The engine with its pool."""

    def __init__(self, where: Where) -> None:
        self._engine = PostgresEngine(config=where.arguments)
        Customer._meta._db = self._engine

    async def aopen(self) -> None:
        """Open the pool."""
        await self._engine.start_connection_pool()

    async def get(self, tenant: str, key: UUID) -> Any:
        """One row by its key."""
        of_key = (Customer.tenant == tenant) & (Customer.id == key)
        return await Customer.objects().where(of_key).first().output(load_json=True)

    async def query(self, tenant: str) -> Sequence[Any]:
        """All rows of a tenant, by their keys."""
        found = Customer.objects().where(Customer.tenant == tenant).order_by(Customer.id)
        rows: list[Any] = await found.output(load_json=True)
        return rows

    async def put(self, values: Values) -> None:
        """Store a row, whether or not there is one of its key."""
        changed = [getattr(Customer, name) for name in COLUMNS if name not in ("tenant", "id")]
        await Customer.insert(Customer(**values)).on_conflict(
            target=(Customer.tenant, Customer.id), action="DO UPDATE", values=changed
        )

    async def update(self, tenant: str, key: UUID, name: str, age: int) -> None:
        """Change two columns of a row."""
        of_key = (Customer.tenant == tenant) & (Customer.id == key)
        await Customer.update({Customer.name: name, Customer.age: age}).where(of_key)

    async def insert(self, values: Values) -> None:
        """Store a new row."""
        await Customer.insert(Customer(**values))

    async def insert_many(self, rows: Sequence[Values]) -> None:
        """Store new rows in one statement."""
        await Customer.insert(*[Customer(**values) for values in rows])

    def values(self, row: Any) -> Values:
        """The field values of what a read gives."""
        return {name: getattr(row, name) for name in COLUMNS}

    async def aclose(self) -> None:
        """Close the pool."""
        await self._engine.close_connection_pool()

"""psycopg 3 by hand: dict rows that pydantic validates, and executemany."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from ..place import Where
from ..rows import COLUMNS, PEERS_TABLE, PlainCustomer, Values

_NAMES = ", ".join(COLUMNS)
_KEY = ("tenant", "id")
GET = f"SELECT {_NAMES} FROM {PEERS_TABLE} WHERE tenant = %s AND id = %s"
QUERY = f"SELECT {_NAMES} FROM {PEERS_TABLE} WHERE tenant = %s ORDER BY id"
INSERT = f"INSERT INTO {PEERS_TABLE} ({_NAMES}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"
_CHANGED = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in _KEY)
PUT = f"{INSERT} ON CONFLICT (tenant, id) DO UPDATE SET {_CHANGED}"
UPDATE = f"UPDATE {PEERS_TABLE} SET name = %s, age = %s WHERE tenant = %s AND id = %s"


class Library:
    """One connection, which commits every statement by itself."""

    rows: Any = staticmethod(dict_row)

    def __init__(self, where: Where) -> None:
        self._connection: psycopg.Connection[Any] = psycopg.connect(
            where.psycopg_text, autocommit=True, row_factory=self.rows
        )

    def get(self, tenant: str, key: UUID) -> Any:
        """One row by its key."""
        row = self._connection.execute(GET.encode(), (tenant, key)).fetchone()
        return None if row is None else PlainCustomer.model_validate(row)

    def query(self, tenant: str) -> Sequence[Any]:
        """All rows of a tenant, by their keys."""
        rows = self._connection.execute(QUERY.encode(), (tenant,)).fetchall()
        return [PlainCustomer.model_validate(row) for row in rows]

    def put(self, values: Values) -> None:
        """Store a row, whether or not there is one of its key."""
        self._connection.execute(PUT.encode(), parameters(values))

    def update(self, tenant: str, key: UUID, name: str, age: int) -> None:
        """Change two columns of a row."""
        self._connection.execute(UPDATE.encode(), (name, age, tenant, key))

    def insert(self, values: Values) -> None:
        """Store a new row."""
        self._connection.execute(INSERT.encode(), parameters(values))

    def insert_many(self, rows: Sequence[Values]) -> None:
        """Store new rows in one transaction."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(INSERT.encode(), map(parameters, rows))

    def values(self, row: Any) -> Values:
        """The field values of what a read gives."""
        found: Values = row.model_dump()
        return found

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def parameters(values: Values) -> tuple[Any, ...]:
    """The parameters of an INSERT, of validated values."""
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
        Jsonb(row.address.model_dump()),
        row.nickname,
        row.bio,
    )

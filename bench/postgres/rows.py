"""The row that is measured, of twelve columns, and the table that a careful person makes of it."""

from __future__ import annotations

import random
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ..values import Status, make_values

TENANT_100 = "tenant-100"
TENANT_1000 = "tenant-1000"
NEW_TENANT = "new"
"""Tenants are named by how many rows they have; the rows of the last are deleted after a round."""

COLUMNS = (
    *("tenant", "id", "name", "status", "age", "balance"),
    *("active", "created_at", "tags", "address", "nickname", "bio"),
)
PEERS_TABLE = "customers_of_peers"
CREATE = f"""CREATE TABLE {PEERS_TABLE} (
tenant text COLLATE "C" NOT NULL, id uuid NOT NULL, name text NOT NULL, status text NOT NULL,
age integer NOT NULL, balance numeric(12,2) NOT NULL, active boolean NOT NULL,
created_at timestamptz NOT NULL, tags text[] NOT NULL, address jsonb NOT NULL, nickname text,
bio text NOT NULL, PRIMARY KEY (tenant, id))"""


class Address(BaseModel):
    """A nested model of four."""

    street: str
    city: str
    zip: str
    floor: int


class PlainCustomer(BaseModel):
    """The row as a user of pydantic declares it."""

    tenant: str
    id: UUID
    name: str
    status: Status
    age: int
    balance: Decimal
    active: bool
    created_at: datetime
    tags: list[str]
    address: Address
    nickname: str | None = None
    bio: str


Values = dict[str, Any]


def row_id(number: int) -> UUID:
    """The key of a row within its tenant."""
    return UUID(int=random.Random(number).getrandbits(128), version=4)


def make_row(number: int, tenant: str) -> Values:
    """The field values of a row; the same number gives the same row."""
    values = make_values(number, tenant)
    values |= {"tenant": values["pk"], "id": row_id(number)}
    return {name: values[name] for name in COLUMNS}

"""SQLModel: its table models, which do not validate what they are made of or what is read.

Source: https://github.com/fastapi/sqlmodel/issues/453
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric, Text, create_engine, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlmodel import Field, Session, SQLModel, select

from ..place import Where
from ..rows import COLUMNS, PEERS_TABLE, Values


class Customer(SQLModel, table=True):
    """The row as a user of SQLModel declares it."""

    __tablename__ = PEERS_TABLE

    tenant: str = Field(sa_type=Text, primary_key=True)
    id: UUID = Field(primary_key=True)
    name: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    age: int
    balance: Decimal = Field(sa_type=Numeric(12, 2))
    active: bool
    created_at: datetime = Field(sa_type=TIMESTAMP(timezone=True))
    tags: list[str] = Field(sa_type=ARRAY(Text))
    address: dict[str, Any] = Field(sa_type=JSONB)
    nickname: str | None = Field(default=None, sa_type=Text)
    bio: str = Field(sa_type=Text)


class Library:
    """A session for each call, as a request of a server has one."""

    def __init__(self, where: Where) -> None:
        self._engine = create_engine(where.sqlalchemy_url)

    def get(self, tenant: str, key: UUID) -> Any:
        """One row by its key."""
        with Session(self._engine) as session:
            return session.get(Customer, (tenant, key))

    def query(self, tenant: str) -> Sequence[Any]:
        """All rows of a tenant, by their keys."""
        with Session(self._engine) as session:
            of_tenant = select(Customer).where(Customer.tenant == tenant).order_by(Customer.id)
            rows: list[Any] = session.exec(of_tenant).all()
            return rows

    def put(self, values: Values) -> None:
        """Store a row, whether or not there is one of its key."""
        with Session(self._engine) as session, session.begin():
            session.merge(Customer(**values))

    def update(self, tenant: str, key: UUID, name: str, age: int) -> None:
        """Change two columns of a row."""
        with Session(self._engine) as session, session.begin():
            of_key = (Customer.tenant == tenant) & (Customer.id == key)
            session.exec(update(Customer).where(of_key).values(name=name, age=age))

    def insert(self, values: Values) -> None:
        """Store a new row."""
        with Session(self._engine) as session, session.begin():
            session.add(Customer(**values))

    def insert_many(self, rows: Sequence[Values]) -> None:
        """Store new rows in one transaction."""
        with Session(self._engine) as session, session.begin():
            session.add_all([Customer(**values) for values in rows])

    def values(self, row: Any) -> Values:
        """The field values of what a read gives."""
        return {name: getattr(row, name) for name in COLUMNS}

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

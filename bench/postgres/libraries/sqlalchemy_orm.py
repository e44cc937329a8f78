"""SQLAlchemy 2 ORM: mapped objects, which validate nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric, Text, create_engine, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from ..place import Where
from ..rows import COLUMNS, PEERS_TABLE, Values


class Base(DeclarativeBase):
    """What the mapped classes share."""


class Customer(Base):
    """The row as a user of the ORM declares it."""

    __tablename__ = PEERS_TABLE

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    age: Mapped[int]
    balance: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    address: Mapped[dict[str, Any]] = mapped_column(JSONB)
    nickname: Mapped[str | None] = mapped_column(Text)
    bio: Mapped[str] = mapped_column(Text)


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
            rows: list[Any] = session.scalars(of_tenant).all()
            return rows

    def put(self, values: Values) -> None:
        """Store a row, whether or not there is one of its key."""
        with Session(self._engine) as session, session.begin():
            session.merge(Customer(**values))

    def update(self, tenant: str, key: UUID, name: str, age: int) -> None:
        """Change two columns of a row."""
        with Session(self._engine) as session, session.begin():
            of_key = (Customer.tenant == tenant) & (Customer.id == key)
            session.execute(update(Customer).where(of_key).values(name=name, age=age))

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

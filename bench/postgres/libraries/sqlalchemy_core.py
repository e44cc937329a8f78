"""SQLAlchemy 2 Core: statements that are made once, and rows that pydantic validates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    bindparam,
    create_engine,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from ..place import Where
from ..rows import PEERS_TABLE, PlainCustomer, Values

CUSTOMERS = Table(
    PEERS_TABLE,
    MetaData(),
    Column("tenant", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("age", Integer, nullable=False),
    Column("balance", Numeric(12, 2), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("tags", ARRAY(Text), nullable=False),
    Column("address", JSONB, nullable=False),
    Column("nickname", Text),
    Column("bio", Text, nullable=False),
)
_OF_KEY = (CUSTOMERS.c.tenant == bindparam("a_tenant")) & (CUSTOMERS.c.id == bindparam("a_key"))
_GET = select(CUSTOMERS).where(_OF_KEY)
_QUERY = (
    select(CUSTOMERS).where(CUSTOMERS.c.tenant == bindparam("a_tenant")).order_by(CUSTOMERS.c.id)
)
_INSERT = insert(CUSTOMERS)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=["tenant", "id"],
    set_={column.name: column for column in _INSERT.excluded if not column.primary_key},
)
_UPDATE = update(CUSTOMERS).where(_OF_KEY).values(name=bindparam("a_name"), age=bindparam("an_age"))


class Library:
    """The engine with its pool; a single statement commits by itself."""

    def __init__(self, where: Where) -> None:
        self._engine = create_engine(where.sqlalchemy_url)
        self._single = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    def get(self, tenant: str, key: UUID) -> Any:
        """One row by its key."""
        with self._single.connect() as connection:
            row = connection.execute(_GET, {"a_tenant": tenant, "a_key": key}).mappings().first()
        return None if row is None else PlainCustomer.model_validate(dict(row))

    def query(self, tenant: str) -> Sequence[Any]:
        """All rows of a tenant, by their keys."""
        with self._single.connect() as connection:
            rows = connection.execute(_QUERY, {"a_tenant": tenant}).mappings().all()
        return [PlainCustomer.model_validate(dict(row)) for row in rows]

    def put(self, values: Values) -> None:
        """Store a row, whether or not there is one of its key."""
        with self._single.connect() as connection:
            connection.execute(_PUT, _validated(values))

    def update(self, tenant: str, key: UUID, name: str, age: int) -> None:
        """Change two columns of a row."""
        changed = {"a_tenant": tenant, "a_key": key, "a_name": name, "an_age": age}
        with self._single.connect() as connection:
            connection.execute(_UPDATE, changed)

    def insert(self, values: Values) -> None:
        """Store a new row."""
        with self._single.connect() as connection:
            connection.execute(_INSERT, _validated(values))

    def insert_many(self, rows: Sequence[Values]) -> None:
        """Store new rows in one transaction."""
        with self._engine.begin() as connection:
            connection.execute(_INSERT, [_validated(values) for values in rows])

    def values(self, row: Any) -> Values:
        """The field values of what a read gives."""
        found: Values = row.model_dump()
        return found

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def _validated(values: Values) -> Values:
    return PlainCustomer.model_validate(values).model_dump()

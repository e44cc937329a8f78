"""psycopg 3 with its `class_row`: it makes a pydantic model of each row, which validates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from ..rows import PlainCustomer
from . import psycopg_validate
from .psycopg_validate import GET, QUERY


class Library(psycopg_validate.Library):
    """Reads; its writes are those of `psycopg_validate`."""

    rows = staticmethod(class_row(PlainCustomer))

    def get(self, tenant: str, key: UUID) -> Any:
        """One row by its key."""
        return self._connection.execute(GET.encode(), (tenant, key)).fetchone()

    def query(self, tenant: str) -> Sequence[Any]:
        """All rows of a tenant, by their keys."""
        return self._connection.execute(QUERY.encode(), (tenant,)).fetchall()

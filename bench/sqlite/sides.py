"""The two sides: Trueup, and the same SQL in plain sqlite3 with pydantic's validation.

Both offer the same calls, take field values in and give validated models out. `check.py` refuses
to measure where they run other SQL, other settings, or give other values.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import trueup

from ..values import PARTITION, make_values
from .items import CUSTOMERS, LAYER, Customer, PlainCustomer

Values = dict[str, Any]

PAGE_ITEMS = 1000


@dataclass(frozen=True, slots=True)
class Sql:
    """The texts both sides run, as `repo.requests` shows them.

    schema: what creates the table and its index.
    """

    get: str
    query: str
    put: str
    schema: tuple[str, ...]


class Side(Protocol):
    """What is measured of each side."""

    def get(self, sk: str) -> Any:
        """One item, or None."""

    def query(self) -> Sequence[Any]:
        """All items of the partition, in order."""

    def put(self, values: Values) -> None:
        """Store one item in a transaction of its own."""

    def put_many(self, items: Sequence[Values]) -> None:
        """Store items, `batch` of them in a transaction."""

    def close(self) -> None:
        """Close the file."""


class TrueupSide:
    """Trueup, as its users call it."""

    def __init__(self, file: Path) -> None:
        self._database = trueup.connect(f"sqlite:///{file}", LAYER)
        self._database.create_tables()
        self.repository = self._database.repository(CUSTOMERS)

    def sql(self) -> Sql:
        """What it runs."""
        show = self.repository.requests
        (get,) = _texts(show.get("p", "s"))
        (query,) = _texts(show.query("p"))
        (put,) = _texts(show.put(Customer.model_validate(make_values(0))))
        schema = _texts(self._database.requests.create_tables())
        creates = tuple(text for text in schema if text.startswith("CREATE"))
        return Sql(get, query, put, creates)

    def get(self, sk: str) -> Customer | None:
        """One item, or None."""
        return self.repository.get(PARTITION, sk)

    def query(self) -> list[Customer]:
        """All items of the partition, in order."""
        return self.repository.query(PARTITION).all()

    def put(self, values: Values) -> None:
        """Store one item in a transaction of its own."""
        self.repository.put(Customer.model_validate(values))

    def put_many(self, items: Sequence[Values]) -> None:
        """Store items in the batches that the engine chooses."""
        self.repository.put_many(map(Customer.model_validate, items))

    def close(self) -> None:
        """Close the file."""
        self._database.close()


class RawSide:
    """What a careful user of sqlite3 and pydantic writes by hand.

    sql: what Trueup runs. batch: items in one transaction of `put_many`.
    """

    def __init__(self, file: Path, sql: Sql, batch: int) -> None:
        self._sql = sql
        self._batch = batch
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        for statement in sql.schema:
            self.connection.execute(statement)

    def get(self, sk: str) -> PlainCustomer | None:
        """One item, or None."""
        row = self.connection.execute(self._sql.get, (PARTITION, sk)).fetchone()
        return None if row is None else PlainCustomer.model_validate_json(row[0])

    def query(self) -> list[PlainCustomer]:
        """All items of the partition, in order: as many as there are must fit one page."""
        rows = self.connection.execute(self._sql.query, (PARTITION, PAGE_ITEMS)).fetchall()
        return [PlainCustomer.model_validate_json(row[-1]) for row in rows]

    def put(self, values: Values) -> None:
        """Store one item in a transaction of its own."""
        row = self._row(values)
        self.connection.execute("BEGIN IMMEDIATE")
        with self.connection:
            self.connection.execute(self._sql.put, row)

    def put_many(self, items: Sequence[Values]) -> None:
        """Store items, `batch` of them in a transaction."""
        for start in range(0, len(items), self._batch):
            rows = [self._row(values) for values in items[start : start + self._batch]]
            self.connection.execute("BEGIN IMMEDIATE")
            with self.connection:
                self.connection.executemany(self._sql.put, rows)

    def _row(self, values: Values) -> tuple[str, ...]:
        item = PlainCustomer.model_validate(values)
        created_at = item.created_at.isoformat()
        return item.pk, item.sk, item.status.value, created_at, item.model_dump_json()

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def _texts(request: Any) -> tuple[str, ...]:
    """The SQL of a request; both sides begin and commit their transactions themselves."""
    texts = [statement.sql for statement in request.payload.statements]
    return tuple(text for text in texts if text not in ("BEGIN IMMEDIATE", "COMMIT"))

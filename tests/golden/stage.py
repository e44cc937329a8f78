"""What the golden cases work on: a small shop, and values that no message may show."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field

import trueup
from trueup import (
    AccessPattern,
    Database,
    ExpiresAt,
    Index,
    Layer,
    Model,
    Repository,
    Table,
    Version,
    WholeSeconds,
    composed,
)

SECRET = "s3cr3t"
"""Part of every text that a case stores or asks for."""

SECRET_NUMBER = 733_137
"""Part of every number that a case stores or asks for; its digits are in no message either."""

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def secret(name: str) -> str:
    """A text that would be found in a message."""
    return f"{SECRET}-{name}"


class Status(StrEnum):
    """States of an order, each of which would be found in a message."""

    OPEN = "open"
    PAID = "paid"


class Line(Model):
    """A line of an order."""

    sku: str
    count: int = 1


def _refuse(value: str) -> str:
    if value.startswith("bad"):
        raise ValueError(f"{value} is not a colour")
    return value


class Order(Model, names="camelCase"):
    """An order, with a field of each kind that can be given wrongly."""

    customer: str
    number: int
    status: Status = Status.OPEN
    total: Decimal = Decimal(0)
    colour: Annotated[str, AfterValidator(_refuse)] = "red"
    placed_at: datetime = NOON
    shipped_at: WholeSeconds | None = None
    expires_at: ExpiresAt | None = None
    tags: set[str] = Field(default_factory=set)
    lines: list[Line] = Field(default_factory=list)
    prices: dict[str, Decimal] = Field(default_factory=dict)
    notes: Any = None


class Account(Model):
    """An item with a version."""

    id: str
    owner: str = ""
    balance: Annotated[int, Field(ge=0)] = 0
    version: Version = 0


class Shop(Model):
    """An item with a composed index key and a raw one."""

    id: str
    region: str
    city: str
    place: str = composed("{region}#{city}")


class Legacy(Model):
    """An item whose key another program reads."""

    kind: str
    code: str
    pk: str = composed("{kind}|{code}", raw=True)


class StrictNote(Model):
    """An item that may not have other attributes than these."""

    id: str
    text: str = ""


class Forgotten(Model):
    """A model that no table stores."""

    id: str


orders = Table(
    "Orders",
    Order,
    partition="customer",
    sort="number",
    indexes=[
        Index("ByStatus", partition="status", sort="placed_at"),
        Index("ByColour", partition="colour", projection="keys"),
        Index("ByDay", partition=("status", "colour"), sort=("placed_at", "total")),
    ],
    patterns=[AccessPattern("by_status", index="ByStatus")],
)
accounts = Table("Accounts", Account, partition="id")
shops = Table("Shops", Shop, partition="id", indexes=[Index("ByPlace", partition="place")])
legacy = Table("Legacy", Legacy, partition="pk")
notes = Table("Notes", StrictNote, partition="id", on_read="error")
elsewhere = Table("Elsewhere", Forgotten, partition="id")
shop = Layer("shop", target="dynamodb", tables=[orders, accounts, shops, legacy, notes])


def order(**values: Any) -> Order:
    """An order under the key (secret("ada"), SECRET_NUMBER), with these values."""
    return Order(**{"customer": secret("ada"), "number": SECRET_NUMBER, **values})


KEY = (secret("ada"), SECRET_NUMBER)


@dataclass
class Stage:
    """A folder of its own, and a database in memory for the cases that need no file."""

    folder: Path

    @property
    def file(self) -> Path:
        """The database file of this case."""
        return self.folder / "shop.db"

    @cached_property
    def db(self) -> Database:
        """The shop in memory, with its tables."""
        db = trueup.connect("sqlite://", shop)
        db.create_tables()
        return db

    @property
    def orders(self) -> Repository[Order]:
        """The orders of the database in memory."""
        return self.db.repository(orders)

    def close(self) -> None:
        """Close what was opened."""
        if "db" in self.__dict__:
            self.db.close()

    @contextmanager
    def opened(self, options: str = "", *, timeout_s: float = 30) -> Iterator[Database]:
        """The shop in `file`, without creating tables."""
        with trueup.connect(f"sqlite:///{self.file}{options}", shop, timeout_s=timeout_s) as db:
            yield db

    def fill_file(self) -> None:
        """Write the shop with one order into `file`."""
        with self.opened() as db:
            db.create_tables()
            db.repository(orders).put(order())

    @contextmanager
    def sql(self) -> Iterator[sqlite3.Connection]:
        """`file`, as another program sees it; committed at the end."""
        connection = sqlite3.connect(self.file)
        try:
            with connection:
                yield connection
        finally:
            connection.close()

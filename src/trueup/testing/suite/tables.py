"""The tables of the contract tests, and short ways to make their items."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from ...model import AccessPattern, ExpiresAt, Index, Model, Table, Version, composed


class Status(StrEnum):
    """An ordinary enum, for the attribute `status`, whose name is reserved."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"


class Address(BaseModel):
    """A nested model."""

    city: str
    lines: list[str] = []


class Person(Model):
    """An item with an attribute of every kind. `status` and `timestamp` are reserved words."""

    id: str
    name: str = ""
    status: Status = Status.PROPOSED
    timestamp: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    age: int | None = None
    score: float | None = 0.5
    balance: Decimal = Decimal(0)
    tags: set[str] = Field(default_factory=set)
    notes: list[str] = Field(default_factory=list)
    address: Address | None = None
    photo: bytes = b""
    is_active: bool = True


PEOPLE = Table("People", Person, partition="id")


class Text(Model):
    """Sorted by text."""

    group: str
    key: str
    n: int = 0
    label: str | None = None


TEXTS = Table(
    "Texts",
    Text,
    partition="group",
    sort="key",
    indexes=[
        Index("ByLabel", partition="label", sort="n"),
        Index("ByN", partition="group", sort="n", local=True),
    ],
    patterns=[
        AccessPattern("of_group"),
        AccessPattern("latest_of_label", index="ByLabel", order="descending"),
    ],
)


class Word(Model):
    """An item with a text that is no key of it."""

    group: str
    place: int
    text: str


WORDS = Table(
    "Words",
    Word,
    partition="group",
    sort="place",
    indexes=[Index("ByText", partition="group", sort="text")],
)


class Number(Model):
    """Sorted by a number, in a partition that is a number."""

    group: int
    key: Decimal


NUMBERS = Table("Numbers", Number, partition="group", sort="key")


class Blob(Model):
    """Sorted by bytes, in a partition of bytes."""

    group: bytes
    key: bytes


BLOBS = Table("Blobs", Blob, partition="group", sort="key")


class Session(Model, names="camelCase"):
    """An item that expires."""

    user: str
    session: str
    device: str = "phone"
    visits: int = 0
    expires_at: ExpiresAt | None = None


SESSIONS = Table(
    "Sessions",
    Session,
    partition="user",
    sort="session",
    ttl="expires_at",
    indexes=[Index("ByDevice", partition="device", sort="session")],
)


class Document(Model):
    """An item with a version."""

    id: str
    title: str
    edition: Version = 0


DOCUMENTS = Table("Documents", Document, partition="id")


class Order(Model, names="camelCase"):
    """An item whose keys are all composed, in the index too."""

    customer: str
    region: str = "eu"
    day: date = date(2026, 1, 1)
    number: int
    status: str = "open"
    seller: str | None = None
    rank: int = 0
    customer_key: str = composed("CUSTOMER#{region}#{customer}")
    order_key: str = composed("{day}#{number:06d}")
    status_key: str = composed("{status}#{day}")
    seller_key: str | None = composed("{seller}#{rank:03d}")


ORDERS = Table(
    "Orders",
    Order,
    partition="customer_key",
    sort="order_key",
    indexes=[
        Index("ByStatus", partition="region", sort="status_key"),
        Index("BySeller", partition="seller_key", shards=4),
    ],
)


class Event(Model):
    """An item of a kind that many items share, so the index by kind is sharded."""

    id: str
    kind: str
    at: int


EVENTS = Table(
    "Events",
    Event,
    partition="id",
    indexes=[Index("ByKind", partition="kind", sort="at", shards=4)],
)


class Tile(Model):
    """An item with a key of four partition attributes and four sort attributes in an index."""

    id: int
    a: str = "a"
    b: int = 1
    c: bytes = b"c"
    d: str = "d"
    e: int = 0
    f: str = "f"
    g: int = 0
    h: bytes = b"h"


TILES = Table(
    "Tiles",
    Tile,
    partition="id",
    indexes=[Index("ByAll", partition=("a", "b", "c", "d"), sort=("e", "f", "g", "h"))],
)


class Account(Model):
    """An item with indexes that hold only a part of it."""

    id: str
    email: str
    plan: str = "free"
    city: str = ""
    secret: str = "s"


class AccountKey(Model):
    """The projection of the index by e-mail."""

    id: str
    email: str


class AccountCity(Model):
    """A projection of the index by plan."""

    id: str
    city: str


ACCOUNTS = Table(
    "Accounts",
    Account,
    partition="id",
    indexes=[
        Index("ByEmail", partition="email", projection="keys"),
        Index("ByPlan", partition="plan", sort="id", projection=["city"]),
    ],
)


class Entry(Model):
    """The shared keys of all entities of one table."""

    owner: str
    key: str


class Invoice(Entry):
    """An entity."""

    amount: int = 0


class Ticket(Entry):
    """Another entity, with an attribute of the same name and another type."""

    amount: str = ""
    open: bool = True


SHARED = Table("Shared", Entry, partition="owner", sort="key", entities=[Invoice, Ticket])


class FreeForm(Model):
    """Items of the oracle: any value in any attribute."""

    pk: str
    sk: str = "1"
    a: Any = None
    b: Any = None
    n: Any = None
    s: Any = None
    l: Any = None  # noqa: E741  # the oracle's name for a list
    m: Any = None
    ss: Any = None
    ns: Any = None
    bs: Any = None
    flag: Any = None
    exact: int | Decimal | None = None
    nul: Any = None
    data: Any = None


FREE = Table("Free", FreeForm, partition="pk", sort="sk")


def texts(count: int, group: str = "g") -> list[Text]:
    """`count` items of one partition, in the order of their keys."""
    return [Text(group=group, key=f"{n:05d}", n=n) for n in range(count)]


def keys_of(items: list[Text]) -> list[str]:
    """The sort keys of items."""
    return [item.key for item in items]

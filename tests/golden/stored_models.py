"""Models and tables of every shape that can be stored, for the golden rows and requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from ipaddress import IPv4Address
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, TypeVar
from uuid import UUID

from pydantic import (
    AwareDatetime,
    Base64Bytes,
    BaseModel,
    BeforeValidator,
    Field,
    Json,
    JsonValue,
    PlainSerializer,
    RootModel,
    SecretBytes,
    SecretStr,
    field_serializer,
    model_serializer,
)
from typing_extensions import TypeAliasType, TypedDict

from trueup import ExpiresAt, Index, Layer, Model, Table, Version, WholeSeconds, composed, stored_as

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
T = TypeVar("T")
Sku = NewType("Sku", str)
Amount = TypeAliasType("Amount", Decimal)


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Size(StrEnum):
    SMALL = "small"


class Level(IntEnum):
    LOW = 1
    HIGH = 20


class Mixed(Enum):
    TEXT = "text"
    NUMBER = 7


class Leaves(Model):
    """Every value that is not a container."""

    id: str
    text: str = ""
    integer: int = 0
    number: Decimal = Decimal(0)
    real: float = 0.0
    flag: bool = False
    raw: bytes = b""
    instant: datetime = NOON
    aware: AwareDatetime = NOON
    second: WholeSeconds = NOON
    day: date = NOON.date()
    clock: time = NOON.time()
    uuid: UUID = UUID(int=0)
    color: Color = Color.RED
    size: Size = Size.SMALL
    level: Level = Level.LOW
    word: Literal["a", "b"] = "a"
    digit: Literal[1, 2] = 1
    either: Literal["a", 1] = "a"
    mixed: Mixed = Mixed.TEXT
    sku: Sku = Sku("")
    amount: Amount = Decimal(0)
    short: Annotated[str, Field(max_length=9)] = ""
    period: timedelta = timedelta()
    host: IPv4Address = IPv4Address(0)


class Inner(BaseModel):
    """A nested model."""

    number: Decimal
    words: set[str] = set()
    note: str | None = None
    count: int | None = 5


class Node(BaseModel):
    """A nested model that holds itself."""

    name: Annotated[str, Field(alias="N")]
    children: list[Node] = []


class Box(BaseModel, Generic[T]):
    """A generic nested model."""

    content: T


class Containers(Model):
    """Lists, tuples, sets, maps and nested models."""

    id: str
    texts: list[str] = []
    numbers: Sequence[Decimal] = []
    maybes: list[int | None] = []
    pairs: tuple[float, ...] = ()
    mixed: tuple[int, str, bytes] = (0, "", b"")
    grid: list[list[datetime]] = []
    words: set[str] = set()
    integers: set[int] = set()
    amounts: frozenset[Decimal] = frozenset()
    blobs: set[bytes] = set()
    days: set[date] = set()
    colors: set[Color] = set()
    levels: set[Level] = set()
    sets: list[set[str]] = []
    prices: dict[str, Decimal] = {}
    named: Mapping[str, UUID] = {}
    by_number: dict[int, str] = {}
    by_day: dict[date, int] = {}
    inner: Inner = Inner(number=Decimal(0))
    inners: list[Inner] = []
    table: dict[str, list[Inner]] = {}
    node: Node | None = None
    box: Box[time] | None = None


@dataclass
class Point:
    x: int
    y: Decimal | None = None


class Options(TypedDict, total=False):
    deep: bool
    since: date


class Pair(NamedTuple):
    left: int
    right: str


class Wrapped(RootModel[list[int]]):
    """A model of one value."""


class Halved(BaseModel):
    """A nested model with a serializer of its own."""

    value: int

    @model_serializer
    def write(self) -> dict[str, int]:
        return {"value": self.value, "half": self.value // 2}


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    name: str = "rex"


def from_cents(value: Any) -> Any:
    return Decimal(value) / 100 if isinstance(value, int) else value


class Odd(Model):
    """What is written by its value, or by a serializer."""

    id: str
    union: int | str | bytes | None = None
    nested: Inner | list[Inner] | int = 0
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] = Cat()
    anything: Any = None
    value: JsonValue = None
    untyped: dict[str, Any] = {}
    items: list[Any] = []
    point: Point | None = None
    options: Options = {}
    pair: Pair = Pair(0, "")
    wrapped: Wrapped = Wrapped([])
    halved: Halved | None = None
    secret: SecretStr = SecretStr("")
    key: SecretBytes = SecretBytes(b"")
    encoded: Base64Bytes = b""
    json_text: Json[list[int]] = []
    cents: Annotated[
        Decimal, BeforeValidator(from_cents), PlainSerializer(lambda value: int(value * 100))
    ] = Decimal(0)
    upper: str = ""

    @field_serializer("upper")
    def write_upper(self, value: str) -> str:
        return value.upper()


class Absent(Model):
    """None, empty and default."""

    id: str
    required: str | None
    required_set: set[str]
    none: int | None = None
    null: int | None = 5
    made: str | None = Field(default_factory=lambda: "made")
    no_set: set[str] | None = None
    null_set: frozenset[int] | None
    empty_list: list[int] | None = None
    empty_map: dict[str, int] = {}


class Changing(Model):
    """What the changes change."""

    id: str
    text: str = "x"
    number: Decimal = Decimal("1.5")
    whole: int | None = 3
    real: float = 0.5
    items: list[int] = [1, 2]
    words: set[str] = set()
    sizes: set[int] = set()
    blobs: set[bytes] = set()
    prices: dict[str, Decimal] = {"a": Decimal(1)}
    inner: Inner = Inner(number=Decimal(1), words={"w"})
    inners: list[Inner] = [Inner(number=Decimal(1))]
    instant: datetime = NOON
    note: str | None = None
    free: Any = None


def changing_item(id: str, text: str = "x") -> Changing:
    """An item with something to change in every set."""
    return Changing(id=id, text=text, words={"a", "b"}, sizes={1, 2}, blobs={b"a"})


class Numbered(Model):
    """Numbers as keys."""

    group: int
    key: Decimal
    rank: int | None = None


class Binary(Model):
    """Bytes as keys."""

    group: bytes
    key: bytes


class Visit(Model, names="camelCase"):
    """Expires; its names are by a rule, one is its own."""

    visitor: str
    visited_at: datetime
    device_kind: Annotated[str, stored_as("DEVICE")] = "phone"
    page_count: int = 0
    expires_at: ExpiresAt | None = None


class VisitPages(Model, names="camelCase"):
    """A projection of visits, which an index holds."""

    visitor: str
    visited_at: datetime
    page_count: int


class Document(Model, names="PascalCase"):
    """Has a version."""

    id: str
    title: str = ""
    edition: Version = 0


class Shipment(Model, names="kebab-case"):
    """Every key is composed."""

    customer: str
    day: date
    number: int
    weight: Decimal = Decimal(0)
    seller: str | None = None
    customer_key: str = composed("C#{customer}")
    day_key: str = composed("{day}#{number:06d}#{customer}")
    seller_key: str | None = composed("{seller}/{weight:5.2f}")


class Legacy(Model, names="UPPER_CASE"):
    """A composed key that is not escaped."""

    kind: str
    code: int
    pk: str = composed("{kind}|{code}", raw=True)


class Event(Model):
    """Many items share a kind."""

    id: str
    kind: str = "k"
    at: int = 0
    note: str = ""
    size: int = 0


class Entry(Model):
    """What all entities of one table share."""

    owner: str
    key: str


class Invoice(Entry):
    amount: Decimal = Decimal(0)


class Ticket(Entry):
    is_open: bool = True
    tags: set[str] = set()


class Wide(Model):
    """What a newer program stores."""

    id: str
    text: str = ""
    nested: dict[str, Any] = {}
    newer: Any = None
    newest: set[Decimal] = set()


class Narrow(Model):
    """What an older program knows of it."""

    id: str
    text: str = ""


leaves = Table("Leaves", Leaves, partition="id")
containers = Table("Containers", Containers, partition="id")
odds = Table("Odds", Odd, partition="id")
absents = Table("Absents", Absent, partition="id")
changing = Table("Changing", Changing, partition="id")
numbered = Table(
    "Numbered",
    Numbered,
    partition="group",
    sort="key",
    indexes=[Index("ByRank", partition="rank", sort="key", projection="keys")],
)
binaries = Table("Binaries", Binary, partition="group", sort="key")
visits = Table(
    "Visits",
    Visit,
    partition="visitor",
    sort="visited_at",
    ttl="expires_at",
    stream="NEW_AND_OLD_IMAGES",
    indexes=[
        Index("ByDevice", partition="device_kind", sort="visited_at", projection=["page_count"]),
        Index("ByPages", partition="visitor", sort="page_count", local=True),
    ],
)
documents = Table("Documents", Document, partition="id", physical="stored-documents")
shipments = Table(
    "Shipments",
    Shipment,
    partition="customer_key",
    sort="day_key",
    indexes=[
        Index("BySeller", partition="seller_key", sort="day"),
        Index("ByParts", partition=("customer", "day"), sort=("number", "weight")),
    ],
)
legacies = Table("Legacies", Legacy, partition="pk")
events = Table(
    "Events",
    Event,
    partition="id",
    indexes=[Index("ByKind", partition="kind", sort="at", shards=4)],
)
shared = Table(
    "Shared", Entry, partition="owner", sort="key", entities=[Invoice, Ticket], discriminator="what"
)
kept = Table("Kept", Narrow, partition="id")
newer_kept = Table("Kept", Wide, partition="id")

layer = Layer(
    "stored",
    target="dynamodb",
    tables=[
        leaves,
        containers,
        odds,
        absents,
        changing,
        numbered,
        binaries,
        visits,
        documents,
        shipments,
        legacies,
        events,
        shared,
        kept,
    ],
)
newer_layer = Layer("newer", target="dynamodb", tables=[newer_kept])

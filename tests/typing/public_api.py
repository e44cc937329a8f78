"""What type checkers make of the public API. Only read by mypy and pyright, never run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import reduce
from operator import and_
from typing import Annotated, Generic, TypeVar, assert_type

from pydantic import BaseModel

import trueup
from trueup import (
    AccessPattern,
    AsyncDatabase,
    AsyncRepository,
    AsyncRows,
    AsyncSession,
    BatchResult,
    Change,
    Condition,
    Database,
    ExpiresAt,
    Index,
    Layer,
    Model,
    Neighbour,
    Repository,
    Rows,
    Session,
    Table,
    Version,
    WriteResult,
    at,
    composed,
    expires_in,
    not_,
    present,
    stored_as,
)
from trueup.geo import Geometry, MultiPolygon, Point, Polygon
from trueup.ranges import Range

T = TypeVar("T")


class Status(Enum):
    OPEN = "open"
    SHUT = "shut"


class Line(BaseModel):
    sku: str
    amount: Decimal


class Order(Model, names="camelCase"):
    customer: str
    number: int
    key: str = composed("{customer}#{number}")
    status: Annotated[Status, stored_as("STATE")] = Status.OPEN
    placed_at: datetime
    total: Decimal | None = None
    raw: bytes = b""
    tags: set[str] = set()
    flags: frozenset[str] | None = None
    lines: list[Line] = []
    notes: list[str] | None = None
    first: Line | None = None
    expires_at: ExpiresAt | None = None
    version: Version = 0


class Page(Model, Generic[T]):
    key: str
    content: T


class Narrow(Model):
    customer: str


class Special(Order):
    discount: int


orders = Table("Orders", Order, partition="customer", sort="number", patterns=[AccessPattern("p")])
shared = Table(
    "Shared",
    Order,
    partition="customer",
    sort="number",
    entities=[Special],
    indexes=[Index("ByStatus", partition=["status"], sort="placed_at", projection=["tags"])],
)
layer = Layer("app", target="dynamodb", tables=[orders, shared])

assert_type(orders, Table[Order])
order = Order(customer="a", number=1, placed_at=datetime.now())
assert_type(order.status, Status)
assert_type(order.key, str)
assert_type(order.total, Decimal | None)
assert_type(order.expires_at, datetime | None)
order.expires_at = expires_in(days=30)
assert_type(Page[int](key="a", content=1).content, int)


def comparisons(when: datetime) -> list[Condition | bool]:
    """Comparisons are bools to a checker; what `at()` gives are conditions."""
    assert_type(Order.status == Status.OPEN, bool)
    assert_type(Order.number > 3, bool)
    assert_type(at(Order.placed_at).between(when, when), Condition)
    assert_type(at(Order.status).is_in(Status.OPEN, Status.SHUT), Condition)
    assert_type(at(Order.total).is_in(None, Decimal(1)), Condition)
    assert_type(at(Order.customer).begins_with("a"), Condition)
    assert_type(at(Order.raw).begins_with(b"a"), Condition)
    assert_type(at(Order.tags).contains("a"), Condition)
    assert_type(at(Order.flags).contains("a"), Condition)
    assert_type(at(Order.notes).contains("a"), Condition)
    assert_type(at(Order.customer).contains("a"), Condition)
    assert_type(at(Order.lines[0].sku).exists(), Condition)
    assert_type(at(Order.first).missing(), Condition)
    assert_type(at(Order.tags).size() > 3, Condition)
    assert_type(at(Order.placed_at) < when, Condition)
    assert_type(at(Order.number).exists() & ~at(Order.total).missing(), Condition)
    assert_type(~(at(Order.number) == 1), Condition)
    assert_type(~(at(Order.tags).size() == 1), Condition)
    assert_type(not_(Order.status == Status.OPEN), Condition)
    assert_type(at(present(Order.first).sku) == "a", Condition)
    return [Order.status == Status.OPEN, at(Order.number) >= 1, present(Order.first).sku == "a"]


class Place(Model):
    """What has relations to other values."""

    id: str
    location: Point | None = None
    area: Geometry
    parts: MultiPolygon
    during: Range[datetime]
    seats: Range[int] | None = None
    data: dict[str, object]
    owner: Line
    tags: set[str] = set()
    lines: list[Line] = []


def relations(there: Point, area: Polygon, then: Range[datetime]) -> list[Condition]:
    """Parts, overlaps and distances."""
    return [
        at(Place.location).within(there, metres=5),
        at(Place.area).within(there, metres=5.5),
        at(Place.location).intersects(area),
        at(Place.parts).intersects(there),
        at(Place.during).overlaps(then),
        at(Place.seats).overlaps(Range(lower=1)),
        at(Place.data).includes({"a": 1}),
        at(Place.owner).includes({"sku": "x"}),
        at(Place.tags).includes({"a", "b"}),
        at(Place.lines).includes([Line(sku="a", amount=Decimal(1))]),
    ]


def nearest(repo: Repository[Place], there: Point) -> None:
    """An item, with its distance."""
    found = repo.nearest(at(Place.location), there, limit=5, filter=Place.id != "x")
    assert_type(found, list[Neighbour[Place]])
    assert_type(found[0].item, Place)
    assert_type(found[0].metres, float)


def wanted(least: int | None, status: Status | None) -> Condition | bool | None:
    """What `filter=` takes, put together at run time."""
    parts: list[Condition | bool] = []
    if least is not None:
        parts.append(Order.number >= least)
    if status is not None:
        parts.append(not_(Order.status != status))
    return reduce(and_, parts) if parts else None


def updates() -> list[Change]:
    """Each change takes values of the field's type."""
    assert_type(at(Order.status).assign(Status.SHUT), Change)
    return [
        at(Order.total).assign(None),
        at(Order.total).add(Decimal("1.5")),
        at(Order.number).subtract(1),
        at(Order.lines).append(Line(sku="a", amount=Decimal(1))),
        at(Order.notes).prepend("a", "b"),
        at(Order.tags).add_to_set("a"),
        at(Order.flags).remove_from_set("a"),
        at(Order.lines[0].amount).assign_if_missing(Decimal(1)),
        at(Order.first).remove(),
    ]


def blocking(db: Database) -> None:
    """A repository gives what its table holds, or what the projection names."""
    assert_type(trueup.connect("sqlite://", layer), Database)
    repo = db.repository(orders)
    assert_type(repo, Repository[Order])
    assert_type(db.repository(shared, Special), Repository[Special])
    assert_type(repo.get("a", 1), Order | None)
    assert_type(repo.get("a", 1, projection=Narrow), Narrow | None)
    assert_type(repo.get_many([("a", 1)]), list[Order | None])
    assert_type(repo.get_many([("a", 1)], projection=Narrow), list[Narrow | None])
    assert_type(repo.exists("a", 1), bool)
    results = repo.query("a", sort=Order.number > 1, filter=Order.status == Status.OPEN, limit=3)
    assert_type(iter(results), Iterator[Order])
    assert_type(results.cursor, str | None)
    assert_type(results.all(), list[Order])
    assert_type(results.first(), Order | None)
    assert_type(repo.query("a", projection=Narrow, after="x").all(), list[Narrow])
    assert_type(repo.scan(segments=2, segment=1).all(), list[Order])
    assert_type(repo.scan(projection=Narrow).all(), list[Narrow])
    assert_type(repo.pattern("p", "a").all(), list[Order])
    assert_type(repo.count("a", index=None, filter=wanted(1, Status.OPEN)), int)
    assert_type(repo.create(order), WriteResult[Order])
    assert_type(repo.put(order, only_if=Order.version == 1, returning="old").old, Order | None)
    assert_type(repo.update(("a", 1), *updates(), version=3), WriteResult[Order])
    assert_type(repo.update_or_create(order, *updates()), WriteResult[Order])
    assert_type(repo.delete("a", 1).existed, bool | None)
    assert_type(repo.put_many(iter([order])), BatchResult[Order])
    for outcome in repo.put_many_iter([order]):
        assert_type(outcome.item, Order)
    with db.transaction() as tx:
        tx.create(orders, order)
        tx.put(orders, order, only_if=at(Order.total).missing())
        tx.update(orders, ("a", 1), *updates(), version=trueup.ANY_VERSION)
        tx.delete(shared, "a", 1)
        tx.check(orders, ("a", 1), Order.status == Status.OPEN)


def sql_and_sessions(db: Database) -> None:
    """SQL gives what its model says; a session's repository is a repository."""
    assert_type(db.fetch(Narrow, "select 1", a=1), list[Narrow])
    assert_type(db.fetch_one(Narrow, "select 1"), Narrow | None)
    assert_type(db.execute("delete from x where a = :a", a=1), int)
    with db.stream(Narrow, "select 1", batch=10) as rows:
        assert_type(rows, Rows[Narrow])
        assert_type(next(rows), Narrow)
    assert_type(db.copy_in(orders, iter([order])), int)
    assert_type(db.copy_out(orders), Rows[Order])
    with db.session(isolation="serializable", read_only=True) as session:
        assert_type(session, Session)
        assert_type(session.repository(orders), Repository[Order])
        assert_type(session.repository(shared, Special), Repository[Special])
        assert_type(session.fetch(Narrow, "select 1"), list[Narrow])
        with session.savepoint():
            assert_type(session.lock("nightly", wait=False), bool)
        locked = session.repository(orders).query("a", lock="skip_locked")
        assert_type(locked.first(), Order | None)
    assert_type(db.run_in_session(lambda session: len(repr(session))), int)


async def waiting(db: AsyncDatabase) -> None:
    """The asynchronous twin has the same types."""
    async with trueup.connect_async("sqlite://", layer) as opened:
        assert_type(opened, AsyncDatabase)
    assert_type(await trueup.connect_async("sqlite://", layer), AsyncDatabase)
    repo = db.repository(orders)
    assert_type(repo, AsyncRepository[Order])
    assert_type(db.repository(shared, Special), AsyncRepository[Special])
    assert_type(await repo.get("a", 1), Order | None)
    assert_type(await repo.get("a", 1, projection=Narrow), Narrow | None)
    assert_type(await repo.get_many([("a", 1)]), list[Order | None])
    results = repo.query("a", sort=Order.number > 1)
    assert_type(aiter(results), AsyncIterator[Order])
    assert_type(await results.all(), list[Order])
    assert_type(await results.first(), Order | None)
    async for found in repo.scan(projection=Narrow):
        assert_type(found, Narrow)
    assert_type(await repo.count("a"), int)
    assert_type(await repo.put(order), WriteResult[Order])
    assert_type(await repo.update(order, *updates()), WriteResult[Order])
    assert_type(await repo.put_many([order]), BatchResult[Order])
    async with db.transaction() as tx:
        tx.put(orders, order)
        tx.delete(shared, "a", 1)

    async def work(session: AsyncSession) -> str:
        return repr(await session.fetch(Narrow, "select 1"))

    assert_type(await db.run_in_session(work), str)
    assert_type(await db.fetch(Narrow, "select 1", a=1), list[Narrow])
    assert_type(await db.fetch_one(Narrow, "select 1"), Narrow | None)
    async with db.stream(Narrow, "select 1") as rows:
        assert_type(rows, AsyncRows[Narrow])
        assert_type(await anext(rows), Narrow)
    async with db.session() as session:
        assert_type(session, AsyncSession)
        assert_type(session.repository(orders), AsyncRepository[Order])
        async with session.savepoint():
            assert_type(await session.copy_in(orders, [order]), int)

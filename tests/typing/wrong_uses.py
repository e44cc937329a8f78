"""Wrong uses: every line marked `# E` is an error to mypy and to pyright, and no other line is.

Left out of the checks of the project; `test_checkers.py` runs both checkers on it.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from pydantic import BaseModel

from trueup import Database, Index, Layer, Model, Table, at, present
from trueup.geo import Point
from trueup.ranges import Range


class Status(Enum):
    OPEN = "open"


class Line(BaseModel):
    sku: str


class Order(Model):
    customer: str
    number: int
    status: Status = Status.OPEN
    placed_at: datetime
    tags: set[str] = set()
    notes: list[str] = []
    lines: list[Line] = []


class Other(Model):
    key: str


class Place(Model):
    name: str
    location: Point
    during: Range[datetime]
    data: dict[str, str]


order = Order(customer="a", number=1, placed_at=datetime.now())
orders = Table("Orders", Order, partition="customer", sort="number")

Order(customer="a", number="1", placed_at=datetime.now())  # E
Order(customer="a", placed_at=datetime.now())  # E
Order(customer="a", number=1, placed_at=datetime.now(), colour="red")  # E
_ = Order.colour  # E
_ = Order.lines[0].colour  # E
_ = order.colour  # E
order.number = "1"  # E

at(Order.status).assign("open")  # E
at(Order.number).assign(None)  # E
at(Order.number).between("a", "b")  # E
at(Order.number).begins_with("a")  # E
at(Order.customer).begins_with(1)  # E
at(Order.customer).add(1)  # E
at(Order.status).is_in("open")  # E
at(Order.tags).contains(1)  # E
at(Order.tags).append("a")  # E
at(Order.notes).append(1)  # E
at(Order.notes).add_to_set("a")  # E
at(Order.lines[0].sku).assign(1)  # E
_ = at(Order.placed_at) < 3  # E
at(Order.placed_at).colour()  # E
at(Place.location).within(5, metres=5)  # E
at(Place.location).within(Point(longitude=1, latitude=2))  # E
at(Place.location).intersects("x")  # E
at(Place.during).overlaps(Range[int](lower=1))  # E
at(Place.data).includes("a")  # E
at(Order.tags).includes({1})  # E
_ = Order.placed_at < 3  # E
_ = present(Order.lines[0]).colour  # E

Table("Orders", BaseModel, partition="customer")  # E
Table("Orders", Order)  # E
Table("Orders", Order, partition="customer", stream="ALL")  # E
Table("Orders", Order, partition="customer", on_read="drop")  # E
Index("I", partition="a", projection=3)  # E
Layer("app", target="oracle", tables=[orders])  # E


def wrong_calls(db: Database) -> None:
    repo = db.repository(orders)
    db.repository(Order)  # E
    repo.put(Other(key="a"))  # E
    repo.create("a")  # E
    repo.update("a", Order.number == 1)  # E
    repo.update("a", at(Order.number).assign(1), only_if="number = 1")  # E
    repo.put(order, returning="both")  # E
    repo.create(order, version=1)  # E
    repo.delete("a", 1, version="latest")  # E
    repo.update("a", at(Order.number).assign(1), when=True)  # E
    repo.requests.put(order, returning="both")  # E
    repo.query("a", ordered="up")  # E
    repo.query("a", order="up")  # E
    repo.query("a", limit="3")  # E
    repo.get("a", projection=Line)  # E
    repo.get("a", 1, consistnt=True)  # E
    repo.get_many(["a"], consistent="yes")  # E
    _: Order | int = repo.get("a", 1)  # E
    _ = repo.get("a", 1).number  # E
    with db.transaction() as tx:
        tx.put(orders, Other(key="a"))  # E
        tx.put(orders, order, version=1)  # E
        tx.update(orders, "a", at(Order.number))  # E
    db.fetch(str, "select 1")  # E
    db.fetch(Order, 1)  # E
    db.session(isolation="chaos")  # E
    db.copy_in(orders, [Other(key="a")])  # E
    repo.query("a", lock="maybe")  # E

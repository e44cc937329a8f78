"""Users, their orders and the items of an order, in one table.

After "The What, Why, and When of Single-Table Design" by Alex DeBrie:
https://www.alexdebrie.com/posts/dynamodb-single-table/
"""

from __future__ import annotations

from trueup import AccessPattern, Database, Entity, Index, Layer, Model, Table, at, composed

from .design import Answers, Design


class Row(Model):
    """The keys of all."""

    PK: str
    SK: str


class User(Row):
    """A customer."""

    username: str
    email: str
    PK: str = composed("USER#{username}")
    SK: str = composed("PROFILE#{username}")


class Order(Row):
    """What a user ordered; its items are found by the index."""

    username: str
    order_id: str
    status: str = "PLACED"
    PK: str = composed("USER#{username}")
    SK: str = composed("ORDER#{order_id}")
    GSI1PK: str = composed("ORDER#{order_id}")
    GSI1SK: str = composed("ORDER#{order_id}")


class OrderItem(Row):
    """An article of an order."""

    order_id: str
    item_id: str
    price_cents: int
    PK: str = composed("ITEM#{item_id}")
    SK: str = composed("ORDER#{order_id}")
    GSI1PK: str = composed("ORDER#{order_id}")
    GSI1SK: str = composed("ITEM#{item_id}")


shop = Table(
    "Shop",
    Row,
    partition="PK",
    sort="SK",
    discriminator="",
    entities=[
        User,
        Entity(Order, begins={"PK": "USER#", "SK": "ORDER#"}),
        Entity(OrderItem, begins={"PK": "ITEM#"}),
    ],
    indexes=[Index("GSI1", partition="GSI1PK", sort="GSI1SK")],
    patterns=[AccessPattern("order_and_items", index="GSI1")],
)
layer = Layer("shop", target="dynamodb", tables=[shop])


def ask(db: Database) -> Answers:
    """The questions of the design."""
    everything = db.repository(shop)
    user = everything.collection({"username": "ada"})
    order = everything.pattern("order_and_items", "ORDER#o2").all()
    orders = db.repository(shop, Order)
    latest = orders.query({"username": "ada"}, order="descending", limit=1)
    return {
        "a user and the orders": [
            *(one.email for one in user.of(User)),
            *(one.order_id for one in user.of(Order)),
        ],
        "the latest order of a user": [one.order_id for one in latest],
        "an order and its items": [one.item_id for one in order if isinstance(one, OrderItem)],
    }


def change(db: Database) -> object:
    """An order is shipped, if it is placed."""
    shipped = at(Order.status).assign("SHIPPED")
    key = {"username": "ada", "order_id": "o2"}
    return db.repository(shop, Order).update(key, shipped, only_if=Order.status == "PLACED")


def _order(number: str, status: str) -> dict[str, dict[str, str]]:
    keys = {"PK": "USER#ada", "SK": f"ORDER#{number}"}
    index = {"GSI1PK": f"ORDER#{number}", "GSI1SK": f"ORDER#{number}"}
    others = {"username": "ada", "order_id": number, "status": status}
    return {name: {"S": text} for name, text in {**keys, **index, **others}.items()}


DESIGN = Design(
    layer,
    shop,
    [
        {
            "PK": {"S": "USER#ada"},
            "SK": {"S": "PROFILE#ada"},
            "username": {"S": "ada"},
            "email": {"S": "ada@example.com"},
        },
        _order("o1", "SHIPPED"),
        _order("o2", "PLACED"),
        {
            "PK": {"S": "ITEM#i1"},
            "SK": {"S": "ORDER#o2"},
            "GSI1PK": {"S": "ORDER#o2"},
            "GSI1SK": {"S": "ITEM#i1"},
            "order_id": {"S": "o2"},
            "item_id": {"S": "i1"},
            "price_cents": {"N": "1250"},
        },
    ],
    ask,
    change,
    _order("o2", "SHIPPED"),
)

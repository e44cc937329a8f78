"""What each access is in calls of a repository: all its ways, on tables with items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.infra.permissions.shop import (
    EXPIRING,
    GROUPED,
    ORDERS,
    PETS,
    VERSIONED,
    Cat,
    Dog,
    Expiring,
    Grouped,
    Order,
    Versioned,
)
from trueup import ANY_VERSION, Function, at
from trueup.model.declarations.access import Access

PAST_S = 1_000
NOW_S = 1_000_000
Act = Callable[[Any], None]


def declaring(*accesses: Access, **options: Any) -> Function:
    """A function that declares these accesses."""
    reads = [one for one in accesses if one.is_read]
    writes = [one for one in accesses if not one.is_read]
    return Function("work", handler="app:work", reads=reads, writes=writes, **options)


def fill(db: Any) -> None:
    """Create the tables with an item or two; one of them has expired."""
    db.create_tables()
    db.repository(ORDERS).put(Order(customer="a", number=1))
    for id in ("a", "b"):
        db.repository(VERSIONED).create(Versioned(id=id))
    db.repository(GROUPED).put(Grouped(id="a", groups={"x": frozenset({"1", "2"})}))
    db.repository(PETS).put(Cat(id="a"))


def expire(db: Any) -> None:
    """Store an item that has expired, in a database whose clock says so."""
    db.repository(EXPIRING).put(Expiring.model_validate({"id": "old", "expires_at": PAST_S}))


def in_transaction(add: Callable[[Any], None]) -> Act:
    """The same in a transaction, which has no action of its own."""

    def act(db: Any) -> None:
        with db.transaction() as tx:
            add(tx)

    return act


def in_batch(add: Callable[[Any], None]) -> Act:
    """The same in a batch."""

    def act(db: Any) -> None:
        with db.batch() as batch:
            add(batch)

    return act


def both(*acts: Act) -> Act:
    """One after the other."""

    def act(db: Any) -> None:
        for one in acts:
            one(db)

    return act


ONE = Order(customer="b", number=2)
NEW = Order(customer="c", number=3)
GROUP: Any = at(Grouped.groups["x"])
CALLS: list[tuple[Access, Act]] = [
    (ORDERS.get, lambda db: db.repository(ORDERS).get("a", 1)),
    (ORDERS.get, lambda db: db.repository(ORDERS).exists("a", 1)),
    (ORDERS.get, lambda db: db.transact_get((ORDERS, ("a", 1)))),
    (ORDERS.get_many, lambda db: db.repository(ORDERS).get_many([("a", 1)])),
    (
        ORDERS.pattern("orders_of_customer"),
        lambda db: db.repository(ORDERS).pattern("orders_of_customer", "a").all(),
    ),
    (
        ORDERS.pattern("orders_in_status"),
        lambda db: db.repository(ORDERS).pattern("orders_in_status", "new").all(),
    ),
    (ORDERS.query(), lambda db: db.repository(ORDERS).query("a").all()),
    (ORDERS.query(), lambda db: db.repository(ORDERS).count("a")),
    (ORDERS.query("ByNumber"), lambda db: db.repository(ORDERS).query(1, index="ByNumber").all()),
    (ORDERS.scan(), lambda db: db.repository(ORDERS).scan().all()),
    (ORDERS.scan("ByStatus"), lambda db: db.repository(ORDERS).scan(index="ByStatus").all()),
    (ORDERS.create, lambda db: db.repository(ORDERS).create(NEW)),
    (ORDERS.put, lambda db: db.repository(ORDERS).put(ONE, returning="old")),
    (ORDERS.put, in_transaction(lambda tx: tx.put(ORDERS, ONE))),
    (ORDERS.put_many, lambda db: db.repository(ORDERS).put_many([ONE])),
    (ORDERS.put_many, in_batch(lambda batch: batch.put(ORDERS, ONE))),
    (
        ORDERS.update,
        lambda db: db.repository(ORDERS).update(
            ("a", 1),
            at(Order.status).assign("old"),
            at(Order.tags).add_to_set("x"),
            returning="new",
        ),
    ),
    (
        ORDERS.update,
        in_transaction(lambda tx: tx.update(ORDERS, ("a", 1), at(Order.status).assign("new"))),
    ),
    (
        ORDERS.update_or_create,
        lambda db: db.repository(ORDERS).update_or_create(("d", 1), at(Order.status).assign("x")),
    ),
    (ORDERS.delete, lambda db: db.repository(ORDERS).delete("c", 3)),
    (ORDERS.delete, in_transaction(lambda tx: tx.delete(ORDERS, "c", 3))),
    (ORDERS.delete_many, lambda db: db.repository(ORDERS).delete_many([("c", 3)])),
    (
        ORDERS.check,
        in_transaction(lambda tx: tx.check(ORDERS, ("a", 1), at(Order.number) == 1)),
    ),
    (
        VERSIONED.put_many,
        lambda db: db.repository(VERSIONED).put_many([Versioned(id="a", version=1)]),
    ),
    (
        VERSIONED.delete_many,
        both(
            lambda db: db.repository(VERSIONED).delete_many([Versioned(id="b", version=1)]),
            in_batch(lambda batch: batch.delete(VERSIONED, "none", version=ANY_VERSION)),
        ),
    ),
    (EXPIRING.put_many, lambda db: db.repository(EXPIRING).put_many([Expiring(id="new")])),
    (
        EXPIRING.update_or_create,
        lambda db: db.repository(EXPIRING).update_or_create("old", at(Expiring.text).assign("x")),
    ),
    (GROUPED.update, lambda db: db.repository(GROUPED).update("a", GROUP.remove_from_set("1"))),
    (GROUPED.put, lambda db: db.repository(GROUPED).put(Grouped(id="b"))),
    (
        PETS.delete_many,
        both(
            lambda db: db.repository(PETS, Cat).delete_many(["none"]),
            lambda db: db.repository(PETS).delete_many(["none"]),
        ),
    ),
    (PETS.put_many, lambda db: db.repository(PETS).put_many([Dog(id="b"), Cat(id="c")])),
]

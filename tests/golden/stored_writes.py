"""Writes whose stored rows and requests are golden: each case has an item of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from tests.golden.stored_items import EVENTS, LEAVES, PUT, key_of
from tests.golden.stored_models import (
    NOON,
    Changing,
    Document,
    Event,
    Inner,
    Invoice,
    Shipment,
    Ticket,
    Visit,
    changing,
    changing_item,
    documents,
    events,
    leaves,
    numbered,
    shared,
    shipments,
    visits,
)
from trueup import ANY_VERSION, Change, Database, Model, Table, at, not_

Call = Callable[[Any], Any]
"""Takes a repository, or its requests."""


@dataclass(frozen=True)
class Case:
    """A call on the repository of a table, or of one entity of it."""

    name: str
    table: Table[Any]
    call: Call
    entity: type[Model] | None = None

    def on(self, db: Database) -> Any:
        """The repository that it is a call of."""
        if self.entity is None:
            return db.repository(self.table)
        return db.repository(self.table, self.entity)


FREE: Any = Changing.free
CHANGES: dict[str, tuple[Change, ...]] = {
    "assign text": (at(Changing.text).assign("$n"),),
    "assign a number": (at(Changing.number).assign(Decimal("-2.50")),),
    "assign a float": (at(Changing.real).assign(1e20),),
    "assign an instant": (at(Changing.instant).assign(NOON + timedelta(microseconds=1)),),
    "assign a list": (at(Changing.items).assign([]),),
    "assign a set": (at(Changing.words).assign({"z", "y"}),),
    "assign an empty set": (at(Changing.words).assign(set()),),
    "assign a model": (at(Changing.inner).assign(Inner(number=Decimal(2), count=None)),),
    "assign none to what is absent then": (at(Changing.note).assign(None),),
    "assign none to what is NULL then": (at(Changing.whole).assign(None),),
    "assign anything": (at(FREE).assign({"a": [1, b"b", {"c"}], "$b": None}),),
    "assign if missing": (at(Changing.note).assign_if_missing("new"),),
    "assign if missing keeps": (at(Changing.text).assign_if_missing("new"),),
    "add": (at(Changing.number).add(Decimal("0.25")),),
    "add a float": (at(Changing.real).add(0.1),),
    "add to nothing": (at(FREE).add(10**37),),
    "subtract": (at(Changing.whole).subtract(10),),
    "append": (at(Changing.items).append(3, 4),),
    "append a model": (at(Changing.inners).append(Inner(number=Decimal(3))),),
    "append to nothing": (at(FREE).append("a"),),
    "prepend": (at(Changing.items).prepend(-1, 0),),
    "add to a set": (at(Changing.words).add_to_set("c", "a"),),
    "add to a set of numbers": (at(Changing.sizes).add_to_set(10, 9),),
    "add to a set of bytes": (at(Changing.blobs).add_to_set(b"b"),),
    "remove from a set": (at(Changing.words).remove_from_set("a", "c"),),
    "remove all of a set": (at(Changing.blobs).remove_from_set(b"a"),),
    "remove": (at(Changing.text).remove(),),
    "every kind at once": (
        at(Changing.text).assign("y"),
        at(Changing.note).assign_if_missing("n"),
        at(Changing.number).add(1),
        at(Changing.real).remove(),
        at(Changing.items).append(3),
        at(Changing.inners).prepend(Inner(number=Decimal(0))),
        at(Changing.words).add_to_set("c"),
        at(Changing.sizes).remove_from_set(1),
    ),
}
DEEP_CHANGES: dict[str, tuple[Change, ...]] = {
    "assign a list element": (at(Changing.items[1]).assign(9),),
    "assign past the end": (at(Changing.items[7]).assign(9),),
    "assign a map key": (at(Changing.prices["$n"]).assign(Decimal("0.10")),),
    "assign in a model": (at(Changing.inner.note).assign("note"),),
    "assign in a list of models": (at(Changing.inners[0].number).assign(Decimal("7.70")),),
    "remove a list element": (at(Changing.items[0]).remove(),),
    "remove a map key": (at(Changing.prices["a"]).remove(),),
    "remove in a model": (at(Changing.inner.words).remove(),),
}

SHIPPED = Shipment(customer="moved", day=NOON.date(), number=1, seller="s")
SHIPMENT_KEY = key_of(shipments, SHIPPED)
GONE = Visit(visitor="gone", visited_at=NOON, expires_at=NOON - timedelta(days=1))
GONE_KEY = ("gone", NOON)


def _put_cases() -> Iterator[Case]:
    for table, items in PUT:
        for number, item in enumerate(items):
            yield Case(f"put {table.name} {number}", table, partial(_put, item=item))


def _change_cases() -> Iterator[Case]:
    for name, changes in {**CHANGES, **DEEP_CHANGES}.items():
        item = changing_item(id=name)
        yield Case(f"create for {name}", changing, partial(_create, item=item))
        yield Case(f"update: {name}", changing, partial(_update, key=name, changes=changes))
    for name, changes in CHANGES.items():
        begin = partial(_update_or_create, key=f"begun: {name}", changes=changes)
        yield Case(f"update_or_create: {name}", changing, begin)


def _put(r: Any, *, item: Model) -> Any:
    return r.put(item)


def _create(r: Any, *, item: Model) -> Any:
    return r.create(item)


def _update(r: Any, *, key: str, changes: tuple[Change, ...]) -> Any:
    return r.update(key, *changes)


def _update_or_create(r: Any, *, key: str, changes: tuple[Change, ...]) -> Any:
    return r.update_or_create(key, *changes)


OTHERS = [
    Case("create", documents, lambda r: r.create(Document(id="made", title="a"))),
    Case("put the next version", documents, lambda r: r.put(Document(id="made", edition=1))),
    Case(
        "update a version",
        documents,
        lambda r: r.update("made", at(Document.title).assign("b"), version=2),
    ),
    Case(
        "update the version of a model",
        documents,
        lambda r: r.update(Document(id="made", edition=3), at(Document.title).assign("c")),
    ),
    Case(
        "update any version",
        documents,
        lambda r: r.update("made", at(Document.title).assign("d"), version=ANY_VERSION),
    ),
    Case(
        "begin a versioned item",
        documents,
        lambda r: r.update_or_create("begun", at(Document.title).assign("a"), version=ANY_VERSION),
    ),
    Case("put a versioned item to delete", documents, lambda r: r.put(Document(id="gone"))),
    Case("delete a version", documents, lambda r: r.delete("gone", version=1)),
    Case("put what expired", visits, lambda r: r.put(GONE)),
    Case(
        "put over what expired if it is new",
        visits,
        lambda r: r.put(GONE, only_if=at(Visit.page_count).missing()),
    ),
    Case(
        "begin again what expired",
        visits,
        lambda r: r.update_or_create(GONE_KEY, at(Visit.page_count).add(1)),
    ),
    Case(
        "extend an expiry",
        visits,
        lambda r: r.update(GONE_KEY, at(Visit.expires_at).assign(NOON + timedelta(hours=1))),
    ),
    Case(
        "end an expiry",
        visits,
        lambda r: r.update(GONE_KEY, at(Visit.expires_at).assign(None)),
    ),
    Case("put what is moved", shipments, lambda r: r.put(SHIPPED)),
    Case(
        "change the parts of an index key",
        shipments,
        lambda r: r.update(
            SHIPMENT_KEY, at(Shipment.seller).assign("t#/"), at(Shipment.weight).assign(Decimal(2))
        ),
    ),
    Case(
        "leave an index",
        shipments,
        lambda r: r.update(
            SHIPMENT_KEY, at(Shipment.seller).assign(None), at(Shipment.weight).assign(Decimal(0))
        ),
    ),
    Case("put an event", events, lambda r: r.put(Event(id="moved"))),
    Case(
        "change the parts of a shard",
        events,
        lambda r: r.update("moved", at(Event.kind).assign("other"), at(Event.at).assign(9)),
    ),
    Case("put many", leaves, lambda r: r.put_many(LEAVES[:3])),
    Case("put many events", events, lambda r: r.put_many(EVENTS)),
    Case(
        "put many entities",
        shared,
        lambda r: r.put_many([Invoice(owner="many", key="1"), Ticket(owner="many", key="2")]),
    ),
    Case("put an entity", shared, lambda r: r.put(Ticket(owner="one", key="1")), Ticket),
    Case(
        "update an entity",
        shared,
        lambda r: r.update(("one", "1"), at(Ticket.tags).add_to_set("a")),
        Ticket,
    ),
    Case(
        "begin an entity",
        shared,
        lambda r: r.update_or_create(("one", "2"), at(Invoice.amount).add(Decimal("0.10"))),
        Invoice,
    ),
    Case(
        "put many to delete",
        events,
        lambda r: r.put_many([Event(id="d1"), Event(id="d2")]),
    ),
    Case("delete many", events, lambda r: r.delete_many(["d1", "d2", "never"])),
    Case("delete many numbers", numbered, lambda r: r.delete_many([(5, 1), (5, Decimal("-1.50"))])),
    Case("put to delete", changing, lambda r: r.put(changing_item(id="gone"))),
    Case("delete", changing, lambda r: r.delete("gone")),
    Case("delete what is not there", changing, lambda r: r.delete("never")),
    Case("put to be conditional", changing, lambda r: r.put(changing_item(id="if"))),
    Case(
        "put if",
        changing,
        lambda r: r.put(changing_item(id="if", text="y"), only_if=Changing.text == "x"),
    ),
    Case(
        "update if",
        changing,
        lambda r: r.update("if", at(Changing.whole).add(1), only_if=at(Changing.whole) < 4),
    ),
    Case(
        "update or create if",
        changing,
        lambda r: r.update_or_create(
            "if", at(Changing.whole).add(1), only_if=not_(Changing.text == "x")
        ),
    ),
    Case(
        "delete if",
        changing,
        lambda r: r.delete("if", only_if=at(Changing.words).contains("a")),
    ),
]

WRITES = [*_put_cases(), *_change_cases(), *OTHERS]

"""Reads, transactions and batches whose requests are golden."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from tests.golden.stored_models import (
    NOON,
    Changing,
    Color,
    Document,
    Event,
    Inner,
    Invoice,
    Leaves,
    Legacy,
    Level,
    Numbered,
    Shipment,
    Ticket,
    Visit,
    VisitPages,
    binaries,
    changing,
    changing_item,
    documents,
    events,
    leaves,
    legacies,
    numbered,
    shared,
    shipments,
    visits,
)
from tests.golden.stored_writes import Case
from trueup import Condition, Database, at, not_
from trueup.expressions import Kind

FREE: Any = Changing.free
CONDITIONS: dict[str, Condition | bool] = {
    "equal": Changing.text == "a",
    "unequal": Changing.number != Decimal("1.50"),
    "less": at(Changing.whole) < -1,
    "at most": at(Changing.real) <= 0.1,
    "greater": at(Changing.instant) > NOON,
    "at least": at(FREE) >= b"\x00",
    "of two attributes": Changing.text == Changing.note,
    "equal to none": Changing.note == None,  # noqa: E711  # a path, compared
    "unequal to none": Changing.note != None,  # noqa: E711  # a path, compared
    "equal to a list": Changing.items == [1, 2],
    "equal to a set": Changing.words == {"b", "a"},
    "equal to a map": Changing.prices == {"a": Decimal(1)},
    "equal to a model": Changing.inner == Inner(number=Decimal(1)),
    "of a list element": Changing.items[1] == 2,
    "of a map key": Changing.prices["$n"] == Decimal(1),
    "in a model": at(Changing.inner.note).begins_with("n"),
    "in a list of models": at(Changing.inners[0].words).contains("w"),
    "between": at(Changing.number).between(Decimal(1), Decimal(2)),
    "in": at(Changing.text).is_in("a", "b"),
    "in with none": at(Changing.note).is_in("a", None),
    "begins with": at(Changing.text).begins_with("$"),
    "begins with bytes": at(FREE).begins_with(b"a"),
    "contains text": at(Changing.text).contains("x"),
    "contains an element": at(Changing.items).contains(1),
    "contains a number": at(Changing.sizes).contains(1),
    "contains bytes": at(Changing.blobs).contains(b"a"),
    "exists": at(Changing.note).exists(),
    "missing": at(Changing.note).missing(),
    **{f"has type {kind.name}": at(FREE).has_type(kind) for kind in Kind},
    "size": at(Changing.items).size() == 2,
    "size between": at(Changing.text).size().between(1, 3),
    "size of two": at(Changing.items).size() > at(Changing.words).size(),  # type: ignore[operator]  # sizes are typed to be compared with numbers
    "and": (Changing.text == "a") & (at(Changing.whole) > 1),
    "or": (Changing.text == "a") | at(Changing.note).missing(),
    "not": not_(Changing.text == "a"),
    "all three": ~((at(Changing.whole) > 1) & (at(Changing.real) < 2)) | (Changing.text == "a"),
}
TEXT_SORTS: dict[str, Condition | bool] = {
    "=": Shipment.day_key == "2026-01-01#000001#a",
    "<": at(Shipment.day_key) < "2026",
    "<=": at(Shipment.day_key) <= "2026",
    ">": at(Shipment.day_key) > "2026",
    ">=": at(Shipment.day_key) >= "2026",
    "between": at(Shipment.day_key).between("2025", "2026"),
    "begins with": at(Shipment.day_key).begins_with("2026-"),
}
NUMBER_SORTS: dict[str, Condition | bool] = {
    "=": Numbered.key == Decimal("1.50"),
    "<": at(Numbered.key) < Decimal("-0.1"),
    "between": at(Numbered.key).between(Decimal("1E-130"), Decimal("1E+125")),
}


CURSORS: dict[str, Case] = {
    "table": Case("table", shipments, lambda r: r.query("C#ada", limit=1)),
    "index": Case("index", visits, lambda r: r.query("phone", index="ByDevice", limit=1)),
    "numbers": Case("numbers", numbered, lambda r: r.query(1, limit=1)),
    "bytes": Case("bytes", binaries, lambda r: r.query(b"g", limit=1)),
    "shards": Case("shards", events, lambda r: r.query("a", index="ByKind", limit=1)),
    "scan": Case("scan", leaves, lambda r: r.scan(limit=1)),
    "segment": Case("segment", events, lambda r: r.scan(segment=0, segments=2, limit=1)),
}
"""Reads whose cursor after the first item is golden, too."""
CONTINUED = ("table", "numbers", "bytes", "shards", "scan", "segment")
"""Those of which SQLite and DynamoDB have the same cursors."""

KEY = ("ada", NOON)
PARTS = ("ada", NOON.date())
DEEPER: Any = (Shipment.number == 7) & (at(Shipment.weight) > Decimal(1))
OTHERS = [
    Case("get", changing, lambda r: r.get("a")),
    Case("get consistently", changing, lambda r: r.get("a", consistent=True)),
    Case(
        "get by parts",
        shipments,
        lambda r: r.get({"customer": "a#b", "day": NOON.date(), "number": 1}),
    ),
    Case("get by a composed key", legacies, lambda r: r.get("k|1")),
    Case("get by a model", legacies, lambda r: r.get(Legacy(kind="k", code=1))),
    Case("get by numbers", numbered, lambda r: r.get(-(10**37), Decimal("-1.50"))),
    Case("get by bytes", binaries, lambda r: r.get(b"g", b"\xff\x00")),
    Case("get what expires", visits, lambda r: r.get(*KEY)),
    Case("get a projection", visits, lambda r: r.get(*KEY, projection=VisitPages)),
    Case("get an entity", shared, lambda r: r.get("o", "1"), Invoice),
    Case("get many", changing, lambda r: r.get_many(["b", "a", "b"])),
    Case("get many consistently", changing, lambda r: r.get_many(["a"], consistent=True)),
    Case("get many projections", visits, lambda r: r.get_many([KEY], projection=VisitPages)),
    Case("get more than a request takes", changing, lambda r: r.get_many(map(str, range(101)))),
    Case("query", visits, lambda r: r.query("ada")),
    Case("query of an instant", visits, lambda r: r.query("ada", sort=at(Visit.visited_at) < NOON)),
    Case("query with what expired", visits, lambda r: r.query("ada", include_expired=True)),
    Case("query consistently", visits, lambda r: r.query("ada", consistent=True)),
    Case("query with a filter", visits, lambda r: r.query("ada", filter=Visit.page_count == 1)),
    Case("query from the end", visits, lambda r: r.query("ada", order="descending", limit=3)),
    Case("query in pages", visits, lambda r: r.query("ada", page_size=7)),
    Case("query a projection", visits, lambda r: r.query("ada", projection=VisitPages)),
    Case(
        "query an index",
        visits,
        lambda r: r.query("phone", index="ByDevice", projection=VisitPages),
    ),
    Case("query a local index", visits, lambda r: r.query("ada", index="ByPages", consistent=True)),
    Case("query keys of an index", numbered, lambda r: r.query(-7, index="ByRank")),
    Case("query by parts", shipments, lambda r: r.query({"customer": "a#b"})),
    Case(
        "query an index by parts",
        shipments,
        lambda r: r.query({"seller": "s/", "weight": 1}, index="BySeller"),
    ),
    Case(
        "query several attributes",
        shipments,
        lambda r: r.query(PARTS, index="ByParts", sort=DEEPER),
    ),
    Case("query a sharded index", events, lambda r: r.query("k", index="ByKind")),
    Case(
        "query a sharded index from the end",
        events,
        lambda r: r.query("k", index="ByKind", order="descending", sort=at(Event.at) > 3, limit=2),
    ),
    Case("query entities", shared, lambda r: r.query("o")),
    Case("query an entity", shared, lambda r: r.query("o", filter=Ticket.is_open == True), Ticket),  # noqa: E712  # a path, compared
    Case("scan", leaves, lambda r: r.scan()),
    Case("scan consistently", leaves, lambda r: r.scan(consistent=True, page_size=5)),
    Case("scan a segment", leaves, lambda r: r.scan(segment=1, segments=4)),
    Case("scan an index", visits, lambda r: r.scan(index="ByPages")),
    Case("scan a sharded index", events, lambda r: r.scan(index="ByKind")),
    Case("scan a projection", visits, lambda r: r.scan(projection=VisitPages)),
    Case("scan an entity", shared, lambda r: r.scan(), Invoice),
    Case(
        "scan enums",
        leaves,
        lambda r: r.scan(filter=at(Leaves.color).is_in(Color.RED) & (Leaves.level == Level.HIGH)),
    ),
]


def _conditional() -> Iterator[Case]:
    for name, condition in CONDITIONS.items():
        yield Case(f"scan if {name}", changing, partial(_scan_if, condition=condition))
        yield Case(f"delete if {name}", changing, partial(_delete_if, condition=condition))


def _sorted() -> Iterator[Case]:
    for name, condition in TEXT_SORTS.items():
        yield Case(f"query text {name}", shipments, partial(_query_sorted, "C#a", sort=condition))
    for name, condition in NUMBER_SORTS.items():
        yield Case(f"query number {name}", numbered, partial(_query_sorted, -7, sort=condition))


def _scan_if(r: Any, *, condition: Condition | bool) -> Any:
    return r.scan(filter=condition)


def _delete_if(r: Any, *, condition: Condition | bool) -> Any:
    return r.delete("a", only_if=condition)


def _query_sorted(partition: Any, r: Any, *, sort: Condition | bool) -> Any:
    return r.query(partition, sort=sort)


READS = [*OTHERS, *_sorted(), *_conditional(), *CURSORS.values()]


def _transaction(db: Database) -> None:
    with db.transaction() as tx:
        tx.create(documents, Document(id="new"))
        tx.put(documents, Document(id="old", edition=4), only_if=Document.title == "t")
        tx.update(changing, "a", at(Changing.whole).add(1), only_if=at(Changing.note).missing())
        tx.update(visits, KEY, at(Visit.page_count).add(1))
        tx.update(documents, "some", at(Document.title).assign("t"), version=2)
        tx.delete(shared, "o", "1")
        tx.delete(documents, "gone", version=3)
        tx.check(visits, ("bob", NOON), at(Visit.page_count) > 3)
        tx.check(changing, "b", at(Changing.note).exists())


def _batch(db: Database) -> None:
    with db.batch() as batch:
        batch.put(changing, changing_item(id="a"))
        batch.put(visits, Visit(visitor="ada", visited_at=NOON, expires_at=NOON + timedelta(1)))
        batch.put(shared, Ticket(owner="o", key="1"))
        batch.delete(numbered, -7, Decimal("1.50"))


MADE = changing_item(id="a")
RAISED = at(Changing.whole).add(1)
SENT: dict[str, Callable[[Database], object]] = {
    "transaction": _transaction,
    "transact_get": lambda db: db.transact_get((changing, "a"), (visits, KEY)),
    "batch": _batch,
    "count": lambda db: db.repository(visits).count("ada", filter=at(Visit.page_count) > 1),
    "count an index": lambda db: db.repository(visits).count("phone", index="ByDevice"),
    "exists": lambda db: db.repository(changing).exists("a"),
    "put returning old": lambda db: db.repository(changing).put(MADE, returning="old"),
    "put returning new": lambda db: db.repository(changing).put(MADE, returning="new"),
    "update returning old": lambda db: db.repository(changing).update("a", RAISED, returning="old"),
    "update returning new": lambda db: db.repository(changing).update("a", RAISED, returning="new"),
    "delete returning old": lambda db: db.repository(changing).delete("a", returning="old"),
}
"""Calls that have no preview; their first request is taken from a server."""

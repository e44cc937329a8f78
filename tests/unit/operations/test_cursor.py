"""Cursors: exact, bound to their query, the same in every process."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.operations.tables import Order, context
from trueup import CursorRefused, at
from trueup.errors import NOWHERE, Place
from trueup.operations.actions import Position, Query
from trueup.operations.plans.cursor import Cursors, plan_fingerprint
from trueup.operations.plans.reads import plan_query, plan_scan

POSITIONS: list[list[Position | None]] = [
    [("a", 1)],
    [None],
    [("é\U0001f600\x00", "")],
    [(b"\x00\xff", b"")],
    [(Decimal("1.5"), 10**37, -1)],
    [("a", Decimal("0.1")), None, ("b", Decimal("1E+90"))],
]


@pytest.mark.parametrize("secret", [b"", b"key"])
@pytest.mark.parametrize("positions", POSITIONS)
def test_positions_survive(positions: list[Position | None], secret: bytes) -> None:
    cursors = Cursors(secret)
    found = cursors.read("plan", cursors.write("plan", positions), NOWHERE)
    assert found == positions
    assert [[*map(type, one or ())] for one in found] == [
        [*map(type, one or ())] for one in positions
    ]


def test_a_cursor_is_text_that_a_url_may_hold() -> None:
    cursor = Cursors().write("plan", [("~ä?/+", b"\xfb\xff")])
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=")


CURSOR = Cursors().write("plan", [("customer", 1)])


@pytest.mark.parametrize("position", range(0, len(CURSOR), 5))
def test_a_changed_character_is_refused(position: int) -> None:
    other = "A" if CURSOR[position] != "A" else "B"
    with pytest.raises(CursorRefused):
        Cursors().read("plan", CURSOR[:position] + other + CURSOR[position + 1 :], NOWHERE)


@pytest.mark.parametrize(
    "cursor", ["", "x", "====", "ä", CURSOR[:-4], CURSOR[4:], CURSOR * 2, CURSOR + "\n"]
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(CursorRefused):
        Cursors().read("plan", cursor, Place("sqlite", table="Orders"))


@pytest.mark.parametrize("reader", [b"", b"other"])
def test_a_cursor_of_another_key_is_refused(reader: bytes) -> None:
    with pytest.raises(CursorRefused):
        Cursors(reader).read("plan", Cursors(b"key").write("plan", [("a", 1)]), NOWHERE)


def by(**options: Any) -> Callable[[], str]:
    return lambda: plan_query(context(), "a", **options).identity


PLANS: dict[str, Callable[[], str]] = {
    "plain": by(),
    "descending": by(order="descending"),
    "filter": by(filter=Order.total > 1),
    "other filter": by(filter=Order.total > 2),
    "filter of another type": by(filter=at(Order.tags).contains("2")),
    "negated filter": by(filter=~(Order.total > 1)),
    "sort": by(sort=Order.number > 1),
    "sort range": by(sort=at(Order.number).between(1, 2)),
    "other partition": lambda: plan_query(context(), "b").identity,
    "index": lambda: plan_query(context(), ("new", "monday"), index="ByStatus").identity,
    "scan": lambda: plan_scan(context()).identity,
    "scan of an index": lambda: plan_scan(context(), index="ByPlace").identity,
    "segment": lambda: plan_scan(context(), segments=2).identity,
    "other segment": lambda: plan_scan(context(), segments=2, segment=1).identity,
}


def test_every_plan_has_an_identity_of_its_own() -> None:
    identities = {name: identity() for name, identity in PLANS.items()}
    assert len(set(identities.values())) == len(PLANS)
    assert identities == {name: identity() for name, identity in PLANS.items()}


def test_an_entity_is_part_of_the_plan() -> None:
    action = plan_scan(context()).parts[0]
    orders = plan_fingerprint(action, "Orders", "Order")
    assert orders != plan_fingerprint(action, "Orders", "Invoice")


@pytest.mark.fault("F29")
def test_the_name_in_the_database_is_part_of_the_plan() -> None:
    plans = [plan_scan(context(physical=name)).identity for name in ("Orders", "beta-Orders")]
    assert plans[0] != plans[1]


@pytest.mark.parametrize("option", [{"limit": 3}, {"page_size": 7}, {"consistent": True}])
def test_a_page_may_be_read_otherwise_than_the_last(option: dict[str, Any]) -> None:
    assert by(**option)() == by()()


def test_a_cursor_begins_every_shard_where_it_stood() -> None:
    plan = plan_query(context(), ("new", "monday"), index="ByStatus")
    parts = [part for part in plan.parts if isinstance(part, Query)]
    positions: list[Position | None] = [
        None,
        (*parts[1].partition, 1, "a"),
        None,
        (*parts[3].partition, 2, "b"),
    ]
    cursor = Cursors().write(plan.identity, positions)
    again = plan_query(context(), ("new", "monday"), index="ByStatus", after=cursor)
    assert [part.start for part in again.parts] == positions


def test_a_cursor_of_another_plan_is_refused() -> None:
    cursor = Cursors().write(plan_query(context(), "a").identity, [("a", 1)])
    with pytest.raises(CursorRefused) as caught:
        plan_query(context(), "a", filter=Order.total > 1, after=cursor)
    assert caught.value.where.table == "Orders"


SETS_IDENTITY = "294f1ce262fb1cc5511a5f1674225eded4ed2add37e4615633744dd35b53c5ec"


def test_a_plan_with_sets_is_the_same_in_every_process() -> None:
    """The order in which Python iterates a set of texts differs from process to process."""
    tags = frozenset("abcdefgh")
    filter = (Order.tags == tags) | at(Order.tags).is_in(tags, frozenset("xyz"))
    assert plan_query(context(), "a", filter=filter).identity == SETS_IDENTITY

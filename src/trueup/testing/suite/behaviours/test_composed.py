"""Composed attributes: built from their parts, injective, and never out of step with them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ....errors import ErrorCode
from ....expressions import at
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import ORDERS, Order


async def test_item_is_found_by_the_parts_of_its_keys(contract: Contract) -> None:
    orders = await contract.repository(ORDERS)
    order = Order(customer="c", number=7)
    await orders.put(order)
    key = {"region": "eu", "customer": "c", "day": date(2026, 1, 1), "number": 7}
    assert await orders.get(key) == order


async def test_item_is_found_by_the_texts_of_its_keys(contract: Contract) -> None:
    orders = await contract.repository(ORDERS)
    order = Order(customer="c", number=7)
    await orders.put(order)
    assert await orders.get("CUSTOMER#eu#c", "2026-01-01#000007") == order


async def test_parts_that_contain_the_separator_give_different_keys(contract: Contract) -> None:
    orders = await contract.repository(ORDERS)
    first = Order(region="a#b", customer="c", number=1)
    second = Order(region="a", customer="b#c", number=1)
    await orders.put_many([first, second])
    assert await orders.get(first) == first
    assert await orders.get(second) == second


async def test_numbers_in_a_composed_key_sort_as_numbers(contract: Contract) -> None:
    orders = await contract.repository(ORDERS)
    await orders.put_many(Order(customer="c", number=n) for n in (10, 9, 100, 1))
    found = await orders.query({"region": "eu", "customer": "c"}).all()
    assert [order.number for order in found] == [1, 9, 10, 100]


async def test_begin_of_a_composed_sort_key_selects_a_day(contract: Contract) -> None:
    orders = await contract.repository(ORDERS)
    days = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 12)]
    await orders.put_many(Order(customer="c", day=day, number=1) for day in days)
    found = await orders.query(
        {"region": "eu", "customer": "c"}, sort=at(Order.order_key).begins_with("2026-01-02#")
    ).all()
    assert [order.day for order in found] == days[1:2]


@pytest.mark.fault("F20")
@pytest.mark.parametrize(
    "condition",
    [
        at(Order.status_key).begins_with("open#x#"),
        at(Order.status_key).begins_with("50%#"),
        at(Order.status_key).begins_with("50%2x"),
        at(Order.status_key) == "open",
    ],
    ids=repr,
)
async def test_text_that_no_template_gives_is_refused_in_a_sort_condition(
    contract: Contract, condition: Any
) -> None:
    orders = await contract.repository(ORDERS)
    with refused(ErrorCode.COMPOSED_MISMATCH):
        await orders.query("eu", index="ByStatus", sort=condition).all()


@pytest.mark.fault("F20")
@pytest.mark.parametrize(
    "condition",
    [
        at(Order.status_key).begins_with("a%23b%25#2026-"),
        at(Order.status_key).begins_with("a%2"),
        at(Order.status_key) == "a%23b%25#2026-01-01",
        at(Order.status_key).between("a", "b"),
        at(Order.status_key) > "#",
    ],
    ids=repr,
)
async def test_text_that_a_template_may_give_is_taken_in_a_sort_condition(
    contract: Contract, condition: Any
) -> None:
    orders = await contract.repository(ORDERS)
    order = Order(customer="c", number=1, status="a#b%")
    await orders.put(order)
    assert await orders.query("eu", index="ByStatus", sort=condition).all() == [order]


async def test_change_of_a_part_rewrites_what_is_composed_of_it(contract: Contract) -> None:
    orders = await contract.repository(ORDERS)
    order = Order(customer="c", number=1)
    await orders.put(order)
    changed = await orders.update(order, at(Order.status).assign("paid"), returning="new")
    assert changed.new == Order(customer="c", number=1, status="paid")
    paid = at(Order.status_key).begins_with("paid#")
    assert len(await orders.query("eu", index="ByStatus", sort=paid).all()) == 1
    assert len(await orders.query("eu", index="ByStatus").all()) == 1


async def test_change_of_a_part_without_the_others_is_refused_and_names_them(
    contract: Contract,
) -> None:
    orders = await contract.repository(ORDERS)
    order = Order(customer="c", number=1)
    await orders.put(order)
    with refused(ErrorCode.MISSING_PARTS) as refusal:
        await orders.update(order, at(Order.seller).assign("s"))
    assert refusal.says("seller_key", "rank")
    assert await orders.get(order) == order


async def test_removed_part_takes_what_is_composed_of_it_away(contract: Contract) -> None:
    orders = await contract.repository(ORDERS)
    order = Order(customer="c", number=1, seller="s")
    await orders.put(order)
    await orders.update(order, at(Order.seller).remove(), at(Order.rank).assign(1))
    stored = await orders.get(order)
    assert stored is not None
    assert (stored.seller, stored.seller_key) == (None, None)


async def test_sharded_index_over_a_composed_attribute_follows_its_parts(
    contract: Contract,
) -> None:
    orders = await contract.repository(ORDERS)
    twelve = [Order(customer="c", number=number) for number in range(12)]
    await orders.put_many(twelve)
    for order in twelve:
        await orders.update(order, at(Order.seller).assign("s"), at(Order.rank).assign(1))
    found = await orders.query("s#001", index="BySeller").all()
    assert sorted(order.number for order in found) == list(range(12))
    for order in twelve:
        await orders.update(order, at(Order.seller).remove(), at(Order.rank).assign(1))
    assert await orders.scan(index="BySeller").all() == []


async def test_change_of_a_part_of_the_primary_key_is_refused(contract: Contract) -> None:
    orders = await contract.repository(ORDERS)
    order = Order(customer="c", number=1)
    await orders.put(order)
    with refused(ErrorCode.KEY_CHANGED) as refusal:
        await orders.update(order, at(Order.number).assign(2))
    assert refusal.says("number", "orderKey")
    assert await orders.scan().all() == [order]


async def test_part_of_the_primary_key_may_be_assigned_what_it_is(contract: Contract) -> None:
    orders = await contract.repository(ORDERS)
    order = Order(customer="c", number=1)
    await orders.put(order)
    await orders.update(order, at(Order.number).assign(1), at(Order.status).assign("paid"))
    assert await orders.scan().all() == [Order(customer="c", number=1, status="paid")]


async def test_change_of_a_composed_attribute_itself_is_refused(contract: Contract) -> None:
    orders = await contract.repository(ORDERS)
    order = Order(customer="c", number=1)
    await orders.put(order)
    with refused(ErrorCode.INVALID_UPDATE):
        await orders.update(order, at(Order.status_key).assign("paid#2026-01-01"))


async def test_key_without_one_of_its_parts_is_refused_and_names_it(contract: Contract) -> None:
    orders = await contract.repository(ORDERS)
    with refused(ErrorCode.INVALID_KEY) as refusal:
        await orders.get({"region": "eu", "customer": "c", "day": date(2026, 1, 1)})
    assert refusal.says("order_key")


async def test_key_with_a_name_that_is_no_part_of_it_is_refused(contract: Contract) -> None:
    orders = await contract.repository(ORDERS)
    with refused(ErrorCode.INVALID_KEY) as refusal:
        await orders.query({"region": "eu", "customer": "c", "city": "Ulm"}).all()
    assert refusal.says("city")


async def test_item_begun_by_an_update_has_what_is_composed(contract: Contract) -> None:
    orders = await contract.repository(ORDERS)
    wanted = Order(customer="c", number=1, status="new")
    await orders.update_or_create(
        ("CUSTOMER#eu#c", "2026-01-01#000001"),
        at(Order.customer).assign("c"),
        at(Order.region).assign("eu"),
        at(Order.day).assign(wanted.day),
        at(Order.number).assign(1),
        at(Order.status).assign("new"),
    )
    assert await orders.get(wanted) == wanted
    assert len(await orders.query("eu", index="ByStatus").all()) == 1


@pytest.mark.every_wire
async def test_bare_part_is_refused_as_a_composed_key(contract: Contract) -> None:
    """No item has it: an answer of nothing would hide the slip."""
    orders = await contract.repository(ORDERS)
    await orders.put(Order(customer="c", number=7))
    with refused(ErrorCode.COMPOSED_MISMATCH):
        await orders.query("c").all()
    with refused(ErrorCode.COMPOSED_MISMATCH):
        await orders.query("a", index="BySeller").all()
    with refused(ErrorCode.COMPOSED_MISMATCH):
        await orders.get("c", "2026-01-01#000007")
    with refused(ErrorCode.COMPOSED_MISMATCH):
        await orders.delete("CUSTOMER#eu#c", "7")

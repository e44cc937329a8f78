"""Projections, sharded indexes and indexes of several attributes."""

from __future__ import annotations

from typing import Any

import pytest

from ....errors import ErrorCode
from ....expressions import at
from ....model import Model
from ....model.declarations.patterns import Order as Direction
from ....repository import AsyncRepository
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import (
    ACCOUNTS,
    EVENTS,
    TILES,
    Account,
    AccountCity,
    AccountKey,
    Event,
    Tile,
)


class AccountTypo(Model):
    """A projection with an attribute that the table lacks."""

    id: str
    town: str


ACCOUNT = Account(id="a", email="e", plan="pro", city="Ulm", secret="s")


@pytest.mark.every_wire
async def test_get_through_a_projection_reads_a_part(contract: Contract) -> None:
    accounts = await contract.repository(ACCOUNTS)
    await accounts.put(ACCOUNT)
    assert await accounts.get("a", projection=AccountCity) == AccountCity(id="a", city="Ulm")


async def test_get_many_through_a_projection_reads_a_part(contract: Contract) -> None:
    accounts = await contract.repository(ACCOUNTS)
    await accounts.put(ACCOUNT)
    found = await accounts.get_many(["a", "b"], projection=AccountCity)
    assert found == [AccountCity(id="a", city="Ulm"), None]


async def test_query_of_a_keys_index_through_what_it_holds(contract: Contract) -> None:
    accounts = await contract.repository(ACCOUNTS)
    await accounts.put(ACCOUNT)
    found = await accounts.query("e", index="ByEmail", projection=AccountKey).all()
    assert found == [AccountKey(id="a", email="e")]


async def test_query_of_an_including_index_through_what_it_holds(contract: Contract) -> None:
    accounts = await contract.repository(ACCOUNTS)
    await accounts.put(ACCOUNT)
    found = await accounts.query("pro", index="ByPlan", projection=AccountCity).all()
    assert found == [AccountCity(id="a", city="Ulm")]


async def test_scan_through_a_projection_reads_a_part(contract: Contract) -> None:
    accounts = await contract.repository(ACCOUNTS)
    await accounts.put(ACCOUNT)
    found = await accounts.scan(projection=AccountCity).all()
    assert found == [AccountCity(id="a", city="Ulm")]


@pytest.mark.parametrize("index", ["ByEmail", "ByPlan"])
async def test_whole_item_from_an_index_that_holds_a_part_is_refused(
    contract: Contract, index: str
) -> None:
    accounts = await contract.repository(ACCOUNTS)
    with refused(ErrorCode.NOT_PROJECTED) as refusal:
        await accounts.query("x", index=index).all()
    assert refusal.says("secret")


async def test_projection_of_more_than_the_index_holds_is_refused(contract: Contract) -> None:
    accounts = await contract.repository(ACCOUNTS)
    with refused(ErrorCode.NOT_PROJECTED):
        await accounts.query("e", index="ByEmail", projection=AccountCity).all()


async def test_filter_on_what_the_index_does_not_hold_is_refused(contract: Contract) -> None:
    # DynamoDB would find the attribute absent in every item, and silently drop them all.
    accounts = await contract.repository(ACCOUNTS)
    with refused(ErrorCode.NOT_PROJECTED):
        await accounts.query(
            "pro", index="ByPlan", projection=AccountCity, filter=Account.secret == "s"
        ).all()


async def test_projection_of_an_unknown_attribute_is_refused(contract: Contract) -> None:
    accounts = await contract.repository(ACCOUNTS)
    with refused(ErrorCode.UNKNOWN_ATTRIBUTE) as refusal:
        await accounts.get("a", projection=AccountTypo)
    assert refusal.says("town")


async def sharded(contract: Contract, count: int) -> AsyncRepository[Event]:
    """`count` events of one kind, spread over the shards of the index."""
    events = await contract.repository(EVENTS)
    await events.put_many(Event(id=f"e{n}", kind="k", at=n) for n in range(count))
    await events.put(Event(id="other", kind="other", at=0))
    return events


@pytest.mark.req("N57")
@pytest.mark.parametrize("order", ["ascending", "descending"])
@pytest.mark.every_wire
async def test_sharded_index_is_merged_in_order(contract: Contract, order: Direction) -> None:
    events = await sharded(contract, 25)
    found = await events.query("k", index="ByKind", order=order, page_size=3).all()
    expected = list(range(25))
    assert [one.at for one in found] == (expected if order == "ascending" else expected[::-1])


@pytest.mark.parametrize("order", ["ascending", "descending"])
@pytest.mark.parametrize("consumed", [1, 2, 7, 11])
async def test_cursor_of_a_sharded_index_is_exact(
    contract: Contract, consumed: int, order: Direction
) -> None:
    events = await sharded(contract, 12)
    results = events.query("k", index="ByKind", order=order, limit=consumed, page_size=2)
    first = await results.all()
    after = results.cursor
    rest = await events.query("k", index="ByKind", order=order, after=after).all()
    expected = list(range(12))
    seen = [one.at for one in first + rest]
    assert seen == (expected if order == "ascending" else expected[::-1])


async def test_count_of_a_sharded_index_counts_every_shard(contract: Contract) -> None:
    events = await sharded(contract, 25)
    assert await events.count("k", index="ByKind") == 25


async def test_condition_on_the_sort_key_holds_in_every_shard(contract: Contract) -> None:
    events = await sharded(contract, 25)
    found = await events.query("k", index="ByKind", sort=at(Event.at).between(5, 9)).all()
    assert [one.at for one in found] == [5, 6, 7, 8, 9]


async def test_update_of_the_partition_moves_the_item_to_other_shards(contract: Contract) -> None:
    events = await sharded(contract, 5)
    await events.update("e3", at(Event.kind).assign("other"))
    assert [one.at for one in await events.query("k", index="ByKind").all()] == [0, 1, 2, 4]
    assert [one.at for one in await events.query("other", index="ByKind").all()] == [0, 3]


async def test_what_shards_an_index_is_not_seen_by_users(contract: Contract) -> None:
    events = await sharded(contract, 1)
    stored = await events.get("e0")
    assert stored == Event(id="e0", kind="k", at=0)
    assert stored is not None
    assert not stored.model_extra


WHOLE_PARTITION = ("a", 1, b"c", "d")


async def tiles(contract: Contract) -> AsyncRepository[Tile]:
    """Sixteen items of one partition, whose four sort attributes have two values each."""
    repository = await contract.repository(TILES)
    await repository.put_many(
        Tile(
            id=n,
            e=n // 8 - 1,
            f="fg"[n // 4 % 2],
            g=n // 2 % 2 * 10,
            h=(b"\x7f", b"\x80")[n % 2],
        )
        for n in reversed(range(16))
    )
    await repository.put(Tile(id=99, d="other"))
    return repository


@pytest.mark.req("N57")
async def test_index_of_four_and_four_attributes_sorts_by_all_of_them(contract: Contract) -> None:
    repository = await tiles(contract)
    found = await repository.query(WHOLE_PARTITION, index="ByAll").all()
    assert [tile.id for tile in found] == list(range(16))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (at(Tile.e) == 0, range(8, 16)),
        ((at(Tile.e) == 0) & (at(Tile.f) == "g"), range(12, 16)),
        ((at(Tile.e) == 0) & (at(Tile.f) == "g") & (at(Tile.g) > 5), range(14, 16)),
        (
            (at(Tile.e) == 0) & (at(Tile.f) == "g") & (at(Tile.g) == 10) & (at(Tile.h) > b"\x7f"),
            range(15, 16),
        ),
        (at(Tile.e) < 0, range(8)),
    ],
)
async def test_leading_sort_attributes_select_a_range(
    contract: Contract, condition: Any, expected: range
) -> None:
    repository = await tiles(contract)
    found = await repository.query(WHOLE_PARTITION, index="ByAll", sort=condition).all()
    assert [tile.id for tile in found] == list(expected)


@pytest.mark.parametrize(
    "condition",
    [at(Tile.f) == "f", (at(Tile.e) > 0) & (at(Tile.f) == "f")],
    ids=["a gap", "a range before another attribute"],
)
async def test_sort_attributes_out_of_order_are_refused(contract: Contract, condition: Any) -> None:
    repository = await contract.repository(TILES)
    with refused(ErrorCode.INVALID_EXPRESSION):
        await repository.query(WHOLE_PARTITION, index="ByAll", sort=condition).all()


async def test_partition_of_several_attributes_needs_them_all(contract: Contract) -> None:
    repository = await contract.repository(TILES)
    with refused(ErrorCode.INVALID_KEY):
        await repository.query(("a", 1), index="ByAll").all()


async def test_partition_of_several_attributes_may_be_a_mapping(contract: Contract) -> None:
    repository = await tiles(contract)
    given = {"a": "a", "b": 1, "c": b"c", "d": "other"}
    found = await repository.query(given, index="ByAll").all()
    assert [tile.id for tile in found] == [99]


async def test_cursor_of_several_attributes_is_exact(contract: Contract) -> None:
    repository = await tiles(contract)
    results = repository.query(WHOLE_PARTITION, index="ByAll", limit=7, page_size=4)
    first = await results.all()
    rest = await repository.query(WHOLE_PARTITION, index="ByAll", after=results.cursor).all()
    assert [tile.id for tile in first + rest] == list(range(16))

"""Queries, counts and scans: filters, limits, pages, local indexes, access patterns."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import Field

from ....errors import ErrorCode, UnsupportedByEngine
from ....expressions import at
from ....model import Index, Model, Table
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import TEXTS, Text, keys_of, texts


@pytest.mark.req("N56", "N77")
@pytest.mark.every_wire
async def test_query_reads_one_partition(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many([*texts(3), *texts(3, group="other")])
    assert await repository.query("g").all() == texts(3)


async def test_query_of_an_empty_partition_gives_nothing(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    assert await repository.query("g").all() == []


async def test_results_are_read_while_they_are_consumed(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(7))
    found = [item async for item in repository.query("g", page_size=3)]
    assert found == texts(7)


async def test_first_gives_the_first_item_or_none(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(3))
    first = await repository.query("g", order="descending").first()
    assert first == texts(3)[-1]
    assert await repository.query("x").first() is None


@pytest.mark.every_wire
async def test_filter_drops_what_it_does_not_hold_for(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(9))
    found = await repository.query("g", filter=at(Text.n) >= 6, page_size=2).all()
    assert found == texts(9)[6:]


async def test_limit_counts_the_items_returned_and_not_those_read(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(20))
    found = await repository.query("g", filter=at(Text.n) >= 10, limit=3, page_size=2).all()
    assert keys_of(found) == ["00010", "00011", "00012"]


async def test_limit_smaller_than_the_page_returns_that_many(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(20))
    assert len(await repository.query("g", limit=3, page_size=10).all()) == 3


async def test_limit_above_what_there_is_returns_all(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(3))
    assert len(await repository.query("g", limit=10).all()) == 3


@pytest.mark.parametrize("options", [{"limit": 0}, {"page_size": 0}, {"limit": True}])
async def test_limit_below_one_is_refused(contract: Contract, options: dict[str, Any]) -> None:
    repository: Any = await contract.repository(TEXTS)
    with refused(ErrorCode.INVALID_OPTION):
        await repository.query("g", **options).all()


async def test_unknown_order_is_refused(contract: Contract) -> None:
    repository: Any = await contract.repository(TEXTS)
    with refused(ErrorCode.INVALID_OPTION):
        await repository.query("g", order="up").all()


@pytest.mark.req("N56")
@pytest.mark.every_wire
async def test_count_counts_without_reading_models(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(7))
    assert await repository.count("g") == 7
    assert await repository.count("x") == 0


async def test_count_takes_the_options_of_a_query(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(9))
    counted = await repository.count(
        "g", sort=at(Text.key) >= "00002", filter=at(Text.n) < 7, page_size=2
    )
    assert counted == 5


async def test_count_stops_at_its_limit(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(9))
    assert await repository.count("g", limit=4) == 4


@pytest.mark.req("N56", "N77")
@pytest.mark.every_wire
async def test_scan_reads_every_item_once(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    stored = [*texts(5), *texts(5, group="other")]
    await repository.put_many(stored)
    found = await repository.scan(page_size=3).all()
    assert sorted(found, key=lambda one: (one.group, one.key)) == stored


@pytest.mark.every_wire
async def test_segments_of_a_scan_share_all_items_once(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(Text(group=f"g{n}", key="k", n=n) for n in range(60))
    parts = [await repository.scan(segments=4, segment=n, page_size=5).all() for n in range(4)]
    assert sorted(item.n for part in parts for item in part) == list(range(60))
    assert max(len(part) for part in parts) < 60


NAMED_KEYS: list[tuple[tuple[str, ...], list[Any]]] = [
    (("rowid",), [f"-{n:02}" for n in range(20)]),
    (("ROWID",), [f"row {n:02}" for n in range(20)]),
    (("oid",), list(range(-10, 10))),
    (("_rowid_",), [bytes([n]) for n in range(20)]),
    (("item",), [Decimal(n) / 8 for n in range(-10, 10)]),
    (("Item", "item:item"), [f"item {n:02}" for n in range(20)]),
    (("rowid", "oid", "_rowid_"), [Decimal(n) / 8 for n in range(-10, 10)]),
]
"""Stored names of attributes that are keys, and values for each of them."""


@pytest.mark.fault("F3")
@pytest.mark.parametrize(
    ("names", "values"), NAMED_KEYS, ids=[" ".join(names) for names, _ in NAMED_KEYS]
)
async def test_segments_share_all_items_whatever_a_key_is_called(
    contract: Contract, names: tuple[str, ...], values: list[Any]
) -> None:
    fields = [f"k{number}" for number, _ in enumerate(names)]
    annotations = {
        field: Annotated[type(values[0]), Field(alias=name)]
        for field, name in zip(fields, names, strict=True)
    }
    entity: Any = type("Named", (Model,), {"__annotations__": annotations, "__module__": __name__})
    indexes = [Index(f"By{field}", partition=field) for field in fields[1:]]
    table: Table[Any] = Table("Named", entity, partition=fields[0], indexes=indexes)
    repository = await contract.repository(table)
    stored = [entity.model_validate(dict.fromkeys(names, value)) for value in values]
    await repository.put_many(stored)
    parts = [await repository.scan(segments=3, segment=n).all() for n in range(3)]
    found = [getattr(one, fields[0]) for part in parts for one in part]
    assert sorted(found) == values
    assert [await repository.get(value) for value in values] == stored
    assert max(len(part) for part in parts) < len(values)


async def test_segment_that_does_not_exist_is_refused(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    with refused(ErrorCode.INVALID_OPTION):
        await repository.scan(segments=2, segment=2).all()


async def test_scan_with_a_filter_and_a_limit_goes_on_until_it_has_them(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(20))
    assert len(await repository.scan(filter=at(Text.n) >= 10, limit=5, page_size=2).all()) == 5


@pytest.mark.req("N57")
@pytest.mark.every_wire
async def test_index_finds_items_of_all_partitions_in_its_order(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(Text(group=f"g{n % 3}", key="k", n=-n, label="l") for n in range(3))
    await repository.put(Text(group="g0", key="x", n=9, label="other"))
    found = await repository.query("l", index="ByLabel").all()
    assert [item.n for item in found] == [-2, -1, 0]


async def test_index_holds_only_items_that_have_its_key(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many([Text(group="g", key="a"), Text(group="g", key="b", label="l")])
    assert keys_of(await repository.scan(index="ByLabel").all()) == ["b"]


async def test_index_follows_an_update(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put(Text(group="g", key="a", label="before"))
    await repository.update(("g", "a"), at(Text.label).assign("after"))
    assert await repository.query("before", index="ByLabel").all() == []
    assert len(await repository.query("after", index="ByLabel").all()) == 1


async def test_condition_on_the_sort_key_of_an_index(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(Text(group="g", key=str(n), n=n, label="l") for n in range(5))
    found = await repository.query("l", index="ByLabel", sort=at(Text.n).between(1, 2)).all()
    assert keys_of(found) == ["1", "2"]


async def test_unknown_index_is_refused_and_the_known_ones_are_named(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    with refused(ErrorCode.UNKNOWN_INDEX) as refusal:
        await repository.query("g", index="ByNothing").all()
    assert refusal.says("ByLabel")


async def test_consistent_read_of_a_global_index_is_refused_for_dynamodb(
    contract: Contract,
) -> None:
    repository = await contract.repository(TEXTS)
    with refused(UnsupportedByEngine):
        await repository.query("l", index="ByLabel", consistent=True).all()


async def test_consistent_read_of_a_local_index_sees_the_last_write(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(Text(group="g", key=str(n), n=-n) for n in range(3))
    found = await repository.query("g", index="ByN", consistent=True).all()
    assert keys_of(found) == ["2", "1", "0"]


@pytest.mark.every_wire
async def test_access_pattern_answers_by_its_name(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(Text(group="g", key=str(n), n=n, label="l") for n in range(5))
    latest = await repository.pattern("latest_of_label", "l", limit=2).all()
    assert keys_of(latest) == ["4", "3"]
    assert len(await repository.pattern("of_group", "g").all()) == 5


async def test_unknown_access_pattern_is_refused(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    with refused(ErrorCode.INVALID_OPTION) as refusal:
        await repository.pattern("no_such", "g").all()
    assert refusal.says("latest_of_label")


async def test_partition_of_too_many_values_is_refused(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    with refused(ErrorCode.INVALID_KEY):
        await repository.query(("g", "k")).all()

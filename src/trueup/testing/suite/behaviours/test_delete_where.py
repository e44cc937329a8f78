"""Deletes of what a query finds: bounded, counted, and on the condition that it is found still."""

from __future__ import annotations

from typing import Any

import pytest

from ....engines.connect import target_engine
from ....errors import ConditionFailed, ErrorCode, VersionConflict
from ....expressions import at
from ....model import ExpiresAt, Index, Layer, Model, Table, Version
from ....model.description.check import describe
from ....operations import DeletedItems
from ....operations.actions import STORED, BatchWritten, Scan
from ....operations.plans.context import TableContext
from ....operations.plans.cursor import Cursors
from ....operations.plans.deletes import counted, delete_of
from ....repository import AsyncRepository
from ....repository.database import OpenLayer
from ..harness.contract import Contract
from ..harness.refusals import refused


class Log(Model):
    """An item without a version."""

    day: str
    number: int
    level: str = "info"
    until: ExpiresAt | None = None


class Sheet(Model):
    """An item with a version."""

    day: str
    number: int
    edition: Version = 0


LOGS = Table(
    "Logs",
    Log,
    partition="day",
    sort="number",
    indexes=[Index("ByLevel", partition="level", sort="number", projection=[])],
)
SHEETS = Table("Sheets", Sheet, partition="day", sort="number")


async def logged(contract: Contract, count: int) -> AsyncRepository[Log]:
    """Logs of one day, every third an error, and one of another day."""
    logs = await contract.repository(LOGS)
    await logs.put_many(
        Log(day="d", number=n, level="info" if n % 3 else "error") for n in range(count)
    )
    await logs.put(Log(day="e", number=0))
    return logs


def context_of(contract: Contract, table: Table[Any]) -> TableContext:
    """What deletes of this table are planned with: tests act between the read and the delete."""
    layer = Layer("contract", target="dynamodb", tables=(table,))
    return OpenLayer(layer, target_engine(layer), Cursors(), contract.clock).context(table)


async def left(logs: AsyncRepository[Log]) -> list[int]:
    """The numbers of the day that are left."""
    assert await logs.exists("e", 0)
    return [log.number for log in await logs.query("d").all()]


@pytest.mark.every_wire
async def test_partition_is_deleted_and_no_other(contract: Contract) -> None:
    logs = await logged(contract, 30)
    assert await logs.delete_where("d", limit=100) == DeletedItems(deleted=30)
    assert await left(logs) == []


async def test_limit_bounds_what_is_deleted_and_the_cursor_goes_on(contract: Contract) -> None:
    logs = await logged(contract, 7)
    first = await logs.delete_where("d", limit=4)
    assert (first.deleted, await left(logs)) == (4, [4, 5, 6])
    assert first.cursor is not None
    rest = await logs.delete_where("d", limit=4, after=first.cursor)
    assert (rest.deleted, await left(logs)) == (3, [])


async def test_sort_and_filter_choose(contract: Contract) -> None:
    logs = await logged(contract, 10)
    done = await logs.delete_where(
        "d", limit=100, sort=Log.number < 8, filter=Log.level == "error", page_size=2
    )
    assert done == DeletedItems(deleted=3)
    assert await left(logs) == [1, 2, 4, 5, 7, 8, 9]


async def test_index_that_holds_keys_only_is_enough(contract: Contract) -> None:
    logs = await logged(contract, 7)
    assert (await logs.delete_where("error", limit=100, index="ByLevel")).deleted == 3
    assert await left(logs) == [1, 2, 4, 5]


@pytest.mark.parametrize(
    "options",
    [{"index": None, "filter": Log.level == "info"}, {"index": "ByLevel", "filter": None}],
    ids=["filter", "index"],
)
async def test_item_that_others_changed_is_left_alone(
    contract: Contract, options: dict[str, Any]
) -> None:
    logs = await contract.repository(LOGS)
    await logs.put(Log(day="d", number=0))
    perform = await contract.performer(LOGS)
    [stored] = (await perform(Scan(describe(LOGS), view=STORED))).items
    delete = delete_of(context_of(contract, LOGS), **options)(stored)
    await logs.update(("d", 0), at(Log.level).assign("error"))
    with refused(ConditionFailed) as refusal:
        await perform(delete)
    assert refusal.error is not None
    assert counted(DeletedItems(3, 4), BatchWritten([refusal.error])) == DeletedItems(3, 5)
    assert await logs.exists("d", 0)


async def test_item_of_another_version_is_left_alone(contract: Contract) -> None:
    sheets = await contract.repository(SHEETS)
    sheet = (await sheets.put(Sheet(day="d", number=0), returning="new")).new
    assert sheet is not None
    perform = await contract.performer(SHEETS)
    [stored] = (await perform(Scan(describe(SHEETS), view=STORED))).items
    delete = delete_of(context_of(contract, SHEETS), None, None)(stored)
    await sheets.put(sheet)
    with refused(VersionConflict):
        await perform(delete)
    assert (await sheets.delete_where("d", limit=5)).deleted == 1


async def test_expired_items_are_left_to_expire(contract: Contract) -> None:
    logs = await contract.repository(LOGS)
    await logs.put(Log(day="d", number=1, until=contract.clock.after(5)))
    contract.clock.advance(9)
    assert await logs.delete_where("d", limit=5) == DeletedItems()


@pytest.mark.parametrize("limit", [None, 0])
async def test_without_a_limit_nothing_is_deleted(contract: Contract, limit: Any) -> None:
    logs = await logged(contract, 1)
    with refused(ErrorCode.INVALID_OPTION):
        await logs.delete_where("d", limit=limit)
    assert await left(logs) == [0]

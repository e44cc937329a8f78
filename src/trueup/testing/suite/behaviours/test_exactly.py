"""Reads of exactly one item, and the count of a whole table."""

from __future__ import annotations

import pytest

from ....errors import ErrorCode, InvalidCall, NotFound
from ....expressions import at
from ..harness.contract import Contract
from ..tables import TEXTS, Text, texts


async def test_require_gives_the_item_or_refuses(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(2))
    assert await repository.require("g", "00001") == texts(2)[1]
    with pytest.raises(NotFound) as raised:
        await repository.require("g", "absent")
    assert raised.value.code is ErrorCode.NOT_FOUND
    assert raised.value.where.table == TEXTS.name
    assert "absent" not in str(raised.value)


async def test_require_names_the_key_as_an_update_does(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    with pytest.raises(NotFound) as read:
        await repository.require("g", "absent")
    with pytest.raises(NotFound) as written:
        await repository.update(("g", "absent"), at(Text.n).assign(1))
    assert read.value.where.key == written.value.where.key != ""


async def test_one_is_the_only_item(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(3))
    assert await repository.query("g", filter=at(Text.n) == 1, page_size=1).one() == texts(3)[1]
    with pytest.raises(NotFound):
        await repository.query("g", filter=at(Text.n) == 9).one()
    with pytest.raises(InvalidCall) as raised:
        await repository.query("g", page_size=1).one()
    assert raised.value.code is ErrorCode.SEVERAL_ROWS


@pytest.mark.every_wire
async def test_count_of_a_table_is_that_of_its_segments(contract: Contract) -> None:
    repository = await contract.repository(TEXTS)
    await repository.put_many(texts(9))
    assert await repository.count_all() == 9
    assert await repository.count_all(filter=at(Text.n) >= 4, page_size=2) == 5
    parts = [await repository.count_all(segment=part, segments=3) for part in range(3)]
    assert sum(parts) == 9

"""Reads of several tables in one batch."""

from __future__ import annotations

from typing import Any

import pytest

from ....errors import ErrorCode
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import PEOPLE, TEXTS, Person, Text, texts


@pytest.mark.every_wire
async def test_get_many_reads_several_tables_in_the_order_asked(contract: Contract) -> None:
    database = await contract.database(PEOPLE, TEXTS)
    await database.repository(PEOPLE).put(Person(id="a"))
    await database.repository(TEXTS).put(Text(group="g", key="k"))
    wanted: list[Any] = [(TEXTS, ("g", "k")), (PEOPLE, "b"), (PEOPLE, "a"), (TEXTS, ("g", "k"))]
    text = Text(group="g", key="k")
    assert await database.get_many(wanted) == [text, None, Person(id="a"), text]
    assert await database.get_many(wanted, consistent=True) == [text, None, Person(id="a"), text]


async def test_get_many_of_several_tables_is_split(contract: Contract) -> None:
    database = await contract.database(PEOPLE, TEXTS)
    people = [Person(id=f"p{n:03}") for n in range(130)]
    await database.repository(PEOPLE).put_many(people)
    await database.repository(TEXTS).put_many(texts(130))
    wanted: list[Any] = []
    for n in range(130):
        wanted += [(PEOPLE, f"p{n:03}"), (TEXTS, ("g", f"{n:05}")), (TEXTS, ("none", "k"))]
    found = await database.get_many(iter(wanted))
    assert found == [
        item for pair in zip(people, texts(130), strict=True) for item in (*pair, None)
    ]


async def test_get_many_of_nothing_is_nothing(contract: Contract) -> None:
    database = await contract.database(PEOPLE)
    assert await database.get_many([]) == []
    with refused(ErrorCode.INVALID_OPTION):
        database.requests.get_many([])


@pytest.mark.parametrize("wanted", [[PEOPLE], PEOPLE, "ab", [(PEOPLE,)], Person(id="a")], ids=repr)
async def test_get_many_of_no_pairs_is_refused(contract: Contract, wanted: Any) -> None:
    database = await contract.database(PEOPLE)
    with refused(ErrorCode.WRONG_TYPE):
        await database.get_many(wanted)


async def test_get_many_in_one_request_is_what_its_preview_shows(contract: Contract) -> None:
    database, sent = await contract.recorded(PEOPLE, TEXTS)
    wanted: list[Any] = [(PEOPLE, "a"), (TEXTS, ("g", "k"))]
    sent.clear()
    await database.get_many(wanted)
    shown = database.requests.get_many(wanted)
    assert len(sent) == 1
    assert shown.table == ", ".join(sorted((PEOPLE.name, TEXTS.name)))

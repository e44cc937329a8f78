"""Batches of which a part is not processed, or that end in the middle."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.faults.callers import BOTOCORE, OWN, Caller
from tests.faults.faults import LOST, SWALLOWED, THROTTLED
from tests.faults.many import DRAFTS, LINES, MANY, STORED_DRAFTS
from tests.faults.proxy import Answer, Exchange, Hangup, Reply
from tests.faults.stage import Stage, summary
from tests.faults.tables import ACCOUNTS, DOCUMENTS, ENTRIES, Account, Document
from trueup import AsyncDatabase, BatchResult, ReplyLost, RetryPolicy, Table, Throttled

EVERY_CALLER = pytest.mark.parametrize("caller", [*OWN, *BOTOCORE], ids=str)
FEW = MANY[:7]


def processing(count: int) -> Answer:
    """Do so many entries of a batch, the first ones, and report the others as not processed."""

    def answer(exchange: Exchange) -> None:
        asked = exchange.read()
        parameters = asked.parameters
        entries = entries_of(parameters)
        ((table, given),) = parameters["RequestItems"].items()
        rest = with_entries(given, entries[count:])
        reply: dict[str, Any] = {}
        if count:
            done = {"RequestItems": {table: with_entries(given, entries[:count])}}
            reply = json.loads(
                exchange.have_done(replace(asked, body=json.dumps(done).encode())).body
            )
        elif asked.target == "BatchGetItem":
            reply = {"Responses": {}}
        name = "UnprocessedKeys" if asked.target == "BatchGetItem" else "UnprocessedItems"
        exchange.send(Reply(200, json.dumps({**reply, name: {table: rest}}).encode()).bytes())

    return answer


def processing_only(table: Table[Any]) -> Answer:
    """Do the writes of one table, and report all others as not processed."""

    def answer(exchange: Exchange) -> None:
        asked = exchange.read()
        rest = dict(asked.parameters["RequestItems"])
        name = physical_name(rest, table)
        done = {"RequestItems": {name: rest.pop(name)}}
        exchange.have_done(replace(asked, body=json.dumps(done).encode()))
        exchange.send(Reply(200, json.dumps({"UnprocessedItems": rest}).encode()).bytes())

    return answer


def physical_name(entries: dict[str, Any], table: Table[Any]) -> str:
    """The one that ends in the logical name."""
    (name,) = (name for name in entries if name.endswith(table.name))
    return name


def entries_of(parameters: Any) -> list[Any]:
    """The keys that are read, or the writes."""
    ((_, given),) = parameters["RequestItems"].items()
    entries: list[Any] = given["Keys"] if isinstance(given, dict) else given
    return entries


def with_entries(given: Any, entries: list[Any]) -> Any:
    return {**given, "Keys": entries} if isinstance(given, dict) else entries


async def put_few(db: AsyncDatabase) -> BatchResult[Account]:
    return await db.repository(ACCOUNTS).put_many(FEW)


async def put_many(db: AsyncDatabase) -> BatchResult[Account]:
    return await db.repository(ACCOUNTS).put_many(MANY)


async def delete_few(db: AsyncDatabase) -> BatchResult[Any]:
    return await db.repository(ACCOUNTS).delete_many([one.id for one in FEW])


async def get_few(db: AsyncDatabase) -> list[Account | None]:
    return await db.repository(ACCOUNTS).get_many(["06", "nobody", *(one.id for one in FEW)])


def sizes(stage: Stage) -> list[int]:
    """How many entries each request had."""
    return [len(entries_of(asked.parameters)) for asked in stage.proxy.asked]


@EVERY_CALLER
@pytest.mark.req("N70")
def test_writes_that_were_not_processed_are_sent_again(stage: Stage, caller: Caller) -> None:
    stage.proxy.script |= {0: processing(4), 1: processing(0), 2: processing(1)}
    assert summary(stage.outcome(caller, put_few)) == BatchResult(written=7)
    assert stage.stored([ACCOUNTS]) == list(FEW)
    assert sizes(stage) == [7, 3, 3, 2]


@EVERY_CALLER
@pytest.mark.req("N70")
def test_chunks_after_one_that_was_not_processed_are_written_too(
    stage: Stage, caller: Caller
) -> None:
    stage.proxy.script[0] = processing(20)
    assert summary(stage.outcome(caller, put_many)) == BatchResult(written=30)
    assert stage.stored([ACCOUNTS]) == list(MANY)
    assert sorted(sizes(stage)) == [5, 5, 25]


async def fill_two_tables(db: AsyncDatabase) -> BatchResult[Any]:
    async with db.batch() as batch:
        for account, line in zip(FEW, LINES, strict=False):
            await batch.put(ACCOUNTS, account)
            await batch.put(ENTRIES, line)
    return batch.result


@EVERY_CALLER
@pytest.mark.req("N70")
def test_table_of_a_block_that_was_not_processed_is_sent_again(
    stage: Stage, caller: Caller
) -> None:
    stage.proxy.script[0] = processing_only(ACCOUNTS)
    assert summary(stage.outcome(caller, fill_two_tables)) == BatchResult(written=14)
    assert stage.stored([ACCOUNTS, ENTRIES]) == [*FEW, *LINES[:7]]
    first, second = (asked.parameters["RequestItems"] for asked in stage.proxy.asked)
    assert len(first) == 2
    assert list(second) == [physical_name(first, ENTRIES)]


@EVERY_CALLER
def test_without_retries_a_batch_goes_on_while_something_is_processed(
    stage: Stage, caller: Caller
) -> None:
    stage.proxy.script |= {0: processing(4), 1: processing(1), 2: processing(0)}
    result = stage.outcome(caller, put_few, retries=RetryPolicy.NONE).result
    assert (result.written, failures(result)) == (5, [(n, Throttled) for n in (5, 6)])
    assert sizes(stage) == [7, 3, 2]


@EVERY_CALLER
def test_removals_that_were_not_processed_are_sent_again(stage: Stage, caller: Caller) -> None:
    stage.set_up(FEW)
    stage.proxy.script |= {0: processing(0), 1: processing(6)}
    assert summary(stage.outcome(caller, delete_few)) == BatchResult(written=7)
    assert stage.stored([ACCOUNTS]) == []
    assert sizes(stage) == [7, 7, 1]


@EVERY_CALLER
def test_keys_that_were_not_processed_are_read_again(stage: Stage, caller: Caller) -> None:
    stage.set_up(FEW)
    stage.proxy.script |= {0: processing(3), 1: processing(0), 2: processing(2)}
    assert stage.outcome(caller, get_few) == [FEW[6], None, *FEW]
    assert sizes(stage) == [8, 5, 5, 3]


@EVERY_CALLER
def test_reply_that_is_lost_after_a_part_was_processed_repeats_the_rest(
    stage: Stage, caller: Caller
) -> None:
    stage.proxy.script[0] = processing(4)
    THROTTLED.inject(stage.proxy, 1)
    SWALLOWED.inject(stage.proxy, 2)
    assert summary(stage.outcome(caller, put_few)) == BatchResult(written=7)
    assert stage.stored([ACCOUNTS]) == list(FEW)
    assert sizes(stage) == [7, 3, 3, 3]


async def put_drafts(db: AsyncDatabase) -> BatchResult[Document]:
    return await db.repository(DOCUMENTS).put_many(DRAFTS)


def failures(result: BatchResult[Any]) -> list[tuple[int, type[Any]]]:
    """Position and kind of each."""
    return [(one.position, type(one.error)) for one in result.failures]


@EVERY_CALLER
def test_part_that_stays_throttled_is_told_item_by_item(stage: Stage, caller: Caller) -> None:
    stage.proxy.script[0] = processing(4)
    THROTTLED.inject(stage.proxy, *range(1, 5))
    result = stage.outcome(caller, put_few).result
    assert (result.written, failures(result)) == (4, [(n, Throttled) for n in (4, 5, 6)])
    assert stage.stored([ACCOUNTS]) == list(FEW[:4])


@EVERY_CALLER
def test_part_whose_reply_stays_lost_is_told_item_by_item(stage: Stage, caller: Caller) -> None:
    stage.proxy.script[0] = processing(4)
    LOST.inject(stage.proxy, *range(1, 5))
    result = stage.outcome(caller, put_few).result
    assert (result.written, failures(result)) == (4, [(n, ReplyLost) for n in (4, 5, 6)])
    assert stage.stored([ACCOUNTS]) == list(FEW)


@EVERY_CALLER
def test_batch_that_is_throttled_in_the_middle_says_how_far_it_came(
    stage: Stage, caller: Caller
) -> None:
    THROTTLED.inject(stage.proxy, *range(1, 5))
    error = stage.outcome(caller, put_many)
    assert isinstance(error, Throttled)
    assert "25 items of the batch were dealt with before this" in error.__notes__
    assert stage.stored([ACCOUNTS]) == list(MANY[:25])


@EVERY_CALLER
def test_version_whose_reply_stays_lost_does_not_hide_the_others(
    stage: Stage, caller: Caller
) -> None:
    def answer(exchange: Exchange) -> None:
        asked = exchange.read()
        reply = exchange.have_done(asked)
        if asked.parameters["Item"]["id"] == {"S": "1"}:
            raise Hangup
        exchange.send(reply.bytes())

    stage.proxy.script |= dict.fromkeys(range(20), answer)
    result = stage.outcome(caller, put_drafts).result
    assert (result.written, failures(result)) == (2, [(1, ReplyLost)])
    assert stage.stored([DOCUMENTS]) == list(STORED_DRAFTS)

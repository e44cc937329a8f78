"""One database object for a whole process: in threads, and in one event loop after another."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import trueup
from trueup import AsyncDatabase, Layer, Model, Table


class Tally(Model):
    id: str
    count: int = 0


TALLIES = Table("Tallies", Tally, partition="id")
LAYER = Layer("tallies", target="dynamodb", tables=[TALLIES])


def raised(tally: Tally) -> Tally:
    return tally.model_copy(update={"count": tally.count + 1})


def test_threads_share_an_object_and_lose_no_write(tmp_path: Path) -> None:
    retries = trueup.RetryPolicy(retries=200, first_pause_s=0.001, longest_pause_s=0.01)
    with trueup.connect(f"sqlite:///{tmp_path}/t.db", LAYER) as db:
        db.create_tables()
        tallies = db.repository(TALLIES)
        tallies.put(Tally(id="a"))
        with ThreadPoolExecutor(4) as pool:
            done = [pool.submit(tallies.modify, "a", raised, retries=retries) for _ in range(40)]
        assert sorted(one.result().count for one in done) == list(range(1, 41))
        assert tallies.require("a").count == 40


def test_event_loops_share_an_object_one_after_another(tmp_path: Path) -> None:
    async def opened() -> AsyncDatabase:
        db = await trueup.connect_async(f"sqlite:///{tmp_path}/t.db", LAYER)
        await db.create_tables()
        await db.repository(TALLIES).put(Tally(id="a"))
        return db

    async def once(db: AsyncDatabase) -> int:
        return (await db.repository(TALLIES).modify("a", raised)).count

    db = asyncio.run(opened())
    assert [asyncio.run(once(db)) for _ in range(3)] == [1, 2, 3]
    asyncio.run(db.aclose())

"""Sessions on SQLite beside other callers: who waits, who goes on, and what is left behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import BaseModel

import trueup
from trueup import (
    Database,
    DeadlineExceeded,
    InvalidCall,
    Layer,
    NeedsOperator,
    TransactionAborted,
    at,
)
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.tables import PEOPLE, Person

LAYER = Layer("sessions", target="sqlite", tables=[PEOPLE])


class Count(BaseModel):
    n: int


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/sessions.db"


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    with trueup.connect(url, LAYER) as opened:
        opened.create_tables()
        yield opened


def ids(db: Database) -> list[str]:
    return sorted(person.id for person in db.repository(PEOPLE).scan())


def test_other_writers_wait_for_the_end_and_readers_do_not(db: Database) -> None:
    with ThreadPoolExecutor(1) as threads:
        with db.session() as session:
            session.repository(PEOPLE).put(Person(id="a"))
            waiting = threads.submit(db.repository(PEOPLE).put, Person(id="b"))
            assert ids(db) == []
            with refused(DeadlineExceeded):
                db.within(0.1).repository(PEOPLE).put(Person(id="c"))
            assert not waiting.done()
        waiting.result(10)
    assert ids(db) == ["a", "b"]


def test_session_for_reading_sees_one_moment_and_lets_others_write(db: Database) -> None:
    with db.session(read_only=True) as session:
        assert session.repository(PEOPLE).scan().all() == []
        db.repository(PEOPLE).put(Person(id="a"))
        assert session.repository(PEOPLE).scan().all() == []
    assert ids(db) == ["a"]


def test_session_in_memory_is_alone() -> None:
    with trueup.connect("sqlite://", LAYER) as db:
        db.create_tables()
        with db.session() as session:
            session.repository(PEOPLE).put(Person(id="a"))
        with db.session(read_only=True) as session:
            assert session.fetch_one(Count, "select count(*) as n from People") == Count(n=1)
        assert [row.n for row in db.stream(Count, "select 1 as n from People")] == [1]
        assert ids(db) == ["a"]


def test_dropped_session_frees_the_file(db: Database) -> None:
    session = db.session()
    session.__enter__().repository(PEOPLE).put(Person(id="a"))
    del session
    db.within(1).repository(PEOPLE).put(Person(id="b"))
    assert ids(db) == ["b"]


def test_dropped_stream_frees_its_reader(db: Database) -> None:
    db.repository(PEOPLE).put_many(Person(id=str(number)) for number in range(9))
    for _ in range(50):
        next(db.stream(Count, "select 1 as n from People", batch=2))
    db.repository(PEOPLE).delete_many(str(number) for number in range(9))
    assert ids(db) == []


def test_error_that_undoes_the_whole_is_told(db: Database) -> None:
    db.execute("create table t (id text primary key)")
    with refused(TransactionAborted), db.session() as session:
        session.execute("insert into t values ('a')")
        with refused(trueup.AlreadyExists):
            session.execute("insert or rollback into t values ('a')")
        with refused(TransactionAborted):
            session.execute("insert into t values ('b')")
    assert db.fetch(Count, "select 1 as n from t") == []


def test_threads_take_turns_in_a_session(db: Database) -> None:
    with db.session() as session:
        people = session.repository(PEOPLE)
        people.put(Person(id="a", age=0))
        start = threading.Barrier(4, timeout=10)

        def add() -> None:
            start.wait()
            for _ in range(20):
                people.update("a", at(Person.age).add(1))

        with ThreadPoolExecutor(4) as threads:
            for job in [threads.submit(add) for _ in range(4)]:
                job.result(30)
    assert db.repository(PEOPLE).get("a") == Person(id="a", age=80)


def test_file_that_is_opened_for_reading_has_sessions_for_reading(url: str, db: Database) -> None:
    db.repository(PEOPLE).put(Person(id="a"))
    with trueup.connect(f"{url}?mode=ro", LAYER) as reading:
        with refused(NeedsOperator), reading.session():
            pass
        with reading.session(read_only=True) as session:
            assert session.repository(PEOPLE).get("a") == Person(id="a")


def test_closed_database_has_no_sessions(db: Database) -> None:
    db.close()
    for read_only in (False, True):
        with refused(InvalidCall), db.session(read_only=read_only):
            pass


def test_tasks_that_wait_for_a_session_do_not_stop_it(url: str, db: Database) -> None:
    async def share() -> None:
        async with trueup.connect_async(url, LAYER) as mine:
            people = mine.repository(PEOPLE)
            async with mine.session() as session:
                waiting = [
                    asyncio.create_task(people.put(Person(id=str(number)))) for number in range(20)
                ]
                await asyncio.sleep(0)
                for number in range(20, 30):
                    await session.repository(PEOPLE).put(Person(id=str(number)))
                assert await people.scan().all() == []
            await asyncio.gather(*waiting)
            assert len(await people.scan().all()) == 30

    asyncio.run(share())
    assert len(ids(db)) == 30


def test_cancelled_task_undoes_its_session(url: str, db: Database) -> None:
    slow = "with recursive c(n) as (select 1 union all select n + 1 from c where n < :n)"

    begun = asyncio.Event()

    async def stuck(mine: trueup.AsyncDatabase) -> None:
        async with mine.session() as session:
            await session.repository(PEOPLE).put(Person(id="a"))
            begun.set()
            await session.fetch(Count, f"{slow} select max(n) as n from c", n=1_000_000)

    async def cancel() -> None:
        async with trueup.connect_async(url, LAYER) as mine:
            task = asyncio.create_task(stuck(mine))
            await begun.wait()
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await mine.repository(PEOPLE).put(Person(id="b"))

    asyncio.run(cancel())
    assert ids(db) == ["b"]


def test_task_that_is_cancelled_while_it_waits_for_the_file_takes_nothing(
    url: str, db: Database
) -> None:
    async def begin(mine: trueup.AsyncDatabase) -> None:
        async with mine.session() as session:
            await session.repository(PEOPLE).put(Person(id="never"))

    async def cancel() -> None:
        async with trueup.connect_async(url, LAYER) as mine:
            with db.session() as holder:
                holder.repository(PEOPLE).put(Person(id="a"))
                task = asyncio.create_task(begin(mine))
                await asyncio.sleep(0)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            await mine.repository(PEOPLE).put(Person(id="b"))

    asyncio.run(cancel())
    assert ids(db) == ["a", "b"]

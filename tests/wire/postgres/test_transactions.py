"""Sessions beside others: aborted, in conflict, waiting, lost; and workers that share a queue."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from pydantic import BaseModel

import trueup
from tests.wire.postgres.walk import opened
from trueup import (
    AsyncDatabase,
    AsyncSession,
    Database,
    DeadlineExceeded,
    ErrorCode,
    Index,
    InvalidCall,
    Layer,
    Model,
    NeedsOperator,
    OutcomeUnknown,
    RequestEvent,
    RequestRetried,
    RetryPolicy,
    Session,
    Table,
    TransactionAborted,
    TransactionConflict,
    Unavailable,
    UnsupportedByEngine,
    at,
)
from trueup.operations.actions import Lock
from trueup.operations.sql.port import Isolation
from trueup.testing.suite.harness.engine import Flavour
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.tables import PEOPLE, Person

FLAVOURS = pytest.mark.parametrize("flavour", list(Flavour))
WORKERS, JOBS_COUNT = 4, 40


class Job(Model):
    id: int
    state: str = "waiting"
    taken: int = 0


JOBS = Table("Jobs", Job, partition="id", indexes=[Index("ByState", partition="state", sort="id")])
LAYER = Layer("jobs", target="postgres", tables=[JOBS, PEOPLE])


class Count(BaseModel):
    n: int


@pytest.fixture
def jobs(postgres_url: str, prefix: str) -> Iterator[Database]:
    with trueup.connect(postgres_url, LAYER, table_names=f"{prefix}{{table}}") as db:
        db.create_tables()
        yield db


@pytest.mark.case("P54")
@pytest.mark.usefixtures("db")
@FLAVOURS
def test_session_that_goes_on_after_an_error_never_reports_success(
    postgres_url: str, prefix: str, flavour: Flavour
) -> None:
    async def swallow() -> None:
        async with await opened(postgres_url, prefix, flavour) as db:
            with refused(TransactionAborted) as refusal:
                async with db.session() as session:
                    await session.repository(PEOPLE).put(Person(id="ada"))
                    with refused(ErrorCode.INVALID_VALUE):
                        await session.fetch(Count, "select 1 / :zero as n", zero=0)
            assert refusal.says("nothing that it did is stored")
            assert isinstance(refusal.error and refusal.error.__cause__, InvalidCall)
            assert await db.repository(PEOPLE).scan().all() == []

    asyncio.run(swallow())


@pytest.mark.case("P54")
@pytest.mark.usefixtures("db")
@FLAVOURS
def test_call_on_an_aborted_session_says_so(
    postgres_url: str, prefix: str, flavour: Flavour
) -> None:
    async def go_on() -> None:
        async with await opened(postgres_url, prefix, flavour) as db:
            with refused(TransactionAborted):
                async with db.session() as session:
                    with refused(InvalidCall):
                        await session.fetch(Count, "select 1 / :zero as n", zero=0)
                    await session.fetch(Count, "select 1 as n")

    asyncio.run(go_on())


@pytest.mark.case("P54")
@pytest.mark.usefixtures("db")
@FLAVOURS
def test_savepoint_that_goes_on_after_an_error_undoes_itself_and_says_so(
    postgres_url: str, prefix: str, flavour: Flavour
) -> None:
    async def swallow() -> None:
        async with await opened(postgres_url, prefix, flavour) as db:
            async with db.session() as session:
                await session.repository(PEOPLE).put(Person(id="ada"))
                with refused(TransactionAborted):
                    async with session.savepoint():
                        await session.repository(PEOPLE).put(Person(id="bob"))
                        with refused(InvalidCall):
                            await session.fetch(Count, "select 1 / :zero as n", zero=0)
                assert await session.fetch(Count, "select 1 as n") == [Count(n=1)]
            found = await db.repository(PEOPLE).scan().all()
            assert [person.id for person in found] == ["ada"]

    asyncio.run(swallow())


@FLAVOURS
def test_work_that_another_overtook_is_done_anew(
    postgres_url: str, prefix: str, db: Database, flavour: Flavour
) -> None:
    people = db.repository(PEOPLE)
    people.put(Person(id="ada", age=1))
    events: list[RequestEvent] = []

    async def work(session: AsyncSession) -> int:
        person = await session.repository(PEOPLE).get("ada")
        assert person is not None
        if person.age == 1:
            people.update("ada", at(Person.age).assign(10))
        await session.repository(PEOPLE).put(Person(id="ada", age=(person.age or 0) + 1))
        return person.age or 0

    async def overtaken() -> None:
        async with await opened(postgres_url, prefix, flavour) as mine:
            mine.subscribe(events.append)
            assert await mine.run_in_session(work, isolation="repeatable read") == 10

    asyncio.run(overtaken())
    assert people.get("ada") == Person(id="ada", age=11)
    told = [event for event in events if isinstance(event, RequestRetried)]
    assert [(event.operation, event.attempt) for event in told] == [("run_in_session", 1)]


@FLAVOURS
def test_skewed_writes_are_done_anew(
    postgres_url: str, prefix: str, db: Database, flavour: Flavour
) -> None:
    """Each writes what depends on what the other writes: only SERIALIZABLE sees that."""
    people, attempts = db.repository(PEOPLE), [0]

    async def work(session: AsyncSession) -> None:
        attempts[0] += 1
        found = await session.repository(PEOPLE).scan().all()
        if attempts[0] == 1:
            with db.session(isolation="serializable") as other:
                others = other.repository(PEOPLE)
                others.put(Person(id="other", age=len(others.scan().all())))
        await session.repository(PEOPLE).put(Person(id="mine", age=len(found)))

    async def skew() -> None:
        async with await opened(postgres_url, prefix, flavour) as mine:
            await mine.run_in_session(work)

    asyncio.run(skew())
    assert attempts == [2]
    assert people.get("mine") == Person(id="mine", age=1)


@pytest.mark.parametrize("retries", [0, 2])
def test_work_that_is_always_overtaken_ends_with_its_conflict(db: Database, retries: int) -> None:
    people, attempts = db.repository(PEOPLE), [0]
    people.put(Person(id="ada", age=0))

    def work(session: Session) -> None:
        attempts[0] += 1
        session.repository(PEOPLE).get("ada")
        people.update("ada", at(Person.age).add(1))
        session.repository(PEOPLE).delete("ada")

    with refused(TransactionConflict) as refusal:
        db.run_in_session(work, isolation="repeatable read", retries=RetryPolicy(retries=retries))
    assert attempts == [retries + 1]
    assert f"attempts made: {retries + 1}" in getattr(refusal.error, "__notes__", [])
    assert people.get("ada") == Person(id="ada", age=retries + 1)


@FLAVOURS
def test_conflict_that_the_work_swallows_is_done_anew(
    postgres_url: str, prefix: str, db: Database, flavour: Flavour
) -> None:
    people, attempts = db.repository(PEOPLE), [0]
    people.put(Person(id="ada", age=0))

    async def work(session: AsyncSession) -> None:
        attempts[0] += 1
        await session.repository(PEOPLE).get("ada")
        if attempts[0] == 1:
            people.update("ada", at(Person.age).add(1))
            with refused(TransactionConflict):
                await session.execute(f"select 1 as n from {name} for update")
        await session.execute("select 1 as n")

    name = f'"{prefix}People"'

    async def swallow() -> None:
        async with await opened(postgres_url, prefix, flavour) as mine:
            await mine.run_in_session(work, isolation="repeatable read")

    asyncio.run(swallow())
    assert attempts == [2]


def test_deadlock_is_done_anew(db: Database) -> None:
    people = db.repository(PEOPLE)
    people.put_many([Person(id="a", age=0), Person(id="b", age=0)])
    both_hold_one = threading.Barrier(2, timeout=10)
    attempts: list[str] = []

    def work(first: str, second: str) -> None:
        def run(session: Session) -> None:
            mine = session.repository(PEOPLE)
            mine.update(first, at(Person.age).add(1))
            attempts.append(first)
            if len(attempts) <= 2:
                both_hold_one.wait()
            mine.update(second, at(Person.age).add(1))

        db.run_in_session(run, isolation="read committed")

    with ThreadPoolExecutor(2) as threads:
        for job in [threads.submit(work, "a", "b"), threads.submit(work, "b", "a")]:
            job.result(30)
    assert len(attempts) == 3
    assert people.get_many(["a", "b"]) == [Person(id="a", age=2), Person(id="b", age=2)]


@FLAVOURS
def test_lost_commit_is_an_unknown_outcome(
    postgres_url: str,
    prefix: str,
    db: Database,
    other: psycopg.Connection[Any],
    flavour: Flavour,
) -> None:
    table = f"{prefix}People"
    ends = f"""
    CREATE FUNCTION "{prefix}end"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(5); RETURN NEW;
    END $$;
    CREATE CONSTRAINT TRIGGER "ends" AFTER INSERT ON "{table}" DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION "{prefix}end"()
    """
    other.execute(ends.encode())

    async def commit() -> None:
        async with await opened(postgres_url, prefix, flavour) as mine:
            with refused(OutcomeUnknown):
                async with mine.session() as session:
                    await session.repository(PEOPLE).put(Person(id="ada"))
            assert await mine.repository(PEOPLE).scan().all() == []

    try:
        asyncio.run(commit())
    finally:
        other.execute(f'DROP FUNCTION "{prefix}end" CASCADE'.encode())


@pytest.mark.usefixtures("db")
@FLAVOURS
def test_session_whose_connection_ends_applies_nothing(
    postgres_url: str, prefix: str, other: psycopg.Connection[Any], flavour: Flavour
) -> None:
    async def lose() -> None:
        async with await opened(postgres_url, prefix, flavour) as db:
            with refused(Unavailable):
                async with db.session() as session:
                    await session.repository(PEOPLE).put(Person(id="ada"))
                    [own] = await session.fetch(Count, "select pg_backend_pid() as n")
                    other.execute("SELECT pg_terminate_backend(%s)", (own.n,))
                    await session.repository(PEOPLE).put(Person(id="bob"))
            assert await db.repository(PEOPLE).scan().all() == []

    asyncio.run(lose())


@FLAVOURS
def test_lock_of_a_name_is_held_until_the_end(
    postgres_url: str, prefix: str, flavour: Flavour
) -> None:
    async def take_turns() -> None:
        async with await opened(postgres_url, prefix, flavour) as db:
            name = f"{prefix}nightly"
            async with db.session() as first:
                assert await first.lock(name) is True
                async with db.session() as second:
                    assert await second.lock(name, wait=False) is False
                    assert await second.lock(f"{name}2", wait=False) is True
            async with db.session() as third:
                assert await third.lock(name, wait=False) is True

    asyncio.run(take_turns())


def test_isolation_is_as_asked(db: Database) -> None:
    people = db.repository(PEOPLE)
    seen: dict[str, int] = {}
    levels: tuple[Isolation, ...] = ("read committed", "repeatable read", "serializable")
    for isolation in levels:
        with db.session(isolation=isolation) as session:
            before = len(session.repository(PEOPLE).scan().all())
            people.put(Person(id=isolation))
            seen[isolation] = len(session.repository(PEOPLE).scan().all()) - before
    assert seen == {"read committed": 1, "repeatable read": 0, "serializable": 0}


def test_session_keeps_its_connection_and_gives_it_back(db: Database) -> None:
    pids = set()
    for _ in range(3):
        with db.session() as session:
            pids |= {
                row.n
                for _ in range(3)
                for row in session.fetch(Count, "select pg_backend_pid() as n")
            }
    assert len(pids) == 1
    assert db.connections.open == db.connections.idle


def test_dropped_session_undoes_and_leaves_no_connection(db: Database) -> None:
    session = db.session()
    session.__enter__().repository(PEOPLE).put(Person(id="ada"))
    assert db.connections.idle == 0
    del session
    assert db.repository(PEOPLE).scan().all() == []


@FLAVOURS
@pytest.mark.usefixtures("db")
def test_stream_waits_for_a_connection_and_gives_it_back(
    postgres_url: str, prefix: str, flavour: Flavour
) -> None:
    async def wait() -> None:
        async with await opened(f"{postgres_url}&pool=1", prefix, flavour) as db:
            async with db.session() as session:
                await session.fetch(Count, "select 1 as n")
                with refused(DeadlineExceeded):
                    await anext(db.within(0.2).stream(Count, "select 1 as n"))
            assert [row.n async for row in db.stream(Count, "select 1 as n")] == [1]
            with refused(InvalidCall):
                await anext(db.stream(Count, "select 1 / :zero as n", zero=0))
            assert await db.fetch(Count, "select 1 as n") == [Count(n=1)]
            assert db.connections.opened == 1

    asyncio.run(wait())


def test_cancelled_call_undoes_the_session(postgres_url: str, prefix: str, db: Database) -> None:
    async def stuck(mine: AsyncDatabase) -> None:
        async with mine.session() as session:
            await session.repository(PEOPLE).put(Person(id="ada"))
            async with asyncio.timeout(0.2):
                await session.fetch(Count, "select 1 as n from pg_sleep(20)")

    async def cancel() -> None:
        async with await opened(postgres_url, prefix, Flavour.ASYNC) as mine:
            with pytest.raises(TimeoutError):
                await stuck(mine)
            assert await mine.repository(PEOPLE).scan().all() == []

    asyncio.run(cancel())


def test_each_job_of_a_queue_is_taken_once(jobs: Database) -> None:
    jobs.repository(JOBS).put_many(Job(id=number) for number in range(JOBS_COUNT))
    start = threading.Barrier(WORKERS, timeout=10)

    def take() -> int | None:
        with jobs.session() as session:
            mine = session.repository(JOBS)
            job = mine.query("waiting", index="ByState", limit=1, lock="skip_locked").first()
            if job is None:
                return None
            mine.update(job.id, at(Job.state).assign("done"), at(Job.taken).add(1))
            return job.id

    def work() -> list[int]:
        start.wait()
        return list(iter(take, None))

    with ThreadPoolExecutor(WORKERS) as threads:
        taken = [job.result(60) for job in [threads.submit(work) for _ in range(WORKERS)]]
    assert sorted(number for share in taken for number in share) == list(range(JOBS_COUNT))
    assert sum(1 for share in taken if share) > 1
    found = jobs.repository(JOBS).scan().all()
    assert {(job.state, job.taken) for job in found} == {("done", 1)}


def test_rows_that_others_hold_are_waited_for_refused_or_left_out(jobs: Database) -> None:
    jobs.repository(JOBS).put_many([Job(id=1), Job(id=2)])

    def first(session: Session, lock: Lock) -> Job | None:
        waiting = session.repository(JOBS).query("waiting", index="ByState", limit=1, lock=lock)
        return waiting.first()

    with jobs.session() as holder:
        assert first(holder, "wait") == Job(id=1)
        with jobs.session() as second:
            assert first(second, "skip_locked") == Job(id=2)
        with refused(Unavailable), jobs.session() as third:
            first(third, "nowait")
        with refused(DeadlineExceeded), jobs.within(0.3).session() as fourth:
            first(fourth, "wait")


def test_rows_are_locked_in_sessions_on_postgresql_only(jobs: Database) -> None:
    with refused(ErrorCode.INVALID_OPTION):
        jobs.repository(JOBS).query("waiting", index="ByState", lock="wait")
    with jobs.session() as session:
        repository = session.repository(JOBS)
        with refused(ErrorCode.INVALID_OPTION):
            repository.query("waiting", index="ByState", lock="forever")  # type: ignore[call-overload]  # it is refused
        with refused(ErrorCode.INVALID_OPTION):
            repository.count("waiting", index="ByState", lock="wait")  # type: ignore[call-arg]  # it is refused
    with (
        trueup.connect("sqlite://", LAYER) as sqlite,
        sqlite.session() as session,
        refused(UnsupportedByEngine) as refusal,
    ):
        session.repository(JOBS).query("waiting", index="ByState", lock="wait")
    assert refusal.says("sqlite with the target postgres has no locks of rows", "only_if=")
    with (
        trueup.connect("sqlite://", LAYER) as sqlite,
        sqlite.session() as session,
        refused(UnsupportedByEngine) as refusal,
    ):
        session.lock("nightly")
    assert refusal.says("SQLite has no advisory locks")


def test_session_for_reading_locks_no_rows(jobs: Database) -> None:
    with refused(NeedsOperator), jobs.session(read_only=True) as session:
        session.repository(JOBS).query("waiting", index="ByState", lock="wait").all()

"""Items by COPY, in and out: the same as by other writes, all or none, in little memory."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import trueup
from tests.wire.postgres.conftest import LAYER as PEOPLE_LAYER
from tests.wire.postgres.walk import opened
from trueup import (
    AlreadyExists,
    ConstraintRefused,
    Database,
    ErrorCode,
    InvalidCall,
    Layer,
    Model,
    Relational,
    RequestFinished,
    Table,
    UnsupportedByEngine,
    at,
)
from trueup.relational import Check
from trueup.testing.suite.harness.engine import Clock, Flavour
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.tables import DOCUMENTS, PEOPLE, SESSIONS, Document, Person
from trueup.testing.suite.tables import Session as Login

FLAVOURS = pytest.mark.parametrize("flavour", list(Flavour))
MANY = 20_000
MILLION = 1_000_000
STATM = Path("/proc/self/statm")
PAGE_BYTES = 4096
MOST_BYTES = 8_000_000


class Everything(Model):
    id: UUID
    text: str | None = None
    whole: int | None = None
    exact: Decimal | None = None
    real: float | None = None
    yes: bool | None = None
    data: bytes | None = None
    at: datetime | None = None
    day: date | None = None
    tags: set[str] = set()
    numbers: list[Decimal] = []
    map: dict[str, Any] = {}


THINGS = Table("Things", Everything, partition="id")
LAYER = Layer("copies", target="postgres", tables=[THINGS])


class Ticket(Model):
    """A row of which the database makes a part."""

    name: str
    number: int | None = None
    state: str | None = None
    label: str | None = None


TICKETS = Table(
    "Tickets",
    Ticket,
    partition="name",
    relational=Relational(
        identity=["number"],
        defaults={"state": "'new'"},
        generated={"label": "upper(name)"},
        checks=[Check("named", "name <> 'x'")],
    ),
)
# What PostgreSQL stores: everything but NUL and halves of surrogate pairs.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
EXACT = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20))
REAL = st.one_of(
    st.floats(-1e100, 1e100).filter(lambda number: number == 0 or abs(number) > 1e-100),
    st.sampled_from([1.0, 2.5, 0.1 + 0.2]),
)
EVERYTHING = st.builds(
    Everything,
    id=st.uuids(),
    text=st.none() | TEXTS,
    whole=st.none() | st.integers(-(10**37), 10**37),
    exact=st.none() | EXACT,
    real=st.none() | REAL,
    yes=st.none() | st.booleans(),
    data=st.none() | st.binary(),
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
    day=st.none() | st.dates(),
    tags=st.sets(TEXTS.filter(bool), max_size=3),
    numbers=st.lists(EXACT, max_size=3),
    map=st.dictionaries(TEXTS.filter(bool), st.none() | st.booleans() | TEXTS, max_size=3),
)


@pytest.fixture
def things(postgres_url: str, prefix: str) -> Iterator[Database]:
    with trueup.connect(postgres_url, LAYER, table_names=f"{prefix}{{table}}") as db:
        db.create_tables()
        yield db


def by_id(items: list[Everything]) -> list[Everything]:
    return sorted(items, key=lambda item: str(item.id))


@pytest.mark.case("P55", "P56")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(EVERYTHING, max_size=8, unique_by=lambda item: item.id))
def test_what_is_copied_in_reads_as_what_is_put_and_copies_out_equal(
    things: Database, items: list[Everything]
) -> None:
    repository = things.repository(THINGS)
    things.execute(f'DELETE FROM "{table_of(things)}"')
    for item in items:
        repository.put(item)
    put = by_id(repository.scan().all())
    assert by_id(list(things.copy_out(THINGS, batch=3))) == put
    repository.delete_many([item.id for item in items])
    assert things.copy_in(THINGS, iter(items)) == len(items)
    assert by_id(repository.scan().all()) == put
    assert by_id(list(things.copy_out(THINGS))) == put == by_id(items)


def table_of(db: Database, name: str = "Things") -> str:
    """The name of a table in the database."""
    statements: list[str] = [one.sql for one in db.requests.create_tables().payload.statements]
    names = [sql.split('"')[1] for sql in statements if sql.startswith("CREATE TABLE")]
    return next(found for found in names if found.endswith(name))


@pytest.mark.case("P56")
def test_none_is_null_by_every_way_in(things: Database, other: psycopg.Connection[Any]) -> None:
    repository = things.repository(THINGS)
    ids = [uuid4() for _ in range(4)]
    repository.put(Everything(id=ids[0]))
    repository.put_many([Everything(id=ids[1])])
    things.copy_in(THINGS, [Everything(id=ids[2])])
    repository.put(Everything(id=ids[3], text="x", at=datetime.now(UTC)))
    repository.update(ids[3], at(Everything.text).remove(), at(Everything.at).remove())
    name = table_of(things)
    columns = ("text", "whole", "exact", "real", "yes", "data", "at", "day")
    nulls = " AND ".join(f'"{column}" IS NULL' for column in columns)
    counted = other.execute(f'SELECT count(*) FROM "{name}" WHERE {nulls}'.encode()).fetchall()
    assert counted == [(4,)]
    assert len(repository.scan(filter=at(Everything.text).missing()).all()) == 4


@FLAVOURS
@pytest.mark.usefixtures("db")
def test_copy_is_all_or_none(postgres_url: str, prefix: str, flavour: Flavour) -> None:
    def people(last: Any) -> Iterator[Any]:
        yield from (Person(id=str(number)) for number in range(3000))
        yield last

    async def fail() -> None:
        async with await opened(postgres_url, prefix, flavour) as db:
            with refused(AlreadyExists):
                await db.copy_in(PEOPLE, people(Person(id="7")))
            with refused(ErrorCode.WRONG_TYPE):
                await db.copy_in(PEOPLE, people("a text"))
            with refused(ErrorCode.INVALID_TEXT):
                await db.copy_in(PEOPLE, people(Person(id="nul", name="\0")))
            assert await db.repository(PEOPLE).scan().all() == []
            assert await db.copy_in(PEOPLE, people(Person(id="last"))) == 3001
            assert await db.copy_in(PEOPLE, []) == 0
            found = [person.id async for person in db.copy_out(PEOPLE, batch=500)]
            assert len(set(found)) == 3001
            assert db.connections.open == db.connections.idle == 1

    asyncio.run(fail())


@FLAVOURS
@pytest.mark.usefixtures("db")
def test_copy_in_a_session_is_part_of_it(postgres_url: str, prefix: str, flavour: Flavour) -> None:
    async def copy() -> None:
        async with await opened(postgres_url, prefix, flavour) as db:
            async with db.session() as session:
                assert await session.copy_in(PEOPLE, [Person(id="a")]) == 1
                with refused(AlreadyExists):
                    await session.copy_in(PEOPLE, [Person(id="b"), Person(id="a")])
                assert await session.copy_in(PEOPLE, [Person(id="c")]) == 1
            found = await db.repository(PEOPLE).scan().all()
            assert sorted(person.id for person in found) == ["a", "c"]

    asyncio.run(copy())


@FLAVOURS
@pytest.mark.usefixtures("db")
def test_copying_out_can_be_left_early(postgres_url: str, prefix: str, flavour: Flavour) -> None:
    async def leave() -> None:
        async with await opened(postgres_url, prefix, flavour) as db:
            await db.copy_in(PEOPLE, (Person(id=str(number)) for number in range(5000)))
            async with db.copy_out(PEOPLE, batch=2) as rows:
                await anext(rows)
            assert [row async for row in rows] == []
            assert len(await db.repository(PEOPLE).scan().all()) == 5000

    asyncio.run(leave())


def test_what_a_caller_raises_is_raised_and_not_told_to_the_server(db: Database) -> None:
    def people() -> Iterator[Person]:
        yield Person(id="a")
        raise ZeroDivisionError("secret")

    with pytest.raises(ZeroDivisionError, match="secret"):
        db.copy_in(PEOPLE, people())
    assert db.repository(PEOPLE).scan().all() == []


def test_versions_and_expiry_are_as_of_other_writes(postgres_url: str, prefix: str) -> None:
    clock = Clock()
    layer = Layer("copies", target="postgres", tables=[DOCUMENTS, SESSIONS])
    names = f"{prefix}{{table}}"
    with trueup.connect(postgres_url, layer, table_names=names, clock=clock) as db:
        db.create_tables()
        db.copy_in(DOCUMENTS, [Document(id="a", title="t")])
        assert db.repository(DOCUMENTS).get("a") == Document(id="a", title="t", edition=1)
        logins = [
            Login(user="u", session=str(n), expires_at=clock.after(seconds=n)) for n in (10, 20)
        ]
        db.copy_in(SESSIONS, logins)
        clock.advance(15)
        assert [login.session for login in db.copy_out(SESSIONS)] == ["20"]


@pytest.mark.case("P58")
def test_what_the_database_gives_is_given_to_copied_rows_too(
    postgres_url: str, prefix: str
) -> None:
    layer = Layer("tickets", target="postgres", tables=[TICKETS])
    with trueup.connect(postgres_url, layer, table_names=f"{prefix}{{table}}") as db:
        db.create_tables()
        tickets = db.repository(TICKETS)
        assert (
            db.copy_in(TICKETS, [Ticket(name="a"), Ticket(name="b", number=50, state="old")]) == 2
        )
        assert tickets.get("a") == Ticket(name="a", number=1, state="new", label="A")
        assert tickets.get("b") == Ticket(name="b", number=50, state="old", label="B")
        tickets.put(Ticket(name="c"))
        assert tickets.get("c") == Ticket(name="c", number=51, state="new", label="C")
        with refused(ConstraintRefused):
            db.copy_in(TICKETS, [Ticket(name="d"), Ticket(name="x")])
        with db.session() as session:
            assert [session.copy_in(TICKETS, [Ticket(name=name)]) for name in "ef"] == [1, 1]
        assert sorted(ticket.name for ticket in db.copy_out(TICKETS)) == ["a", "b", "c", "e", "f"]


def test_memory_stays_flat_and_nothing_is_sent_twice(db: Database) -> None:
    events: list[Any] = []
    db.subscribe(events.append)
    many = (Person(id=f"{number:08}", name="x" * 100) for number in range(MANY))
    tracemalloc.start()
    try:
        assert db.copy_in(PEOPLE, many) == MANY
        counted = sum(1 for _ in db.copy_out(PEOPLE, batch=500))
        counted += sum(
            1 for _ in db.stream(Row, f'SELECT id FROM "{table_of(db, "People")}"', batch=500)
        )
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert counted == 2 * MANY
    assert most < MOST_BYTES
    copied = [event for event in events if isinstance(event, RequestFinished)]
    assert [event.action for event in copied if event.operation == "copy_in"] == ["CopyIn"]


class Row(BaseModel):
    id: str


class Number(BaseModel):
    n: int


@pytest.mark.skipif(not STATM.exists(), reason="Linux says there what memory a process has")
def test_a_million_rows_are_streamed_in_flat_memory(db: Database) -> None:
    rows = db.within(300).stream(Number, f"select n from generate_series(1, {MILLION}) n")
    total, before = next(rows).n, resident_bytes()
    most = 0
    for row in rows:
        total += row.n
        if row.n % 100_000 == 0:
            most = max(most, resident_bytes())
    assert total == MILLION * (MILLION + 1) // 2
    assert most - before < 4 * MOST_BYTES


def resident_bytes() -> int:
    """The memory that this process has. Source: https://man7.org/linux/man-pages/man5/proc.5.html"""
    return int(STATM.read_text(encoding="ascii").split()[1]) * PAGE_BYTES


def test_engine_without_copy_says_so() -> None:
    with trueup.connect("sqlite://", Layer("none", target="sqlite", tables=[PEOPLE])) as db:
        with refused(UnsupportedByEngine) as refusal:
            db.copy_in(PEOPLE, [])
        assert refusal.says("sqlite has no copy_in()", "put_many")
        with refused(UnsupportedByEngine) as refusal:
            db.copy_out(PEOPLE)
        assert refusal.says("sqlite has no copy_out()", "scan")


def test_rows_are_read_while_they_come(db: Database) -> None:
    db.copy_in(PEOPLE, (Person(id=str(number)) for number in range(2000)))
    with db.copy_out(PEOPLE, batch=10) as rows:
        assert len(list(islice(rows, 25))) == 25


def test_items_from_the_session_that_copies_them_are_refused_at_once(
    postgres_url: str, prefix: str, db: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    db.repository(PEOPLE).put(Person(id="a"))
    with db.session() as session:
        with refused(InvalidCall) as refusal:
            session.copy_in(PEOPLE, (Person(id=one.id + "x") for one in copied(session)))
        assert refusal.says("the items of copy_in()")
        assert session.repository(PEOPLE).get("a") == Person(id="a")
    names = f"{prefix}{{table}}"
    with trueup.connect(f"{postgres_url}&pool=1", PEOPLE_LAYER, table_names=names) as narrow:
        with refused(InvalidCall):
            narrow.copy_in(PEOPLE, (Person(id=one.id + "x") for one in copied(narrow)))
        assert [one.id for one in narrow.repository(PEOPLE).scan()] == ["a"]
    db.copy_in(PEOPLE, (Person(id=one.id + "x") for one in copied(db)))  # by another connection
    assert len(list(db.repository(PEOPLE).scan())) == 2
    assert "error ignored" not in capfd.readouterr().err


def copied(source: Any) -> Iterator[Person]:
    """The people, read while others are written."""
    yield from source.repository(PEOPLE).scan()

"""SQL of the caller's own, and sessions: the same on PostgreSQL and SQLite, blocking and not."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel, ConfigDict

from trueup import (
    AlreadyExists,
    AsyncDatabase,
    AsyncSession,
    ConditionFailed,
    ErrorCode,
    Model,
    NeedsOperator,
    UnsupportedByEngine,
    at,
)
from trueup.testing.suite.harness.contract import Contract
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.tables import EVENTS, PEOPLE, Event, Person

pytestmark = pytest.mark.sql
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"


class Street(BaseModel):
    name: str
    number: int = 1


class Place(BaseModel):
    town: str
    street: Street | None = None


class Shop(BaseModel):
    id: str
    place: Place
    owner: Street | None = None


class Row(BaseModel):
    id: str
    n: int | None = None


class Wide(Model, names="camelCase"):
    shop_id: str
    opened_at: datetime
    net_total: Decimal
    colour: Colour
    tags: list[str] = []
    key: UUID


class Tagged(BaseModel):
    id: str
    tags: list[str] | None = None


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: str


class Sql:
    """A database, and an empty table of its own: `id text primary key, n integer`."""

    def __init__(self, db: AsyncDatabase, table: str) -> None:
        self.db = db
        self.table = table

    async def fill(self, *ids: str) -> None:
        for number, id in enumerate(ids):
            await self.db.execute(f"insert into {self.table} values (:id, :n)", id=id, n=number)

    async def ids(self) -> list[str]:
        rows = await self.db.fetch(Row, f"select id from {self.table} order by id")
        return [row.id for row in rows]


@pytest.fixture
def sql(contract: Contract) -> Sql:
    """Filled in by `opened`: fixtures cannot be awaited here."""
    return Sql(None, f"sql_{uuid4().hex[:12]}")  # type: ignore[arg-type]  # until `opened`


async def opened(contract: Contract, sql: Sql) -> Sql:
    sql.db = await contract.database(PEOPLE, target="postgres")
    await sql.db.execute(f"create table {sql.table} (id text primary key, n integer)")
    return sql


async def test_rows_are_models_of_any_kind(contract: Contract) -> None:
    db = await contract.database(PEOPLE, target="postgres")
    key = uuid4()
    [row] = await db.fetch(
        Wide,
        """select :id as "shopId", :at as opened_at, :total as "netTotal", :colour as colour,
           :tags as tags, :key as key""",
        id="s-1",
        at=NOON,
        total=Decimal("12.50"),
        colour=Colour.RED,
        tags=["a", "'; drop table x --"],
        key=key,
    )
    assert row == Wide(
        shop_id="s-1",
        opened_at=NOON,
        net_total=Decimal("12.5"),
        colour=Colour.RED,
        tags=["a", "'; drop table x --"],
        key=key,
    )


async def test_columns_with_a_point_are_nested_models(contract: Contract) -> None:
    db = await contract.database(PEOPLE, target="postgres")
    columns = """'s' as id, 'Bonn' as "place.town", {} as "place.street.name",
                 {} as "place.street.number", cast(null as varchar(9)) as "owner.name" """
    [with_street] = await db.fetch(Shop, f"select {columns.format(chr(39) + 'A' + chr(39), 7)}")
    [without] = await db.fetch(Shop, f"select {columns.format('null', 'null')}")
    place = Place(town="Bonn", street=Street(name="A", number=7))
    assert with_street == Shop(id="s", place=place)
    assert without == Shop(id="s", place=Place(town="Bonn"))


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ("1 as n", "the field 'id' has no column"),
        ("'a' as id, 2 as m", "the column 'm' is no field"),
        ("'a' as id, 'b' as id", "two columns are id"),
        ("'a' as id, 'b' as \"n.x\"", "the column 'n.x' is no field"),
    ],
)
async def test_columns_are_checked_without_a_row(
    contract: Contract, columns: str, problem: str
) -> None:
    db = await contract.database(PEOPLE, target="postgres")
    for condition in ("1 = 1", "1 = 0"):
        with refused(ErrorCode.COLUMNS_DIFFER) as refusal:
            await db.fetch(Row, f"select {columns} where {condition}")
        assert refusal.says(problem)


async def test_required_field_of_a_nested_model_needs_a_column(contract: Contract) -> None:
    db = await contract.database(PEOPLE, target="postgres")
    with refused(ErrorCode.COLUMNS_DIFFER) as refusal:
        await db.fetch(Shop, "select 's' as id, 'A' as \"place.street.name\"")
    assert refusal.says("the field 'place.town' has no column")


async def test_model_with_extra_takes_any_column(contract: Contract) -> None:
    db = await contract.database(PEOPLE, target="postgres")
    [row] = await db.fetch(Open, "select 'a' as id, 5 as more")
    assert row.model_extra == {"more": 5}


async def test_row_that_does_not_fit_is_told_without_its_value(contract: Contract) -> None:
    db = await contract.database(PEOPLE, target="postgres")
    with refused(ErrorCode.UNREADABLE_ITEM) as refusal:
        await db.fetch(Row, "select 'a' as id, 3 as n union all select 'b', null order by n desc")
        await db.fetch(Row, "select 'a' as id, :n as n", n="secret")
    assert refusal.says("row 1", "n (int_parsing)")
    assert not refusal.says("secret")
    assert "secret" not in repr(refusal.error.__context__ if refusal.error else None)


@pytest.mark.parametrize("text", ["[secret", "", "[NaN, 1e999999999]"])
async def test_unreadable_json_is_not_taken_for_an_absent_value(
    contract: Contract, text: str
) -> None:
    db = await contract.database(PEOPLE, target="postgres")
    assert await db.fetch(Tagged, "select 'a' as id, null as tags") == [Tagged(id="a")]
    with refused(ErrorCode.UNREADABLE_ITEM) as refusal:
        await db.fetch(Tagged, "select 'a' as id, :text as tags", text=text)
    assert refusal.says("row 1", "tags (unreadable)")
    assert not refusal.says("secret")


async def test_statement_without_a_result_is_not_fetched(contract: Contract, sql: Sql) -> None:
    await opened(contract, sql)
    made = f"{sql.table}_made"
    for fetch in (sql.db.fetch, sql.db.fetch_one):
        with refused(ErrorCode.INVALID_SQL) as refusal:
            await fetch(Row, f"create table {made} (id text)")
        assert refusal.says("it returns no rows", "use execute")
    async with sql.db.session() as session:
        with refused(ErrorCode.INVALID_SQL):
            await session.fetch(Row, f"create table {made} (id text)")
    with refused(ErrorCode.INVALID_SQL):
        await sql.db.fetch(Row, f"select id from {made}")


async def test_fetch_one(contract: Contract, sql: Sql) -> None:
    await opened(contract, sql)
    await sql.fill("a", "b")
    text = f"select id, n from {sql.table} where n >= :n"
    assert await sql.db.fetch_one(Row, text, n=1) == Row(id="b", n=1)
    assert await sql.db.fetch_one(Row, text, n=2) is None
    with refused(ErrorCode.SEVERAL_ROWS):
        await sql.db.fetch_one(Row, text, n=0)


async def test_execute_counts_what_it_changes(contract: Contract, sql: Sql) -> None:
    await opened(contract, sql)
    await sql.fill("a", "b", "c")
    assert await sql.db.execute(f"update {sql.table} set n = 9 where id <> :id", id="a") == 2
    assert await sql.db.execute(f"select id from {sql.table}") == 0
    assert await sql.db.execute(f"delete from {sql.table}") == 3
    assert await sql.ids() == []


@pytest.mark.case("P56")
async def test_sequence_beside_in_is_refused(contract: Contract, sql: Sql) -> None:
    await (await opened(contract, sql)).fill("mail", "sms", "fax")
    for condition in ("id not in (:keep)", "id in (:keep)", "id <> :keep"):
        with refused(ErrorCode.INVALID_SQL):
            await sql.db.execute(f"delete from {sql.table} where {condition}", keep=("mail", "sms"))
    assert await sql.ids() == ["fax", "mail", "sms"]


async def test_none_is_null(contract: Contract, sql: Sql) -> None:
    await opened(contract, sql)
    await sql.db.execute(f"insert into {sql.table} values (:id, :n)", id="a", n=None)
    assert await sql.db.fetch(Row, f"select * from {sql.table} where n is null") == [Row(id="a")]


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("select :a as id", {}),
        ("select 'x' as id", {"a": 1}),
        ("select 'x' as id; select 'y' as id", {}),
        ("", {}),
        ("-- nothing", {}),
        ("select 'x", {}),
        ("begin", {}),
        ("Commit", {}),
        ("/* */ rollback;", {}),
        ("savepoint a", {}),
        ("release a", {}),
        ("selec 1", {}),
        ("select nothing from nowhere", {}),
    ],
)
async def test_statements_that_are_refused(
    contract: Contract, text: str, parameters: dict[str, Any]
) -> None:
    db = await contract.database(PEOPLE, target="postgres")
    with refused(ErrorCode.INVALID_SQL):
        await db.fetch(Row, text, **parameters)
    with refused(ErrorCode.INVALID_SQL):
        await db.execute(text, **parameters)


async def test_fetch_that_writes_keeps_nothing_if_its_result_is_refused(
    contract: Contract, sql: Sql
) -> None:
    await opened(contract, sql)
    insert = f"insert into {sql.table} values ('a', 1) returning"
    with refused(ErrorCode.COLUMNS_DIFFER):
        await sql.db.fetch(Row, f"{insert} n")
    with refused(ErrorCode.INVALID_SQL):
        await sql.db.fetch(Row, f"insert into {sql.table} values ('a', 1)")
    assert await sql.ids() == []
    assert await sql.db.fetch(Row, f"{insert} id, n") == [Row(id="a", n=1)]
    assert await sql.ids() == ["a"]


async def test_session_commits_at_its_end(contract: Contract, sql: Sql) -> None:
    await opened(contract, sql)
    async with sql.db.session() as session:
        assert await session.execute(f"insert into {sql.table} values ('a', 1)") == 1
        assert await session.fetch_one(Row, f"select * from {sql.table}") == Row(id="a", n=1)
        await session.repository(PEOPLE).put(Person(id="ada"))
        assert await session.repository(PEOPLE).get("ada") == Person(id="ada")
    assert await sql.ids() == ["a"]
    assert await sql.db.repository(PEOPLE).get("ada") == Person(id="ada")


async def test_requests_side_by_side_take_turns_in_a_session(contract: Contract) -> None:
    db = await contract.database(EVENTS, target="postgres")
    items = [Event(id=str(number), kind="k", at=number) for number in range(40)]
    async with db.session() as session:
        events = session.repository(EVENTS)
        await events.put_many(items)
        assert await events.query("k", index="ByKind").all() == items
        assert await events.count("k", index="ByKind") == 40
        found = await events.get_many([item.id for item in items])
        assert found == items
        await events.delete_many([item.id for item in items[1:]])
    assert await db.repository(EVENTS).scan().all() == items[:1]


async def test_session_that_raises_keeps_nothing(contract: Contract, sql: Sql) -> None:
    await opened(contract, sql)

    async def fail() -> None:
        async with sql.db.session() as session:
            await session.execute(f"insert into {sql.table} values ('a', 1)")
            await session.repository(PEOPLE).put_many(Person(id=str(n)) for n in range(30))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await sql.ids() == []
    assert await sql.db.repository(PEOPLE).scan().all() == []


async def test_refused_write_undoes_only_itself(contract: Contract) -> None:
    db = await contract.database(PEOPLE, target="postgres")
    async with db.session() as session:
        people = session.repository(PEOPLE)
        await people.create(Person(id="ada", age=1))
        with refused(AlreadyExists):
            await people.create(Person(id="ada", age=2))
        with refused(ConditionFailed):
            await people.delete("ada", only_if=Person.id == "bob")
        await people.update("ada", at(Person.age).add(1))
    assert await db.repository(PEOPLE).get("ada") == Person(id="ada", age=2)


async def test_savepoint_is_undone_alone(contract: Contract, sql: Sql) -> None:
    await opened(contract, sql)
    insert = f"insert into {sql.table} values (:id, 1)"

    async def fail(session: AsyncSession) -> None:
        async with session.savepoint():
            await session.execute(insert, id="c")
            raise ZeroDivisionError

    async with sql.db.session() as session:
        await session.execute(insert, id="a")
        async with session.savepoint():
            await session.execute(insert, id="b")
            with pytest.raises(ZeroDivisionError):
                await fail(session)
        with refused(AlreadyExists):
            async with session.savepoint():
                await session.execute(insert, id="a")
    assert await sql.ids() == ["a", "b"]


async def test_session_is_used_inside_of_its_block_once(contract: Contract) -> None:
    db = await contract.database(PEOPLE, target="postgres")
    session = db.session()
    with refused(ErrorCode.CLOSED):
        await session.fetch(Row, "select 'a' as id")
    async with session as inside:
        people = inside.repository(PEOPLE)
    for call in (
        lambda: inside.execute("delete from x"),
        lambda: people.get("ada"),
        session.__aenter__,
    ):
        with refused(ErrorCode.CLOSED):
            await call()


async def test_session_for_reading_refuses_writes(contract: Contract) -> None:
    db = await contract.database(PEOPLE, target="postgres")
    await db.repository(PEOPLE).put(Person(id="ada"))
    with refused(NeedsOperator):
        async with db.session(read_only=True) as session:
            assert await session.repository(PEOPLE).get("ada") == Person(id="ada")
            await session.repository(PEOPLE).put(Person(id="bob"))
    assert len(await db.repository(PEOPLE).scan().all()) == 1


async def test_stream_gives_every_row(contract: Contract, sql: Sql) -> None:
    await opened(contract, sql)
    await sql.fill("a", "b", "c", "d")
    text = f"select * from {sql.table} where n >= :n order by n"
    for batch in (1, 2, 3, 4, 5):
        rows = sql.db.stream(Row, text, batch=batch, n=1)
        assert [row.id async for row in rows] == ["b", "c", "d"]
    async with sql.db.session() as session:
        first = session.stream(Row, text, batch=2, n=0)
        second = session.stream(Row, text, batch=1, n=2)
        both = [(await anext(first)).id, (await anext(second)).id, (await anext(first)).id]
        await first.aclose()
        assert both == ["a", "c", "b"]
        assert [row.id async for row in second] == ["d"]


async def test_stream_left_early_lets_others_write(contract: Contract, sql: Sql) -> None:
    await opened(contract, sql)
    await sql.fill("a", "b", "c")
    async with sql.db.stream(Row, f"select * from {sql.table}", batch=1) as rows:
        await anext(rows)
    await sql.db.execute(f"delete from {sql.table}")
    assert [row async for row in rows] == []


async def test_stream_hides_no_error_of_its_block(contract: Contract, sql: Sql) -> None:
    await opened(contract, sql)
    await sql.fill("a", "b", "c")

    async def fail(session: AsyncSession) -> None:
        async with session.stream(Row, f"select * from {sql.table}", batch=1) as rows:
            await anext(rows)
            await session.execute(f"insert into {sql.table} values ('a', 1)")

    with refused(AlreadyExists):
        async with sql.db.session() as session:
            await fail(session)
    assert await sql.ids() == ["a", "b", "c"]


async def test_stream_that_was_left_keeps_no_old_view(contract: Contract, sql: Sql) -> None:
    await opened(contract, sql)
    await sql.fill("a", "b", "c")
    kept = [sql.db.stream(Row, f"select * from {sql.table}", batch=1) for _ in range(3)]
    for rows in kept:
        await anext(rows)
        await rows.aclose()
    await sql.fill("d")
    for _ in range(4):
        assert await sql.ids() == ["a", "b", "c", "d"]


async def test_stream_checks_the_columns_of_no_row(contract: Contract, sql: Sql) -> None:
    await opened(contract, sql)
    with refused(ErrorCode.COLUMNS_DIFFER):
        await anext(sql.db.stream(Row, f"select n from {sql.table}"))
    for wrong in (0, 1_000_001, True, "5"):
        with refused(ErrorCode.INVALID_OPTION):
            sql.db.stream(Row, "select 'a' as id", batch=wrong)  # type: ignore[arg-type]


async def test_work_in_a_session_gives_its_result(contract: Contract, sql: Sql) -> None:
    await opened(contract, sql)

    async def work(session: AsyncSession) -> int:
        return await session.execute(f"insert into {sql.table} values ('a', 1)")

    assert await sql.db.run_in_session(work) == 1
    assert await sql.ids() == ["a"]
    with refused(ErrorCode.INVALID_OPTION):
        await sql.db.run_in_session(work, retries=3)  # type: ignore[arg-type]  # what it refuses


async def test_options_of_sessions_are_checked(contract: Contract) -> None:
    db = await contract.database(PEOPLE, target="postgres")
    with refused(ErrorCode.INVALID_OPTION):
        db.session(isolation="chaos")  # type: ignore[arg-type]  # what it refuses


async def test_target_without_sql_refuses_it_by_name(contract: Contract) -> None:
    db = await contract.database(PEOPLE, target="dynamodb")
    for name, call in (
        ("session", db.session),
        ("stream", lambda: db.stream(Row, "select 'a' as id")),
    ):
        with refused(UnsupportedByEngine) as refusal:
            call()
        assert refusal.says(f"dynamodb has no {name}()", "db.transaction()")
    with refused(UnsupportedByEngine):
        await db.fetch(Row, "select 'a' as id")
    with refused(UnsupportedByEngine):
        await db.execute("delete from x")

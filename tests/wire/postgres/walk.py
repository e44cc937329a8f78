"""Every call that reaches a database, one after the other, for tests that look at each of them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from pydantic import BaseModel

import trueup
from tests.wire.postgres.conftest import LAYER
from trueup import AsyncDatabase, AsyncSession, Layer, at
from trueup.testing.suite.harness.engine import Flavour
from trueup.testing.suite.harness.flavour import as_awaitable
from trueup.testing.suite.tables import (
    DOCUMENTS,
    PEOPLE,
    SESSIONS,
    TEXTS,
    Document,
    Person,
    Session,
    Text,
    texts,
)


class Setting(BaseModel):
    """A row of SQL of the caller's own."""

    setting: str


Call: TypeAlias = Callable[[AsyncDatabase], Awaitable[Any]]

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
GONE = SOON - timedelta(days=2)


def older(person: Person) -> Person:
    """The same person, a year later."""
    return person.model_copy(update={"age": (person.age or 0) + 1})


async def modify(db: AsyncDatabase) -> None:
    assert (await db.repository(PEOPLE).modify("a", older)).age


async def save(db: AsyncDatabase) -> None:
    read = await db.repository(PEOPLE).require("a")
    await db.repository(PEOPLE).save(older(read), read=read)


async def put_many_iter(db: AsyncDatabase) -> None:
    async for outcome in db.repository(TEXTS).put_many_iter(texts(600)):
        assert outcome.error is None


async def delete_many_iter(db: AsyncDatabase) -> None:
    keys = [("g", text.key) for text in texts(5)]
    async for outcome in db.repository(TEXTS).delete_many_iter(keys):
        assert outcome.error is None


async def batch(db: AsyncDatabase) -> None:
    async with db.batch() as writes:
        await writes.put(PEOPLE, Person(id="batch"))
        await writes.delete(PEOPLE, "batch2")


async def transaction(db: AsyncDatabase) -> None:
    async with db.transaction() as writes:
        writes.create(PEOPLE, Person(id="t1"))
        writes.put(PEOPLE, Person(id="t2"))
        writes.update(PEOPLE, "a", at(Person.age).add(1))
        writes.delete(PEOPLE, "t3")
        writes.check(PEOPLE, "nobody", at(Person.id).missing())


async def opened(
    url: str, prefix: str, flavour: Flavour, *, layer: Layer = LAYER, **options: Any
) -> AsyncDatabase:
    """A database of either flavour, whose tables have names of a test's own."""
    options["table_names"] = f"{prefix}{{table}}"
    if flavour is Flavour.SYNC:
        return as_awaitable(trueup.connect(url, layer, **options))
    return await trueup.connect_async(url, layer, **options)


async def session(db: AsyncDatabase) -> None:
    async with db.session() as opened:
        await opened.lock("walk")
        await opened.repository(PEOPLE).put(Person(id="session"))
        await opened.execute("SELECT set_config('trueup.tenant', :tenant, true)", tenant="acme")
        found = await opened.fetch(Setting, "SELECT current_setting('trueup.tenant') AS setting")
        assert found == [Setting(setting="acme")]
        async with opened.savepoint():
            await opened.repository(PEOPLE).update("session", at(Person.age).assign(1))
        await opened.repository(PEOPLE).delete("session")


async def run_in_session(db: AsyncDatabase) -> None:
    async def work(opened: AsyncSession) -> int:
        return await opened.execute("SELECT 1")

    await db.run_in_session(work)


async def copy_in(db: AsyncDatabase) -> None:
    number = time.monotonic_ns()
    await db.copy_in(TEXTS, (Text(group="copied", key=f"{number}-{n}") for n in range(3)))


async def copy_out(db: AsyncDatabase) -> None:
    async with db.copy_out(PEOPLE) as rows:
        async for row in rows:
            assert isinstance(row, Person)


CALLS: dict[str, Call] = {
    "create_tables": lambda db: db.create_tables(),
    "create": lambda db: db.repository(PEOPLE).create(Person(id="a", age=1)),
    "put": lambda db: db.repository(PEOPLE).put(Person(id="b")),
    "put if": lambda db: db.repository(PEOPLE).put(
        Person(id="b"), only_if=at(Person.id).exists(), returning="old"
    ),
    "put a version": lambda db: db.repository(DOCUMENTS).put(Document(id="d", title="t")),
    "put what expires": lambda db: db.repository(SESSIONS).put(
        Session(user="u", session="s", expires_at=SOON)
    ),
    "put what is expired": lambda db: db.repository(SESSIONS).put(
        Session(user="u", session="gone", expires_at=GONE)
    ),
    "update": lambda db: db.repository(PEOPLE).update("a", at(Person.age).add(1), returning="new"),
    "update_or_create": lambda db: db.repository(SESSIONS).update_or_create(
        ("u", "gone"), at(Session.visits).add(1)
    ),
    "get": lambda db: db.repository(PEOPLE).get("a"),
    "get consistent": lambda db: db.repository(PEOPLE).get("a", consistent=True),
    "require": lambda db: db.repository(PEOPLE).require("a"),
    "exists": lambda db: db.repository(PEOPLE).exists("a"),
    "put_many": lambda db: db.repository(TEXTS).put_many(texts(700)),
    "put_many_iter": put_many_iter,
    "get_many": lambda db: db.repository(TEXTS).get_many([("g", text.key) for text in texts(150)]),
    "query": lambda db: db.repository(TEXTS).query("g", filter=Text.n > 3, page_size=50).all(),
    "first": lambda db: db.repository(TEXTS).query("g", order="descending").first(),
    "pattern": lambda db: db.repository(TEXTS).pattern("of_group", "g", limit=5).all(),
    "count": lambda db: db.repository(TEXTS).count("g", filter=Text.n > 3),
    "count_all": lambda db: db.repository(TEXTS).count_all(filter=Text.n > 3),
    "collection": lambda db: db.repository(TEXTS).collection("g", limit=9),
    "get_many of tables": lambda db: db.get_many([(PEOPLE, "a"), (TEXTS, ("g", "0"))]),
    "modify": modify,
    "save": save,
    "page": lambda db: db.repository(TEXTS).query("g", limit=3).page(),
    "scan": lambda db: db.repository(TEXTS).scan(limit=200).all(),
    "delete_where": lambda db: db.repository(TEXTS).delete_where("copied", limit=2),
    "delete_many": lambda db: db.repository(TEXTS).delete_many([("g", "0000"), ("g", "x")]),
    "delete_many_iter": delete_many_iter,
    "batch": batch,
    "transaction": transaction,
    "fetch": lambda db: db.fetch(Setting, "SELECT :one AS setting", one="1"),
    "fetch_one": lambda db: db.fetch_one(Setting, "SELECT 'x' AS setting"),
    "execute": lambda db: db.execute("SELECT 1"),
    "copy_in": copy_in,
    "copy_out": copy_out,
    "session": session,
    "run_in_session": run_in_session,
    "transact_get": lambda db: db.transact_get((PEOPLE, "a"), (TEXTS, ("g", "0"))),
    "delete": lambda db: db.repository(PEOPLE).delete("b"),
    "delete if": lambda db: db.repository(PEOPLE).delete("a", only_if=at(Person.age) > 0),
}
"""The calls, in an order in which each succeeds on tables that were empty."""

"""What repositories, databases and their handles show of themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

import trueup
from trueup import Database, Layer, Model, Table
from trueup.repository.database.previews import DatabasePreview


class Note(Model):
    id: str
    text: str = ""


NOTES = Table("Notes", Note, partition="id")


@pytest.fixture
def db() -> Iterator[Database]:
    with trueup.connect("sqlite://", Layer("app", target="dynamodb", tables=[NOTES])) as db:
        db.create_tables()
        yield db


def methods(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


@pytest.mark.parametrize("kind", [trueup.Repository, trueup.AsyncRepository])
def test_every_call_of_a_repository_has_a_preview(kind: type) -> None:
    assert methods(kind) - {"requests", "within"} == methods(trueup.RequestPreview)


def test_every_call_of_a_database_has_a_preview_or_a_handle_of_its_own() -> None:
    own = {"batch", "close", "repository", "requests", "subscribe", "transaction", "unsubscribe"}
    own |= {"connections", "copy_in", "copy_out", "session", "run_in_session", "stream"}
    own |= {"tenant"}
    assert methods(Database) - own - {"within"} == methods(DatabasePreview)


def test_handles_say_their_engine_and_table(db: Database) -> None:
    notes = db.repository(NOTES)
    assert repr(db) == "Database(sqlite, 'app')"
    assert repr(notes) == "Repository(sqlite, 'Notes')"
    assert repr(notes.scan()) == "Results(sqlite, 'Notes')"
    with db.transaction() as transaction:
        transaction.delete(NOTES, "a")
        assert repr(transaction) == "Transaction(sqlite, 1 action on Notes)"
    with db.batch() as batch:
        assert repr(batch) == "Batch(sqlite, 0 unsent writes)"
        batch.put(NOTES, Note(id="a"))
        assert repr(batch) == "Batch(sqlite, 1 unsent write of Notes)"


def test_repository_says_its_entity() -> None:
    class Page(Model):
        id: str

    class Leaf(Page):
        number: int = 1

    table = Table("Book", Page, partition="id", entities=[Leaf])
    with trueup.connect("sqlite://", Layer("book", target="dynamodb", tables=[table])) as db:
        assert repr(db.repository(table, Leaf)) == "Repository(sqlite, 'Book', Leaf)"


def test_handles_show_nothing_of_what_is_written(db: Database) -> None:
    with db.batch() as batch, db.transaction() as transaction:
        batch.put(NOTES, Note(id="hush", text="hush"))
        transaction.put(NOTES, Note(id="hush", text="hush"))
        assert "hush" not in repr(batch) + repr(transaction)


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
def test_forgotten_await_loses_no_write_of_a_batch() -> None:
    asyncio.run(write_without_waiting())


async def write_without_waiting() -> None:
    layer = Layer("app", target="dynamodb", tables=[NOTES])
    async with trueup.connect_async("sqlite://", layer) as db:
        await db.create_tables()
        async with db.batch() as batch:
            for number in range(2_100):
                batch.put(NOTES, Note(id=str(number)))
            batch.delete(NOTES, "0")
        assert batch.result.written == 2_101
        assert len(await db.repository(NOTES).scan().all()) == 2_099

"""What stands in the columns, and what other programs do to them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

import trueup
from tests.wire.postgres.conftest import LAYER
from trueup import BatchIncomplete, Database, Layer, Model, Table, at
from trueup.errors import (
    AlreadyExists,
    ConstraintRefused,
    ErrorCode,
    TransactionCancelled,
    TrueupError,
    VersionConflict,
)
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.tables import DOCUMENTS, PEOPLE, TEXTS, Document, Person, Text


def test_attributes_stand_in_columns_that_sql_can_use(
    db: Database, prefix: str, other: psycopg.Connection[Any]
) -> None:
    moment = datetime(2026, 5, 4, 3, 2, 1, 5, tzinfo=UTC)
    db.repository(PEOPLE).put(Person(id="a", timestamp=moment, notes=["n"], tags={"t"}))
    other.execute("SET TIME ZONE 'UTC'")
    [row] = other.execute(
        f'SELECT id, timestamp, balance, is_active, notes, tags, age FROM "{prefix}People"'.encode()
    ).fetchall()
    assert row == ("a", moment, 0, True, ["n"], {"$ss": ["t"]}, None)


def test_value_of_another_kind_stands_beside_the_columns(
    db: Database, prefix: str, other: psycopg.Connection[Any]
) -> None:
    class NewPerson(Model):
        id: str
        age: str
        colour: str = "red"

    table = Table("People", NewPerson, partition="id")
    layer = Layer("new", target="postgres", tables=[table])
    people = db.repository(PEOPLE)
    people.put(Person(id="a", score=None))
    rows = other.execute(
        f'SELECT score, unknown_attributes FROM "{prefix}People"'.encode()
    ).fetchall()
    assert rows == [(None, {"score": None})]
    assert people.get("a") == Person(id="a", score=None)
    assert layer.describe(table).attributes != ()


LONG = "".join(chr(random.Random(n).randrange(0x4E00, 0x9FFF)) for n in range(4000))
"""More than an index holds, and compression does not help."""


class Reading(Model):
    sensor: str
    at: datetime
    value: int = 0


READINGS = Table("Readings", Reading, partition="sensor", sort="at")
FIRST = datetime(1, 1, 1, tzinfo=UTC)
MOMENTS = [
    FIRST,
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
]


@pytest.fixture
def readings(postgres_url: str, prefix: str) -> Iterator[Any]:
    layer = Layer("readings", target="postgres", tables=[READINGS])
    with trueup.connect(postgres_url, layer, table_names=f"{prefix}{{table}}") as db:
        db.create_tables()
        repository = db.repository(READINGS)
        repository.put_many(Reading(sensor="s", at=moment) for moment in MOMENTS)
        yield repository


def test_instants_of_a_key_are_found_and_ordered(readings: Any) -> None:
    assert [one.at for one in readings.query("s")] == MOMENTS
    assert [one.at for one in readings.query("s", order="descending")] == MOMENTS[::-1]
    assert readings.get("s", FIRST) == Reading(sensor="s", at=FIRST)
    later = readings.query("s", sort=Reading.at > MOMENTS[1])
    assert [one.at for one in later] == MOMENTS[2:]
    between = readings.query("s", sort=at(Reading.at).between(MOMENTS[1], MOMENTS[2]))
    assert [one.at for one in between] == MOMENTS[1:3]


def test_cursor_goes_on_after_each_instant(readings: Any) -> None:
    for consumed in range(1, len(MOMENTS)):
        results = readings.query("s", page_size=2)
        first = [next(results) for _ in range(consumed)]
        rest = readings.query("s", after=results.cursor).all()
        assert [one.at for one in (*first, *rest)] == MOMENTS


def test_of_many_creators_one_wins(db: Database) -> None:
    people = db.repository(PEOPLE)

    def create(number: int) -> bool:
        try:
            people.create(Person(id="a", age=number))
        except AlreadyExists:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(create, range(40))) == 1


def test_additions_side_by_side_add_up(db: Database) -> None:
    people = db.repository(PEOPLE)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: people.update_or_create("a", at(Person.age).add(1)), range(100)))
    stored = people.get("a")
    assert stored is not None
    assert stored.age == 100


def test_versions_side_by_side_lose_no_write(db: Database) -> None:
    documents = db.repository(DOCUMENTS)
    documents.create(Document(id="a", title="0"))

    def edit(number: int) -> bool:
        stored = documents.get("a")
        assert stored is not None
        try:
            documents.put(stored.model_copy(update={"title": f"{number}"}))
        except VersionConflict:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        written = sum(threads.map(edit, range(40)))
    stored = documents.get("a")
    assert stored is not None
    assert stored.edition == written + 1


def test_transactions_in_opposite_order_do_not_wait_for_each_other(db: Database) -> None:
    texts = db.repository(TEXTS)
    texts.put_many(Text(group="g", key=key) for key in "ab")

    def both(keys: str) -> None:
        with db.transaction() as transaction:
            for key in keys:
                transaction.update(TEXTS, ("g", key), at(Text.n).add(1))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(both, ["ab", "ba"] * 20))
    assert [text.n for text in texts.query("g")] == [40, 40]


def test_item_that_a_transaction_found_absent_stays_absent_until_its_end(db: Database) -> None:
    """Of two that each write if the other's item is absent, one is refused."""
    texts = db.repository(TEXTS)

    def claim(mine: str, other: str, round_: int) -> bool:
        try:
            with db.transaction() as transaction:
                transaction.check(TEXTS, (f"{round_}", other), at(Text.key).missing())
                transaction.create(TEXTS, Text(group=f"{round_}", key=mine))
        except TransactionCancelled:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        for round_ in range(15):
            first = threads.submit(claim, "a", "b", round_)
            second = threads.submit(claim, "b", "a", round_)
            assert [first.result(), second.result()].count(True) == 1
            assert texts.count(f"{round_}") == 1


def test_value_that_a_constraint_refuses_is_an_error_without_it(
    db: Database, prefix: str, other: psycopg.Connection[Any]
) -> None:
    other.execute(f'CREATE UNIQUE INDEX "{prefix}n" ON "{prefix}People" (name)'.encode())
    other.execute(f'ALTER TABLE "{prefix}People" ADD CHECK (age < 200)'.encode())
    people = db.repository(PEOPLE)
    people.put(Person(id="a", name="hush"))
    refusals: list[tuple[Person, type[TrueupError]]] = [
        (Person(id="b", name="hush"), AlreadyExists),
        (Person(id="b", age=987654321012), ConstraintRefused),
    ]
    for person, kind in refusals:
        with refused(kind) as refusal:
            people.put(person)
        assert refusal.error is not None
        assert not refusal.says("hush")
        assert not refusal.says("987654321012")
        assert refusal.error.__cause__ is refusal.error.__context__ is None


def test_key_that_no_index_can_hold_is_refused(db: Database) -> None:
    with refused(ErrorCode.KEY_TOO_LONG):
        db.repository(TEXTS).put(Text(group="g", key=LONG))


@pytest.mark.parametrize("in_session", [False, True])
def test_item_that_the_server_refuses_fails_alone(db: Database, *, in_session: bool) -> None:
    """Also if each item has a condition, so that they are not one statement."""
    with db.session() as session:
        for table, keys in ((TEXTS, ["a", LONG, "b"]), (DOCUMENTS, ["a", LONG, "b", LONG])):
            items: Any = [
                Text(group="g", key=key) if table is TEXTS else Document(id=key, title="t")
                for key in keys
            ]
            repo: Any = (session if in_session else db).repository(table)
            with pytest.raises(BatchIncomplete) as incomplete:
                repo.put_many(items)
            failures = incomplete.value.result.failures
            assert [one.position for one in failures] == [
                n for n, k in enumerate(keys) if k == LONG
            ]
            assert {one.error.code for one in failures if one.error} == {ErrorCode.KEY_TOO_LONG}
            assert len(list(repo.scan())) == 2


def test_action_that_the_server_refuses_is_named_in_the_transaction(db: Database) -> None:
    with refused(TransactionCancelled) as refusal, db.transaction() as tx:
        for key in ("a", LONG, "b"):
            tx.put(TEXTS, Text(group="g", key=key))
    assert isinstance(refusal.error, TransactionCancelled)
    codes = [reason.code if reason else None for reason in refusal.error.reasons]
    assert codes == [None, ErrorCode.KEY_TOO_LONG, None]
    assert list(db.repository(TEXTS).scan()) == []


def test_row_that_a_constraint_of_others_refuses_fails_alone(
    db: Database, prefix: str, other: psycopg.Connection[Any]
) -> None:
    other.execute(f'CREATE UNIQUE INDEX ON "{prefix}Documents" (title)'.encode())
    documents = db.repository(DOCUMENTS)
    with pytest.raises(BatchIncomplete) as incomplete:
        documents.put_many([Document(id=key, title=title) for key, title in ("ax", "bx", "cy")])
    [failure] = incomplete.value.result.failures
    assert failure.position == 1
    assert isinstance(failure.error, AlreadyExists)
    assert sorted(one.id for one in documents.scan()) == ["a", "c"]


def test_expiry_long_after_this_life_is_kept(db: Database) -> None:
    from trueup.testing.suite.tables import SESSIONS, Session

    far = datetime(9999, 12, 31, tzinfo=UTC) - timedelta(seconds=1)
    sessions = db.repository(SESSIONS)
    sessions.put(Session(user="u", session="s", expires_at=far))
    assert sessions.get("u", "s") == Session(user="u", session="s", expires_at=far)
    assert LAYER.tables

"""Values of SQL of the caller's own, on a real server: sent and read without loss, or refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, JsonValue

import trueup
from trueup import (
    Database,
    ErrorCode,
    InvalidCall,
    Layer,
    Model,
    NeedsOperator,
    Relational,
    Table,
)
from trueup.testing.suite.harness.refusals import refused

REUSED = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
TRICKY = st.lists(st.sampled_from([":a", "--", "/*", "*/", "'", '"', "$$", "\\", ";", "$x$", " "]))


class One(BaseModel):
    v: Any


class Level(Enum):
    HIGH = 3


class Name(StrEnum):
    ADA = "ada"


class Inner(Model, names="camelCase"):
    first_name: str


class Moment(BaseModel):
    id: int
    at: datetime


class Loose(BaseModel):
    at: datetime | str


def echo(db: Database, value: Any, cast: str) -> Any:
    """What the server makes of a value, as a type."""
    found = db.fetch_one(One, f"select :v::{cast} as v", v=value)
    assert found is not None
    return found.v


@pytest.mark.parametrize(
    ("value", "cast", "read"),
    [
        ("it's", "text", "it's"),
        (True, "boolean", True),
        (2**70, "numeric", Decimal(2**70)),
        (0.1 + 0.2, "float8", 0.1 + 0.2),
        (0.1 + 0.2, "numeric", Decimal("0.30000000000000004")),
        (1e300, "float8", 1e300),
        (Decimal("1.50"), "numeric", Decimal("1.50")),
        (b"\0\xff", "bytea", b"\0\xff"),
        (date(2026, 5, 4), "date", date(2026, 5, 4)),
        (time(12, 30), "time", time(12, 30)),
        (timedelta(days=1, seconds=5), "interval", timedelta(days=1, seconds=5)),
        (UUID(int=7), "uuid", UUID(int=7)),
        (UUID(int=7), "text", str(UUID(int=7))),
        (Level.HIGH, "int", 3),
        (Name.ADA, "text", "ada"),
        (None, "text", None),
        ((1, 2), "int[]", [1, 2]),
        (("a", None), "text[]", ["a", None]),
        ([1, "b", None, 0.1], "jsonb", [1, "b", None, Decimal("0.1")]),
        ({"a": {"b": 2}}, "jsonb", {"a": {"b": 2}}),
        ({"x", "y"}, "jsonb", {"x", "y"}),
        (
            {"when": datetime(2026, 5, 4, tzinfo=UTC)},
            "jsonb",
            {"when": "2026-05-04T00:00:00.000000Z"},
        ),
        (Inner(first_name="ada"), "jsonb", {"firstName": "ada"}),
    ],
)
def test_value_reads_back_as_it_was_given(
    db: Database, value: object, cast: str, read: object
) -> None:
    found = echo(db, value, cast)
    assert (found, type(found)) == (read, type(read))


@pytest.mark.parametrize("value", [("a", "b"), ["a", "b"], {"a", "b"}, frozenset(("a", "b"))])
def test_sequence_is_an_array_only_if_the_text_says_that_one_belongs_there(
    db: Database, value: Any
) -> None:
    rows = "select id as v from (values ('a'), ('b'), ('c')) as t(id)"
    assert [row.v for row in db.fetch(One, f"{rows} where id = any(:ids)", ids=value)] == ["a", "b"]
    [left] = db.fetch(One, f"{rows} where id <> all (:ids)", ids=value)
    assert left.v == "c"
    assert sorted(echo(db, value, "text[]")) == ["a", "b"]
    for condition in ("id in (:ids)", "id not in (:ids)", "id in ('x', :ids)"):
        with refused(ErrorCode.INVALID_SQL) as refusal:
            db.fetch(One, f"{rows} where {condition}", ids=value)
        assert refusal.says("= ANY(:ids)", "<> ALL(:ids)")


@pytest.mark.parametrize("sql", ["select 'a' = :v as v", "select :v as v", "select lower(:v) as v"])
def test_tuple_is_never_the_text_of_an_array(db: Database, sql: str) -> None:
    with refused(ErrorCode.INVALID_SQL) as refusal:
        db.fetch(One, sql, v=("a", "b"))
    assert refusal.says(":tags::text[]")


def test_error_of_a_parameter_without_a_type_says_to_cast_it(db: Database) -> None:
    with refused(ErrorCode.INVALID_SQL) as refusal:
        db.fetch(One, "select jsonb_build_object('k', :n) as v", n="a")
    assert refusal.says(":n::text")
    with refused(ErrorCode.INVALID_SQL) as refusal:
        db.fetch(One, "select array['a'] && :tags as v", tags=["a"])
    assert refusal.says(":tags::text[]")


@REUSED
@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_exact(db: Database, value: float) -> None:
    assert echo(db, value, "float8") == value
    assert Decimal(repr(value)) == echo(db, value, "numeric")


@REUSED
@given(value=TEXTS)
def test_texts_are_verbatim_as_values_and_in_json(db: Database, value: str) -> None:
    assert echo(db, value, "text") == value
    assert echo(db, [value, {"k": value}], "jsonb") == [value, {"k": value}]


@REUSED
@given(pieces=TRICKY)
def test_text_in_quotes_is_left_alone(db: Database, pieces: list[str]) -> None:
    text = "".join(pieces)
    plain = "'" + text.replace("'", "''") + "'"
    escaped = "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
    dollars = f"$q${text}$q$"
    name = '"' + (text.replace('"', '""') or "x") + '"'
    sql = f"select array[{plain}, {escaped}, {dollars}, :a] as v from (select 1 as {name}) t"
    [found] = db.fetch(One, sql, a="given")
    assert found.v == [text, text, text, "given"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("nul\0", ErrorCode.INVALID_TEXT),
        ("\ud800", ErrorCode.INVALID_TEXT),
        ({"k": "nul\0"}, ErrorCode.INVALID_TEXT),
        (float("nan"), ErrorCode.INVALID_NUMBER),
        (Decimal("Infinity"), ErrorCode.INVALID_NUMBER),
        (datetime(2026, 5, 4), ErrorCode.NAIVE_DATETIME),
        (object(), ErrorCode.WRONG_TYPE),
    ],
)
def test_value_without_a_form_is_refused(db: Database, value: object, code: ErrorCode) -> None:
    with refused(code):
        db.fetch(One, "select :v as v", v=value)


def test_instants_are_in_utc_whatever_the_session_says(db: Database) -> None:
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    with db.session() as session:
        session.fetch(One, "select set_config('timezone', 'Asia/Tokyo', true) as v")
        [found] = session.fetch(One, "select :v::timestamptz as v", v=noon)
    assert found.v == noon
    assert found.v.tzinfo is UTC


def test_instant_in_another_style_is_unreadable(db: Database) -> None:
    with db.session() as session:
        session.execute("select set_config('datestyle', 'SQL, DMY', true)")
        with refused(ErrorCode.UNREADABLE_ITEM) as refusal:
            session.fetch(Moment, "select 1 as id, now() as at")
        assert refusal.says("at (")


@pytest.mark.case("P57")
def test_instant_that_python_has_not_hides_no_other_and_is_named(db: Database) -> None:
    rows = """select * from (values (1, '2026-05-04 12:00+00'::timestamptz),
              (2, 'infinity'), (3, '20000-01-01 00:00+00')) as t(id, at)"""
    with refused(NeedsOperator) as refusal:
        db.fetch(Moment, rows)
    assert refusal.says("row 2", "at (datetime")
    assert db.fetch(Moment, f"{rows} where id = 1")[0].id == 1
    found = [row.at for row in db.stream(Loose, rows.replace("*", "at", 1), batch=1)]
    assert found == [
        datetime(2026, 5, 4, 12, tzinfo=UTC),
        "infinity",
        "20000-01-01 00:00:00+00",
    ]


class Event(Model):
    id: int
    at: datetime | None = None
    day: date | None = None


@pytest.mark.case("P57")
@pytest.mark.parametrize("relational", [None, Relational()])
def test_repository_takes_no_time_that_python_has_not_for_none(
    postgres_url: str, prefix: str, relational: Relational | None
) -> None:
    table = Table("Events", Event, partition="id", relational=relational)
    layer = Layer("events", target="postgres", tables=[table])
    with trueup.connect(postgres_url, layer, table_names=f"{prefix}{{table}}") as db:
        db.create_tables()
        events = db.repository(table)
        name = f'"{prefix}Events"'
        times = ["infinity", "-infinity", "0044-03-15 12:00 BC", "10000-01-01"]
        for number, at in enumerate(times, start=1):
            for column in ("at", "day"):
                db.execute(f"delete from {name}")
                db.execute(
                    f"insert into {name} (id, {column}) values ({number}, '{at}'), (9, null)"
                )
                with refused(ErrorCode.UNREADABLE_ITEM) as refusal:
                    events.get(number)
                assert refusal.says(f"{column} (")
                assert events.get(9) == Event(id=9)
                with refused(ErrorCode.UNREADABLE_ITEM):
                    list(db.copy_out(table))
        ends = (
            Event(id=5, at=datetime(1, 1, 1, tzinfo=UTC), day=date(1, 1, 1)),
            Event(id=6, at=datetime.max.replace(tzinfo=UTC), day=date.max),
        )
        db.execute(f"delete from {name}")
        events.put_many(ends)
        assert sorted(events.scan(), key=lambda event: event.id) == list(ends)


def test_json_keeps_every_digit_and_foreign_keys_with_a_dollar(db: Database) -> None:
    class Document(BaseModel):
        v: JsonValue | Decimal

    wide = "0.12345678901234567890123456789"
    [exact] = db.fetch(One, f"""select '{{"n": {wide}}}'::jsonb as v""")
    assert exact.v == {"n": Decimal(wide)}
    [schema] = db.fetch(One, """select '{"$ref": "x", "$id": 1}'::json as v""")
    assert schema.v == {"$ref": "x", "$id": 1}
    [several] = db.fetch(One, """select array['{"a": 1.5}'::jsonb, null] as v""")
    assert several.v == [{"a": Decimal("1.5")}, None]
    [null] = db.fetch(Document, "select 'null'::jsonb as v")
    assert null.v is None


def test_mistake_in_the_text_is_told_by_name_and_never_by_value(db: Database) -> None:
    with refused(InvalidCall) as refusal:
        db.fetch(One, "select nothing as v")
    assert refusal.says("at character 8", 'column "nothing" does not exist')
    with refused(InvalidCall) as refusal:
        db.fetch(One, "select :v::regclass as v", v="s3cret")
    assert not refusal.says("s3cret")
    with refused(InvalidCall) as refusal:
        db.fetch(One, "select :v::int as v", v="s3cret")
    assert not refusal.says("s3cret")
    assert refusal.error is not None
    assert refusal.error.__context__ is None


def test_fields_of_sets_and_defaults_read_null_as_absent(db: Database) -> None:
    class Item(Model):
        id: str
        tags: set[str]
        count: int = 7
        note: str | None = None

    [item] = db.fetch(Item, "select 'a' as id, null as tags, null as count, null as note")
    assert item == Item(id="a", tags=set())


MANY = {f"a{number}": number for number in range(65_536)}


def test_more_parameters_than_a_statement_takes_are_refused_before_it_is_sent(db: Database) -> None:
    sql = f"select 1 as v where 1 in ({', '.join(f':{name}' for name in MANY)})"
    with db.session() as session:
        for call in (
            lambda: db.fetch(One, sql, **MANY),
            lambda: db.execute(sql, **MANY),
            lambda: session.fetch(One, sql, **MANY),
        ):
            with refused(ErrorCode.INVALID_SQL) as refusal:
                call()
            assert refusal.says("65,535 parameters")
        assert session.fetch_one(One, "select 1 as v") == One(v=1)


def test_error_of_a_taken_value_names_the_constraint_and_its_table(
    db: Database, prefix: str
) -> None:
    table = f"{prefix}taken"
    db.execute(f'create table "{table}" (id int primary key, n int constraint "{table}_n" unique)')
    db.execute(f'insert into "{table}" values (1, 1)')
    for values, words, name in (
        ("(1, 2)", "the same key", f"{table}_pkey"),
        ("(2, 1)", "the same unique values", f"{table}_n"),
    ):
        with refused(ErrorCode.ALREADY_EXISTS) as refusal:
            db.execute(f'insert into "{table}" values {values}')
        assert refusal.says(words, f"by {name}", f"table {table}")


def test_session_that_only_reads_is_told_to_leave_that_out_first(db: Database) -> None:
    with refused(ErrorCode.READ_ONLY) as refusal, db.session(read_only=True) as session:
        session.execute("create table never (id int)")
    assert refusal.says("to do: leave out read_only=True")


@pytest.mark.parametrize("type_", ["regclass", "regprocedure", "regtype", "regproc"])
def test_text_that_names_nothing_is_not_shown(db: Database, type_: str) -> None:
    for text in ("topsecret", "topsecret(int)"):
        with refused(InvalidCall) as refusal:
            db.execute(f"select '{text}'::{type_}")
        assert not refusal.says("topsecret")


def test_names_that_are_not_there_are_shown(db: Database) -> None:
    for sql in ("select 1 from missing", "select missing(1)", "select missing.a"):
        with refused(ErrorCode.INVALID_SQL) as refusal:
            db.execute(sql)
        assert refusal.says("missing")


def test_value_that_is_nested_too_deeply_is_refused(db: Database) -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    with refused(ErrorCode.TOO_DEEP):
        db.execute("select :a::jsonb", a=deep)

"""Rows that the server writes as JSON read as they do column by column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import RawCursor
from pydantic import BaseModel, BeforeValidator, Field, model_validator

import trueup
from tests.property.test_codec import clocks, exact, expiries, floats, moments, seconds
from trueup import (
    Database,
    ExpiresAt,
    Layer,
    Model,
    Relational,
    Repository,
    Table,
    WholeSeconds,
    stored_as,
)
from trueup.engines.postgres.limits import RULES
from trueup.engines.postgres.reads.json_rows import JsonRows, json_rows
from trueup.engines.postgres.tables.compile import TableSql
from trueup.errors import ErrorCode, TrueupError
from trueup.model.description.check import describe
from trueup.testing.suite.harness.refusals import refused


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Inner(BaseModel):
    name: Annotated[str, Field(alias="N")]
    whole: int = 0
    ratio: float = 0.5
    day: date | None = None
    children: list[Inner] = []


class Every(Model, names="camelCase"):
    """Every type that has a form in JSON."""

    id: str
    number: int
    text: Annotated[str, stored_as("T\"'")]
    exact: Decimal
    approximate: float
    yes: bool
    instant: datetime
    second: WholeSeconds
    expiry: ExpiresAt | None = None
    day: date
    clock: time
    key: UUID
    color: Color
    level: Level
    choice: Literal["a", "b"]
    texts: list[str]
    wholes: list[int] = []
    ratios: tuple[float, ...] = ()
    flags: dict[str, bool] = {}
    inner: Inner
    inners: dict[str, list[Inner]] = {}
    absent: int | None = None
    null: int | None = 5
    required: str | None
    required_list: list[int] | None
    count: Annotated[int, Field(ge=0)] = 0


def make_inner(name: str, **values: Any) -> Inner:
    return Inner.model_validate({"N": name, **values})


text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
odd_text = text | st.sampled_from(["", "$", '"$n"', '{"', "\\", "\U0001f600", "\x1f", "'"])
wholes = st.integers(-(10**38) + 1, 10**38 - 1)
inners = st.recursive(
    st.builds(
        make_inner,
        odd_text,
        whole=wholes,
        ratio=floats,
        day=st.none() | st.dates(),
    ),
    lambda below: st.builds(make_inner, odd_text, children=st.lists(below, max_size=2)),
    max_leaves=4,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": wholes,
    "text": odd_text,
    "exact": exact,
    "approximate": floats,
    "yes": st.booleans(),
    "instant": moments,
    "second": seconds,
    "expiry": st.none() | expiries,
    "day": st.dates(),
    "clock": clocks,
    "key": st.uuids(),
    "color": st.sampled_from(Color),
    "level": st.sampled_from(Level),
    "choice": st.sampled_from(["a", "b"]),
    "texts": st.lists(odd_text, max_size=3),
    "wholes": st.lists(wholes, max_size=3),
    "ratios": st.lists(floats, max_size=3).map(tuple),
    "flags": st.dictionaries(odd_text, st.booleans(), max_size=2),
    "inner": inners,
    "inners": st.dictionaries(odd_text, st.lists(inners, max_size=2), max_size=2),
    "absent": st.none() | st.integers(0, 9),
    "null": st.none() | st.integers(0, 9),
    "required": st.none() | odd_text,
    "required_list": st.none() | st.lists(st.integers(), max_size=2),
}
bigints = st.integers(-(2**63), 2**63 - 1)


class Columns(Model):
    """Every type of a relational table's column that has a form in JSON."""

    id: str
    number: int
    text: str
    short: Annotated[str, Field(max_length=20)]
    exact: Decimal
    price: Annotated[Decimal, Field(max_digits=12, decimal_places=2)]
    approximate: float
    yes: bool | None = True
    instant: datetime
    second: WholeSeconds
    expiry: ExpiresAt | None = None
    day: date
    clock: time
    key: UUID
    color: Color
    level: Level
    choice: Literal["a", "b"]
    texts: list[str]
    wholes: list[int] | None = None
    keys: tuple[UUID, ...] = ()
    days: set[date] = set()
    names: frozenset[str] | None
    sizes: set[int] = set()
    inner: Inner
    maybe: Inner | None
    small: int | None = 5
    upper: str | None = None


COLUMN_VALUES: dict[str, st.SearchStrategy[Any]] = {
    name: VALUES[name]
    for name in (
        *("text", "exact", "approximate", "instant", "second", "expiry", "day", "clock", "key"),
        *("color", "level", "choice", "texts", "inner"),
    )
} | {
    "number": bigints,
    "short": odd_text,
    "price": st.decimals("-1e9", "1e9", places=2),
    "yes": st.none() | st.booleans(),
    "wholes": st.none() | st.lists(bigints, max_size=3),
    "keys": st.lists(st.uuids(), max_size=2).map(tuple),
    "days": st.sets(st.dates(), max_size=2),
    "names": st.none() | st.frozensets(odd_text, min_size=1, max_size=3),
    "sizes": st.sets(bigints, max_size=3),
    "maybe": st.none() | inners,
    "small": st.none() | st.integers(-(2**15), 2**15 - 1),
}
EVERY = Table("Every", Every, partition="id", sort="number")
COLUMNS = Table(
    "Columns",
    Columns,
    partition="id",
    sort="number",
    relational=Relational(
        types={"small": "smallint", "text": "character varying"},
        enums={"color": "json_rows_color"},
        generated={"upper": "upper(short)"},
        unknown_attributes="unknown_attributes",
    ),
)
LAYER = Layer("json", target="postgres", tables=[EVERY, COLUMNS])


@dataclass
class Both:
    """Both ways of reading one table."""

    repo: Repository[Any]
    sql: TableSql
    rows: JsonRows
    other: psycopg.Connection[Any]

    def read(self) -> tuple[list[Any], list[Any]]:
        """The models of all rows, by JSON and column by column; errors stand for themselves."""
        return (
            [_or_error(self.rows.model, row) for row in self.select(self.rows.selected)],
            [
                _or_error(lambda row: self.sql.codec.decode(self.sql.item(row)), row)
                for row in self.select(self.sql.selected)
            ],
        )

    def items(self) -> tuple[list[Any], list[Any]]:
        """The plain values of all rows, both ways."""
        return (
            [self.rows.item(row) for row in self.select(self.rows.selected)],
            [self.sql.item(row) for row in self.select(self.sql.selected)],
        )

    def select(self, selected: str) -> list[Any]:
        """The rows, as they are read."""
        text = f'SELECT {selected} FROM {self.sql.quoted} ORDER BY "id"'
        return RawCursor(self.other).execute(text.encode()).fetchall()

    def set(self, column: str, value: str) -> None:
        """Let another program write a value, in SQL."""
        self.other.execute(f'UPDATE {self.sql.quoted} SET "{column}" = {value}'.encode())


def _or_error(read: Any, row: Any) -> Any:
    try:
        return read(row)
    except TrueupError as error:
        return error.code


@pytest.fixture
def db(postgres_url: str, prefix: str) -> Iterator[Database]:
    with trueup.connect(postgres_url, LAYER, table_names=f"{prefix}{{table}}") as opened:
        opened.create_tables()
        yield opened


@pytest.fixture
def both(db: Database, prefix: str, other: psycopg.Connection[Any]) -> Both:
    return both_of(EVERY, db, prefix, other)


@pytest.fixture
def columns(db: Database, prefix: str, other: psycopg.Connection[Any]) -> Both:
    return both_of(COLUMNS, db, prefix, other)


def both_of(table: Table[Any], db: Database, prefix: str, other: psycopg.Connection[Any]) -> Both:
    names = {one.name: f"{prefix}{one.name}" for one in LAYER.tables}
    sql = TableSql(LAYER.describe(table), names, RULES)
    rows = json_rows(sql)
    assert rows is not None
    return Both(db.repository(table), sql, rows, other)


EXAMPLE = Every(
    id="a",
    number=1,
    text="t",
    exact=Decimal("1.5"),
    approximate=1.5,
    yes=True,
    instant=datetime(2026, 1, 1, tzinfo=UTC),
    second=datetime(2026, 1, 1, tzinfo=UTC),
    day=date(2026, 1, 1),
    clock=time(1, 2),
    key=UUID(int=1),
    color=Color.RED,
    level=Level.HIGH,
    choice="a",
    texts=["x"],
    inner=make_inner("n"),
    required="r",
    required_list=[1],
)


def shown(value: Any) -> Any:
    """What a value is, in type and digits; a set in no order, a model with what is set of it."""
    if isinstance(value, BaseModel):
        return type(value), shown(value.__dict__), value.model_fields_set
    if isinstance(value, dict):
        return {key: shown(inner) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return type(value), sorted(map(repr, value))
    if isinstance(value, list | tuple):
        return type(value), list(map(shown, value))
    return repr(value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=3))
def test_json_and_columns_give_the_same_models(both: Both, values: list[dict[str, Any]]) -> None:
    assert_same(both, [Every(id=f"{at}", **one) for at, one in enumerate(values)])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.fixed_dictionaries(COLUMN_VALUES), min_size=1, max_size=3))
def test_both_give_the_same_models_of_a_relational_table(
    columns: Both, values: list[dict[str, Any]]
) -> None:
    rows = [Columns(id=f"{at}", **one) for at, one in enumerate(values)]
    assert_same(columns, rows, made={"upper"})


def assert_same(both: Both, written: Sequence[Model], made: Set[str] = frozenset()) -> None:
    """Both ways give what was written, but for what the database has made."""
    both.other.execute(f"DELETE FROM {both.sql.quoted}".encode())
    assert both.repo.put_many(written).written == len(written)
    by_json, by_column = both.read()
    assert by_json == by_column
    assert [one.model_copy(update=dict.fromkeys(made)) for one in by_json] == written
    assert list(map(shown, by_json)) == list(map(shown, by_column))
    found = list(both.repo.scan(include_expired=True))
    assert sorted(found, key=lambda one: str(one.id)) == by_json
    by_json, by_column = both.items()
    assert list(map(shown, by_json)) == list(map(shown, by_column))


def test_rows_are_read_without_a_detour(both: Both) -> None:
    """What stands in the columns passes strictly: else each page would be read twice."""
    both.repo.put(EXAMPLE)
    [row] = both.select(both.rows.selected)
    assert both.rows.strict_model(row[0]) == EXAMPLE


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("exact", "12345678901234567890123456789012345678901234567890"),
        ("exact", "0.12345678901234567890123456789012345678"),
        ("exact", "1.500"),
        ("exact", "'NaN'"),
        ("exact", "'-Infinity'"),
        ("exact", "1e130"),
        ("level", "3"),
        ("level", "1.00"),
        ("count", "1.5"),
        ("count", "9007199254740993.5"),
        ("count", "9007199254740993.0"),
        ("count", "-1"),
        ("approximate", "'Infinity'"),
        ("approximate", "1e-130"),
        ("approximate", "3"),
        ("expiry", "1.5"),
        ("expiry", "99999999999999999999"),
        ("absent", "1e40"),
        ('T""\'', "NULL"),
        ("color", "'green'"),
        ("day", "'2026-02-30'"),
        ("day", "'1700000000'"),
        ("wholes", "'[9007199254740993.0, 1.0]'"),
        ("wholes", "'[\"7\"]'"),
        ("wholes", "'null'"),
        ("ratios", "'[1, 1e5, 0.1000]'"),
        ("flags", "'{\"a\": 1}'"),
        ("inner", '\'{"N": "n", "more": [1.5, {"$b": "AA=="}]}\''),
        ("requiredList", "'null'"),
        ("requiredList", "NULL"),
        ("required", "NULL"),
        ("null", "NULL"),
        ("unknown_attributes", "'{}'"),
        ("unknown_attributes", '\'{"colour": "red"}\''),
        ("unknown_attributes", "'{\"exact\": 1.2345678901234567890123456789}'"),
        ("unknown_attributes", '\'{"null": null, "yes": "no"}\''),
    ],
)
def test_what_other_programs_write_reads_alike(both: Both, column: str, value: str) -> None:
    both.repo.put(EXAMPLE)
    both.set(column, value)
    by_json, by_column = both.read()
    assert list(map(shown, by_json)) == list(map(shown, by_column))


COLUMN_EXAMPLE = Columns(
    **{
        name: value
        for name, value in EXAMPLE.model_dump().items()
        if name in Columns.model_fields and name not in ("inner", "sizes", "wholes")
    },
    short="s",
    price=Decimal("1.20"),
    names=frozenset("n"),
    inner=make_inner("n"),
    maybe=None,
)


def test_rows_of_a_relational_table_are_read_without_a_detour(columns: Both) -> None:
    columns.repo.put(COLUMN_EXAMPLE)
    [row] = columns.select(columns.rows.selected)
    assert columns.rows.strict_model(row[0]) == COLUMN_EXAMPLE.model_copy(update={"upper": "S"})


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("exact", "12345678901234567890123456789012345678901234567890"),
        ("exact", "'NaN'"),
        ("price", "7"),
        ("approximate", "'NaN'"),
        ("approximate", "'-Infinity'"),
        ("approximate", "'-0'"),
        ("approximate", "1e300"),
        ("approximate", "1e-300"),
        ("approximate", "5e-125"),
        ("approximate", "1e22"),
        ("texts", "'{}'"),
        ("wholes", "'{}'"),
        ("days", "'{}'"),
        ("days", "'{2026-01-02,2026-01-02}'"),
        ("names", "NULL"),
        ("maybe", "'null'"),
        ("small", "NULL"),
        ("yes", "NULL"),
        ("unknown_attributes", '\'{"colour": "red"}\''),
    ],
)
def test_what_other_programs_write_into_columns_reads_alike(
    columns: Both, column: str, value: str
) -> None:
    columns.repo.put(COLUMN_EXAMPLE)
    columns.set(column, value)
    by_json, by_column = columns.read()
    assert list(map(shown, by_json)) == list(map(shown, by_column))


def test_a_page_with_one_bad_row_says_what_is_wrong(both: Both) -> None:
    both.repo.put_many([EXAMPLE, EXAMPLE.model_copy(update={"id": "b"})])
    both.set("color", "'green'")
    with refused(ErrorCode.UNREADABLE_ITEM) as caught:
        both.repo.scan().all()
    assert "color (enum)" in str(caught.error)
    assert "green" not in str(caught.error)


def test_a_filter_that_sql_decides_is_not_decided_again(both: Both) -> None:
    both.repo.put_many(EXAMPLE.model_copy(update={"number": at}) for at in range(5))
    found = both.repo.query("a", filter=Every.number > 2, page_size=2)
    assert [one.number for one in found] == [3, 4]
    found = both.repo.query("a", filter=trueup.at(Every.texts).contains("x"), page_size=2)
    assert [one.number for one in found] == [0, 1, 2, 3, 4]


def test_a_cursor_goes_on_after_each_row(both: Both) -> None:
    numbers = [-(10**37), 0, 1, 10**37]
    both.repo.put_many(EXAMPLE.model_copy(update={"number": number}) for number in numbers)
    for consumed in range(1, 4):
        results = both.repo.query("a", page_size=2)
        first = [next(results).number for _ in range(consumed)]
        rest = both.repo.query("a", after=results.cursor)
        assert first + [one.number for one in rest] == numbers


class Bytes(Model):
    id: str
    value: bytes


class Sets(Model):
    id: str
    value: set[str] = set()


class Union(Model):
    id: str
    value: int | str


class Nested(Model):
    id: str
    value: list[Decimal] = []


class Validated(Model):
    id: str
    value: Annotated[Decimal, BeforeValidator(lambda value: value)]


class Whole(Model):
    id: str

    @model_validator(mode="before")
    @classmethod
    def look(cls, value: Any) -> Any:
        return value


@pytest.mark.parametrize("model", [Bytes, Sets, Union, Nested, Validated, Whole])
def test_what_json_does_not_carry_is_read_by_column(model: type[Model]) -> None:
    table = Table("Examples", model, partition="id")
    assert json_rows(TableSql(describe(table), {"Examples": "Examples"}, RULES)) is None

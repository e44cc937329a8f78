"""Every value that a relational table's model accepts reads back equal, or is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

import trueup
from trueup import (
    Database,
    ErrorCode,
    ExpiresAt,
    InvalidCall,
    Layer,
    Model,
    NeedsOperator,
    Relational,
    Table,
    WholeSeconds,
    at,
)
from trueup.engines.postgres.relational.patterns import pattern_in_sql


class Colour(StrEnum):
    """A choice of texts."""

    RED = "red"
    BLUE = "blue it's"


class Level(IntEnum):
    """A choice of numbers."""

    LOW = -1
    HIGH = 7


class Inner(BaseModel):
    """A nested model."""

    name: str = ""
    size: Decimal | None = None
    at: datetime | None = None


class Everything(Model):
    """A column of each type, required and not."""

    id: UUID = Field(default_factory=uuid4)
    text: str = ""
    short: Annotated[str, Field(max_length=3)] | None = None
    whole: int = 0
    small: int | None = None
    number: Decimal = Decimal(0)
    money: Annotated[Decimal, Field(max_digits=6, decimal_places=2)] | None = None
    real: float = 0.0
    flag: bool | None = None
    raw: bytes | None = None
    moment: datetime | None = None
    second: WholeSeconds | None = None
    day: date | None = None
    other: UUID | None = None
    colour: Colour = Colour.RED
    native: Colour = Colour.RED
    level: Level | None = None
    texts: list[str] = []
    wholes: list[int] | None = None
    days: set[date] = set()
    inner: Inner | None = None
    anything: dict[str, Any] = {}
    unlike_its_default: str | None = "there"
    expires_at: ExpiresAt | None = None


EVERYTHING = Table(
    "everything",
    Everything,
    partition="id",
    relational=Relational(types={"small": "smallint"}, enums={"native": "colour"}),
)

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
WHOLE = st.integers(-(2**63), 2**63 - 1)
NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20
)
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
DATES = st.dates()
JSON = st.recursive(
    st.none()
    | st.booleans()
    | TEXTS
    | st.integers(-(10**30), 10**30)
    | st.floats(-1e6, 1e6).filter(lambda real: real == 0 or abs(real) > 1e-100),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


def may_be_none(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


ITEMS = st.builds(
    Everything,
    text=TEXTS,
    short=may_be_none(TEXTS.map(lambda text: text[:3])),
    whole=WHOLE,
    small=may_be_none(st.integers(-(2**15), 2**15 - 1)),
    number=NUMBERS,
    money=may_be_none(st.decimals("-9999.99", "9999.99", places=2)),
    real=st.floats(allow_nan=False, allow_infinity=False, min_value=-1e120, max_value=1e120).filter(
        lambda real: real == 0 or abs(real) > 1e-100
    ),
    flag=may_be_none(st.booleans()),
    raw=may_be_none(st.binary(max_size=4)),
    moment=may_be_none(MOMENTS),
    second=may_be_none(MOMENTS.map(lambda moment: moment.replace(microsecond=0))),
    day=may_be_none(DATES),
    other=may_be_none(st.uuids()),
    colour=st.sampled_from(Colour),
    native=st.sampled_from(Colour),
    level=may_be_none(st.sampled_from(Level)),
    texts=st.lists(TEXTS, max_size=3),
    wholes=may_be_none(st.lists(WHOLE, max_size=3)),
    days=st.sets(DATES, max_size=3),
    inner=may_be_none(st.builds(Inner, name=TEXTS, at=may_be_none(MOMENTS))),
    anything=st.dictionaries(TEXTS, JSON, max_size=3),
    unlike_its_default=may_be_none(TEXTS),
    expires_at=may_be_none(
        st.datetimes(datetime(2100, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))
    ),
)


@pytest.fixture
def everything(postgres_url: str, prefix: str) -> Iterator[Database]:
    layer = Layer("values", target="postgres", tables=[EVERYTHING])
    with trueup.connect(postgres_url, layer, table_names=f"{prefix}{{table}}") as opened:
        opened.create_tables()
        yield opened


@pytest.mark.case("P55", "P56")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(ITEMS, min_size=1, max_size=4, unique_by=lambda item: item.id))
def test_what_is_written_is_read_back(everything: Database, items: list[Everything]) -> None:
    """By one write, by many, by a change, by a transaction: each is the same row."""
    repo = everything.repository(EVERYTHING)
    first = items[0]
    repo.put(first)
    assert repo.get(first.id) == first
    repo.put_many(items)
    assert repo.get_many([item.id for item in items]) == items
    changed = repo.update(first.id, at(Everything.text).assign("other"), returning="new").new
    assert changed == first.model_copy(update={"text": "other"}) == repo.get(first.id)
    with everything.transaction() as tx:
        for item in items:
            tx.put(EVERYTHING, item)
    assert {item.id: item for item in repo.scan()}.items() >= {i.id: i for i in items}.items()


@pytest.mark.case("P56")
def test_none_is_null(everything: Database, prefix: str, other: psycopg.Connection[Any]) -> None:
    repo = everything.repository(EVERYTHING)
    one = Everything(inner=Inner())
    for item in (one, one.model_copy(update={"inner": None, "unlike_its_default": None})):
        repo.put(item)
    repo.put_many([Everything()])
    sql = f'SELECT count(*) FROM "{prefix}everything" WHERE "inner" IS NULL'
    assert other.execute(sql.encode()).fetchall() == [(2,)]
    assert len(list(repo.scan(filter=at(Everything.inner).missing()))) == 2


REFUSED: list[tuple[str, Any]] = [
    ("whole", 2**63),
    ("small", 2**15),
    ("text", "a\0b"),
    ("texts", ["a\0"]),
    ("wholes", [2**63]),
    ("number", Decimal("NaN")),
    ("anything", {"a": "\0"}),
]


@pytest.mark.parametrize(("name", "value"), REFUSED, ids=[name for name, _ in REFUSED])
def test_what_a_column_cannot_hold_is_refused_before_it_is_stored(
    everything: Database, name: str, value: Any
) -> None:
    repo = everything.repository(EVERYTHING)
    item = Everything.model_construct(**{**dict(Everything()), name: value})
    with pytest.raises(InvalidCall):
        repo.put(item)
    assert list(repo.scan()) == []


def test_array_with_null_is_told_and_never_read_as_a_text(
    everything: Database, prefix: str, other: psycopg.Connection[Any]
) -> None:
    repo = everything.repository(EVERYTHING)
    item = Everything(texts=["a"])
    repo.put(item)
    for stored in ("{a,NULL}", "{{a},{b}}"):
        other.execute(f"UPDATE \"{prefix}everything\" SET texts = '{stored}'".encode())
        with pytest.raises(NeedsOperator) as unreadable:
            repo.get(item.id)
        assert unreadable.value.code is ErrorCode.UNREADABLE_ITEM


def test_number_is_not_rounded_by_an_update(everything: Database) -> None:
    repo = everything.repository(EVERYTHING)
    item = Everything(money=Decimal("1.25"), small=1)
    repo.put(item)
    for change in (at(Everything.money).add(Decimal("0.001")), at(Everything.small).add(2**15)):
        with pytest.raises(InvalidCall):
            repo.update(item.id, change)
    assert repo.get(item.id) == item


PATTERNS = [
    "^[a-z]+$",
    "[A-Z]{2,3}",
    "^a.c$",
    "^(ab|cd)*$",
    r"^\d+$",
    r"^a\.b$",
    "a|b",
    "^[^a-c]$",
    "^a?b+c{2}$",
    "(?i)a",
    r"\bword\b",
    "^(?:x|y)z$",
    "^$",
    "a{0,2}$",
    "^[a-z0-9_.-]+@[a-z0-9.-]+$",
]
CANDIDATES = st.text(st.sampled_from("abcxyzABC019.@-_ \n\\é"), max_size=6)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(
        CANDIDATES | st.sampled_from(["abab", "abc", "a\nc", "word", "a.b", "1", "xz"]), min_size=1
    )
)
def test_pattern_means_the_same_in_sql(other: psycopg.Connection[Any], texts: list[str]) -> None:
    known = {pattern: sql for pattern in PATTERNS if (sql := pattern_in_sql(pattern)) is not None}
    assert len(known) >= 11
    for pattern, sql in known.items():
        adapter: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(pattern=pattern)])
        said = [
            row[0]
            for row in other.execute("SELECT t ~ %s::text FROM unnest(%s::text[]) t", (sql, texts))
        ]
        assert said == [_is_accepted(adapter, text) for text in texts], pattern


def _is_accepted(adapter: TypeAdapter[str], text: str) -> bool:
    try:
        adapter.validate_python(text)
    except ValidationError:
        return False
    return True

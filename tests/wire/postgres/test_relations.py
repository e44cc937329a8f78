"""Containment in JSON and arrays, ranges, and the constraint that keeps ranges apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import trueup
from tests.wire.postgres.live import differences, explained
from trueup import ConstraintRefused, Database, ErrorCode, Layer, Model, Relational, Table, at
from trueup.engines.connect import find_driver
from trueup.expressions import Condition
from trueup.expressions.relations import includes
from trueup.ranges import Range
from trueup.relational import Exclude, SqlIndex
from trueup.testing.postgres import drop_tables
from trueup.testing.suite.harness.refusals import refused


class Stay(Model):
    """A row with what can include or overlap."""

    id: str
    room: str = ""
    data: dict[str, Any] = {}
    tags: list[str] = []
    sizes: set[int] = set()
    during: Range[datetime] | None = None
    days: Range[date] | None = None
    seats: Range[int] | None = None
    price: Range[Decimal] | None = None


STAYS = Table(
    "stays",
    Stay,
    partition="id",
    relational=Relational(
        extensions=["btree_gist"],
        exclusions=[Exclude({"room": "=", "during": "&&"})],
        indexes=[
            SqlIndex("stays_data", ["data"], method="gin"),
            SqlIndex("stays_tags", ["tags"], method="gin"),
        ],
    ),
)
STAY_LAYER = Layer("stays", target="postgres", tables=[STAYS])
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def hours(first: int | None, last: int | None) -> Range[datetime]:
    """From so many hours after noon."""
    ends = [None if one is None else NOON + timedelta(hours=one) for one in (first, last)]
    return Range(lower=ends[0], upper=ends[1])


@pytest.fixture
def stay_prefix(postgis_url: str) -> Iterator[str]:
    made = f"s{uuid4().hex[:12]}-"
    yield made
    drop_tables(postgis_url, made)


@pytest.fixture
def stays_db(postgis_url: str, stay_prefix: str) -> Iterator[Database]:
    with trueup.connect(postgis_url, STAY_LAYER, table_names=f"{stay_prefix}{{table}}") as opened:
        opened.create_tables()
        yield opened


@pytest.fixture
def beside(postgis_url: str) -> Iterator[psycopg.Connection[Any]]:
    parameters: dict[str, Any] = dict(find_driver(postgis_url)[1].parameters)
    with psycopg.connect("", autocommit=True, **parameters) as connection:
        yield connection


def found(db: Database, condition: Condition) -> list[str]:
    """The rows that pass a filter."""
    return sorted(stay.id for stay in db.repository(STAYS).scan(filter=condition))


def test_created_columns_are_as_declared(
    stays_db: Database, postgis_url: str, stay_prefix: str
) -> None:
    assert stays_db is not None
    assert differences(postgis_url, STAY_LAYER, f"{stay_prefix}{{table}}") == []


@pytest.mark.case("P57")
@pytest.mark.parametrize(
    ("column", "stored"),
    [
        ("during", "[2026-01-01 12:00+00,infinity)"),
        ("during", "[-infinity,2026-01-01 12:00+00)"),
        ("during", "[0044-03-15 12:00+00 BC,2026-01-01 12:00+00)"),
        ("during", "[2026-01-01 12:00+00,10000-01-01 00:00+00)"),
        ("days", "[2026-01-01,infinity)"),
        ("days", "[-infinity,2026-01-01)"),
        ("days", "[0044-03-15 BC,2026-01-01)"),
        ("days", "[2026-01-01,10000-01-02)"),
    ],
)
def test_end_that_python_has_not_is_no_open_end_and_no_other_time(
    stays_db: Database, beside: psycopg.Connection[Any], stay_prefix: str, column: str, stored: str
) -> None:
    repo = stays_db.repository(STAYS)
    repo.put(Stay(id="a", room="1"))
    beside.execute(f'update "{stay_prefix}stays" set {column} = %s'.encode(), [stored])
    for read in (
        lambda: repo.get("a"),
        lambda: list(repo.scan()),
        lambda: list(stays_db.copy_out(STAYS)),
    ):
        with refused(ErrorCode.UNREADABLE_ITEM):
            read()
    with refused(ErrorCode.INVALID_VALUE):
        repo.update("a", at(Stay.room).assign("2"))
    [(kept,)] = beside.execute(f'select {column}::text from "{stay_prefix}stays"'.encode())
    assert ("infinity" in kept, "BC" in kept, "10000" in kept) == (
        "infinity" in stored,
        "BC" in stored,
        "10000" in stored,
    )


def test_maps_lists_and_sets_include_parts(stays_db: Database) -> None:
    repo = stays_db.repository(STAYS)
    repo.put(Stay(id="a", data={"a": 1, "b": {"c": [1, {"d": None}]}}, tags=["x", "y"]))
    repo.put(Stay(id="b", data={"a": "1", "e": b"x"}, sizes={1, 2, 3}))
    assert found(stays_db, at(Stay.data).includes({"a": 1})) == ["a"]
    assert found(stays_db, at(Stay.data).includes({"b": {"c": [{"d": None}]}})) == ["a"]
    assert found(stays_db, at(Stay.data).includes({"b": {"c": [2]}})) == []
    assert found(stays_db, at(Stay.data).includes({"e": {}})) == []
    assert found(stays_db, at(Stay.data).includes({"e": b"x"})) == ["b"]
    assert found(stays_db, at(Stay.tags).includes(["y", "y"])) == ["a"]
    assert found(stays_db, at(Stay.sizes).includes({3, 1})) == ["b"]
    assert found(stays_db, ~at(Stay.sizes).includes({4})) == ["a", "b"]


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-2, 2), st.sampled_from(["", "a", "$b"]))
NESTED = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "b", "$b"]), inner, max_size=3),
    ),
    max_leaves=6,
)
MAPS = st.dictionaries(st.sampled_from(["a", "b"]), NESTED, max_size=2)


def test_sql_includes_what_the_reference_includes(stays_db: Database) -> None:
    repo = stays_db.repository(STAYS)

    @settings(max_examples=100)
    @given(MAPS, MAPS)
    def same(whole: dict[str, Any], part: dict[str, Any]) -> None:
        repo.put(Stay(id="a", data=whole))
        condition = at(Stay.data).includes(part)
        assert bool(found(stays_db, condition)) is includes(whole, part)

    same()


def test_ranges_are_read_back_exactly(stays_db: Database) -> None:
    repo = stays_db.repository(STAYS)
    stay = Stay(
        id="a",
        during=Range(lower=NOON + timedelta(microseconds=1)),
        days=Range(upper=date(2026, 1, 2)),
        seats=Range(lower=-(2**63), upper=5),
        price=Range(lower=Decimal("0.10"), upper=Decimal(10) ** 30),
    )
    repo.put_many([stay, Stay(id="b", room="2", during=Range())])
    copied = stay.model_copy(update={"id": "c", "room": "3"})
    with stays_db.session() as session:
        session.copy_in(STAYS, [copied])
    assert repo.get_many(["a", "c"]) == [stay, copied]
    assert copied in list(stays_db.copy_out(STAYS))
    assert repo.get("b") == Stay(id="b", room="2", during=Range())


def test_ranges_overlap(stays_db: Database) -> None:
    repo = stays_db.repository(STAYS)
    repo.put_many(
        [
            Stay(id="morning", during=hours(-6, 0), seats=Range(lower=1, upper=3)),
            Stay(id="afternoon", room="other", during=hours(0, 6)),
            Stay(id="for ever", room="third", during=hours(6, None), price=Range(upper=Decimal(1))),
            Stay(id="never"),
        ]
    )
    assert found(stays_db, at(Stay.during).overlaps(hours(-1, 1))) == ["afternoon", "morning"]
    assert found(stays_db, at(Stay.during).overlaps(hours(100, None))) == ["for ever"]
    assert found(stays_db, at(Stay.seats).overlaps(Range(lower=3))) == []
    assert found(stays_db, at(Stay.price).overlaps(Range(lower=Decimal("0.5")))) == ["for ever"]
    not_then = ~at(Stay.during).overlaps(Range())
    assert found(stays_db, not_then) == ["never"]


ENDS = st.none() | st.integers(-3, 3)


def _is_range(ends: tuple[int | None, int | None]) -> bool:
    lower, upper = ends
    return lower is None or upper is None or lower < upper


RANGES = (
    st.tuples(ENDS, ENDS)
    .filter(_is_range)
    .map(lambda ends: Range[int](lower=ends[0], upper=ends[1]))
)


def test_sql_overlaps_what_the_reference_overlaps(stays_db: Database) -> None:
    repo = stays_db.repository(STAYS)

    @settings(max_examples=60)
    @given(RANGES, RANGES)
    def same(one: Range[int], other: Range[int]) -> None:
        repo.put(Stay(id="a", seats=one))
        condition = at(Stay.seats).overlaps(other)
        expected = any(seat in one and seat in other for seat in range(-9, 9))
        assert bool(found(stays_db, condition)) is expected
        assert bool(found(stays_db, condition & at(Stay.id).contains("a"))) is expected
        assert bool(found(stays_db, ~condition)) is not expected

    same()


def test_rows_of_a_room_do_not_overlap(stays_db: Database) -> None:
    repo = stays_db.repository(STAYS)
    repo.put(Stay(id="a", room="1", during=hours(0, 2)))
    repo.put(Stay(id="b", room="1", during=hours(2, 4)))
    repo.put(Stay(id="c", room="2", during=hours(1, 3)))
    with refused(ConstraintRefused) as refusal:
        repo.put(Stay(id="d", room="1", during=hours(1, 3)))
    assert refusal.says("overlaps")
    assert repo.get("d") is None


def test_containment_is_served_by_an_index(
    stays_db: Database, beside: psycopg.Connection[Any], stay_prefix: str
) -> None:
    """Among 100,000 rows."""
    beside.execute(
        f"""INSERT INTO "{stay_prefix}stays" (id, room, data, tags, sizes)
        SELECT n::text, '', jsonb_build_object('n', n, 'kind', n % 7), ARRAY[n::text], '{{}}'
        FROM generate_series(1, 100000) AS n""".encode()
    )
    beside.execute(f'ANALYZE "{stay_prefix}stays"'.encode())
    repo = stays_db.repository(STAYS)
    for condition, index in (
        (at(Stay.data).includes({"n": 5}), "stays_data"),
        (at(Stay.tags).includes(["5"]), "stays_tags"),
    ):
        assert index in explained(beside, repo.requests.scan(filter=condition).payload)
        assert [stay.id for stay in repo.scan(filter=condition)] == ["5"]


@pytest.mark.parametrize(
    "stay",
    [
        Stay(id="none"),
        Stay(
            id="all",
            room="1",
            during=hours(0, 2),
            days=Range[date](lower=date(2026, 1, 1), upper=date(2026, 1, 3)),
            seats=Range[int](lower=1, upper=4),
            price=Range[Decimal](lower=Decimal("0.1"), upper=Decimal("2.50")),
        ),
        Stay(id="open", during=hours(None, 2), seats=Range[int](lower=3), days=Range[date]()),
    ],
    ids=lambda stay: stay.id,
)
def test_ranges_of_a_tables_own_model_are_read_and_given_as_they_are(
    stays_db: Database, stay_prefix: str, stay: Stay
) -> None:
    table = f'"{stay_prefix}stays"'
    names = ["id", "room", "during", "days", "seats", "price"]
    stays_db.execute(
        f"insert into {table} ({', '.join(names)}, data, tags, sizes)"
        f" values ({', '.join(f':{name}' for name in names)}, '{{}}', '{{}}', '{{}}')",
        **{name: getattr(stay, name) for name in names},
    )
    stored = stays_db.repository(STAYS).get(stay.id)
    assert stored is not None
    assert stays_db.fetch(Stay, f"select * from {table}") == [stored]
    assert list(stays_db.stream(Stay, f"select * from {table}")) == [stored]
    for name in ("during", "days", "seats", "price"):
        assert getattr(stored, name) == getattr(stay, name)
    overlapping = f"select * from {table} where during && :during"
    expected = [] if stay.during is None else [stored]
    assert stays_db.fetch(Stay, overlapping, during=hours(1, 9)) == expected
    assert stays_db.fetch(Stay, overlapping, during=hours(5, 9)) == []


class Seats(BaseModel):
    """A range alone."""

    seats: Range[Decimal]


@pytest.mark.parametrize("stored", ["empty", "[1,2]", "(1,2)"])
def test_range_that_no_model_has_is_named_in_sql_of_ones_own(
    stays_db: Database, stored: str
) -> None:
    with refused(ErrorCode.UNREADABLE_ITEM) as refusal:
        stays_db.fetch(Seats, f"select '{stored}'::numrange as seats")
    assert refusal.says("seats (unreadable)")

"""Filters as SQL: of every row, SQL says what the reference meaning says of its item."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any

import pytest
from pydantic import Field

import trueup
from trueup import Database, Layer, Model, RequestFinished, Table, at
from trueup.engines.connect import find_driver, new_engine
from trueup.engines.postgres.errors import Stage
from trueup.engines.postgres.limits import RULES
from trueup.engines.postgres.payload import Statement
from trueup.engines.postgres.reads.conditions import in_sql
from trueup.engines.postgres.tables.compile import TableSql
from trueup.engines.postgres.wire.blocking import PostgresWire
from trueup.expressions import Condition, Item, Path
from trueup.expressions.condition import (
    And,
    BeginsWith,
    Between,
    Comparison,
    Exists,
    In,
    Missing,
    Not,
    Op,
    Or,
)
from trueup.expressions.evaluate import holds
from trueup.model.declarations.fields import WHOLE_SECONDS
from trueup.operations.actions import Put
from trueup.operations.operation import send
from trueup.operations.run import run
from trueup.testing.suite.oracle import CONDITION_CASES
from trueup.testing.suite.tables import TEXTS, Text, texts


class Typed(Model):
    pk: str
    s: str | None = None
    n: Decimal | None = None
    flag: bool | None = None
    data: bytes | None = None
    moment: datetime | None = None
    whole: Annotated[datetime, WHOLE_SECONDS] | None = None
    anything: Any = None
    cash: int | None = Field(None, alias="$cash")
    a: str | None = None
    b: Decimal | None = None
    nul: int | None = None


TYPED = Table("Typed", Typed, partition="pk")
LAYER = Layer("typed", target="postgres", tables=[TYPED])
ATTRIBUTES = ("s", "n", "flag", "data", "moment", "whole", "anything", "$cash")
ABSENT = object()
VALUES: list[Any] = [
    *("", "a", "B", "ä", "_", "a%", "\U0001f600", "￮", "null"),
    *("2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00Z", "2026-01-01", "2026-02-30T00:00:00Z"),
    *(0, 1, -1, Decimal("0.5"), 10**37 + 1),
    *(True, False, None),
    *(b"", b"a", b"\xff"),
    *(["a"], {"a": 1}, {"a"}, {1}),
]
LITERALS = [value for value in VALUES if not isinstance(value, list | dict | set)]


class Rows:
    """Rows whose attributes all have one value, and what SQL says of them."""

    def __init__(self, wire: PostgresWire, sql: TableSql, items: dict[str, Item]) -> None:
        self._wire = wire
        self.sql = sql
        self.items = items

    def said(self, condition: Condition) -> dict[str, bool] | None:
        """Of each row, by its key; None if SQL is not asked."""
        fragment = in_sql(self.sql, condition)
        if fragment is None:
            return None
        parameters: list[Any] = []

        def place(value: Any) -> str:
            parameters.append(value)
            return f"${len(parameters)}"

        text = f"SELECT pk, ({fragment.placed(place)}) IS TRUE FROM {self.sql.quoted}"
        statement = Statement(text, tuple(parameters))
        return dict(self._wire.single(statement, Stage.NOTHING, time.monotonic() + 30, "Typed"))

    def check(self, condition: Condition) -> bool:
        """Compare with the reference. Returns whether SQL was asked."""
        said = self.said(condition)
        expected = {key: holds(condition, item) for key, item in self.items.items()}
        assert said in (None, expected), condition
        return said is not None


@pytest.fixture
def rows(postgres_url: str, prefix: str) -> Iterator[Rows]:
    driver, address = find_driver(postgres_url)
    names = f"{prefix}{{table}}"
    with trueup.connect(postgres_url, LAYER, table_names=names) as db:
        db.create_tables()
    engine = new_engine(driver, LAYER, names, None)
    described = LAYER.describe(TYPED)
    items: dict[str, Item] = {"absent": {"pk": "absent"}}
    for number, value in enumerate(VALUES):
        items[f"{number}"] = {"pk": f"{number}", **dict.fromkeys(ATTRIBUTES, value)}
    items |= {
        case.name: {**case.item, "pk": case.name}
        for case in CONDITION_CASES
        if case.item is not None
    }
    wire = driver.open_wire(address, 30)
    assert isinstance(wire, PostgresWire)
    try:
        for item in items.values():
            put = engine.compile(Put(described, item))
            run(send(put), wire, time.monotonic() + 30)
        yield Rows(
            wire, TableSql(described, {described.name: engine.name_of(described)}, RULES), items
        )
    finally:
        wire.close()


def leaves(attribute: str) -> Iterator[Condition]:
    """Every condition on an attribute that compares it with a value."""
    path = Path(None, (attribute,))
    yield Exists(path)
    yield Missing(path)
    for value in LITERALS:
        for op in Op:
            yield Comparison(op, path, value)
        yield BeginsWith(path, value)
    for low, high in pairwise(LITERALS):
        yield Between(path, low, high)
        yield In(path, (low, high))
        yield In(path, (high,))


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_sql_means_what_the_reference_means(rows: Rows, attribute: str) -> None:
    asked = [condition for condition in leaves(attribute) if rows.check(condition)]
    assert len(asked) > {"anything": 1, "flag": 6}.get(attribute, 10)
    for first, second in pairwise(asked):
        assert rows.check(Not(first))
        assert rows.check(Or((first, Not(second))))
        assert rows.check(Not(And((first, second))))


def test_sql_means_what_the_oracle_says(rows: Rows) -> None:
    asked = [case.condition for case in CONDITION_CASES if rows.check(case.condition)]
    asked += [case.condition for case in CONDITION_CASES if rows.check(Not(case.condition))]
    assert len(asked) > 50


@pytest.fixture
def db(postgres_url: str, prefix: str) -> Iterator[Database]:
    layer = Layer("texts", target="postgres", tables=[TEXTS])
    with trueup.connect(postgres_url, layer, table_names=f"{prefix}{{table}}") as opened:
        opened.create_tables()
        opened.repository(TEXTS).put_many(texts(3000))
        yield opened


def requests_of(db: Database) -> list[str]:
    """The actions of the requests that will be sent."""
    seen: list[str] = []
    db.subscribe(lambda e: seen.append(e.action) if isinstance(e, RequestFinished) else None)
    return seen


def test_filter_in_sql_fills_its_pages(db: Database) -> None:
    sent = requests_of(db)
    found = db.repository(TEXTS).query("g", filter=at(Text.n) >= 2990).all()
    assert [text.n for text in found] == list(range(2990, 3000))
    assert sent == ["Query"]


def test_filter_in_sql_counts_at_once(db: Database) -> None:
    sent = requests_of(db)
    assert db.repository(TEXTS).count("g", filter=at(Text.n) >= 10) == 2990
    assert sent == ["Count"]


def test_part_of_a_filter_that_sql_does_not_decide_is_decided_here(db: Database) -> None:
    condition = (at(Text.n) >= 2990) & (at(Text.key).size() == 5) & at(Text.key).contains("9")
    repository = db.repository(TEXTS)
    assert [text.n for text in repository.scan(filter=condition)] == list(range(2990, 3000))
    assert repository.count("g", filter=condition) == 10

"""The columns of a table, and its SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import BaseModel

from trueup import ExpiresAt, Index, Layer, Model, Table, UnsupportedByEngine
from trueup.engines.postgres.ddl.statements import create_statements
from trueup.engines.postgres.engine import PostgresEngine
from trueup.engines.postgres.limits import RULES
from trueup.engines.postgres.tables.layout import columns_of, declared
from trueup.engines.postgres.values.columns import holds_exactly
from trueup.engines.postgres.values.types import PLAIN, Form
from trueup.model.declarations.fields import WHOLE_SECONDS
from trueup.model.description.check import describe
from trueup.testing.suite.harness.refusals import refused


class Part(BaseModel):
    size: int


class Everything(Model):
    id: str
    at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    whole: Annotated[datetime, WHOLE_SECONDS] = datetime(2026, 1, 1, tzinfo=UTC)
    day: date = date(2026, 1, 1)
    unique: UUID = UUID(int=0)
    count: int = 0
    price: Decimal | None = None
    ratio: float = 0.5
    is_open: bool = False
    photo: bytes = b""
    tags: set[str] = set()
    notes: list[str] = []
    part: Part | None = None
    anything: Any = None
    expires_at: ExpiresAt | None = None


EVERYTHING = Table(
    "Everything",
    Everything,
    partition="id",
    sort="at",
    indexes=[Index("ByCount", "count", "whole")],
)


def test_each_attribute_has_a_column_of_the_right_type() -> None:
    forms = {column.name: column.form.value for column in columns_of(describe(EVERYTHING), "t")}
    assert forms == {
        "id": "text",
        "at": "timestamp with time zone",
        "whole": "timestamp(0) with time zone",
        "day": "text",
        "unique": "text",
        "count": "numeric",
        "price": "numeric",
        "ratio": "numeric",
        "is_open": "boolean",
        "photo": "bytea",
        "tags": "jsonb",
        "notes": "jsonb",
        "part": "jsonb",
        "anything": "jsonb",
        "expires_at": "numeric",
    }


def test_sql_of_a_table() -> None:
    class Note(Model):
        owner: str
        number: int
        label: str | None = None

    table = Table(
        "it's", Note, partition="owner", sort="number", indexes=[Index("ByLabel", "label")]
    )
    assert [
        one.sql for one in create_statements([declared(describe(table), {table.name: "it's"})])
    ] == [
        'CREATE TABLE "it\'s" (\n'
        '  "owner" text COLLATE "C" NOT NULL,\n'
        '  "number" numeric NOT NULL,\n'
        '  "label" text COLLATE "C",\n'
        '  "unknown_attributes" jsonb,\n'
        '  CONSTRAINT "it\'s.key" PRIMARY KEY ("owner", "number")\n'
        ")",
        'COMMENT ON INDEX "it\'s.key" IS \'trueup {"partition": 1, "ttl": null, "names": {}}\'',
        'CREATE INDEX "it\'s.ByLabel" ON "it\'s" ("label", "owner", "number")'
        ' WHERE "label" IS NOT NULL',
        'COMMENT ON INDEX "it\'s.ByLabel" IS'
        ' \'trueup {"name": "ByLabel", "partition": 1, "sort": 0}\'',
    ]


class Entry(Model):
    id: str


class Invoice(Entry):
    amount: int = 0


class Ticket(Entry):
    amount: str = ""


def test_attribute_of_several_types_is_json() -> None:
    table = Table("Entries", Entry, partition="id", entities=[Invoice, Ticket])
    forms = {column.name: column.form for column in columns_of(describe(table), "t")}
    assert forms["amount"] is Form.JSON


@pytest.mark.parametrize(
    ("form", "value", "holds"),
    [
        (Form.TEXT, "a", True),
        (Form.TEXT, 1, False),
        (Form.NUMBER, Decimal("0.5"), True),
        (Form.NUMBER, True, False),
        (Form.BOOLEAN, 1, False),
        (Form.BYTES, b"", True),
        (Form.INSTANT, "2026-01-01T00:00:00.000000Z", True),
        (Form.INSTANT, "0001-01-01T00:00:00.000000Z", True),
        (Form.INSTANT, "2026-01-01T00:00:00Z", False),
        (Form.INSTANT, "2026-02-30T00:00:00.000000Z", False),
        (Form.INSTANT, "0000-01-01T00:00:00.000000Z", False),
        (Form.INSTANT, "2026-01-01T24:00:00.000000Z", False),
        (Form.INSTANT, "2026-01-01T00:00:60.000000Z", False),
        (Form.INSTANT, "٢026-01-01T00:00:00.000000Z", False),
        (Form.SECONDS, "2026-01-01T00:00:00Z", True),
        (Form.SECONDS, "2026-01-01T00:00:00.000000Z", False),
        (Form.JSON, {"a"}, True),
    ],
)
def test_column_holds_what_reads_back_the_same(form: Form, value: Any, holds: bool) -> None:
    assert holds_exactly(PLAIN[form], value) is holds


def test_names_that_are_too_long_or_meet_are_refused_together() -> None:
    tables = [
        Table("x" * 64, Entry, partition="id"),
        Table("a", Entry, partition="id", indexes=[Index("b.c", "id")]),
        Table("a.b", Entry, partition="id", indexes=[Index("c", "id")]),
    ]
    layer = Layer("names", target="postgres", tables=tables)
    described = {table.name: layer.describe(table) for table in tables}
    engine = PostgresEngine(RULES, described, {name: name for name in described})
    with refused(UnsupportedByEngine) as refusal:
        engine.check(list(described.values()))
    assert refusal.says("longer than 63 bytes", "the name a.b.c is also used")

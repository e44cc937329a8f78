"""EXPLAIN shows an index for every declared pattern, on tables with many rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest

import trueup
from systems.nexus.questions import examples
from systems.nexus.tables import layer as nexus
from tests.wire.postgres.live import node_types
from trueup import AccessPattern, Database, Index, Layer, Model, Relational, Table, at
from trueup.engines.connect import physical_names
from trueup.engines.postgres.payload import Single
from trueup.engines.postgres.tables.layout import columns_of
from trueup.engines.postgres.values.names import literal, quote
from trueup.engines.postgres.values.types import Column, Form

ROWS = 100_000
VALUES = 50
"""The values of an attribute that many rows share."""


class Reading(Model):
    site: str
    sensor: str
    taken_at: datetime
    level: int | None = None
    region: str | None = None
    device: UUID | None = None
    alarm: str | None = None


INDEXES = [
    Index("by_region", partition=["region", "level"], sort="taken_at"),
    Index("by_device", partition="device", sort="taken_at"),
    Index("alarms", partition="alarm"),
]
PATTERNS = [
    AccessPattern("reading", by=["site", "sensor"]),
    AccessPattern("of_site", by="site"),
    AccessPattern("of_region", index="by_region", sorted_by="taken_at", order="descending"),
    AccessPattern("of_device", index="by_device", sorted_by="taken_at"),
    AccessPattern("alarms", index="alarms"),
]
ASKED: dict[str, tuple[Any, ...]] = {
    "reading": ("v7", "s1"),
    "of_site": ("v7",),
    "of_region": ("v7", 7),
    "of_device": (UUID(int=7),),
    "alarms": ("v7",),
}


def declare(relational: Relational | None) -> Table[Reading]:
    return Table(
        "Readings",
        Reading,
        partition="site",
        sort="sensor",
        indexes=INDEXES,
        patterns=PATTERNS,
        relational=relational,
    )


PLAIN, COLUMNS = declare(None), declare(Relational())


def filled(
    connection: psycopg.Connection[Any],
    layer: Layer,
    table: Table[Any],
    prefix: str,
    rows: int,
    asked: dict[str, Any],
) -> None:
    """Fill a table's keys and the attributes of its indexes. asked: values that a fiftieth of the
    rows shall have, by attribute."""
    described = layer.describe(table)
    name = physical_names(layer, f"{prefix}{{table}}", {})[table.name]
    indexed = {key.attribute for index in described.indexes.values() for key in index.attributes}
    keys = [key.attribute for key in described.key]
    columns = [
        column
        for column in columns_of(described, name)
        if column.attribute in indexed or column.attribute in keys
    ]
    values = [
        _value(column, asked.get(column.attribute), is_unique=column.attribute == keys[-1])
        for column in columns
    ]
    connection.execute(
        f"INSERT INTO {quote(name)} ({', '.join(quote(column.name) for column in columns)}) "
        f"SELECT {', '.join(values)} FROM generate_series(1, {rows}) AS g".encode()
    )
    connection.execute(f"ANALYZE {quote(name)}".encode())


def _value(column: Column, asked: Any, *, is_unique: bool) -> str:
    """SQL of the value of row `g`."""
    number = "g" if is_unique else f"g % {VALUES}"
    text = {
        Form.INSTANT: "timestamptz '2026-01-01' + g * interval '1 second'",
        Form.UUID: f"md5(({number})::text)::uuid",
        Form.NUMBER: number,
        Form.INTEGER: number,
    }.get(column.form, f"'v' || {number}")
    if asked is None or is_unique:
        return text
    return f"CASE WHEN g % {VALUES} = 7 THEN {column.placed(literal(str(asked)))} ELSE {text} END"


def request_of(db: Database, table: Table[Any], pattern: str, given: tuple[Any, ...]) -> Any:
    """What a pattern sends."""
    return db.repository(table).requests.pattern(pattern, *given).payload


def assert_index_is_used(connection: psycopg.Connection[Any], payload: Any) -> None:
    steps = node_types(connection, payload)
    assert "Seq Scan" not in steps
    assert {"Index Scan", "Index Only Scan", "Bitmap Index Scan"} & set(steps)


@pytest.mark.parametrize("table", [PLAIN, COLUMNS], ids=["items", "columns"])
def test_every_pattern_uses_an_index(
    postgres_url: str, prefix: str, other: psycopg.Connection[Any], table: Table[Any]
) -> None:
    layer = Layer("readings", target="postgres", tables=[table])
    with trueup.connect(postgres_url, layer, table_names=f"{prefix}{{table}}") as db:
        db.create_tables()
        asked = {"site": "v7", "region": "v7", "level": 7, "device": UUID(int=7), "alarm": "v7"}
        filled(other, layer, table, prefix, ROWS, asked)
        for pattern in PATTERNS:
            given = ASKED[pattern.name]
            assert_index_is_used(other, request_of(db, table, pattern.name, given))
        repo = db.repository(table).requests
        moment = datetime(2026, 1, 1, 12, tzinfo=UTC)
        for narrowed in (
            repo.query("v7", sort=at(Reading.sensor).begins_with("v77")),
            repo.query("v7", sort=Reading.sensor > "v5", order="descending"),
            repo.query(UUID(int=7), index="by_device", sort=Reading.taken_at >= moment),
            repo.pattern("of_region", "v7", 7, filter=Reading.alarm == "v7", page_size=10),
            repo.get("v7", "v99957"),
        ):
            assert_index_is_used(other, narrowed.payload)


def test_every_pattern_of_compliance_mappings_uses_an_index(
    postgres_url: str, prefix: str, other: psycopg.Connection[Any]
) -> None:
    asked = examples()
    with trueup.connect(postgres_url, nexus, table_names=f"{prefix}{{table}}") as db:
        db.create_tables()
        for table in nexus.tables:
            filled(other, nexus, table, prefix, 20_000, {})
        tables = {table.name: table for table in nexus.tables}
        patterns = {(table.name, one.name) for table in nexus.tables for one in table.patterns}
        assert patterns == asked.keys()
        for (name, pattern), given in asked.items():
            assert_index_is_used(other, request_of(db, tables[name], pattern, given))


def test_a_sequential_scan_is_seen(postgres_url: str, other: psycopg.Connection[Any]) -> None:
    """The assertion of the tests above fails where a table is read from end to end."""
    assert postgres_url
    steps = node_types(other, Single("SELECT FROM pg_class WHERE relkind = $1::text", ("r",)))
    assert steps == ["Seq Scan"]

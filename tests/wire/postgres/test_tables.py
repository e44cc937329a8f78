"""Tables: created by many at once, read from the catalogue as they were declared."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from pydantic import Field

import trueup
from tests.wire.postgres.conftest import LAYER
from trueup import Database, Index, Layer, Model, Table
from trueup.engines.connect import find_driver, new_engine
from trueup.errors import ErrorCode, NeedsOperator
from trueup.operations.run import run
from trueup.schema.diff import diff_table
from trueup.schema.engine import LiveTable
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.tables import ACCOUNTS, EVENTS, FREE, ORDERS, SHARED, TEXTS, TILES

FAR_S = float("inf")


class Odd(Model):
    """Its names are those that need care."""

    xmin: str
    order: int = 0
    gruss: bytes = Field(b"", alias="Grüße")
    unknown_attributes: str | None = None


ODD = Table(
    'o"dd',
    Odd,
    partition="xmin",
    sort="order",
    indexes=[Index("By Grüße", "gruss", "unknown_attributes"), Index("x" * 70, "order")],
)
MANY = Layer(
    "many", target="postgres", tables=[ACCOUNTS, EVENTS, FREE, ODD, ORDERS, SHARED, TILES, TEXTS]
)


def live_tables(url: str, layer: Layer, names: str) -> dict[str, LiveTable]:
    """The tables of a layer as the catalogue tells them, by physical name."""
    driver, address = find_driver(url)
    engine = new_engine(driver, layer, names, None)
    wire = driver.open_wire(address, 30)
    try:
        wanted = [engine.name_of(layer.describe(table)) for table in layer.tables]
        found = run(engine.inspect(wanted), wire, FAR_S)
        for table in layer.tables:
            declared = engine.declared(layer.describe(table))
            assert [*diff_table(declared, found[declared.name].schema)] == []
            assert declared == found[declared.name].schema
    finally:
        wire.close()
    return dict(found)


def test_live_tables_are_those_that_were_declared(postgres_url: str, prefix: str) -> None:
    names = f"{prefix}{{table}}"
    with trueup.connect(postgres_url, MANY, table_names=names) as db:
        db.create_tables()
        db.create_tables()
        odd = db.repository(ODD)
        odd.put(Odd(xmin="a", order=1, Grüße=b"g", unknown_attributes="u"))
        assert odd.query(b"g", index="By Grüße").all() == odd.scan().all() != []
    found = live_tables(postgres_url, MANY, names)
    assert len(found) == len(MANY.tables)
    assert {table.problem for table in found.values()} == {""}


def test_tables_are_created_once_by_many_at_once(postgres_url: str, prefix: str) -> None:
    def create(_: int) -> None:
        with trueup.connect(postgres_url, MANY, table_names=f"{prefix}{{table}}") as db:
            db.create_tables()

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(create, range(10)))
    live_tables(postgres_url, MANY, f"{prefix}{{table}}")


class Narrow(Model):
    group: str
    key: str


def test_table_that_lacks_a_declared_column_is_refused(
    db: Database, postgres_url: str, prefix: str
) -> None:
    class Wide(Narrow):
        n: int = 0
        label: str | None = None
        colour: str = ""

    wide = Table("Texts", Wide, partition="group", sort="key", indexes=TEXTS.indexes)
    layer = Layer("wide", target="postgres", tables=[wide])
    with trueup.connect(postgres_url, layer, table_names=f"{prefix}{{table}}") as other:
        with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
            other.create_tables()
        assert refusal.says("it lacks the columns colour")
        with refused(ErrorCode.SCHEMA_MISMATCH):
            other.repository(wide).get("a", "b")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ('DROP INDEX "{}Texts.ByN"', "index ByN is missing"),
        ('CREATE INDEX "{}Texts.x" ON "{}Texts" (label)', "index x is not declared"),
        ("COMMENT ON INDEX \"{}Texts.key\" IS 'mine'", "it was not made by Trueup"),
    ],
)
def test_table_that_others_changed_is_refused(
    db: Database, prefix: str, other: psycopg.Connection[Any], sql: str, said: str
) -> None:
    other.execute(sql.replace("{}", prefix).encode())
    with refused(NeedsOperator) as refusal:
        db.create_tables()
    assert refusal.says(said)


def test_column_of_another_type_is_a_difference(
    db: Database, postgres_url: str, prefix: str, other: psycopg.Connection[Any]
) -> None:
    other.execute(f'ALTER TABLE "{prefix}Texts" ALTER label TYPE varchar(9)'.encode())
    with pytest.raises(AssertionError, match="character varying"):
        live_tables(postgres_url, LAYER, f"{prefix}{{table}}")


def test_missing_table_is_an_error_that_says_what_to_do(postgres_url: str, prefix: str) -> None:
    with trueup.connect(postgres_url, LAYER, table_names=f"{prefix}{{table}}") as db:
        with refused(ErrorCode.TABLE_NOT_FOUND) as refusal:
            db.repository(TEXTS).get("a", "b")
        assert refusal.says("create_tables")

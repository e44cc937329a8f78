"""Tables in the file are made as declared, read back as they are, and compared."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.engines.sqlite.ddl.render import render
from trueup.engines.sqlite.ddl.statements import create_statements
from trueup.engines.sqlite.inspect import inspect_request
from trueup.engines.sqlite.layout import ORDINARY, check_names, description, quote
from trueup.engines.sqlite.limits import RULES
from trueup.engines.sqlite.wire.blocking import SqliteWire
from trueup.engines.sqlite.wire.connections import Location
from trueup.errors import DeclarationError, ErrorCode, NeedsOperator, Place, UnsupportedByEngine
from trueup.operations.operation import Operation, send
from trueup.operations.run import run
from trueup.schema.changes import (
    AddTable,
    Change,
    ChangeKey,
    DropIndex,
    DropTable,
    SetFact,
    SetStream,
)
from trueup.schema.create import create_tables
from trueup.schema.engine import DONE, NO_TABLES, LiveTable, Progress, Step
from trueup.schema.tables import AttributeSchema, IndexSchema, TableSchema
from trueup.testing.suite.harness.refusals import refused

CUSTOMER = AttributeSchema("customer", "S")
DAY = AttributeSchema("day", "N")
STATUS = AttributeSchema("status", "S")
DIGEST = AttributeSchema("digest", "B")
FORM = {"form": ORDINARY}
BY_STATUS = IndexSchema("ByStatus", (STATUS,), (DAY, DIGEST), facts=FORM)
REVERSE = IndexSchema("Reverse", (DAY,), (CUSTOMER,), facts=FORM)


def indexed(*indexes: IndexSchema) -> dict[str, IndexSchema]:
    return {index.name: index for index in indexes}


ORDERS = TableSchema("Orders", (CUSTOMER,), (DAY,), indexed(BY_STATUS, REVERSE), "expiresAt")
OTHER = TableSchema("Other", (CUSTOMER,))


class Schemas:
    """The engine's half of tables, for schemas that no model was declared for."""

    rules = RULES

    def declared(self, table: Any) -> TableSchema:
        schema: TableSchema = table
        return schema

    inspects_at_once = False

    def inspect(
        self, names: Sequence[str], *, all_facts: bool = True
    ) -> Operation[Mapping[str, LiveTable]]:
        return send(inspect_request(names))

    def render(
        self, changes: Sequence[Change], live: Mapping[str, LiveTable] = NO_TABLES
    ) -> list[Step]:
        return render(changes, live)


@pytest.fixture
def wire() -> Iterator[SqliteWire]:
    with closing(SqliteWire(Location(None))) as opened:
        yield opened


def create(wire: SqliteWire, *tables: TableSchema) -> None:
    engine: Any = Schemas()
    declared: Any = tables
    run(create_tables(engine, declared), wire, time.monotonic() + 5)


def inspect(wire: SqliteWire, *names: str) -> dict[str, LiveTable]:
    return run(send(inspect_request(names)), wire, time.monotonic() + 5)


def make(wire: SqliteWire, *changes: Change) -> list[Progress]:
    return [run(send(step.request), wire, time.monotonic() + 5) for step in render(changes, {})]


def test_the_statements_are_readable() -> None:
    assert create_statements(ORDERS) == [
        'CREATE TABLE "Orders" (\n'
        '  "customer" TEXT NOT NULL,\n'
        '  "day" TEXT NOT NULL,\n'
        '  "day:order" TEXT NOT NULL,\n'
        '  "status" TEXT,\n'
        '  "digest" BLOB,\n'
        '  "expiresAt:expires" INTEGER,\n'
        '  "item" TEXT NOT NULL,\n'
        '  PRIMARY KEY ("customer", "day:order")\n'
        ")",
        'CREATE INDEX "Orders.ByStatus" ON "Orders"'
        ' ("status", "day:order", "digest", "customer")'
        ' WHERE "status" IS NOT NULL AND "digest" IS NOT NULL',
        'CREATE INDEX "Orders.Reverse" ON "Orders" ("day:order", "customer")',
    ]


KINDS: list[Literal["S", "N", "B"]] = ["S", "N", "B"]
NAMES = st.text(st.characters(codec="ascii", exclude_characters="\0:"), min_size=1, max_size=6)
ITEM_NAMES = st.sampled_from(["item", "Item", "item:item", "ITEM:item:item", "rowid"])


@st.composite
def schemas(draw: st.DrawFn) -> TableSchema:
    """Any table whose attributes SQLite keeps apart."""
    names = draw(st.lists(NAMES | ITEM_NAMES, min_size=2, max_size=8, unique_by=str.lower))
    columns = [AttributeSchema(name, draw(st.sampled_from(KINDS))) for name in names]
    some = st.lists(st.sampled_from(columns), min_size=1, max_size=3, unique=True).map(tuple)
    key = draw(some)
    split = draw(st.integers(1, len(key)))
    found = draw(st.lists(NAMES, max_size=3, unique_by=str.lower))
    keys = [draw(some) for _ in found]
    indexes = [
        IndexSchema(name, key[:1], key[1:], facts=FORM)
        for name, key in zip(found, keys, strict=True)
    ]
    ttl = draw(st.none() | st.sampled_from(names))
    return TableSchema(draw(NAMES), key[:split], key[split:], indexed(*indexes), ttl)


@given(schemas())
def test_a_table_reads_back_as_declared(schema: TableSchema) -> None:
    with closing(SqliteWire(Location(None))) as wire:
        try:
            check_names({"here": schema})
        except UnsupportedByEngine:
            return
        create(wire, schema)
        assert inspect(wire, schema.name)[schema.name].schema == schema
        create(wire, schema)


def test_a_table_that_is_not_there_is_not_inspected(wire: SqliteWire) -> None:
    create(wire, OTHER)
    assert inspect(wire, "Orders", "Other") == {
        "Other": LiveTable(OTHER, identity="1", is_whole=True)
    }


def test_making_tables_again_keeps_their_rows(wire: SqliteWire) -> None:
    create(wire, OTHER)
    wire.write(lambda c: c.execute('INSERT INTO "Other" VALUES (?, ?)', ("a", "{}")))
    create(wire, ORDERS, OTHER)
    assert wire.read('SELECT * FROM "Other"') == [("a", "{}")]
    assert list(inspect(wire, "Orders", "Other")) == ["Orders", "Other"]


@pytest.mark.parametrize(
    ("declared", "difference"),
    [
        (replace(ORDERS, sort=()), "the key is (customer S; day N), declared is (customer S)"),
        (
            replace(ORDERS, partition=(CUSTOMER, DAY), sort=()),
            "the key is (customer S; day N), declared is (customer S, day N)",
        ),
        (replace(ORDERS, indexes=indexed(REVERSE)), "index ByStatus is not declared"),
        (
            replace(ORDERS, indexes={**ORDERS.indexes, "New": IndexSchema("New", (STATUS,))}),
            "index New is missing",
        ),
        (
            replace(ORDERS, indexes=indexed(replace(BY_STATUS, sort=()), REVERSE)),
            "index ByStatus is (status S; day N, digest B), not (status S)",
        ),
        (replace(ORDERS, ttl=None), "the ttl attribute is expiresAt, declared is none"),
    ],
)
def test_a_declaration_that_disagrees_with_the_file_is_refused(
    wire: SqliteWire, declared: TableSchema, difference: str
) -> None:
    create(wire, ORDERS)
    with pytest.raises(NeedsOperator) as caught:
        create(wire, declared, OTHER)
    assert caught.value.code is ErrorCode.SCHEMA_MISMATCH
    assert caught.value.where == Place("sqlite", table="Orders")
    assert difference in caught.value.what
    assert "Other" not in inspect(wire, "Other")  # nothing was made


def test_an_expiry_that_is_only_declared_is_refused(wire: SqliteWire) -> None:
    """DynamoDB would switch it on; here it needs a column that the rows do not have."""
    create(wire, OTHER)
    with pytest.raises(NeedsOperator, match="the ttl attribute is none, declared is expiresAt"):
        create(wire, replace(OTHER, ttl="expiresAt"))


@pytest.mark.parametrize(
    ("tamper", "difference"),
    [
        ('DROP INDEX "Orders.Reverse"', "index Reverse is missing"),
        ('CREATE INDEX "Orders.Mine" ON "Orders" (status)', "index Mine is not declared"),
        (
            'DROP INDEX "Orders.ByStatus";'
            'CREATE INDEX "Orders.ByStatus" ON "Orders" (status, "day:order", digest, customer)',
            "index ByStatus is",
        ),
    ],
)
def test_the_live_catalogue_counts_and_not_the_bookkeeping(
    wire: SqliteWire, tamper: str, difference: str
) -> None:
    create(wire, ORDERS)
    wire.write(lambda c: [c.execute(statement) for statement in tamper.split(";")])
    with pytest.raises(NeedsOperator) as caught:
        create(wire, ORDERS)
    assert difference in caught.value.what


@pytest.mark.parametrize("name", ["Other", "OTHER"])
def test_a_table_of_somebody_else_is_not_taken_over(wire: SqliteWire, name: str) -> None:
    wire.write(lambda c: c.execute(create_statements(replace(OTHER, name=name))[0]))
    with pytest.raises(NeedsOperator, match="not made by Trueup"):
        create(wire, OTHER)


def test_tables_are_made_together_or_not_at_all(wire: SqliteWire) -> None:
    """Another process makes one of them between the look and the script."""
    (step,) = render([AddTable(ORDERS), AddTable(OTHER)], {})
    create(wire, OTHER)
    assert run(send(step.request), wire, time.monotonic() + 5) == Progress(is_late=True)
    assert list(inspect(wire, "Orders", "Other")) == ["Other"]


def test_what_a_faster_process_made_is_inspected_again(wire: SqliteWire) -> None:
    class Slow(Schemas):
        def render(
            self, changes: Sequence[Change], live: Mapping[str, LiveTable] = NO_TABLES
        ) -> list[Step]:
            if changes and not inspect(wire, "Other"):
                create(wire, OTHER)  # by another process
            return render(changes, live)

    engine: Any = Slow()
    declared: Any = [ORDERS, OTHER]
    run(create_tables(engine, declared), wire, time.monotonic() + 5)
    assert list(inspect(wire, "Orders", "Other")) == ["Orders", "Other"]


def test_script_shows_what_runs() -> None:
    (step,) = render([AddTable(OTHER)], {})
    assert step.comment == "create Other"
    assert [one.sql.split("\n")[0] for one in step.request.payload.statements] == [
        "BEGIN IMMEDIATE",
        "SELECT 1 FROM sqlite_schema WHERE type <> 'index' AND name COLLATE NOCASE IN (?)",
        'CREATE TABLE "Other" (',
        'INSERT OR REPLACE INTO "trueup:tables" VALUES (?, ?)',
        "COMMIT",
    ]


def test_table_and_index_can_be_dropped(wire: SqliteWire) -> None:
    create(wire, ORDERS)
    assert make(wire, DropIndex(ORDERS, REVERSE)) == [DONE]
    assert list(inspect(wire, "Orders")["Orders"].schema.indexes) == ["ByStatus"]
    assert make(wire, DropTable(ORDERS)) == [DONE]
    assert inspect(wire, "Orders") == {}
    assert wire.read('SELECT * FROM "trueup:tables"') == [("Orders", "")]


@pytest.mark.parametrize(
    "change",
    [
        ChangeKey(ORDERS, replace(ORDERS, sort=())),
        SetStream(ORDERS, None, "KEYS_ONLY"),
        SetFact(ORDERS, "form", ORDINARY, "unique", "ByStatus"),
    ],
)
def test_change_that_sqlite_does_not_make_is_refused(change: Change) -> None:
    with refused(ErrorCode.SCHEMA_MISMATCH):
        render([change], {})


def test_equal_schemas_have_one_description() -> None:
    assert description(ORDERS) == description(replace(ORDERS, indexes=indexed(REVERSE, BY_STATUS)))


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        (
            [TableSchema("t", (STATUS,), (AttributeSchema("Status", "S"),))],
            "columns Status and status",
        ),
        ([TableSchema("t", (STATUS,)), TableSchema("T", (STATUS,))], "T and t are one name"),
        (
            [
                TableSchema("t", (STATUS,), (), indexed(REVERSE)),
                TableSchema("t.reverse", (STATUS,)),
            ],
            "t.reverse and t.Reverse are one name",
        ),
        ([TableSchema("sqlite_x", (STATUS,))], "the name of table sqlite_x is reserved"),
        ([TableSchema("trueup:tables", (STATUS,))], "is reserved"),
    ],
)
def test_names_that_sqlite_cannot_keep_apart_are_refused(
    tables: list[TableSchema], problem: str
) -> None:
    with pytest.raises(UnsupportedByEngine) as caught:
        check_names({f"place {number}": table for number, table in enumerate(tables)})
    assert any(problem in found for found in caught.value.problems)


def test_names_are_quoted() -> None:
    assert quote('a"b') == '"a""b"'
    with pytest.raises(DeclarationError):
        quote("a\0b")

"""Tables in the file are made as declared, read back as they are, and compared."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.engines.sqlite.ddl import create_statements, create_tables, description
from trueup.engines.sqlite.file_format import stamp
from trueup.engines.sqlite.inspect import list_tables, read_layout
from trueup.engines.sqlite.layout import Column, IndexLayout, TableLayout, check_layouts, quote
from trueup.errors import DeclarationError, ErrorCode, NeedsOperator, Place, UnsupportedByEngine

CUSTOMER = Column("customer", "S")
DAY = Column("day", "N")
STATUS = Column("status", "S")
DIGEST = Column("digest", "B")
BY_STATUS = IndexLayout("ByStatus", (STATUS,), (DAY, DIGEST))
REVERSE = IndexLayout("Reverse", (DAY,), (CUSTOMER,))
ORDERS = TableLayout("Orders", (CUSTOMER,), (DAY,), (BY_STATUS, REVERSE), "expiresAt")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        stamp(opened)
        yield opened


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


NAMES = st.text(st.characters(codec="ascii", exclude_characters="\0:"), min_size=1, max_size=6)


@st.composite
def layouts(draw: st.DrawFn) -> TableLayout:
    """Any table whose attributes SQLite keeps apart."""
    names = draw(st.lists(NAMES, min_size=2, max_size=8, unique_by=str.lower))
    names = [name for name in names if name.lower() != "item"] or ["a"]
    columns = [Column(name, draw(st.sampled_from("SNB"))) for name in names]
    some = st.lists(st.sampled_from(columns), min_size=1, max_size=3, unique=True).map(tuple)
    key = draw(some)
    split = draw(st.integers(1, len(key)))
    found = draw(st.lists(NAMES, max_size=3, unique_by=str.lower))
    indexes = [IndexLayout(name, draw(some), ()) for name in found]
    indexes = [replace(one, partition=one.partition[:1], sort=one.partition[1:]) for one in indexes]
    ttl = draw(st.none() | st.sampled_from(names))
    return TableLayout(draw(NAMES), key[:split], key[split:], tuple(indexes), ttl)


@given(layouts())
def test_a_table_reads_back_as_declared(layout: TableLayout) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        stamp(connection)
        try:
            create_tables(connection, [layout])
        except UnsupportedByEngine:
            return
        assert read_layout(connection, layout.name) == layout
        create_tables(connection, [layout])
        assert list_tables(connection) == [layout.name]


def test_a_table_that_is_not_there_reads_as_none(connection: sqlite3.Connection) -> None:
    assert read_layout(connection, "Orders") is None
    assert list_tables(connection) == []


def test_making_tables_again_keeps_their_rows(connection: sqlite3.Connection) -> None:
    other = TableLayout("Other", (CUSTOMER,))
    create_tables(connection, [other])
    connection.execute('INSERT INTO "Other" VALUES (?, ?)', ("a", "{}"))
    create_tables(connection, [ORDERS, other])
    assert connection.execute('SELECT * FROM "Other"').fetchall() == [("a", "{}")]
    assert list_tables(connection) == ["Orders", "Other"]


@pytest.mark.parametrize(
    ("declared", "difference"),
    [
        (replace(ORDERS, sort=()), "the key is (customer S; day N), declared is (customer S)"),
        (
            replace(ORDERS, partition=(CUSTOMER, DAY), sort=()),
            "the key is (customer S; day N), declared is (customer S, day N)",
        ),
        (replace(ORDERS, indexes=(REVERSE,)), "index ByStatus is not declared"),
        (
            replace(ORDERS, indexes=(*ORDERS.indexes, IndexLayout("New", (STATUS,)))),
            "index New is missing",
        ),
        (
            replace(ORDERS, indexes=(replace(BY_STATUS, sort=()), REVERSE)),
            "index ByStatus is (status S; day N, digest B), not (status S)",
        ),
        (replace(ORDERS, ttl=None), "the ttl attribute is expiresAt, declared is none"),
    ],
)
def test_a_declaration_that_disagrees_with_the_file_is_refused(
    connection: sqlite3.Connection, declared: TableLayout, difference: str
) -> None:
    create_tables(connection, [ORDERS])
    with pytest.raises(NeedsOperator) as caught:
        create_tables(connection, [declared])
    assert caught.value.code is ErrorCode.SCHEMA_MISMATCH
    assert caught.value.where == Place("sqlite", table="Orders")
    assert difference in caught.value.what


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
    connection: sqlite3.Connection, tamper: str, difference: str
) -> None:
    create_tables(connection, [ORDERS])
    connection.executescript(tamper)
    with pytest.raises(NeedsOperator) as caught:
        create_tables(connection, [ORDERS])
    assert difference in caught.value.what


def test_a_table_of_somebody_else_is_not_taken_over(connection: sqlite3.Connection) -> None:
    connection.execute(create_statements(TableLayout("Orders", (CUSTOMER,)))[0])
    with pytest.raises(NeedsOperator, match="not made by Trueup"):
        create_tables(connection, [TableLayout("Orders", (CUSTOMER,))])


def test_equal_layouts_have_one_description() -> None:
    assert description(ORDERS) == description(replace(ORDERS, indexes=(REVERSE, BY_STATUS)))


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        ([TableLayout("t", (Column("Item", "S"),))], "columns Item and item of table t"),
        ([TableLayout("t", (STATUS,), (Column("Status", "S"),))], "columns Status and status"),
        ([TableLayout("t", (STATUS,)), TableLayout("T", (STATUS,))], "T and t are one name"),
        (
            [TableLayout("t", (STATUS,), (), (REVERSE,)), TableLayout("t.reverse", (STATUS,))],
            "t.reverse and t.Reverse are one name",
        ),
        ([TableLayout("sqlite_x", (STATUS,))], "the name of table sqlite_x is reserved"),
        ([TableLayout("trueup:tables", (STATUS,))], "is reserved"),
    ],
)
def test_names_that_sqlite_cannot_keep_apart_are_refused(
    tables: list[TableLayout], problem: str
) -> None:
    with pytest.raises(UnsupportedByEngine) as caught:
        check_layouts(tables)
    assert any(problem in found for found in caught.value.problems)


def test_names_are_quoted() -> None:
    assert quote('a"b') == '"a""b"'
    with pytest.raises(DeclarationError):
        quote("a\0b")

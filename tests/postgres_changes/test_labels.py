"""Labels that are no longer declared: rows are kept, or refused with their count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.postgres_changes.bringing import ALL, bring, opened, planned
from tests.postgres_changes.cases import on
from tests.postgres_changes.databases import dumped, new_database
from tests.postgres_changes.labels import FEWER, SAID, labels
from tests.postgres_changes.schemas import SHOP
from trueup.errors import NeedsOperator
from trueup.relational import SqlIndex
from trueup.schema.hazard import HazardCode
from trueup.testing.postgres import PostgresServer

ROWS = """INSERT INTO people VALUES (md5('1')::uuid, 'n', 'm', 3, 'a');
INSERT INTO orders (id, person, status, past, total, weight, tags, data, version)
SELECT md5('o' || n)::uuid, md5('1')::uuid, s::order_status, ARRAY['new', s]::order_status[], 1, n,
'{}', '{}', 0 FROM unnest(ARRAY['new', 'sent', 'new']) WITH ORDINALITY a (s, n);
COMMENT ON TYPE order_status IS 'How far it is';
REVOKE USAGE ON TYPE order_status FROM PUBLIC;
GRANT USAGE ON TYPE order_status TO pg_monitor WITH GRANT OPTION;
GRANT SELECT ON new_orders TO pg_monitor;
GRANT EXECUTE ON FUNCTION is_over TO pg_monitor"""
ALL_ROWS = "SELECT * FROM orders ORDER BY id"


@pytest.fixture(scope="module")
def template(postgres_server: PostgresServer) -> Iterator[str]:
    """A shop in which everything names the enum type, with rows."""
    with new_database(postgres_server) as name:
        bring(postgres_server, name, SAID)
        with psycopg.connect(postgres_server.as_superuser(name)) as connection:
            connection.execute(ROWS.encode())
        yield name


@pytest.fixture
def database(postgres_server: PostgresServer, template: str) -> Iterator[str]:
    with new_database(postgres_server, template) as name:
        yield name


@pytest.fixture
def other(postgres_server: PostgresServer, database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres_server.as_superuser(database), autocommit=True) as connection:
        yield connection


@pytest.mark.case("P17")
def test_label_is_removed_with_all_that_names_its_type_and_comes_back(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    dump, rows = dumped(postgres_server, database), other.execute(ALL_ROWS).fetchall()
    plan = bring(postgres_server, database, on(SAID, "orders", FEWER), ())
    [change] = plan.changes
    assert [one.code for one in change.hazards] == [
        HazardCode.LABEL_REMOVED,
        HazardCode.TABLE_REWRITE,
        HazardCode.WRITES_WAIT,
    ]
    assert "what would go: paid" in change.hazards[0].text
    assert other.execute(ALL_ROWS).fetchall() == rows
    fewer = [statement.replace("    'paid',\n", "") for statement in dump]
    assert fewer != dump
    assert dumped(postgres_server, database) == fewer
    bring(postgres_server, database, SAID, ())
    assert dumped(postgres_server, database) == dump


@pytest.mark.case("P17")
@pytest.mark.parametrize(
    ("held", "column"),
    [("status = 'paid'", "status"), ("past = '{new,paid,new}'", "past")],
)
def test_rows_that_hold_a_removed_label_are_refused_with_their_count(
    postgres_server: PostgresServer,
    database: str,
    other: psycopg.Connection[Any],
    held: str,
    column: str,
) -> None:
    other.execute(f"UPDATE orders SET {held} WHERE weight > 1".encode())
    dump = dumped(postgres_server, database)
    with pytest.raises(NeedsOperator, match=f"2 rows hold paid in {column}"):
        bring(postgres_server, database, on(SAID, "orders", FEWER))
    assert dumped(postgres_server, database) == dump


@pytest.mark.case("P14")
def test_label_that_is_not_declared_as_renamed_is_refused_with_its_rows(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    other.execute("UPDATE orders SET status = 'paid'")
    with pytest.raises(NeedsOperator, match="3 rows hold paid in status") as refused:
        bring(postgres_server, database, on(SAID, "orders", labels("new", "settled", "sent")))
    assert "labels_renamed_from=" in str(refused.value)


@pytest.mark.case("P17")
def test_what_is_not_declared_and_needs_the_type_is_named(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    other.execute("CREATE TABLE elsewhere (kind order_status)")
    other.execute("CREATE FUNCTION next_of(order_status) RETURNS int RETURN 1")
    dump = dumped(postgres_server, database)
    with pytest.raises(NeedsOperator) as refused:
        bring(postgres_server, database, on(SAID, "orders", FEWER), ())
    assert "column kind of table elsewhere, function next_of(order_status) needs it" in str(
        refused.value
    )
    assert dumped(postgres_server, database) == dump


def test_type_of_two_tables_is_made_anew_once(postgres_server: PostgresServer) -> None:
    people = labels("new", "paid", "sent")(SHOP["people"]).set(enums={"status": "order_status"})
    people = people.also("indexes", SqlIndex("people_new", ["name"], where="status = 'new'"))
    before = {**SHOP, "people": people}
    after = {"orders": FEWER(SHOP["orders"]), "people": FEWER(people)}
    with new_database(postgres_server) as name:
        bring(postgres_server, name, before)
        dump = dumped(postgres_server, name)
        with opened(postgres_server, name, after) as tables:
            plan, live = planned(tables)
            steps = tables.open_layer.engine.render(plan.steps, live)
        assert (len(plan.changes), len(steps)) == (2, 1)
        bring(postgres_server, name, after, ALL)
        bring(postgres_server, name, before)
        assert dumped(postgres_server, name) == dump

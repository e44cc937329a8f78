"""Changes that are interrupted, that wait, or that rows stand in the way of."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

import psycopg
import pytest

from tests.faults_postgres.faults import cut, lose
from tests.faults_postgres.proxy import Act, FaultProxy
from tests.postgres_changes.below import HEAVIEST, HEAVY
from tests.postgres_changes.bringing import bring, opened, perform, planned
from tests.postgres_changes.cases import Cheap, Wide, on, view_of
from tests.postgres_changes.databases import dumped, new_database
from tests.postgres_changes.schemas import SHOP
from tests.postgres_changes.shapes import Shape, Shapes
from tests.soak import IS_SOAK
from trueup import NeedsOperator, TrueupError
from trueup.engines.connect import find_driver
from trueup.engines.postgres.limits import LOCK_TRIES
from trueup.operations.operation import send
from trueup.relational import SqlIndex, Unique
from trueup.schema.hazard import Allowance, HazardCode
from trueup.schema.plan import destroy_plan
from trueup.testing.postgres import USER, PostgresServer

MOST_ROUNDS = 400
EVERY = 7 if IS_SOAK else 19
"""Of the rounds, every so many is cut: the next run begins elsewhere."""


def _many(orders: Shape) -> Shape:
    """Changes of every kind that takes several statements."""
    return (
        orders.field("extra", str, "x")
        .set(
            unique=[Unique("number")],
            defaults={"made_at": "now()", "updated_at": "now()", "extra": "'x'"},
            generated={"double": "weight * 4"},
        )
        .field("status", Literal["new", "held", "paid", "sent"], "new")
        .field("total", Cheap | None, None)
        .field("number", int, 0)
        .no("indexes", "orders_paid")
        .no("indexes", "orders_newest")
        .also("indexes", SqlIndex("orders_paid", ["made_at"], where="total > 1"))
    )


MANY = on(SHOP, "orders", _many)


def on_table(table: str, **settings: Any) -> Shapes:
    """The shop with other settings of a table."""
    return on(SHOP, table, lambda shape: shape.set(**settings))


@pytest.fixture(scope="module")
def template(postgres_server: PostgresServer) -> Iterator[str]:
    """A database of the shop with rows."""
    with new_database(postgres_server) as name:
        bring(postgres_server, name, SHOP)
        with psycopg.connect(postgres_server.as_superuser(name), autocommit=True) as connection:
            connection.execute(
                "INSERT INTO people SELECT md5(n::text)::uuid, 'n' || n, 'e' || n, n, 'a' "
                "FROM generate_series(1, 300) n"
            )
            connection.execute(
                "INSERT INTO orders "
                "(id, person, number, status, total, weight, tags, data, version) "
                "SELECT md5('o' || n)::uuid, md5(n::text)::uuid, n, 'new', 1.25, n, '{}', '{}', 0 "
                "FROM generate_series(1, 300) n"
            )
        yield name


@pytest.fixture
def database(postgres_server: PostgresServer, template: str) -> Iterator[str]:
    with new_database(postgres_server, template) as name:
        yield name


@pytest.fixture
def other(postgres_server: PostgresServer, database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres_server.as_superuser(database), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def wanted(postgres_server: PostgresServer) -> list[str]:
    with new_database(postgres_server) as name:
        bring(postgres_server, name, MANY)
        return dumped(postgres_server, name)


@pytest.mark.soak
@pytest.mark.parametrize("act", [cut, lose], ids=["before", "after"])
def test_run_that_is_cut_off_at_any_statement_is_gone_on_with(
    postgres_server: PostgresServer, template: str, wanted: list[str], act: Act
) -> None:
    for at in range(0, MOST_ROUNDS, EVERY):
        with (
            new_database(postgres_server, template) as name,
            FaultProxy((postgres_server.host, postgres_server.port)) as proxy,
        ):
            behind = replace(postgres_server, port=proxy.port)
            proxy.arm(act, at, of_rounds=True)
            try:
                bring(behind, name, MANY)
            except TrueupError:
                assert proxy.struck or proxy.links
            proxy.disarm()
            bring(postgres_server, name, MANY)
            assert dumped(postgres_server, name) == wanted
            if not proxy.struck:
                return
    pytest.fail("there is no end")


@pytest.mark.case("P19", "P20")
def test_index_that_is_invalid_is_built_again(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    other.execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'people_name'::regclass"
    )
    plan = bring(postgres_server, database, SHOP)
    assert [str(one.change) for one in plan.changes] == [
        'index people_name is CREATE INDEX "people_name" ON "people" USING btree ("name") INVALID, '
        'declared is CREATE INDEX "people_name" ON "people" USING btree ("name")'
    ]
    assert is_valid(other, "people_name")


def test_index_whose_rows_are_no_set_is_refused_and_built_once_they_are(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    after = on_table("orders", unique=[Unique("version")])
    with pytest.raises(NeedsOperator, match="rows that are there do not keep it"):
        bring(postgres_server, database, after)
    assert not is_valid(other, "orders_version_key")
    other.execute("UPDATE orders SET version = number")
    bring(postgres_server, database, after)
    assert is_valid(other, "orders_version_key")


def is_valid(other: psycopg.Connection[Any], index: str) -> bool:
    select = "SELECT indisvalid FROM pg_index WHERE indexrelid = %s::regclass"
    [(found,)] = other.execute(select, (f'"{index}"',)).fetchall()
    return bool(found)


@pytest.mark.case("P49")
def test_lock_that_is_held_is_named_and_waited_for_a_little_at_a_time(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    after = on(SHOP, "people", lambda shape: shape.field("more", str | None, None))
    url = postgres_server.url_of(USER, database)
    parameters: dict[str, Any] = dict(find_driver(url)[1].parameters)
    with (
        psycopg.connect("", **parameters) as holder,
        opened(postgres_server, database, after) as tables,
    ):
        holder.execute("SELECT FROM people")
        plan, live = planned(tables)
        [step] = tables.open_layer.engine.render(plan.steps, live)
        notes: list[str] = []
        while len(notes) < 2:
            progress = tables.runner.run(send(step.request), "apply")
            assert not progress.is_done
            notes += [progress.note] if progress.note else []
        assert f"is held by process {holder.info.backend_pid}" in notes[0]
        assert "idle in transaction" in notes[1]
        assert len(notes) < LOCK_TRIES
        holder.rollback()
        perform(tables, step)
    assert other.execute("SELECT more FROM people LIMIT 1").fetchall() == [(None,)]


@pytest.mark.case("P23")
def test_scan_of_a_constraint_is_a_transaction_of_its_own(
    postgres_server: PostgresServer, database: str
) -> None:
    after = on_table("people", checks=[])
    after = on(after, "orders", lambda shape: shape.field("total", Cheap | None, None))
    with opened(postgres_server, database, after) as tables:
        plan, live = planned(tables)
        steps = tables.open_layer.engine.render(plan.steps, live)
    scans = [step for step in steps if "VALIDATE" in "".join(step.statements)]
    assert [len(step.statements) for step in scans] == [1]
    assert "rows are read: reads and writes go on" in scans[0].estimate


def test_rows_in_the_way_are_counted_before_anything_is_done(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    other.execute("UPDATE people SET age = NULL WHERE age <= 7")
    after = on(SHOP, "people", lambda shape: shape.field("age", int, 0))
    before = dumped(postgres_server, database)
    with pytest.raises(NeedsOperator, match="7 rows have no age, which is required"):
        bring(postgres_server, database, after)
    assert dumped(postgres_server, database) == before
    other.execute("UPDATE people SET age = 0 WHERE age IS NULL")
    bring(postgres_server, database, after)


def test_required_column_without_a_default_is_refused_beside_rows(
    postgres_server: PostgresServer, database: str
) -> None:
    after = on(SHOP, "people", lambda shape: shape.field("more", str))
    with pytest.raises(NeedsOperator, match="300 rows have no value for the column more"):
        bring(postgres_server, database, after)


def test_column_that_a_view_reads_is_refused_by_the_name_of_the_view(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    other.execute("CREATE VIEW ages AS SELECT age FROM people")
    after = on(SHOP, "people", lambda shape: shape.field("age", float | None, None))
    with pytest.raises(NeedsOperator, match="the column age is read by view ages"):
        bring(postgres_server, database, after)


@pytest.mark.case("P5")
def test_rows_are_the_same_after_another_length_and_not_null(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    rows = "SELECT md5(string_agg(p::text, ';' ORDER BY id)) FROM people p"
    before = other.execute(rows).fetchall()
    after = on(
        SHOP,
        "people",
        lambda shape: shape.field("age", int, 0).field("name", Wide),
    )
    bring(postgres_server, database, after)
    assert other.execute(rows).fetchall() == before
    bring(postgres_server, database, SHOP)
    assert other.execute(rows).fetchall() == before


@pytest.mark.case("P27")
def test_view_that_is_made_anew_keeps_its_grants_and_its_comment(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    other.execute(
        "GRANT SELECT ON order_count TO PUBLIC; COMMENT ON VIEW order_count IS 'How many'"
    )
    bring(postgres_server, database, on_table("orders", objects=[view_of("sum(weight) AS kilos")]))
    [(acl, said)] = other.execute(
        "SELECT relacl::text, obj_description(oid) FROM pg_class WHERE relname = 'order_count'"
    ).fetchall()
    assert re.search(r"[{,]=r/", acl)
    assert said == "How many"
    assert other.execute("SELECT kilos FROM order_count").fetchall() == [(45_150,)]


@pytest.mark.case("P27")
def test_views_below_a_changed_column_keep_all_that_belongs_to_them(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    shapes = on(
        SHOP, "orders", lambda shape: shape.set(objects=[view_of("weight"), HEAVY, HEAVIEST])
    )
    bring(postgres_server, database, shapes)
    other.execute(
        """GRANT SELECT ON order_count TO PUBLIC; COMMENT ON VIEW order_count IS 'How heavy';
        GRANT UPDATE (weight) ON heavy TO pg_monitor WITH GRANT OPTION;
        COMMENT ON COLUMN heavy.weight IS 'in grams';
        CREATE UNIQUE INDEX most ON heaviest (most); COMMENT ON INDEX most IS 'It''s one'"""
    )
    before = dumped(postgres_server, database)
    after = on(shapes, "orders", lambda shape: shape.set(types={"weight": "integer"}))
    with opened(postgres_server, database, after) as tables:
        plan, live = planned(tables)
        for step in tables.open_layer.engine.render(plan.steps, live):
            assert "CASCADE" not in "".join(step.statements)
            perform(tables, step)
    assert [one for one in dumped(postgres_server, database) if "CREATE TABLE" not in one] == [
        one for one in before if "CREATE TABLE" not in one
    ]


def test_key_is_exchanged_beside_rows_and_refused_if_they_share_it(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    after = on(SHOP, "orders", lambda shape: shape.field("number", int).by("number"))
    other.execute("UPDATE orders SET number = 1 WHERE number = 2")
    with pytest.raises(NeedsOperator, match="rows that are there do not keep it"):
        bring(postgres_server, database, after)
    other.execute("UPDATE orders SET number = 2 WHERE id = md5('o2')::uuid")
    plan = bring(postgres_server, database, after)
    assert "the key is (id S), declared is (number N)" in [str(one.change) for one in plan.changes]
    [(key,)] = other.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'orders_pkey'"
    ).fetchall()
    assert key == "PRIMARY KEY (number)"


def test_key_that_others_refer_to_is_refused_by_their_names(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    other.execute("CREATE TABLE bills (of uuid REFERENCES orders)")
    after = on(SHOP, "orders", lambda shape: shape.field("number", int).by("number"))
    with pytest.raises(NeedsOperator, match="constraint bills_of_fkey of table bills refers to"):
        bring(postgres_server, database, after)


def test_tables_that_others_read_are_not_dropped_and_declared_views_go_with_them(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    other.execute(
        "CREATE TABLE bills (of uuid REFERENCES orders); CREATE VIEW names AS SELECT FROM people"
    )
    with opened(postgres_server, database, SHOP) as tables:
        _, live = planned(tables)
        plan = destroy_plan(live, set(SHOP))
        [step] = tables.open_layer.engine.render(plan.steps, live)
        said = "view names, constraint bills_of_fkey of table bills would lose"
        with pytest.raises(NeedsOperator, match=said):
            perform(tables, step)
        other.execute("DROP TABLE bills; DROP VIEW names")
        [step] = tables.open_layer.engine.render(plan.steps, live)
        perform(tables, step)
    assert other.execute("SELECT to_regclass('orders'), to_regclass('order_count')").fetchall() == [
        (None, None)
    ]


def test_two_runs_that_build_indexes_at_once_do_not_wait_for_each_other(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    """They build two indexes, and find the other's done."""
    names = ("people_first", "people_second")
    added = [SqlIndex(name, ["age", "name"]) for name in names]
    after = on(SHOP, "people", lambda shape: shape.also("indexes", *added))
    failures: list[TrueupError] = []

    def run() -> None:
        for _ in range(5):
            try:
                bring(postgres_server, database, after)
            except TrueupError as error:
                failures.append(error)
            else:
                return

    runs = [threading.Thread(target=run) for _ in range(2)]
    for one in runs:
        one.start()
    for one in runs:
        one.join(60)
    assert not any(one.is_alive() for one in runs)
    bring(postgres_server, database, after)
    assert all(is_valid(other, name) for name in names)


def test_what_is_not_declared_is_kept_and_a_column_needs_two_options(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    other.execute("ALTER TABLE people ADD COLUMN former text, ADD CHECK (age < 1000)")
    with opened(postgres_server, database, SHOP) as tables:
        plan, _ = planned(tables, ())
        assert plan.changes == ()
        assert [str(one) for one in plan.kept] == [
            "column former is not declared",
            "constraint people_age_check is not declared",
        ]
        pruned = frozenset({Allowance.PRUNE})
        plan, _ = planned(tables, pruned)
        [blocked] = plan.blocked(pruned)
        assert [one.code for one in blocked.blocked_by(pruned)] == [HazardCode.COLUMN_DROPPED]
        assert blocked.inverse() is None
    bring(postgres_server, database, SHOP)
